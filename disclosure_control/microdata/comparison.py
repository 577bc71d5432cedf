"""Comparison of a file with the project's data: rows, values and stretches of columns.

Rows, values and stretches of columns are looked for, in tables as they were read and in the numbers of any text. What
counts is always more than chance explains: a published table has numbers that stand in the data too.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import duckdb

from disclosure_control.core.content import Column
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.location import Location, Places, places
from disclosure_control.core.outcome import Outcome
from disclosure_control.microdata.cell_values import Cells, Kind, cells_of, numbers_in
from disclosure_control.microdata.column_matches import MANY_VALUES, Overlap, is_repeated, overlaps
from disclosure_control.microdata.groups import categories, may_be_groups
from disclosure_control.microdata.row_matches import rows_in
from disclosure_control.microdata.stretches import stretch_length, stretches
from disclosure_control.microdata.view import View

MAX_COLUMNS: Final = 400
_MAX_ORDERED: Final = 4  # pairs of columns whose order is compared
_NEARLY_ALL: Final = 0.95


def comparison_findings(
    tables: Mapping[Location, Sequence[Column]],
    texts: Iterable[str],
    views: Mapping[str, Path],
    unit: str,
    min_units: int,
) -> list[Finding]:
    """What of the file stands in the project's data.

    Args:
        tables: the columns of every table of the file, by the table's place in it.
        texts: the file's other texts, in their order.
        views: the project's views, Parquet files by dataset.
        unit: the column of the views that says which person or business a row belongs to.
        min_units: a row or value that at least so many rows of the data share tells nothing of one person.
    """
    if not views:
        return []
    text_numbers = [[cells] for cells in numbers_in(texts)]
    selected, findings = _select_tables(tables, MAX_COLUMNS - len(text_numbers))
    file_tables = [cells for where, columns in selected.items() if (cells := cells_of(columns, where))]
    try:
        for name, path in views.items():
            view = View(path)
            try:
                findings += _view_findings(view, name, [*file_tables, *text_numbers], unit, min_units)
            finally:
                view.close()
    except duckdb.Error:
        findings.append(make_finding("microdata.not-compared"))
    return findings


def _select_tables(
    tables: Mapping[Location, Sequence[Column]], most: int
) -> tuple[Mapping[Location, Sequence[Column]], list[Finding]]:
    """As many tables as are compared, the longest first, since records are many; and what is said of the others."""
    selected: dict[Location, Sequence[Column]] = {}
    omitted = []
    for where, columns in sorted(tables.items(), key=lambda item: -len(item[1][0].cells) if item[1] else 0):
        if len(columns) <= most:
            selected[where] = columns
            most -= len(columns)
        else:
            omitted.append(where)
    why = f"The file has more than {MAX_COLUMNS} columns; these were not compared."
    return selected, [make_finding("microdata.not-compared", omitted, why)] if omitted else []


def _view_findings(view: View, name: str, tables: Sequence[list[Cells]], unit: str, min_units: int) -> list[Finding]:
    pairs = overlaps(view, [cells for table in tables for cells in table])
    findings: list[Finding] = []
    rows = 0
    for table in tables:
        table_cells = {id(cells) for cells in table}
        hits = (
            rows_in(view, table, [overlap for overlap in pairs if id(overlap.cells) in table_cells], min_units)
            if table_cells
            else None
        )
        if hits is not None:
            rows += hits.matched
            why = f"{hits.matched:,} rows stand in {name!r} by {hits.columns} columns, where few people have them."
            outcome = Outcome.REVIEW if hits.may_be_statistics else Outcome.FAIL
            findings.append(make_finding("microdata.rows", _place(table), why, outcome=outcome, rows=hits.matched))
    repeated = [overlap for overlap in pairs if is_repeated(view, overlap)]
    ordered = [] if rows else _ordered_overlaps(view, [overlap for overlap in pairs if overlap not in repeated])
    for overlap in repeated:
        table = next(table for table in tables if any(cells is overlap.cells for cells in table))
        grouped = may_be_groups([], categories(table, [overlap.cells]), pairs, min_units)
        findings.append(_value_finding(name, overlap, unit, grouped))
    for overlap, number in ordered:
        why = f"{number:,} stretches of values stand in a column of {name!r} in the same order."
        findings.append(make_finding("microdata.values", overlap.cells.where, why, stretches=number))
    return findings


def _value_finding(name: str, overlap: Overlap, unit: str, grouped: bool) -> Finding:
    number = len(overlap.held)
    if overlap.column.name == unit:
        return make_finding(
            "microdata.pseudonym", overlap.cells.where, f"{number:,} identifiers of {name!r} stand in it.", units=number
        )
    total = len(overlap.cells.different)
    why = f"{number:,} of {total:,} different numbers stand in one column of {name!r}, more than by chance."
    outcome = Outcome.REVIEW if grouped or number < MANY_VALUES else Outcome.FAIL
    return make_finding("microdata.values", overlap.cells.where, why, outcome=outcome, values=number)


def _ordered_overlaps(view: View, candidates: Sequence[Overlap]) -> list[tuple[Overlap, int]]:
    fits = [
        (overlap, length)
        for overlap in candidates
        if overlap.cells.kind is Kind.NUMBER and overlap.share >= _NEARLY_ALL
        if (length := stretch_length(overlap, view.rows)) is not None
    ]
    fits.sort(key=lambda pair: (-pair[0].has_same_name, pair[1]))
    counted = [(overlap, stretches(view, overlap, length)) for overlap, length in fits[:_MAX_ORDERED]]
    return [(overlap, number) for overlap, number in counted if number]


def _place(table: Sequence[Cells]) -> Places:
    where = [cells.where for cells in table]
    return places(where, limit=6)
