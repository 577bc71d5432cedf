"""Verify one output: answer its query again from the kept frame, and compare with everything that was handed in.

Steps: read the claim; read the frame; answer; compare the claimed cells; compare each file with the rebuilt one;
compare the frame with the views; say what the policy says. Whatever cannot be read or does not agree is FAIL, and
then nothing of the output is rebuilt.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from disclosure_control.core import statbarns
from disclosure_control.core.errors import BadEvidence, BadTable, MissingExtra, Unreadable
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.location import Location, Place
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from disclosure_control.evidence.compute import answer
from disclosure_control.evidence.profile import profile_of
from disclosure_control.evidence.provenance import compare_with_views
from disclosure_control.evidence.query import Query, RegressionQuery
from disclosure_control.evidence.result import QueryResult
from disclosure_control.evidence.serialise import Claim, cell_records, read_claim
from disclosure_control.tables.attack.differencing import Numbering
from disclosure_control.tables.grid import Grid, differences, same_text

_TABLE_TOLERANCE = 1e-9
_MODEL_TOLERANCE = 1e-6
_MAX_ROWS = 50_000_000


@dataclass(frozen=True)
class OutputVerification:
    """What verification says of one output: of all its files, of each, and what each would be rebuilt as."""

    statbarn: str
    findings: tuple[Finding, ...]
    by_file: Mapping[str, tuple[Finding, ...]]
    clean: Mapping[str, bytes]
    labels: tuple[str, ...]
    shared: frozenset[str] = frozenset()
    fingerprint: bytes = b""

    @property
    def agrees(self) -> bool:
        """Whether the output is what its frame gives."""
        everything = [*self.findings, *(finding for findings in self.by_file.values() for finding in findings)]
        return not any(f.rule.startswith("evidence.") and f.outcome is Outcome.FAIL for f in everything)


def verify_output(
    name: str,
    claim: bytes,
    frame: Path,
    files: Mapping[str, bytes],
    policy: Policy,
    views: Mapping[str, Path],
    unit: str,
    numbering: Numbering | None = None,
) -> OutputVerification:
    """Verify one output.

    Args:
        name: the output's name.
        claim: the bytes of its ``evidence/NAME.json``.
        frame: the path of its ``evidence/NAME.parquet``.
        files: the bytes of its files, by file name.
        policy: the policy to judge by.
        views: Parquet files of the project's views, by dataset; none on a laptop.
        unit: the column of units in the views.
        numbering: the numbers by which people are compared across projects; by default made from the units.
    """
    try:
        claimed = read_claim(claim)
        if claimed.policy_digest != policy.digest:
            why = f"It was not made under policy {policy.id} {policy.version}."
            return _refusal(make_finding("evidence.policy", why=why), files)
        table = _read_frame(frame, claimed.query.used())
        computed = answer(claimed.query, table, policy)
    except (BadEvidence, BadTable, MissingExtra) as error:
        return _refusal(make_finding("evidence.unreadable", why=str(error)), files)
    tolerance = _MODEL_TOLERANCE if isinstance(claimed.query, RegressionQuery) else _TABLE_TOLERANCE
    findings = [*_cell_findings(claimed, computed, tolerance), *computed.findings]
    if views:
        findings += compare_with_views(table, claimed.query.unit, views, unit)
    expected = {f"{name}{ending}": content for ending, content in computed.files().items()}
    by_file = {file: tuple(_file_findings(file, content, name, computed, tolerance)) for file, content in files.items()}
    missing = [file for file in expected if file not in files]
    if missing:
        findings.append(make_finding("evidence.mismatch", missing, "A file that the evidence gives is missing."))
    result = OutputVerification(computed.statbarn, tuple(findings), by_file, expected, computed.labels, computed.shared)
    if not result.agrees:
        return OutputVerification(computed.statbarn, tuple(findings), by_file, {}, computed.labels)
    return replace(result, fingerprint=_fingerprint(table, claimed.query, computed, policy, numbering))


def _fingerprint(
    frame: pa.Table, query: Query, computed: QueryResult, policy: Policy, numbering: Numbering | None
) -> bytes:
    """What it tells, of whom; nothing for a model, whose coefficients cannot be subtracted from those of another."""
    if isinstance(query, RegressionQuery):
        return b""
    profile = profile_of(frame, query, computed.cells, policy, numbering)
    return profile.to_bytes() if profile.fingerprints else b""


def _refusal(finding: Finding, files: Mapping[str, bytes]) -> OutputVerification:
    return OutputVerification(statbarns.UNKNOWN, (finding,), dict.fromkeys(files, ()), {}, ())


def _read_frame(path: Path, used: Sequence[str]) -> pa.Table:
    try:
        with pq.ParquetFile(path) as file:
            if file.metadata.num_rows > _MAX_ROWS:
                raise BadEvidence(f"The kept frame has more than {_MAX_ROWS:,} rows.")
            table = file.read(use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise BadEvidence("The kept frame is not readable Parquet.") from error
    if sorted(table.column_names) != sorted(used):
        raise BadEvidence("The kept frame does not have exactly the columns of its query.")
    return _plain(table)


def _plain(table: pa.Table) -> pa.Table:
    """The rows alone: a dictionary may hold texts that no row has, which would stand in a table as empty categories."""
    plain = [
        column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for column in table.columns
    ]
    return pa.Table.from_arrays(plain, names=table.column_names)


def _cell_findings(claim: Claim, computed: QueryResult, tolerance: float) -> list[Finding]:
    wrong, total = _wrong_cells(claim.cells, computed.cells, computed.keys, tolerance)
    if not wrong:
        return []
    why = f"{len(wrong)} of {total} cells of the evidence are not what its own frame gives."
    return [make_finding("evidence.forged", wrong, why, cells=len(wrong))]


def _wrong_cells(
    claimed: Sequence[Mapping[str, Any]], cells: pd.DataFrame, keys: Sequence[str], tolerance: float
) -> tuple[list[Place], int]:
    true_cells = {tuple(str(cell[key]) for key in keys): cell for cell in cell_records(cells)}
    claimed_cells = {tuple(str(cell.get(key)) for key in keys): cell for cell in claimed}
    wrong: list[Place] = [
        Location(labels=tuple(zip(keys, labels, strict=True)))
        for labels, cell in true_cells.items()
        if not _same_cell(cell, claimed_cells.get(labels, {}), tolerance)
    ]
    extra = len(claimed) - len(true_cells)
    return wrong + ([f"{extra} cells that the frame does not give"] if extra > 0 else []), max(
        len(true_cells), len(claimed)
    )


def _same_cell(true_cell: Mapping[str, Any], claimed_cell: Mapping[str, Any], tolerance: float) -> bool:
    return set(true_cell) == set(claimed_cell) and all(
        same_text(str(true_cell[key]), str(claimed_cell[key]), tolerance) for key in true_cell
    )


def _file_findings(file: str, content: bytes, name: str, computed: QueryResult, tolerance: float) -> list[Finding]:
    ending = file.removeprefix(name) if file.startswith(name) else ""
    if ending in computed.grids:
        wrong = _grid_differences(content, computed.grids[ending], tolerance)
    elif ending in computed.pictures:
        wrong = _picture_differences(content, computed.pictures[ending])
    else:
        wrong = ["the whole file, which is not one that this output gives"]
    if wrong:
        return [make_finding("evidence.mismatch", wrong, places=len(wrong))]
    return [make_finding("evidence.verified")]


def _grid_differences(content: bytes, grid: Grid, tolerance: float) -> list[Place]:
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return ["the whole file, which cannot be read"]
    return [difference.where for difference in differences(grid, lines, tolerance)]


def _picture_differences(content: bytes, picture: bytes) -> list[Place]:
    # A picture that the evidence gives was drawn by matplotlib, which brings the library that decodes this one.
    from disclosure_control.formats.images.png import same_pixels  # noqa: PLC0415

    try:
        return [] if same_pixels(content, picture) else ["the picture"]
    except Unreadable:
        return ["the whole file, which cannot be read"]
