"""A table as it is shown and released: labels, numbers, and a mark in place of each hidden cell.

The same function lays out a table in the researcher's session and in the airlock, so that the two can be compared
and the released file is always the rebuilt one.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from disclosure_control.tables.cells import ALL

# "[c]" (confidential) is the shorthand of the UK Government Statistical Service for suppressed values.
HIDDEN: Final = "[c]"
EMPTY: Final = ""


@dataclass(frozen=True)
class Grid:
    """A laid-out table: the first line is the header, the first column holds labels."""

    lines: tuple[tuple[str, ...], ...]

    def to_csv(self) -> bytes:
        """The grid as UTF-8 CSV with Unix line ends."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(self.lines)
        return text.getvalue().encode()


@dataclass(frozen=True)
class Difference:
    """A place where a file and the grid computed again do not agree."""

    where: str


def shown_values(safe: pd.DataFrame, aggfunc: str) -> "pd.Series[float]":
    """The statistic of each cell, NaN where it is hidden or where nobody is."""
    n, total = safe["n"].astype("float64"), safe["total"].astype("float64")
    values = {"count": n, "sum": total.where(n > 0), "mean": total / n.where(n > 0)}[aggfunc]
    return values.where(safe["suppressed"] == "")


def frame_of(safe: pd.DataFrame, by: Sequence[str], aggfunc: str) -> pd.DataFrame:
    """The table as pandas shows it: rows of the first category, columns of the second."""
    rows, columns = by
    values = safe[list(by)].assign(shown=shown_values(safe, aggfunc))
    table = values.pivot_table(index=rows, columns=columns, values="shown", dropna=False, sort=False, aggfunc="first")
    wide = table.reindex(index=_labels(safe, rows), columns=pd.Index(_labels(safe, columns), name=columns))
    whole = aggfunc == "count" and not wide.isna().to_numpy().any()
    return wide.astype("int64") if whole else wide


def grid_of(safe: pd.DataFrame, by: Sequence[str], aggfunc: str) -> Grid:
    """The table as it is written to a file."""
    rows, columns = by
    across = _labels(safe, columns)
    texts = [
        HIDDEN if hidden else _number(value, aggfunc)
        for value, hidden in zip(shown_values(safe, aggfunc), safe["suppressed"] != "", strict=True)
    ]
    placed = dict(zip(zip(safe[rows], safe[columns], strict=True), texts, strict=True))
    header = (rows, *across)
    body = [(label, *(placed.get((label, other), EMPTY) for other in across)) for label in _labels(safe, rows)]
    return Grid((header, *body))


def differences(expected: Grid, lines: Sequence[Sequence[str]], relative: float = 1e-9) -> Iterator[Difference]:
    """Where the parsed lines of a file differ from the grid that was computed again.

    Places are named by the labels of the grid, never by what the file says.
    """
    header = expected.lines[0]
    if len(lines) != len(expected.lines):
        yield Difference(f"the number of rows ({len(lines)} instead of {len(expected.lines)})")
    for i, (line, found) in enumerate(zip(expected.lines, lines, strict=False)):
        name = "the header" if i == 0 else f"row {line[0]}"
        if len(found) != len(line):
            yield Difference(f"{name}, the number of columns")
        for j, (one, other) in enumerate(zip(line, found, strict=False)):
            if not same_text(one, other, relative):
                yield Difference(name if i == 0 or j == 0 else f"{name}, column {header[j]}")


def same_text(one: str, other: str, relative: float) -> bool:
    """Whether two cells say the same: the same text, or numbers that differ by rounding alone."""
    if one == other:
        return True
    try:
        a, b = float(one), float(other)
    except ValueError:
        return False
    return bool(np.isclose(a, b, rtol=relative, atol=0.0))


def _number(value: float, aggfunc: str) -> str:
    if np.isnan(value):
        return EMPTY
    return str(int(value)) if aggfunc == "count" else format(value, ".10g")


def _labels(safe: pd.DataFrame, name: str) -> list[str]:
    labels = list(dict.fromkeys(safe[name]))
    return [label for label in labels if label != ALL] + ([ALL] if ALL in labels else [])
