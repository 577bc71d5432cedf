"""Hidden cells of a table with totals that can be worked out by subtraction.

Rows and columns that say they are totals give equations; a hidden cell that every solution gives the same value is no
longer hidden (Handbook on SDC, 2nd ed., section 5.4).
"""

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from disclosure_control.core.content import Table
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.tables.bare.numbers import Numbers, is_suppressed, numeric

_TOTAL: Final = re.compile(r"(?i)\s*(all|total|totals|sum|overall|grand total|both|everyone)\b.*")
_MAX_HIDDEN: Final = 400
_EXACT: Final = 1e-9
_Place = tuple[int, int]


def recoverable(table: Table) -> list[Finding]:
    """The hidden cells that the totals give away."""
    columns = numeric(table.columns)
    hidden = {
        (i, numbers.column.number): n
        for n, (i, numbers) in enumerate(
            (i, numbers) for numbers in columns for i, cell in enumerate(numbers.column.cells) if is_suppressed(cell)
        )
    }
    if not hidden or len(hidden) > _MAX_HIDDEN:
        return []
    equations = [*_rows(columns), *_columns(table, columns)]
    solved = _determined_cells(equations, hidden)
    if not solved:
        return []
    where = [table.place(i, number) for i, number in solved]
    return [make_finding("table.recoverable", where, cells=len(solved))]


_Equation = list[tuple[_Place, float, float | None]]  # place, sign, value where it is shown


def _rows(columns: list[Numbers]) -> list[_Equation]:
    totals = [numbers for numbers in columns if _TOTAL.fullmatch(numbers.column.header)]
    parts = [numbers for numbers in columns if numbers not in totals and not numbers.is_index]
    if len(totals) != 1 or len(parts) < 2:
        return []
    everything = [*((part, 1.0) for part in parts), (totals[0], -1.0)]
    return [
        [((i, numbers.column.number), sign, numbers.values[i]) for numbers, sign in everything]
        for i in range(len(totals[0].values))
    ]


def _columns(table: Table, columns: list[Numbers]) -> list[_Equation]:
    labels = table.columns[0].cells
    totals = [i for i, label in enumerate(labels) if _TOTAL.fullmatch(label)]
    if len(totals) != 1 or len(labels) < 3:
        return []
    return [
        [((i, numbers.column.number), -1.0 if i in totals else 1.0, value) for i, value in enumerate(numbers.values)]
        for numbers in columns
        if numbers.column.number != 1
    ]


def _determined_cells(equations: list[_Equation], hidden: dict[_Place, int]) -> list[_Place]:
    """The hidden cells whose value is the same in every solution."""
    rows: list[npt.NDArray[np.float64]] = []
    for equation in equations:
        shown = sum(sign * value for _, sign, value in equation if value is not None)
        unknown = [(place, sign) for place, sign, value in equation if value is None]
        if not unknown and abs(shown) > 1.5 * len(equation):
            continue  # no total after all, or of something else
        if all(place in hidden for place, _ in unknown) and unknown:
            row = np.zeros(len(hidden))
            for place, sign in unknown:
                row[hidden[place]] = sign
            rows.append(row)
    if not rows:
        return []
    _, strengths, directions = np.linalg.svd(np.array(rows))
    rank = int((strengths > _EXACT).sum())
    free = directions[rank:]
    return [place for place, n in hidden.items() if not len(free) or np.abs(free[:, n]).max() < 1e-7]
