"""A table as it is shown and released: labels, numbers, and a mark in place of each hidden cell.

The same function lays out a table in the researcher's session and in the airlock, so that the two can be compared
and the released file is always the rebuilt one.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from disclosure_control.core.location import Location, located
from disclosure_control.tables.statistics.cells import ALL, BROKEN_RULES

# "[c]" (confidential) is the shorthand of the UK Government Statistical Service for suppressed values.
HIDDEN: Final = "[c]"
EMPTY: Final = ""
SECONDARY: Final = "secondary"  # hidden to protect others


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

    where: Location


@dataclass(frozen=True)
class Layer:
    """One statistic of a table.

    Attributes:
        aggfunc: "count", "sum", "mean", or the column of ``safe`` that holds it.
        value: what it is a statistic of; None for counts of rows.
        safe: the protected cells.
    """

    aggfunc: str
    value: str | None
    safe: pd.DataFrame

    @property
    def name(self) -> str:
        """What the statistic is called in a file."""
        return self.aggfunc if self.value is None else f"{self.aggfunc} of {self.value}"

    @property
    def numbers(self) -> "pd.Series[float]":
        """The statistic of each cell, NaN where it is hidden or where nobody is."""
        n, total = self.safe["n"].astype("float64"), self.safe["total"].astype("float64")
        if self.aggfunc == "count":
            numbers = self.safe["rounded"].astype("float64") if "rounded" in self.safe else n
        elif self.aggfunc in ("sum", "mean"):
            numbers = (total if self.aggfunc == "sum" else total / n.where(n > 0)).where(n > 0)
        else:
            numbers = self.safe[self.aggfunc].astype("float64")
        return numbers.where(self.safe["suppressed"] == "")

    @property
    def reasons(self) -> list[tuple[str, ...]]:
        """Why each cell is hidden, or should be: rule ids, or "secondary" alone."""
        pairs = zip(self.safe[BROKEN_RULES], self.safe["suppressed"], strict=True)
        return [(SECONDARY,) if mark == SECONDARY else rules for rules, mark in pairs]

    @property
    def texts(self) -> list[str]:
        """The statistic of each cell as it is written to a file."""
        hidden = self.safe["suppressed"] != ""
        return [
            HIDDEN if is_hidden else _number(value, self.aggfunc)
            for value, is_hidden in zip(self.numbers, hidden, strict=True)
        ]


def whole_margins(cells: pd.DataFrame, rows: Sequence[str], columns: Sequence[str]) -> "pd.Series[bool]":
    """Which cells pandas' layout has room for: a margin is over all columns of labels of its side, or over none."""
    fits = pd.Series(True, index=cells.index)
    for side in (rows, columns):
        all_of = (cells[list(side)] == ALL).sum(axis=1)
        fits &= all_of.isin([0, len(side)])
    return fits


