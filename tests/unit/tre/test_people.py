"""People: who may add whom, and passwords that are only ever compared."""

from datetime import timedelta

import pytest

from tre.core import clock
from tre.core.errors import BadInput, NotAllowed, NotFound

PASSWORD = "a long enough password"


def test_only_the_first_operator_is_added_without_one(app):
    with pytest.raises(NotFound):
        app.people.add("setup", "eve", name="Eve", roles=["operator"])
    for person in ("dana", "ravi", "chidi"):
        with pytest.raises(NotAllowed):
            app.people.add(person, "eve", name="Eve", roles=["checker"])
        with pytest.raises(NotAllowed):
            app.people.accredit(person, person, clock.now().date())


@pytest.mark.parametrize(
    ("id", "name", "roles"),
    [
        ("ravi", "R", ["checker"]),
        ("Eve", "E", ["checker"]),
        ("eve", " ", ["checker"]),
        ("eve", "E", []),
        ("eve", "E", ["x"]),
    ],
)
def test_unusable_people_are_refused(app, id, name, roles):
    with pytest.raises(BadInput):
        app.people.add("olga", id, name=name, roles=roles)


def test_passwords(app):
    app.people.add("olga", "eve", name="Eve", roles=["checker"], password=PASSWORD)
    assert app.people.check_password("eve", PASSWORD) == "eve"
    for person, password in (("eve", "wrong"), ("eve", ""), ("nobody", PASSWORD), ("ravi", ""), ("ravi", PASSWORD)):
        assert app.people.check_password(person, password) is None
    with pytest.raises(BadInput):
        app.people.add("olga", "bob", name="Bob", roles=["checker"], password="short")


def test_accrediting_keeps_the_password_and_is_written_down(app):
    app.people.add("olga", "eve", name="Eve", roles=["checker"], password=PASSWORD)
    app.people.accredit("olga", "eve", clock.now().date() + timedelta(days=1))
    assert app.people.check_password("eve", PASSWORD) == "eve"
    assert list(app.parts.database.entries())[-1].subject == "eve"


def test_the_password_is_nowhere_in_the_installation(app):
    app.people.add("olga", "eve", name="Eve", roles=["checker"], password=PASSWORD)
    for path in app.settings.home.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes()
