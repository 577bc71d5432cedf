"""Small counts in a table of which only the file is known."""

import re
from typing import Final

from disclosure_control.core.content import Table, TableKind
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.tables.bare.numbers import Numbers, numeric, says_count, says_share

_END: Final = re.compile(r"(?i)\s*(min|max|minimum|maximum|smallest|largest|lowest|highest|range)\s*")
_SURE, _POSSIBLE = "table.small-count", "table.possible-small-count"


def small_counts(table: Table, min_units: int) -> list[Finding]:
    """Whole numbers below the minimum: sure in columns and rows of counts, possible elsewhere.

    A table whose numbers are all whole is read as counts, but for columns that number its rows.
    """
    columns = [numbers for numbers in numeric(table.columns) if not says_share(numbers.column.header)]
    whole = [numbers for numbers in columns if numbers.whole is not None and not numbers.is_index]
    only_counts = len(whole) == sum(not numbers.is_index for numbers in columns)
    counting_rows = _counting_rows(table)
    spots: dict[str, list[tuple[int, int]]] = {_SURE: [], _POSSIBLE: []}
    for numbers in whole:
        sure = numbers.counts or (only_counts and table.kind is not TableKind.LISTED)
        spots[_SURE if sure else _POSSIBLE] += _small(numbers, min_units)
    for numbers in columns:
        if numbers not in whole and counting_rows:
            spots[_SURE] += _small_in_rows(numbers, min_units, counting_rows)
    return [
        make_finding(rule, [table.place(i, number) for i, number in cells], cells=len(cells))
        for rule, cells in spots.items()
        if cells
    ]


def end_points(table: Table) -> list[Finding]:
    """Columns and rows that say they are the smallest or largest value, which is somebody's own."""
    spots = [table.place(-1, n.column.number) for n in numeric(table.columns) if _END.fullmatch(n.column.header)]
    first = table.columns[0].cells if table.columns else []
    spots += [table.place(i, 1) for i, label in enumerate(first) if _END.fullmatch(label)]
    return [make_finding("table.possible-end-point", spots)] if spots else []


def unrounded(table: Table, base: int | None) -> list[Finding]:
    """Counts that are no multiple of what the policy rounds to."""
    if base is None:
        return []
    columns = [numbers for numbers in numeric(table.columns) if not says_share(numbers.column.header)]
    whole = [numbers for numbers in columns if numbers.whole is not None and not numbers.is_index]
    only_counts = len(whole) == sum(not numbers.is_index for numbers in columns)
    spots = [
        table.place(i, numbers.column.number)
        for numbers in whole
        if numbers.counts or only_counts
        for i, number in enumerate(numbers.whole or [])
        if number is not None and number % base
    ]
    return [make_finding("table.unrounded", spots, cells=len(spots), base=base)] if spots else []


def _small(numbers: Numbers, min_units: int) -> list[tuple[int, int]]:
    return [
        (i, numbers.column.number)
        for i, number in enumerate(numbers.whole or [])
        if number is not None and 0 < number < min_units
    ]


def _counting_rows(table: Table) -> frozenset[int]:
    """The rows whose label speaks of a count, as the first of pandas' ``describe``."""
    first = table.columns[0] if table.columns else None
    if first is None or any(cell[:1].isdigit() for cell in first.cells):
        return frozenset()
    return frozenset(i for i, cell in enumerate(first.cells) if says_count(cell))


def _small_in_rows(numbers: Numbers, min_units: int, rows: frozenset[int]) -> list[tuple[int, int]]:
    return [
        (i, numbers.column.number)
        for i, number in enumerate(numbers.values)
        if i in rows and number is not None and 0 < number < min_units and number == int(number)
    ]
