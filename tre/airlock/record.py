"""The record of a release: every criterion, threshold, tool version, finding, overruling and review, as plain data.

SATRE 3.3.09 asks for it, bound to the package: it lies inside and is sealed with it. Checkers stand in it under
pseudonyms, so that the package can be published; the audit log holds who they are.

What the author chose and nobody approved byte by byte (title, context, parameters of a run, the files as they were
handed in) does not stand in it: a record of the data could be written into it. Nor does its SHA-256, which whoever
wrote a number of ten digits undoes by trying them all. In its place stands a commitment under a key that never leaves
(``Signer.commit``): this environment can show what belongs to a release, and nobody else can find it out.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Final

from disclosure_control.core.decoder import plain
from disclosure_control.core.finding import Finding
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.report_record import ReportRecord
from disclosure_control.core.rules.registry import RULES
from tre.airlock.materials import ReleaseMaterials
from tre.airlock.request import Condition, Decision, Request, RequestFile
from tre.airlock.states import Step
from tre.airlock.votes import approvals_needed, counting_votes
from tre.core import clock
from tre.core.digest import Json
from tre.core.people import Person
from tre.projects.project import Project
from tre.runs.manifest import Run

# Rules whose finding says what was done against disclosure.
_MITIGATIONS: Final = frozenset({"table.suppressed", "table.rounded"})


Sealed = Callable[..., str]


def _pseudonym(sealed: Sealed, person: str) -> str:
    """What somebody is called within one release; no list of names gives them away."""
    return f"person-{sealed('person', person).rpartition(':')[2][:12]}"


def record(
    request: Request,
    project: Project,
    released: Mapping[str, RequestFile],
    materials: ReleaseMaterials,
    *,
    report: ReportRecord,
    release: str,
    by: Person,
    now: datetime,
) -> dict[str, Json]:
    """The record of one release.

    Args:
        released: the approved files, by the name that they bear in the package.
        materials: what the release is made with.
        report: the check's report of this round.
    """
    head = materials.head

    def sealed(*parts: Json) -> str:
        return materials.signer.commit(json.dumps([release, *parts]))

    return {
        "format": "tre-release-record/3",
        "release": release,
        "request": request.id,
        "round": request.round,
        "project": {"id": project.id, "title": project.title, "purpose": project.purpose},
        "released_at": clock.text(now),
        "released_by": _pseudonym(sealed, by.id),
        "recipients": [_pseudonym(sealed, request.author)],
        "decision": "approved",
        "approvals_needed": approvals_needed(request, materials.needed),
        "risks": list(request.risks),
        "outputs": {name: _file(request, file, report, sealed) for name, file in sorted(released.items())},
        "withheld": sum(1 for file in request.outputs if file not in released.values()),
        "policy": plain(report.policy),
        "tool": plain(report.tool),
        "tools": report.tools,
        "rules": {name: rule.meaning for name, rule in sorted(RULES.items())},
        "report_commitment": sealed("report", request.report_digest),
        "checked_at": next((entry.at for entry in reversed(request.history) if entry.step is Step.CHECK), None),
        "conditions": [_condition(request, condition, sealed) for condition in request.conditions],
        "provenance": {
            "run": _run(materials.run, sealed),
            "datasets": {dataset: version for dataset, version in sorted(project.versions.items())},
            "views": dict(sorted((project.view_digests or {}).items())),
        },
        "audit": {"entry": head.number, "hash": head.hash, "signature": head.signature} if head else None,
    }


def _file(request: Request, file: RequestFile, report: ReportRecord, sealed: Sealed) -> dict[str, Json]:
    """All that is known of one output. Findings name kinds and places, never values."""
    personal = [finding for finding in file.findings if finding.rule.startswith("pii.")]
    mitigations = [finding for finding in file.findings if finding.rule in _MITIGATIONS]
    return {
        "sha256": file.clean_digest,
        "submitted_commitment": sealed("submitted", file.name, file.digest),
        "media_type": file.media_type,
        "statbarn": file.statbarn,
        "check": file.outcome.label if file.outcome is not None else None,
        "evidence_recomputed": file.verified,
        "findings": [_finding(finding, report) for finding in file.findings],
        "personal_data": [_finding(finding, report) for finding in personal],
        "mitigations": [
            {"kind": finding.rule.removeprefix("table."), "cells": dict(finding.counts)} for finding in mitigations
        ],
        "reviews": _reviews(request, file, sealed),
        "overrulings": [
            {"reviewer": _pseudonym(sealed, vote.checker), "rules": _stopping(file), "reason": vote.reason}
            for vote in counting_votes(request, file)
            if vote.decision is Decision.APPROVE and file.outcome is not Outcome.PASS
        ],
    }


def _finding(finding: Finding, report: ReportRecord) -> dict[str, Json]:
    """A finding with the version of its rule: the rules are part of the tool, and change with it alone."""
    return {**finding.to_dict(), "rule_version": plain(report.tool)}


def _stopping(file: RequestFile) -> list[str]:
    return [finding.rule for finding in file.findings if finding.outcome is not Outcome.PASS]


def _condition(request: Request, condition: Condition, sealed: Sealed) -> dict[str, Json]:
    decisions = [
        decision
        for decision in request.owner_decisions
        if (decision.round, decision.dataset) == (request.round, condition.dataset)
    ]
    return {
        "dataset": condition.dataset,
        "version": condition.version,
        "conditions_of_use": list(condition.conditions),
        "thresholds": dict(condition.policy),
        "owner_approval_needed": condition.owner_approval,
        "owner_decisions": [
            {"owner": _pseudonym(sealed, decision.owner), "approves": decision.approves, "at": decision.at}
            for decision in decisions
        ],
    }


def _reviews(request: Request, file: RequestFile, sealed: Sealed) -> list[Json]:
    return [
        {
            "reviewer": _pseudonym(sealed, vote.checker),
            "role": "checker",
            "round": vote.round,
            "vote": vote.decision.value,
            "reason": vote.reason,
            "at": vote.at,
        }
        for vote in counting_votes(request, file)
    ]


def _run(run: Run | None, sealed: Sealed) -> Json:
    if run is None:
        return None
    fields: dict[str, Json] = asdict(run)
    public_fields = ("id", "template", "notebook_digest", "environment_digest", "view_digests", "started_at")
    values = {name: sealed("parameter", name, value) for name, value in run.parameters.items()}
    return {**{name: fields[name] for name in public_fields}, "parameter_commitments": values}
