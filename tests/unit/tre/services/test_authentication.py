"""Who is let in, who is not, what is written down of it, and what never is."""

from dataclasses import replace

import pytest

from tests.stores import stores
from tre.core.errors import NotAllowed
from tre.services.authentication import NOBODY, Identity, TooManyAttempts
from tre.settings import Settings

PASSWORD = "a long enough password"
ISSUER = "https://id.example"
RAVI = Identity(ISSUER, "248289761001")


@pytest.fixture
def known(app):
    app.people.add("olga", "eve", name="Eve", roles=["researcher"], password=PASSWORD)
    app.people.bind("olga", "ravi", RAVI.code)
    return app


def last(app):
    entry = list(stores(app).database.entries())[-1]
    return entry.action, entry.actor, dict(entry.details)


def test_the_right_password_lets_in_and_is_an_event(known):
    assert known.authentication.by_password("eve", PASSWORD, "10.0.0.1").id == "eve"
    assert last(known) == ("person.logged-in", "eve", {"by": "password"})


@pytest.mark.parametrize(
    ("name", "password", "actor"),
    [
        ("eve", "wrong", "eve"),
        ("ravi", "has none", "ravi"),
        ("my secret password", "", NOBODY),
        ("nobody", "x", NOBODY),
    ],
)
def test_a_wrong_one_does_not_and_no_name_is_kept_that_nobody_has(known, name, password, actor):
    with pytest.raises(NotAllowed, match="Wrong name or password"):
        known.authentication.by_password(name, password, "10.0.0.1")
    assert last(known) == ("login.refused", actor, {"by": "password", "reason": "wrong name or password"})


def test_guessing_at_one_name_is_slowed_down_wherever_it_comes_from(known):
    for number in range(5):
        with pytest.raises(NotAllowed):
            known.authentication.by_password("eve", "guess", f"10.0.0.{number}")
    entries = stores(known).database.head().number
    with pytest.raises(TooManyAttempts, match="Wait"):
        known.authentication.by_password("eve", PASSWORD, "10.0.1.1")
    assert stores(known).database.head().number == entries, "waiting does not fill the log"
    assert known.authentication.by_identity(RAVI).id == "ravi"


def test_guessing_at_many_names_from_one_address_is_slowed_down(known):
    for number in range(30):
        with pytest.raises(NotAllowed):
            known.authentication.by_password(f"name{number}", "guess", "10.0.0.1")
    with pytest.raises(TooManyAttempts):
        known.authentication.by_password("eve", PASSWORD, "10.0.0.1")
    assert known.authentication.by_password("eve", PASSWORD, "10.0.0.2").id == "eve"


def test_a_bound_identity_is_let_in_and_any_other_is_told_its_code(known):
    assert known.authentication.by_identity(RAVI).id == "ravi"
    assert last(known) == ("person.logged-in", "ravi", {"by": "identity provider"})
    for other in (Identity(ISSUER, "ravi"), Identity("https://evil.example", RAVI.subject), Identity(ISSUER, "")):
        with pytest.raises(NotAllowed) as refused:
            known.authentication.by_identity(other)
        assert other.code in refused.value.hint
        assert last(known)[2] == {"by": "identity provider", "reason": "identity not bound", "identity": other.code}


def asking(app, *factors):
    settings = Settings.load({}, home=app.settings.home, oidc_second_factor=factors)
    return type(app).open(settings)


@pytest.mark.parametrize(
    ("needed", "shown", "allowed"),
    [
        ([], [], True),
        (["mfa"], [], False),
        (["mfa"], ["pwd"], False),
        (["mfa"], ["pwd", "mfa"], True),
        (["urn:mfa", "hwk"], ["hwk"], True),
    ],
)
def test_a_second_factor_can_be_asked_for(known, needed, shown, allowed):
    app = asking(known, *needed)
    identity = replace(RAVI, factors=shown)
    if allowed:
        assert app.authentication.by_identity(identity).id == "ravi"
    else:
        with pytest.raises(NotAllowed, match="without a second factor"):
            app.authentication.by_identity(identity)
        assert last(app) == ("login.refused", "ravi", {"by": "identity provider", "reason": "no second factor"})


def test_the_log_holds_no_password_and_no_subject(known):
    known.authentication.by_identity(RAVI)
    for name, password in (("eve", "a-guess-at-it"), ("a-guess-at-it", "")):
        with pytest.raises(NotAllowed):
            known.authentication.by_password(name, password, "10.0.0.1")
    kept = [path.read_bytes() for path in known.settings.home.rglob("*") if path.is_file()]
    assert not any(word in data for data in kept for word in (b"a-guess-at-it", RAVI.subject.encode()))
