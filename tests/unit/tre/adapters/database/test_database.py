"""The database: no write without its entry, no entry without its write, nothing in the log ever changed."""

import concurrent.futures
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError as Refused

from tests.factories import NOW, request
from tre.adapters.database.database import Database
from tre.adapters.database.stores import RequestsDatabase
from tre.adapters.database.tables import METADATA
from tre.adapters.keys import Keys
from tre.audit.events import Action, Event
from tre.audit.verify import verify
from tre.core.errors import NotFound, Unavailable


@pytest.fixture
def keys(tmp_path):
    return Keys(tmp_path / "secrets")


@pytest.fixture
def database(tmp_path, keys):
    return Database(f"sqlite:///{tmp_path / 'tre.db'}", keys.sign)


def submitted(subject="req-1"):
    details = {"project": "pay", "round": 1, "files": {}}
    return Event(Action.REQUEST_SUBMITTED, "ravi", subject, NOW, details)


def withdrawn(actor="ravi"):
    return Event(Action.REQUEST_WITHDRAWN, actor, "req-1", NOW, {"round": 1})


def test_the_migrations_make_the_tables_that_the_code_names(database):
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_write_without_an_event_is_undone(database):
    with pytest.raises(RuntimeError, match="audit"), database.writing() as (connection, _):
        connection.execute(text("INSERT INTO person (id, document) VALUES ('x', '{}')"))
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM person")).scalar() == 0


def test_a_write_that_fails_leaves_no_entry(database):
    store = RequestsDatabase(database)
    store.add_request(request(), submitted())
    with pytest.raises(Refused):
        store.add_request(request(), submitted())
    assert database.head().number == 1


def test_a_decision_that_raises_changes_nothing(database):
    store = RequestsDatabase(database)
    store.add_request(request(), submitted())

    def refuse(_):
        raise NotFound("no")

    with pytest.raises(NotFound):
        store.change_request("req-1", refuse)
    assert store.request("req-1") == request()
    assert database.head().number == 1


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor = 'mallory'", "DELETE FROM audit_entry"])
def test_the_log_refuses_to_be_changed(database, statement):
    RequestsDatabase(database).add_request(request(), submitted())
    with pytest.raises(Refused, match="never changed"), database.writing() as (connection, _):
        connection.execute(text(statement))


def test_a_value_comes_back_as_it_was(database):
    store = RequestsDatabase(database)
    store.add_request(request(), submitted())
    assert store.request("req-1") == request()
    with pytest.raises(NotFound):
        store.request("req-2")


def test_writers_at_once_take_turns_and_the_chain_holds(database, keys):
    store = RequestsDatabase(database)
    store.add_request(request(round=0), submitted())

    def one_more(number):
        store.change_request("req-1", lambda old: (replace(old, round=old.round + 1), withdrawn(f"p{number}")))

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(one_more, range(40)))
    assert store.request("req-1").round == 40
    assert verify(database.entries(), database.head(), keys.fits).entries == 41


def test_opening_it_again_changes_nothing(tmp_path, database, keys):
    RequestsDatabase(database).add_request(request(), submitted())
    again = Database(f"sqlite:///{tmp_path / 'tre.db'}", keys.sign)
    assert again.head() == database.head()


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////proc/none/tre.db", "nosuch://host/db"])
def test_a_database_that_cannot_be_opened_is_said_so(url, keys):
    with pytest.raises(Unavailable):
        Database(url, keys.sign)
