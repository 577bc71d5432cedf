"""The cells of a file in the form in which they can be compared with data: numbers, dates and words.

A number is compared at the precision it is shown with, a date as a day, a word without case and outer spaces.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from math import gcd
from typing import Final

from msgspec.structs import replace

from disclosure_control.core.content import Column
from disclosure_control.core.location import WHOLE, Location, located

MAX_ROWS: Final = 100_000
_MOST: Final = 0.9
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?|[+-]?\.(\d+)")
_IN_TEXT: Final = re.compile(r"(?<![\w.,])[+-]?\d+(?:\.\d+)?(?![\w]|[.,]\d)")
_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.+Z]*)?|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_MISSING: Final = frozenset({"", "na", "nan", "n/a", "null", "none", "-", ".."})
_MAX_DECIMALS: Final = 6
Value = float | str | None


class Kind(StrEnum):
    """What the cells of a column are."""

    NUMBER = "number"
    DAY = "day"
    WORD = "word"


@dataclass(frozen=True)
class Cells:
    """One column of a file, ready to compare: a value a row, None where it is missing.

    ``decimals`` is the precision of numbers; ``where`` names the column for a report.
    """

    name: str
    where: Location
    kind: Kind
    decimals: int
    values: tuple[Value, ...]

    @cached_property
    def different(self) -> frozenset[float | str]:
        """Its different values."""
        return frozenset(value for value in self.values if value is not None)

    @cached_property
    def step(self) -> float:
        """The largest step of which every number is a multiple: what a rounded column is rounded to."""
        scale = 10.0**self.decimals
        whole = [abs(round(value * scale)) for value in self.different if isinstance(value, float)]
        return max(gcd(*whole) if whole else 1, 1) / scale


def cells_of(columns: Sequence[Column], where: Location = WHOLE) -> list[Cells]:
    """The columns of a table; of a long one, rows evenly apart."""
    return [
        _cells(column.header.strip().lower(), replace(where, column=column.number), thin_out(column.cells))
        for column in columns
    ]


def numbers_in(texts: Iterable[str]) -> list[Cells]:
    """The numbers that stand in texts, in their order, a column for each precision."""
    by_decimals: dict[int, list[float]] = {}
    number_count = 0
    for text in texts:
        for match in _IN_TEXT.findall(text):
            number_count += 1
            decimals = min(len(match.partition(".")[2]), _MAX_DECIMALS)
            by_decimals.setdefault(decimals, []).append(round(float(match), decimals))
        if number_count > MAX_ROWS:
            break
    return [
        Cells("", located("the numbers of the text"), Kind.NUMBER, decimals, tuple(values))
        for decimals, values in sorted(by_decimals.items())
    ]


def thin_out(cells: Sequence[str]) -> Sequence[str]:
    """At most ``MAX_ROWS`` of them, evenly apart and in their order."""
    if len(cells) <= MAX_ROWS:
        return cells
    return [cells[place * len(cells) // MAX_ROWS] for place in range(MAX_ROWS)]


def _cells(name: str, where: Location, cells: Sequence[str]) -> Cells:
    cleaned = [cell.strip() for cell in cells]
    present = [cell for cell in cleaned if cell.lower() not in _MISSING]
    numbers = {cell: number for cell in set(present) if (number := _number(cell)) is not None}
    if present and sum(cell in numbers for cell in present) >= _MOST * len(present):
        decimals = max(places for _, places in numbers.values())
        values = tuple(round(numbers[cell][0], decimals) if cell in numbers else None for cell in cleaned)
        return Cells(name, where, Kind.NUMBER, decimals, values)
    days = {cell: day for cell in set(present) if (day := _day(cell)) is not None}
    if present and sum(cell in days for cell in present) >= _MOST * len(present):
        return Cells(name, where, Kind.DAY, 0, tuple(days.get(cell) for cell in cleaned))
    words = (None if cell.lower() in _MISSING else cell.lower() for cell in cleaned)
    return Cells(name, where, Kind.WORD, 0, tuple(words))


def _number(cell: str) -> tuple[float, int] | None:
    match = _NUMBER.fullmatch(cell)
    if match is None or len(cell) > 30:
        return None
    return float(cell.replace(",", "")), min(len(match[1] or match[2] or ""), _MAX_DECIMALS)


def _day(cell: str) -> str | None:
    match = _DAY.fullmatch(cell)
    if match is None:
        return None
    year, month, day = match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
