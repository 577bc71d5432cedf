"""Requests with groups, finished reviews and bound votes; a summary beside each; indexes of the log.

What an earlier version stored is carried over: a vote that counted is bound to its file as it is now, a checker with a
vote on every output has finished, and of a release it is written down which files left.
"""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_RECORDS = ("evidence/", "checksums/")


def upgrade() -> None:
    """Add the column, carry every request over, then ask that the column is filled."""
    op.add_column("request", sa.Column("summary", sa.Text, nullable=True))
    op.create_index("request_by_project", "request", ["project", "submitted_at"])
    table = sa.table("request", *(sa.column(name) for name in ("id", "document", "summary")))
    connection = op.get_bind()
    for row in connection.execute(sa.select(table)).mappings().all():
        document = _carried_over(json.loads(row["document"]))
        values = {"document": json.dumps(document, ensure_ascii=False), "summary": json.dumps(_summary(document))}
        connection.execute(table.update().where(table.c.id == row["id"]).values(**values))
    with op.batch_alter_table("request") as batch:
        batch.alter_column("summary", nullable=False, existing_type=sa.Text)
    for column in ("actor", "subject", "action"):
        op.create_index(f"audit_entry_by_{column}", "audit_entry", [column, "number"])
    if connection.dialect.name == "postgresql":
        _refuse_changes()


def _refuse_changes() -> None:
    """In place of rules that ignore a change without a word, triggers that refuse it, TRUNCATE included."""
    for verb in ("update", "delete"):
        op.execute(f"DROP RULE audit_entry_no_{verb} ON audit_entry")
    op.execute(
        "CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit entries are never changed' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_stays()"
    )


def _carried_over(request: dict[str, Any]) -> dict[str, Any]:
    group = {
        "name": "outputs",
        "context": request["context"],
        "controls": "As the record of the session says, file by file.",
    }
    request["groups"] = [group]
    for file in request["files"]:
        file |= {"kind": "output", "group": "outputs"}
    files = {file["name"]: file for file in _outputs(request)}
    counting: dict[tuple[str, str], dict[str, Any]] = {}
    for vote in request["votes"]:
        file = files.get(vote["file"])
        if file and (vote["round"], vote["digest"]) == (request["round"], file["clean_digest"]):
            vote["binding"] = _binding(request, file, group)
            counting[vote["file"], vote["checker"]] = vote
    checkers = {checker for _, checker in counting}
    # In the earlier version every vote counted at once, complete review or not.
    request["finished"] = [
        {
            "round": request["round"],
            "checker": checker,
            "at": max(vote["at"] for (_, by), vote in counting.items() if by == checker),
        }
        for checker in sorted(checkers)
    ]
    approvals = {name: 0 for name in files}
    for (name, _), vote in counting.items():
        approvals[name] += vote["decision"] == "approve"
    if request["state"] == "released":
        request["released_files"] = [name for name, number in approvals.items() if number >= 2]
    return request


def _outputs(request: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        file for file in request["files"] if file["name"] != "results.json" and not file["name"].startswith(_RECORDS)
    ]


def _binding(request: dict[str, Any], file: dict[str, Any], group: dict[str, str]) -> str:
    words = [
        request["id"],
        request["round"],
        file["name"],
        file["digest"],
        file["clean_digest"],
        file["kind"],
        group["name"],
        group["context"],
        group["controls"],
    ]
    text = json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _summary(request: dict[str, Any]) -> dict[str, Any]:
    outputs = _outputs(request)
    outcomes = [file["outcome"] for file in outputs if file["outcome"] is not None]
    votes_by: dict[str, int] = {}
    for vote in request["votes"]:
        votes_by[vote["checker"]] = votes_by.get(vote["checker"], 0) + 1
    return {
        "id": request["id"],
        "project": request["project"],
        "author": request["author"],
        "title": request["title"],
        "state": request["state"],
        "round": request["round"],
        "direction": "out",
        "first_submitted_at": request["submitted_at"],
        "submitted_at": request["submitted_at"],
        "first_review_at": min((vote["at"] for vote in request["votes"]), default=""),
        "decided_at": "",
        "ended_at": "",
        "outputs": len(outputs),
        "worst": max(outcomes, default=None),
        "risk": 0,
        "claimed_by": [],
        "finished_by": [one["checker"] for one in request["finished"]],
        "involved": [],
        "owners": [],
        "grounds": [],
        "votes_by": votes_by,
        "release": request.get("release") or "",
    }
