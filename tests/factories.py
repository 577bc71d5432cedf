"""Values for tests, with keyword-only defaults that a test overrides where it matters."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pyarrow as pa

from disclosure_control.core.decoder import BadMessage, convert
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.location import Location
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.report_record import ReportRecord
from disclosure_control.tables.statistics.frames import series_to_arrow
from tre.airlock.grouping import BY_RECORD
from tre.airlock.request import Decision, FileKind, FinishedReview, Group, Request, RequestFile, Vote
from tre.airlock.states import State
from tre.core.digest import of_bytes
from tre.core.people import Person, Role
from tre.projects.project import Project, ProjectState

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
TODAY = NOW.date()


def arrow_of(frame: pd.DataFrame, columns) -> pa.Table:
    """The named columns of a frame, as evidence keeps them."""
    return pa.table({name: series_to_arrow(frame[name], name) for name in columns})


def person(
    *,
    id: str = "ravi",
    name: str = "Ravi Menon",
    roles=("researcher",),
    accredited_until: date | None = date(2026, 12, 31),
    training=None,
) -> Person:
    return Person(id, name, frozenset(map(Role, roles)), accredited_until, training or {})


def checker(*, id: str = "chidi", **given) -> Person:
    return person(id=id, roles=given.pop("roles", ("checker",)), **given)


def project(
    *,
    id: str = "pay",
    members=("ravi",),
    ends_on: date = date(2026, 12, 31),
    state=ProjectState.ACTIVE,
    training=(),
    training_everywhere=(),
    stop=None,
) -> Project:
    return Project(
        id=id,
        title="Pay",
        purpose="To see",
        columns={"earnings": ("sex", "pay")},
        policy="",
        policy_digest="sha256:0",
        ends_on=ends_on,
        members=frozenset(members),
        state=state,
        training=frozenset(training),
        training_everywhere=frozenset(training_everywhere),
        stop=stop,
    )


def file(
    *,
    name: str = "table.csv",
    outcome: Outcome | None = Outcome.PASS,
    clean: bytes = b"a,b\n",
    findings=(),
    kind: FileKind = FileKind.OUTPUT,
    group: str = "outputs",
) -> RequestFile:
    digest = of_bytes(clean) if clean else ""
    known = {"media_type": "text/csv", "kind": kind, "group": group}
    return RequestFile(name, of_bytes(b"as submitted"), 12, outcome, tuple(findings), digest, **known)


def finding(*, rule: str = "table.threshold", outcome: Outcome = Outcome.FAIL) -> Finding:
    where = Location(labels=(("row", "North"),))
    return make_finding(rule, where, "Too few people.", outcome=outcome, todo="Merge categories.")


def report_record(*rows: object, **changes: object) -> ReportRecord | None:
    """The report that a check's sandbox hands out, read as the airlock reads it: None where it is no report."""
    known = {
        "outcome": "review",
        "policy": {"id": "default", "version": "1", "digest": "sha256:1", "thresholds": {}},
        "tool": {"name": "t", "version": "1"},
        "verified_against": None,
        "findings": [],
        "files": list(rows),
    }
    try:
        return convert({**known, **changes}, ReportRecord)
    except BadMessage:
        return None


def file_row(name: str, digest: str, **changes: object) -> dict[str, object]:
    """A file of a report, as its JSON has it."""
    known = {"bytes": 12, "media_type": "text/csv", "statbarn": "frequencies", "verified": True, "rebuilt": True}
    return {"name": name, "sha256": digest, "outcome": "pass", "findings": [], **known, **changes}


def request(
    *, state: State = State.IN_REVIEW, files=None, author: str = "ravi", round: int = 1, votes=(), finished=None, **more
) -> Request:
    """A request; each vote is bound to its file as it is in the round that it names, and its checker has finished."""
    made = Request(
        id="req-1",
        project="pay",
        author=author,
        title="Pay by sex",
        context="For the report",
        submitted_at="2026-05-04T09:00:00.000000+00:00",
        files=tuple(files) if files is not None else (file(),),
        round=round,
        state=state,
        **{"groups": (Group("outputs", "For the report", BY_RECORD),), **more},
    )
    bound = tuple(vote_in(made, one) for one in votes)
    done = {(one.round, one.checker): one.at for one in votes} if finished is None else finished
    return replace(
        made, votes=bound, finished=tuple(FinishedReview(number, by, at) for (number, by), at in done.items())
    )


def vote_in(of: Request, one: Vote) -> Vote:
    """The vote with the binding that the file has in the vote's round, if the request has such bytes."""
    held = of.file(one.file)
    known = held if held is not None and held.clean_digest == one.digest else None
    return replace(one, binding=replace(of, round=one.round).binding(known) if known else "")


def vote(
    of: RequestFile, *, by: str, decision: Decision = Decision.APPROVE, round: int = 1, reason: str = "fine"
) -> Vote:
    return Vote(round, by, of.name, of.clean_digest, decision, reason, "2026-05-04T09:10:00.000000+00:00")
