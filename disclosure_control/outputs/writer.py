"""Write a session to a folder: the files, the evidence, and ``results.json``."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
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


def write_session(folder: Path, outputs: Sequence[RecordedOutput], policy: Policy) -> Report:
    """Write everything of a session; returns what its own checks say."""
    for name in RECORD_FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    results: dict[str, object] = {}
    reports: list[FileReport] = []
    for output in outputs:
        for ending, content in output.files.items():
            report = _file_report(output, ending, content)
            (folder / report.name).write_bytes(content)
            (folder / CHECKSUMS_FOLDER / f"{report.name}.txt").write_text(report.sha256)
            reports.append(report)
        if output.query is not None and output.frame is not None and output.answer is not None:
            (folder / query_path(output.name)).write_bytes(claim_bytes(output.query, output.answer, policy))
            _write_frame(output.frame, folder / frame_path(output.name))
        results[output.name] = _result(output)
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


def line_of(output: RecordedOutput) -> str:
    """One line for the researcher: the outcome, the rules behind it, and what to do."""
    findings = [finding for finding in output.findings if finding.outcome]
    if not findings:
        notes = " ".join(finding.why for finding in output.findings)
        return f"{output.name}: {output.outcome.name}. {notes}".rstrip()
    first = max(findings, key=lambda finding: finding.outcome)
    return f"{output.name}: {output.outcome.name}. {_rule_counts(findings)}. {first.todo}"


def _rule_counts(findings: Sequence[Finding]) -> str:
    counts: Mapping[str, int] = {f.rule: int(f.counts.get("cells", 0)) for f in findings}
    return "; ".join(f"{rule} in {n} cells" if n else rule for rule, n in counts.items())


def _result(output: RecordedOutput) -> dict[str, object]:
    has_evidence = output.query is not None
    return {
        "uid": f"{output.name}-{uuid4().hex[:8]}",
        "status": output.outcome.label,
        "type": _ACRO_TYPES[output.kind],
        "properties": {} if output.query is None else to_dict(output.query),
        "files": [{"name": f"{output.name}{ending}", "sdc": _sdc(output, ending)} for ending in output.files],
        "outcome": {},
        "command": output.command,
        "summary": "; ".join([output.outcome.label, *(finding.rule for finding in output.findings)]),
        "timestamp": output.made_at_utc,
        "comments": output.comments,
        "exception": output.exception,
        "evidence": {"query": query_path(output.name), "frame": frame_path(output.name)} if has_evidence else None,
    }


def _sdc(output: RecordedOutput, ending: str) -> dict[str, object]:
    """What is known of a file: the findings, and the places (row, column) of hidden and unsafe cells of a table."""
    record: dict[str, object] = {"findings": [finding.to_dict() for finding in output.findings]}
    if output.answer is None or not output.answer.reasons or ending not in output.answer.grids:
        return record
    across = output.answer.grids[ending].labels - 1
    cells: dict[str, list[list[int]]] = {}
    for row, reasons in enumerate(output.answer.reasons):
        for column, ids in enumerate(reasons):
            for rule in ids:
                cells.setdefault(rule, []).append([row, column + across])
    suppressed = bool(output.query is not None and getattr(output.query, "mitigation", "") == "suppress")
    summary = {"suppressed": suppressed, **{rule: len(places) for rule, places in cells.items()}}
    return {**record, "summary": summary, "cells": cells}


def _file_report(output: RecordedOutput, ending: str, content: bytes) -> FileReport:
    return FileReport(
        name=f"{output.name}{ending}",
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        media_type=_MEDIA_TYPES.get(ending, "application/octet-stream"),
        statbarn=output.answer.statbarn if output.answer is not None else statbarns.UNKNOWN,
        findings=output.findings or (make_finding("policy.kept"),),
    )
