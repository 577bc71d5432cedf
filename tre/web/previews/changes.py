"""What changed between two versions of a file: of two tables of one form cell by cell, else line by line. Pure."""

import csv
import difflib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

MOST_ROWS: Final = 20_000  # a larger table is compared by its lines alone
MOST_SHOWN: Final = 500
MOST_LINES: Final = 4_000  # difflib is quadratic; beyond, lines are only counted


@dataclass(frozen=True)
class CellChange:
    """One cell that differs. ``row`` counts from 1 below the header."""

    row: int
    label: str
    column: str
    old: str
    new: str


@dataclass(frozen=True)
class Changes:
    """What differs.

    Attributes:
        same: whether the bytes are equal.
        cells: of two tables of one form.
        lines: of anything else, each with "+", "-" or " " before it.
        left_out: how many more cells or lines differ.
        note: what could not be compared.
    """

    same: bool = False
    cells: tuple[CellChange, ...] = ()
    lines: tuple[str, ...] = ()
    left_out: int = 0
    note: str = ""


def changes(old: bytes, new: bytes, delimiter: str = "") -> Changes:
    """What differs.

    Args:
        old: the earlier bytes.
        new: the later ones.
        delimiter: of tables; empty for other texts.
    """
    if old == new:
        return Changes(same=True)
    try:
        before, after = old.decode(), new.decode()
    except UnicodeDecodeError:
        return Changes(note="The files differ; they are no texts, so that it cannot be shown where.")
    if delimiter:
        tables = [_table(text, delimiter) for text in (before, after)]
        if _one_form(*tables):
            return _cells(*tables)
    return _lines(before.splitlines(), after.splitlines())


def _table(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return []


def _one_form(old: Sequence[Sequence[str]], new: Sequence[Sequence[str]]) -> bool:
    """Whether rows and columns are the same: the header and each row's first cell."""
    if not old or len(old) != len(new) or len(old) > MOST_ROWS or old[0] != new[0]:
        return False
    return all(len(a) == len(b) and a[:1] == b[:1] for a, b in zip(old, new, strict=True))


def _cells(old: Sequence[Sequence[str]], new: Sequence[Sequence[str]]) -> Changes:
    cells = list(_differences(old, new))
    return Changes(cells=tuple(cells[:MOST_SHOWN]), left_out=max(0, len(cells) - MOST_SHOWN))


def _differences(old: Sequence[Sequence[str]], new: Sequence[Sequence[str]]) -> Iterator[CellChange]:
    for row, (a, b) in enumerate(zip(old, new, strict=True)):
        for column, (before, after) in enumerate(zip(a, b, strict=True)):
            if before != after:
                name = old[0][column] if column < len(old[0]) else f"column {column + 1}"
                yield CellChange(row, b[0], name, before, after)


def _lines(old: Sequence[str], new: Sequence[str]) -> Changes:
    if len(old) > MOST_LINES or len(new) > MOST_LINES:
        removed, added = len(set(old) - set(new)), len(set(new) - set(old))
        return Changes(note=f"{added:,} lines are new and {removed:,} are gone; there are too many to show each.")
    lines = [line for line in difflib.unified_diff(old, new, lineterm="", n=2) if not line.startswith(("---", "+++"))]
    return Changes(lines=tuple(lines[:MOST_SHOWN]), left_out=max(0, len(lines) - MOST_SHOWN))
