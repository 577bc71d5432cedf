"""The columns of a table as numbers: which are whole, which count, which only number the rows."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from disclosure_control.core.content import Column

NUMBER: Final = re.compile(r"[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d+)?\s?%?")
WHOLE: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+|[+-]?\d+(\.0+)?")
MISSING: Final = frozenset({"", ".", "-", "..", "na", "n/a", "nan", "null", "none", "<na>"})
SUPPRESSED: Final = re.compile(r"(?i)\[(c|x|z|low)\]|\*+|c|x|#|\[?redacted\]?|suppressed|s|<\s?\d+|‡|~")
_COUNT: Final = re.compile(
    r"(^|[^a-z])(n|count|counts|freq|frequency|number|num|total|all|cases|people|persons|patients|units|obs|base)"
    r"([^a-z]|$)"
)
_SHARE: Final = re.compile(r"%|(^|[^a-z])(per ?cent|percent|percentage|pct|share|proportion|prevalence|rate)([^a-z]|$)")


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no number, or that it is not shown."""
    return cell.lower() in MISSING or SUPPRESSED.fullmatch(cell) is not None


def is_suppressed(cell: str) -> bool:
    """Whether a cell says that its number is not shown."""
    return SUPPRESSED.fullmatch(cell) is not None


def as_number(cell: str) -> float | None:
    """A cell as a number, a percentage as it is written; None where it is none.

    >>> as_number("1,200"), as_number("12.5 %"), as_number("[c]")
    (1200.0, 12.5, None)
    """
    if not NUMBER.fullmatch(cell):
        return None
    number = float(cell.replace(",", "").rstrip("% "))
    return number if abs(number) < 1e300 else None


def says_count(name: str) -> bool:
    """Whether a header or label speaks of a number of people or things."""
    return _COUNT.search(name.lower()) is not None and not says_share(name)


def says_share(name: str) -> bool:
    """Whether a header or label speaks of a percentage or share."""
    return _SHARE.search(name.lower()) is not None


@dataclass(frozen=True)
class Numbers:
    """A column of numbers."""

    column: Column

    @cached_property
    def values(self) -> list[float | None]:
        """Each cell as a number, None where it is missing."""
        return [as_number(cell) for cell in self.column.cells]

    @cached_property
    def whole(self) -> list[int | None] | None:
        """The cells as whole numbers, None for missing ones; None where any other number stands in the column."""
        whole: list[int | None] = []
        for cell in self.column.cells:
            if is_missing(cell):
                whole.append(None)
            elif WHOLE.fullmatch(cell) and not cell.startswith("-") and len(cell) < 19:
                whole.append(int(float(cell.replace(",", ""))))
            else:
                return None
        return whole

    @property
    def counts(self) -> bool:
        """Whether its header speaks of a count."""
        return says_count(self.column.header)

    @property
    def is_index(self) -> bool:
        """Whether it only numbers the rows."""
        present = [number for number in self.whole or [] if number is not None]
        return not self.counts and len(present) > 1 and present == list(range(present[0], present[0] + len(present)))


def numeric(columns: tuple[Column, ...]) -> list[Numbers]:
    """The columns whose cells are all numbers or missing."""
    number_columns: list[Numbers] = []
    for column in columns:
        present = [cell for cell in column.cells if not is_missing(cell)]
        if present and all(NUMBER.fullmatch(cell) for cell in present):
            number_columns.append(Numbers(column))
    return number_columns
