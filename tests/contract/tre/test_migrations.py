"""Every version's data comes forward: what was stored is still there, still decided as it was, and the chain holds."""

import json

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from tests.factories import NOW
from tre.adapters.database.database import MIGRATIONS, WRITES, Database, _engine
from tre.adapters.database.stores import ProjectsDatabase, RequestsDatabase, RunsDatabase
from tre.airlock.queue import summary
from tre.airlock.request import FileDecision
from tre.airlock.states import State
from tre.airlock.votes import decisions
from tre.audit.chain import append, head_bytes
from tre.audit.events import Action, Event
from tre.audit.verify import verify
from tre.core import digest
from tre.core.people import Role

AT = "2026-05-04T09:00:00.000000+00:00"
GOOD, BAD = digest.of_bytes(b"good"), digest.of_bytes(b"bad")
REVISIONS = [one.revision for one in reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions()))]


def config():
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    return made


def old_file(name, clean, outcome=0):
    return {
        "name": name,
        "digest": digest.of_bytes(b"as submitted"),
        "bytes": 12,
        "outcome": outcome,
        "findings": [],
        "clean_digest": clean,
        "media_type": "text/csv",
        "statbarn": "frequencies",
        "verified": True,
        "fingerprint": "",
    }


def old_vote(checker, name, clean, decision="approve", round_=2):
    return {
        "round": round_,
        "checker": checker,
        "file": name,
        "digest": clean,
        "decision": decision,
        "reason": "seen",
        "at": AT,
    }


def old_request(identifier, state, votes, release=None):
    """A request as version 0.1 wrote it."""
    return {
        "id": identifier,
        "project": "pay",
        "author": "ravi",
        "title": "Pay",
        "context": "For the report",
        "submitted_at": AT,
        "files": [old_file("good.csv", GOOD), old_file("bad.csv", BAD, 2), old_file("results.json", "", None)],
        "round": 2,
        "state": state,
        "votes": votes,
        "run": None,
        "report_digest": "0" * 64,
        "policy_digest": "sha256:0",
        "returned_because": "",
        "release": release,
        "compared_with": [],
    }


BOTH = [
    old_vote(by, name, clean, decision)
    for by in ("chidi", "sofia")
    for name, clean, decision in (("good.csv", GOOD, "approve"), ("bad.csv", BAD, "refuse"))
]
REQUESTS = [
    old_request("req-released", "released", BOTH, "rel-1"),
    old_request("req-half", "in review", [old_vote("chidi", "good.csv", GOOD)]),
    old_request(
        "req-stale", "in review", [old_vote("chidi", "good.csv", GOOD, round_=1), old_vote("sofia", "good.csv", BAD)]
    ),
]
PERSON = {"id": "chidi", "name": "Chidi", "roles": ["checker"], "accredited_until": "2026-12-31"}
PROJECT = {
    "id": "pay",
    "title": "Pay",
    "purpose": "To see",
    "columns": {"wages": ["sex"]},
    "policy": "",
    "policy_digest": "sha256:0",
    "ends_on": "2026-12-31",
    "members": ["ravi"],
    "state": "active",
    "view_digests": None,
}
RUN = {
    "id": "run-1",
    "project": "pay",
    "person": "ravi",
    "template": "t",
    "parameters": {"bins": 10},
    "notebook_digest": "0" * 64,
    "environment_digest": "0" * 64,
    "view_digests": {},
    "started_at": AT,
}


def fill(engine, keys):
    """Data as it was written before the newest revision, with two entries in its log."""
    entries, last = [], None
    for who in ("ravi", "mei"):
        last = append(Event(Action.PROJECT_CLOSED, who, "pay", NOW), last)
        entries.append({**last.__dict__, "details": digest.canonical_json(last.details).decode()})
    head = {"id": 1, "number": 2, "hash": last.hash, "signature": keys.sign(head_bytes(2, last.hash))}
    rows = {
        "person": [{"id": "chidi", "password_hash": "x", "document": json.dumps(PERSON)}],
        "project": [{"id": "pay", "state": "active", "document": json.dumps(PROJECT)}],
        "run": [{"id": "run-1", "project": "pay", "started_at": AT, "document": json.dumps(RUN)}],
        "request": [
            {
                "id": one["id"],
                "project": "pay",
                "author": "ravi",
                "state": one["state"],
                "submitted_at": AT,
                "document": json.dumps(one),
            }
            for one in REQUESTS
        ],
        "audit_entry": entries,
        "audit_head": [head],
    }
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        for name, values in rows.items():
            table = sa.table(name, *(sa.column(column) for column in values[0]))
            connection.execute(sa.insert(table), values)


@pytest.fixture(params=REVISIONS[:2])
def brought_forward(request, url, keys):
    """A database of an older revision with data, opened by this version."""
    engine = _engine(url)
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        upgrading = config()
        upgrading.attributes["connection"] = connection
        command.upgrade(upgrading, request.param)
    fill(engine, keys)
    engine.dispose()
    opened = Database(url, keys.sign)
    yield opened
    opened.engine.dispose()


def test_data_of_every_version_comes_forward(brought_forward, keys):
    store = RequestsDatabase(brought_forward)
    found = {one.id: one for one in store.requests()}
    assert set(found) == {one["id"] for one in REQUESTS}
    released = found["req-released"]
    assert (released.state, released.released_files) == (State.RELEASED, ("good.csv",))
    assert decisions(released, 2) == {"good.csv": FileDecision.APPROVED, "bad.csv": FileDecision.REFUSED}
    assert verify(brought_forward.entries(), brought_forward.head(), keys.fits).entries == 2
    assert ProjectsDatabase(brought_forward).project("pay").stop is None
    assert ProjectsDatabase(brought_forward).person("chidi").roles == {Role.CHECKER}
    assert RunsDatabase(brought_forward).run("run-1").parameters == {"bins": 10}


def test_a_vote_that_counted_counts_and_one_that_did_not_does_not(brought_forward):
    found = {one.id: one for one in RequestsDatabase(brought_forward).requests()}
    assert [one.checker for one in found["req-half"].finished] == ["chidi"]
    assert not found["req-stale"].finished
    for one in ("req-half", "req-stale"):
        assert set(decisions(found[one], 2).values()) == {FileDecision.INCOMPLETE}


def test_the_summary_of_an_old_request_is_that_of_the_request(brought_forward):
    store = RequestsDatabase(brought_forward)
    for carried, made in zip(store.summaries(), map(summary, store.requests()), strict=True):
        assert carried == made


def test_every_revision_is_tried():
    """A new revision needs data of the one before: add what it changes to ``fill``."""
    assert REVISIONS == ["0001", "0002", "0003"]
