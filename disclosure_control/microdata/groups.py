"""Groups: whether the rows of a table are groups of people, each named once by its categories.

A table of medians shows for each group a number that somebody in it has. Its groups are all different, most of those
that its categories can make are there, and each category is one that many people of the data share.
"""

import math
import statistics
from collections.abc import Iterable, Sequence
from typing import Final

from disclosure_control.microdata.cell_values import Cells, Kind
from disclosure_control.microdata.column_matches import Overlap

_GRID: Final = 0.5  # of all groups that the categories can make
_TIMES: Final = 3  # a category's value stands in at least so many rows on average, where there are several categories


def are_groups(keys: Sequence[Cells], overlaps: Iterable[Overlap], min_units: int) -> bool:
    """Whether these columns name each row once, cover most combinations, and are shared by enough people."""
    if not keys or any(cells.kind is Kind.DAY for cells in keys):
        return False
    people: dict[int, float] = {}
    for overlap in overlaps:
        typical = statistics.median(overlap.held.values())
        people[id(overlap.cells)] = max(typical, people.get(id(overlap.cells), 0))
    if any(people.get(id(cells), min_units) < min_units for cells in keys):
        return False
    rows = set(zip(*(cells.values for cells in keys), strict=True))
    possible = math.prod(max(len(cells.different), 1) for cells in keys)
    return len(rows) == len(keys[0].values) and len(rows) >= _GRID * possible


def may_be_groups(keys: Sequence[Cells], levels: Sequence[Cells], overlaps: Sequence[Overlap], min_units: int) -> bool:
    """Whether these columns and further ones name each row as a group; numbers among the further ones can be counts.

    A count that repeats looks like a category and is none: each of them is tried without.
    """
    numbers = [cells for cells in levels if cells.kind is Kind.NUMBER]
    words = [cells for cells in levels if cells.kind is not Kind.NUMBER]
    subsets = ([column for column in numbers if column is not spare] for spare in numbers)
    number_sets = [numbers, *subsets, *([[]] if len(numbers) > 1 else [])]
    return any(are_groups([*keys, *words, *number_set], overlaps, min_units) for number_set in number_sets)


def categories(table: Sequence[Cells], excluded: Sequence[Cells]) -> list[Cells]:
    """The columns of a table that may name its rows: words and whole numbers that repeat, or the only one that does
    not.

    ``but`` are columns that are looked at as numbers.
    """
    others = [cells for cells in table if len(cells.different) > 1 and all(cells is not column for column in excluded)]
    return repeating(others) or [cells for cells in others if cells.decimals == 0][:1]


def repeating(table: Sequence[Cells]) -> list[Cells]:
    """The columns of few different values, each in several rows."""
    return [cells for cells in table if 1 < len(cells.different) <= len(cells.values) / _TIMES]
