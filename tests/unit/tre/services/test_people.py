"""People: who may add whom, and passwords that are only ever compared."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.stores import stores
from tre.audit.events import Action, Event
from tre.core import clock
from tre.core.errors import BadInput, NotAllowed, NotFound
from tre.core.people import identity_code

PASSWORD = "a long enough password"
CODE = identity_code("https://id.example", "248289761001")


def test_only_the_first_operator_is_added_without_one(app):
    with pytest.raises(NotFound):
        app.people.add("setup", "eve", name="Eve", roles=["operator"])
    for person in ("dana", "ravi", "chidi"):
        with pytest.raises(NotAllowed):
            app.people.add(person, "eve", name="Eve", roles=["checker"])
        with pytest.raises(NotAllowed):
            app.people.accredit(person, person, clock.now().date())
        with pytest.raises(NotAllowed):
            app.people.train(person, person, "safe", clock.now().date())
        with pytest.raises(NotAllowed):
            app.people.bind(person, person, CODE)
        with pytest.raises(NotAllowed):
            app.people.unbind(person, person)


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
    assert list(stores(app).database.entries())[-1].subject == "eve"


def test_the_password_is_nowhere_in_the_installation(app):
    app.people.add("olga", "eve", name="Eve", roles=["checker"], password=PASSWORD)
    for path in app.settings.home.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes()


def test_training_is_written_down_and_the_newest_date_counts(app):
    today = clock.now().date()
    app.people.train("olga", "ravi", "safe", today)
    trained = app.people.train("olga", "ravi", "safe", today + timedelta(days=9))
    assert app.people.get("ravi") == trained
    assert trained.is_trained("safe", today + timedelta(days=9))
    assert not trained.is_trained("safe", today + timedelta(days=10))
    entry = list(stores(app).database.entries())[-1]
    assert (entry.action, entry.subject, entry.details["course"]) == ("person.trained", "ravi", "safe")
    with pytest.raises(BadInput):
        app.people.train("olga", "ravi", "Not a name", today)


def test_an_identity_is_bound_once_to_one_person(app):
    assert app.people.of_identity(CODE) is None
    app.people.bind("olga", "ravi", CODE)
    assert app.people.of_identity(CODE).id == "ravi"
    for person, code in (
        ("mei", CODE),
        ("ravi", identity_code("https://id.example", "2")),
        ("mei", "ravi"),
        ("mei", ""),
    ):
        with pytest.raises(BadInput):
            app.people.bind("olga", person, code)
    app.people.unbind("olga", "ravi")
    assert app.people.of_identity(CODE) is None
    with pytest.raises(BadInput):
        app.people.unbind("olga", "ravi")
    assert app.people.of_identity("") is None, "nobody has no identity"
    actions = [entry.action for entry in stores(app).database.entries()]
    assert actions[-2:] == ["person.bound", "person.unbound"]


def test_codes_depend_on_the_issuer_and_the_subject_and_on_where_one_ends():
    codes = {identity_code(*pair) for pair in (("a", "b"), ("a", "c"), ("ab", ""), ("", "ab"), ("b", "a"))}
    assert len(codes) == 5


def test_an_identity_of_two_people_is_nobodys(app):
    """It cannot be bound twice; were it in the database nevertheless, it would open nothing."""
    for person in ("ravi", "mei"):
        event = Event(Action.PERSON_BOUND, "olga", person, clock.now(), {"identity": CODE})
        stores(app).projects.save_person(replace(app.people.get(person), identity=CODE), event)
    assert app.people.of_identity(CODE) is None