def frame_of(layers: Sequence[Layer], rows: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """The table as pandas shows it: rows and columns of one label or of several, margins last.

    Several statistics stand side by side, under their function and their value. Combinations of several labels that
    nobody has are left out, as in pandas.

    Args:
        layers: the statistics, of the same cells.
        rows, columns: the columns of labels on either side; ``columns`` may be empty.
    """
    down, across = _keys(layers, rows), _keys(layers, columns)
    pieces = [_wide(layer, layer.numbers, rows, columns, down, across) for layer in layers]
    body = [[number for piece in pieces for number in piece[i]] for i in range(len(down))]
    wide = pd.DataFrame(body, index=_index(down, rows), columns=_headings(layers, columns, across))
    whole = all(layer.aggfunc == "count" for layer in layers) and not wide.isna().to_numpy().any()
    return wide.astype("int64") if whole else wide


def reasons_of(layers: Sequence[Layer], rows: Sequence[str], columns: Sequence[str]) -> list[list[tuple[str, ...]]]:
    """Why each cell of ``frame_of`` is hidden or unsafe: rule ids, or "secondary"; empty where it is fine."""
    down, across = _keys(layers, rows), _keys(layers, columns)
    pieces = [_wide(layer, layer.reasons, rows, columns, down, across) for layer in layers]
    return [[reason or () for piece in pieces for reason in piece[i]] for i in range(len(down))]


def grid_of(layers: Sequence[Layer], rows: Sequence[str], columns: Sequence[str]) -> Grid:
    """The table as it is written to a file: one line of headers, one column of labels for each of ``rows``."""
    down, across = _keys(layers, rows), _keys(layers, columns)
    pieces = [_wide(layer, layer.texts, rows, columns, down, across) for layer in layers]
    header = [_heading(layer, column, alone=len(layers) == 1) for layer in layers for column in across]
    body = [(*line, *(text for piece in pieces for text in piece[i])) for i, line in enumerate(down)]
    return Grid(((*rows, *header), *body), labels=len(rows))


def grid_of_numbers(table: pd.DataFrame) -> Grid:
    """A table of numbers, each line under the label in its first column, missing ones empty."""
    names = tuple(str(name) for name in table.columns)
    lines = [
        (str(line[0]), *("" if np.isnan(number) else format(number, ".8g") for number in line[1:]))
        for line in table.itertuples(index=False, name=None)
    ]
    return Grid((names, *lines))


def _wide(
    layer: Layer,
    contents: Iterable[Any],
    rows: Sequence[str],
    columns: Sequence[str],
    down: Sequence[tuple[str, ...]],
    across: Sequence[tuple[str, ...]],
) -> list[list[Any]]:
    """What a layer shows, line by line; a combination that it does not have is empty."""
    keys = layer.safe[[*rows, *columns]].itertuples(index=False, name=None)
    content_of = dict(zip(keys, contents, strict=True))
    return [[content_of.get((*line, *column), EMPTY) for column in across] for line in down]


def _heading(layer: Layer, column: tuple[str, ...], *, alone: bool) -> str:
    labels = ", ".join(dict.fromkeys(column))
    if not labels:
        return layer.aggfunc if alone else layer.name
    return labels if alone else f"{layer.name}, {labels}"


def _headings(layers: Sequence[Layer], columns: Sequence[str], across: Sequence[tuple[str, ...]]) -> pd.Index:
    if len(layers) == 1:
        return _index(across, columns) if columns else pd.Index([layers[0].aggfunc])
    keys = [(layer.aggfunc, layer.value or "", *column) for layer in layers for column in across]
    return pd.MultiIndex.from_tuples(keys, names=[None, None, *columns])


def differences(expected: Grid, lines: Sequence[Sequence[str]], relative: float = 1e-9) -> Iterator[Difference]:
    """Where the parsed lines of a file differ from the grid that was computed again.

    Places are named by the labels of the grid, never by what the file says.
    """
    header = expected.lines[0]
    if len(lines) != len(expected.lines):
        yield Difference(located(f"the number of rows ({len(lines)} instead of {len(expected.lines)})"))
    for i, (line, row) in enumerate(zip(expected.lines, lines, strict=False)):
        labels = tuple(("" if n else "row", label) for n, label in enumerate(line[: expected.labels]))
        name = located("the header") if i == 0 else Location(labels=labels)
        if len(row) != len(line):
            yield Difference(located("the number of columns").within(name))
        for j, (expected_text, other) in enumerate(zip(line, row, strict=False)):
            if not same_text(expected_text, other, relative):
                cell = Location(labels=(*labels, ("column", header[j])))
                yield Difference(name if i == 0 or j < expected.labels else cell)


def same_text(expected: str, actual: str, relative: float) -> bool:
    """Whether two cells say the same: the same text, or numbers that differ by rounding alone."""
    if expected == actual:
        return True
    try:
        a, b = float(expected), float(actual)
    except ValueError:
        return False
    return bool(np.isclose(a, b, rtol=relative, atol=0.0))


def _number(value: float, aggfunc: str) -> str:
    if np.isnan(value):
        return EMPTY
    return str(int(value)) if aggfunc == "count" else format(value, ".10g")


def _keys(layers: Sequence[Layer], names: Sequence[str]) -> list[tuple[str, ...]]:
    """The labels of one side in order, margins last; of several labels only combinations that somebody has."""
    if not names:
        return [()]
    first = layers[0].safe
    ranks = [{label: place for place, label in enumerate(_labels(first, name))} for name in names]
    keys: set[tuple[str, ...]] = set()
    for safe in (layer.safe for layer in layers):
        cells = safe if len(names) == 1 else safe[(safe["n"] > 0) | (safe["suppressed"] != "")]
        keys |= set(cells[list(names)].itertuples(index=False, name=None))
    return sorted(keys, key=lambda key: tuple(rank[label] for rank, label in zip(ranks, key, strict=True)))


def _index(keys: Sequence[tuple[str, ...]], names: Sequence[str]) -> pd.Index:
    if len(names) == 1:
        return pd.Index([key[0] for key in keys], name=names[0])
    return pd.MultiIndex.from_tuples(keys, names=list(names))


def _labels(safe: pd.DataFrame, name: str) -> list[str]:
    labels = list(dict.fromkeys(safe[name]))
    return [label for label in labels if label != ALL] + ([ALL] if ALL in labels else [])
