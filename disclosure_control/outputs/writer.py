"""Write a session to a folder: the files, the evidence, and ``results.json``."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pyarrow as pa

from disclosure_control.core import statbarns
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.outcome import Outcome, combine
from disclosure_control.core.policy import Policy
from disclosure_control.core.report import TOOL, FileReport, Report, tool_version
from disclosure_control.evidence.manifest import CHECKSUMS_FOLDER, FILE_NAME, RECORD_FOLDERS, frame_path, query_path
from disclosure_control.evidence.query import Query, to_dict
from disclosure_control.evidence.result import QueryResult
from disclosure_control.evidence.serialise import claim_bytes, frame_bytes

_MEDIA_TYPES: Final = {".csv": "text/csv", "-fit.csv": "text/csv", ".png": "image/png", ".txt": "text/plain"}
# What viewers of ACRO's records (SACRO-Viewer) read: the version of the format, and its names for kinds of output.
_ACRO_FORMAT: Final = "0.4.12"
_ACRO_TYPES: Final = {
    "table": "table",
    "figure": "figure",
    "model": "regression",
    "survival": "survival analysis",
    "custom": "custom",
}


@dataclass(frozen=True)
class RecordedOutput:
    """One output of a session, with its evidence where it has any."""

    name: str
    files: dict[str, bytes]
    kind: str
    command: str
    findings: tuple[Finding, ...]
    comments: list[str]
    made_at_utc: str
    query: Query | None = None
    frame: pa.Table | Path | None = None
    answer: QueryResult | None = None
    exception: str = ""

    @property
    def outcome(self) -> Outcome:
        """What the session's own checks say; PASS only where there is an answer to judge."""
        return combine([*([Outcome.PASS] if self.answer else []), *(finding.outcome for finding in self.findings)])


def write_session(folder: Path, kept: Sequence[RecordedOutput], policy: Policy) -> Report:
    """Write everything of a session; returns what its own checks say."""
    for name in RECORD_FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    results: dict[str, Any] = {}
    reports: list[FileReport] = []
    for one in kept:
        for ending, content in one.files.items():
            report = _file_report(one, ending, content)
            (folder / report.name).write_bytes(content)
            (folder / CHECKSUMS_FOLDER / f"{report.name}.txt").write_text(report.sha256)
            reports.append(report)
        if one.query is not None and one.frame is not None and one.answer is not None:
            (folder / query_path(one.name)).write_bytes(claim_bytes(one.query, one.answer, policy))
            _write_frame(one.frame, folder / frame_path(one.name))
        results[one.name] = _result(one)
    document = {
        "version": _ACRO_FORMAT,
        "tool": TOOL,
        "tool_version": tool_version(),
        "policy": {"id": policy.id, "version": policy.version, "digest": policy.digest},
        "results": results,
    }
    text = json.dumps(document, indent=2, allow_nan=False, ensure_ascii=False) + "\n"
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return Report(files=tuple(reports), policy=policy)


def _write_frame(frame: pa.Table | Path, path: Path) -> None:
    if isinstance(frame, Path):
        shutil.copyfile(frame, path)
    else:
        path.write_bytes(frame_bytes(frame))


def line_of(kept: RecordedOutput) -> str:
    """One line for the researcher: the outcome, the rules behind it, and what to do."""
    said = [finding for finding in kept.findings if finding.outcome]
    if not said:
        notes = " ".join(finding.why for finding in kept.findings)
        return f"{kept.name}: {kept.outcome.name}. {notes}".rstrip()
    first = max(said, key=lambda finding: finding.outcome)
    return f"{kept.name}: {kept.outcome.name}. {_counted(said)}. {first.todo}"


def _counted(findings: Sequence[Finding]) -> str:
    counts: Mapping[str, int] = {f.rule: int(f.counts.get("cells", 0)) for f in findings}
    return "; ".join(f"{rule} in {n} cells" if n else rule for rule, n in counts.items())


def _result(one: RecordedOutput) -> dict[str, Any]:
    has_evidence = one.query is not None
    return {
        "uid": f"{one.name}-{uuid4().hex[:8]}",
        "status": one.outcome.label,
        "type": _ACRO_TYPES[one.kind],
        "properties": {} if one.query is None else to_dict(one.query),
        "files": [{"name": f"{one.name}{ending}", "sdc": _sdc(one, ending)} for ending in one.files],
        "outcome": {},
        "command": one.command,
        "summary": "; ".join([one.outcome.label, *(finding.rule for finding in one.findings)]),
        "timestamp": one.made_at_utc,
        "comments": one.comments,
        "exception": one.exception,
        "evidence": {"query": query_path(one.name), "frame": frame_path(one.name)} if has_evidence else None,
    }


def _sdc(one: RecordedOutput, ending: str) -> dict[str, Any]:
    """What is known of a file: the findings, and the places (row, column) of hidden and unsafe cells of a table."""
    said: dict[str, Any] = {"findings": [finding.to_dict() for finding in one.findings]}
    if one.answer is None or not one.answer.reasons or ending not in one.answer.grids:
        return said
    across = one.answer.grids[ending].labels - 1
    cells: dict[str, list[list[int]]] = {}
    for row, reasons in enumerate(one.answer.reasons):
        for column, ids in enumerate(reasons):
            for rule in ids:
                cells.setdefault(rule, []).append([row, column + across])
    suppressed = bool(one.query is not None and getattr(one.query, "mitigation", "") == "suppress")
    summary = {"suppressed": suppressed, **{rule: len(places) for rule, places in cells.items()}}
    return {**said, "summary": summary, "cells": cells}


def _file_report(one: RecordedOutput, ending: str, content: bytes) -> FileReport:
    return FileReport(
        name=f"{one.name}{ending}",
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        media_type=_MEDIA_TYPES.get(ending, "application/octet-stream"),
        statbarn=one.answer.statbarn if one.answer is not None else statbarns.UNKNOWN,
        findings=one.findings or (make_finding("policy.kept"),),
    )
