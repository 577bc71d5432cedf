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
    """A laid-out table: the first line is the header, the first columns hold labels."""

    lines: tuple[tuple[str, ...], ...]
    labels: int = 1

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


def whole_margins(cells: pd.DataFrame, rows: Sequence[str], columns: Sequence[str]) -> "pd.Series[bool]":
    """Which cells pandas' layout has room for: a margin is over all columns of labels of its side, or over none."""
    fits = pd.Series(True, index=cells.index)
    for side in (rows, columns):
        all_of = (cells[list(side)] == ALL).sum(axis=1)
        fits &= all_of.isin([0, len(side)])
    return fits


def frame_of(safe: pd.DataFrame, rows: Sequence[str], columns: Sequence[str], aggfunc: str) -> pd.DataFrame:
    """The table as pandas shows it: rows and columns of one label or of several, margins last.

    Combinations of several labels that nobody has are left out, as in pandas.

    Args:
        safe: the protected cells.
        rows, columns: the columns of labels on either side; ``columns`` may be empty.
        aggfunc: "count", "sum" or "mean".
    """
    down, across = _keys(safe, rows), _keys(safe, columns)
    numbers = dict(zip(_places(safe, rows, columns), shown_values(safe, aggfunc), strict=True))
    body = [[numbers.get((line, column), np.nan) for column in across] for line in down]
    wide = pd.DataFrame(body, index=_index(down, rows), columns=_index(across, columns) if columns else [aggfunc])
    whole = aggfunc == "count" and not wide.isna().to_numpy().any()
    return wide.astype("int64") if whole else wide


def grid_of(safe: pd.DataFrame, rows: Sequence[str], columns: Sequence[str], aggfunc: str) -> Grid:
    """The table as it is written to a file: one line of headers, one column of labels for each of ``rows``."""
    down, across = _keys(safe, rows), _keys(safe, columns)
    texts = [
        HIDDEN if hidden else _number(value, aggfunc)
        for value, hidden in zip(shown_values(safe, aggfunc), safe["suppressed"] != "", strict=True)
    ]
    placed = dict(zip(_places(safe, rows, columns), texts, strict=True))
    header = (*rows, *(", ".join(dict.fromkeys(column)) if column else aggfunc for column in across))
    body = [(*line, *(placed.get((line, column), EMPTY) for column in across)) for line in down]
    return Grid((header, *body), labels=len(rows))


def differences(expected: Grid, lines: Sequence[Sequence[str]], relative: float = 1e-9) -> Iterator[Difference]:
    """Where the parsed lines of a file differ from the grid that was computed again.

    Places are named by the labels of the grid, never by what the file says.
    """
    header = expected.lines[0]
    if len(lines) != len(expected.lines):
        yield Difference(f"the number of rows ({len(lines)} instead of {len(expected.lines)})")
    for i, (line, found) in enumerate(zip(expected.lines, lines, strict=False)):
        name = "the header" if i == 0 else f"row {', '.join(line[: expected.labels])}"
        if len(found) != len(line):
            yield Difference(f"{name}, the number of columns")
        for j, (one, other) in enumerate(zip(line, found, strict=False)):
            if not same_text(one, other, relative):
                yield Difference(name if i == 0 or j < expected.labels else f"{name}, column {header[j]}")


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


def _places(
    safe: pd.DataFrame, rows: Sequence[str], columns: Sequence[str]
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Where each cell stands: its labels down and across."""
    keys = list(safe[[*rows, *columns]].itertuples(index=False, name=None))
    return [(key[: len(rows)], key[len(rows) :]) for key in keys]


def _keys(safe: pd.DataFrame, names: Sequence[str]) -> list[tuple[str, ...]]:
    """The labels of one side in order, margins last; of several labels only combinations that somebody has."""
    if not names:
        return [()]
    seen = safe if len(names) == 1 else safe[(safe["n"] > 0) | (safe["suppressed"] != "")]
    ranks = [{label: place for place, label in enumerate(_labels(safe, name))} for name in names]
    keys = set(seen[list(names)].itertuples(index=False, name=None))
    return sorted(keys, key=lambda key: tuple(rank[label] for rank, label in zip(ranks, key, strict=True)))


def _index(keys: Sequence[tuple[str, ...]], names: Sequence[str]) -> pd.Index:
    if len(names) == 1:
        return pd.Index([key[0] for key in keys], name=names[0])
    return pd.MultiIndex.from_tuples(keys, names=list(names))


def _labels(safe: pd.DataFrame, name: str) -> list[str]:
    labels = list(dict.fromkeys(safe[name]))
    return [label for label in labels if label != ALL] + ([ALL] if ALL in labels else [])
