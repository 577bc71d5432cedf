"""The record of a release: every criterion, threshold, tool version, finding, overruling and review, as plain data.

SATRE 3.3.09 asks for it, bound to the package: it lies inside and is sealed with it. Checkers stand in it under
their person ids' digests, so that the package can be published; the audit log holds who they are.

The author's free words (title, context, text parameters of a run) do not stand in it: nobody approved them byte by
byte, and a record of the data could be written into them.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from tre.airlock.decisions import counting_votes
from tre.airlock.request import Decision, Request, RequestFile
from tre.audit.chain import Head
from tre.core import clock, digest
from tre.core.digest import Json
from tre.core.people import Person
from tre.projects.project import Project
from tre.runs.manifest import Run
from tre.runs.template import Value


def reviewer(request: Request, person: str) -> str:
    """A checker's pseudonym within one release."""
    return f"checker-{digest.of_value([request.id, person])[:12]}"


def record(
    request: Request,
    project: Project,
    released: Mapping[str, RequestFile],
    *,
    report: Mapping[str, Json],
    run: Run | None,
    release: str,
    by: Person,
    head: Head | None,
    now: datetime,
) -> dict[str, Json]:
    """The record of one release.

    Args:
        released: the approved files, by the name that they bear in the package.
        report: the check's report of this round.
        head: the audit log's head as it stood before the release.
    """
    return {
        "format": "tre-release-record/1",
        "release": release,
        "request": request.id,
        "round": request.round,
        "project": {"id": project.id, "title": project.title, "purpose": project.purpose},
        "released_at": clock.text(now),
        "released_by": reviewer(request, by.id),
        "outputs": {
            name: {**_file(file), "reviews": _reviews(request, file)} for name, file in sorted(released.items())
        },
        "withheld": sum(1 for file in request.outputs if file not in released.values()),
        "policy": report.get("policy"),
        "tool": report.get("tool"),
        "report_sha256": request.report_digest,
        "provenance": _run(run),
        "audit": {"entry": head.number, "hash": head.hash, "signature": head.signature} if head else None,
    }


def _file(file: RequestFile) -> dict[str, Json]:
    return {
        "sha256": file.clean_digest,
        "submitted_sha256": file.digest,
        "media_type": file.media_type,
        "statbarn": file.statbarn,
        "check": file.outcome.label if file.outcome is not None else None,
        "evidence_recomputed": file.verified,
        "findings": [finding.to_dict() for finding in file.findings],
    }


def _reviews(request: Request, file: RequestFile) -> list[Json]:
    return [
        {
            "reviewer": reviewer(request, vote.checker),
            "round": vote.round,
            "vote": vote.decision.value,
            "reason": vote.reason,
            "overruled": [item.rule for item in file.findings] if vote.decision is Decision.APPROVE else [],
            "at": vote.at,
        }
        for vote in counting_votes(request, file)
    ]


def _run(run: Run | None) -> Json:
    if run is None:
        return None
    known: dict[str, Json] = asdict(run)
    kept = ("id", "template", "parameters", "notebook_digest", "environment_digest", "view_digests", "started_at")
    values = {name: _unwritten(value) for name, value in run.parameters.items()}
    return {**{name: known[name] for name in kept}, "parameters": values}


def _unwritten(value: Value) -> Value:
    return f"sha256:{digest.of_bytes(value.encode())}" if isinstance(value, str) else value
