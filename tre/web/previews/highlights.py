"""Which cells of a table the check speaks of: its findings' places, found again in the file. Pure.

A finding has a place by line and column, or by the labels of a cell. Where the file was computed again, its own cells
say which of them break a rule, beyond the few places that a finding has room for.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from disclosure_control.core.finding import Finding
from disclosure_control.core.outcome import Outcome
from tre.web.previews.delimited import Delimited

_MOST_ROWS: Final = 20_000  # a table with more rows is marked by line and column alone
_MOST_PLACES: Final = 5_000


@dataclass(frozen=True)
class Flag:
    """A marked cell. ``row`` counts from 0 below the header, -1 is the header; ``finding`` is a place in the list."""

    row: int
    column: int
    finding: int


def flags(
    table: Delimited, findings: Sequence[Finding], named: Mapping[str, Iterable[Sequence[str]]] | None = None
) -> list[Flag]:
    """The cells that findings speak of.

    Args:
        table: the file.
        findings: what the check says of it; those that pass mark nothing.
        named: for each rule, the labels of each cell that breaks it, as the evidence says.
    """
    marks: dict[Flag, None] = {}
    by_labels = _Labels(table) if table.rows <= _MOST_ROWS else None
    for i, finding in enumerate(findings):
        if finding.outcome is Outcome.PASS:
            continue
        at = [location.first for location in finding.locations]
        for place in at:
            if place.line and 0 < place.column <= len(table.header) and place.line <= table.rows + 1:
                marks[Flag(place.line - 2, place.column - 1, i)] = None
        if by_labels is not None:
            labelled = [[label for _, label in place.labels] for place in at if place.labels]
            for row, column in by_labels.places([*(named or {}).get(finding.rule, ()), *labelled]):
                marks[Flag(row, column, i)] = None
    return list(marks)[:_MOST_PLACES]


class _Labels:
    """The cells of a table by the labels of their row and column."""

    def __init__(self, table: Delimited) -> None:
        rows = [cells for _, cells in table.window(0, table.rows)]
        first = _first_of_numbers(rows, len(table.header))
        self._columns = [frozenset({name.strip()}) for name in table.header]
        self._first = first
        self._rows = [frozenset(cell.strip() for cell in row[:first]) for row in rows]
        self._named: dict[str, set[int]] = {}
        for i, labels in enumerate(self._rows):
            for label in labels:
                self._named.setdefault(label, set()).add(i)

    def places(self, cells: Iterable[Sequence[str]]) -> Iterator[tuple[int, int]]:
        for labels in cells:
            names = frozenset(labels)
            for row in sorted(set().union(*(self._named.get(label, set()) for label in names))):
                rest = names - self._rows[row]
                columns = range(self._first, len(self._columns))
                yield from ((row, column) for column in columns if self._fits(rest, column, len(names)))

    def _fits(self, rest: frozenset[str], column: int, labels: int) -> bool:
        """Whether what the row does not say stands in the column's header, alone or in a joined one."""
        if not rest:
            return labels > 0 and self._first == len(self._columns) - 1
        name = next(iter(self._columns[column]))
        return rest == self._columns[column] or all(part in re.split(r"[|/_ ,]+", name) for part in rest)


def _first_of_numbers(rows: Sequence[Sequence[str]], columns: int) -> int:
    """How many columns on the left are labels: those before the first that holds a number or a hidden cell."""
    for column in range(1, columns):
        cells = [row[column].strip() for row in rows if column < len(row)]
        if any(re.fullmatch(r"[+-]?[\d,]*\.?\d+%?|\[[a-z]\]", cell) for cell in cells):
            return column
    return min(1, columns)
