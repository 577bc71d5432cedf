"""The database: no write without its entry, no entry without its write, nothing in the log ever changed."""

import concurrent.futures
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError as Refused

from tests.factories import NOW, file, project, request, vote
from tre.adapters.database.database import Database
from tre.adapters.database.stores import ProjectsDatabase, RequestsDatabase
from tre.adapters.database.tables import METADATA
from tre.airlock.queue import summary
from tre.audit.events import Action, Event
from tre.audit.ports import EntryFilter
from tre.audit.verify import verify
from tre.core.errors import NotFound, Unavailable
from tre.projects.project import Stop


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
    assert [entry.actor for entry in database.entries()] == ["ravi"]


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


def test_opening_it_again_changes_nothing(url, database, keys):
    RequestsDatabase(database).add_request(request(), submitted())
    again = Database(url, keys.sign)
    assert again.head() == database.head()
    again.engine.dispose()


def test_a_decision_reads_what_it_rests_on_within_its_own_transaction(database):
    """Many writers at once, each reading while it writes: none waits for a second connection, none reads the past."""
    store = RequestsDatabase(database)
    store.add_request(request(round=0), submitted())

    def one_more(_):
        def decide(old):
            assert store.request("req-1") == old
            return replace(old, round=old.round + 1), withdrawn()

        store.change_request("req-1", decide)

    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        list(pool.map(one_more, range(48)))
    assert store.request("req-1").round == 48


def test_the_log_is_verified_while_others_write(database, keys):
    store = RequestsDatabase(database)
    store.add_request(request(round=0), submitted())
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        writes = [pool.submit(store.note_request, withdrawn(f"p{n}")) for n in range(60)]
        while not all(write.done() for write in writes):
            with database.consistent():
                verify(database.entries(), database.head(), keys.fits)
    assert database.head().number == 61


def test_a_page_of_the_log_is_the_newest_that_fit(database):
    store = RequestsDatabase(database)
    for n in range(30):
        store.note_request(withdrawn(f"p{n % 3}"))
    assert [entry.number for entry in database.page(EntryFilter(limit=4))] == [30, 29, 28, 27]
    assert [entry.number for entry in database.page(EntryFilter(limit=2, before=10, actor="p0"))] == [7, 4]
    assert database.page(EntryFilter(subject="nothing")) == []
    assert len(database.page(EntryFilter(action="request.withdrawn"))) == 30


def test_summaries_are_those_of_the_requests(database):
    store = RequestsDatabase(database)
    for name in ("req-1", "req-2"):
        store.add_request(replace(request(votes=[vote(file(), by="chidi")]), id=name), submitted(name))
    assert store.summaries() == [summary(one) for one in store.requests()]
    assert store.requests({"other"}) == []


def test_a_project_is_changed_in_one_transaction(database):
    """Members that are added while somebody stops the project: neither is lost."""
    store = ProjectsDatabase(database)
    store.save_project(project(members=()), Event(Action.PROJECT_CLOSED, "dana", "pay", NOW))

    def add(number):
        def decide(old):
            joined = {"person": f"p{number}"}
            event = Event(Action.PROJECT_MEMBER_ADDED, "dana", "pay", NOW, joined)
            return replace(old, members=old.members | {f"p{number}"}), event

        store.change_project("pay", decide)

    def stop():
        def decide(old):
            return replace(old, stop=Stop("lea", "x", "now")), Event(
                Action.PROJECT_STOPPED, "lea", "pay", NOW, {"reason": "x"}
            )

        store.change_project("pay", decide)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: stop() if n == 9 else add(n), range(20)))
    found = store.project("pay")
    assert len(found.members) == 19
    assert found.stop is not None


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite:////proc/none/tre.db",
        "nosuch://host/db",
        "mysql://host/db",
        "postgresql://nobody@127.0.0.1:1/none",
    ],
)
def test_a_database_that_cannot_be_opened_is_said_so(url, keys):
    with pytest.raises(Unavailable):
        Database(url, keys.sign)
