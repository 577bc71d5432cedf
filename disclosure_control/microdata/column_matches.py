"""Column matches: whether a column of a file repeats a column of the data.

Numbers of a published table occur in a wide column by chance; what counts is how many more do than chance explains.
Near each of the file's numbers, at its precision and step, the data hold a share of all possible numbers; if the
file's were any numbers, about that share of them would be held.
"""

import math
from dataclasses import dataclass
from typing import Final

from disclosure_control.microdata.cell_values import Cells, Kind
from disclosure_control.microdata.view import View, ViewColumn

MIN_VALUES: Final = 20
MANY_VALUES: Final = 50  # from here on no table of medians or percentiles explains it
_SURE: Final = math.log(1e-9)
_NEAR: Final = 10  # steps
_MAX_ASKED: Final = 2_000


@dataclass(frozen=True)
class Overlap:
    """How much of a file's column stands in a view's column: which different values, and in how many rows each."""

    cells: Cells
    column: ViewColumn
    held: dict[float | str, int]

    @property
    def share(self) -> float:
        """The share of the file's different values that the view holds."""
        return len(self.held) / len(self.cells.different) if self.cells.different else 0.0

    @property
    def has_same_name(self) -> bool:
        """Whether both columns are called alike."""
        return self.cells.name == self.column.name.strip().lower()


def overlaps(view: View, columns: list[Cells]) -> list[Overlap]:
    """Every pair of a file's column and a view's column of one kind that have values in common."""
    result: list[Overlap] = []
    for column in view.columns:
        same = [cells for cells in columns if cells.kind is column.kind and cells.different]
        for decimals in sorted({cells.decimals for cells in same}):
            group = [cells for cells in same if cells.decimals == decimals]
            values = frozenset().union(*(cells.different for cells in group))
            row_counts = view.held(column, decimals, values)
            for cells in group:
                shared = {value: row_counts[value] for value in cells.different if value in row_counts}
                if shared:
                    result.append(Overlap(cells, column, shared))
    return result


def is_repeated(view: View, overlap: Overlap) -> bool:
    """Whether the file repeats values of the column, more of them than chance explains.

    Each value's chance is the share of its neighbours, a few steps below and above, that the column holds: dense where
    the data are dense. Source: the bound of Chernoff and Hoeffding (1963, theorem 1) on a sum of independent trials,
    at 1e-9, since every pair of columns of every file is tried.
    """
    cells = overlap.cells
    if cells.kind is not Kind.NUMBER or len(overlap.held) < MIN_VALUES:
        return False
    sample = sorted(value for value in cells.different if isinstance(value, float))
    sample = sample[:: len(sample) // _MAX_ASKED + 1]
    neighbours = {value: _neighbours(value, cells) for value in sample}
    row_counts = view.held(overlap.column, cells.decimals, frozenset().union(*neighbours.values()))
    chances = [
        (sum(neighbour in row_counts for neighbour in neighbours[value]) + 0.5) / (len(neighbours[value]) + 1)
        for value in sample
    ]
    matched = sum(value in overlap.held for value in sample)
    return matched >= MIN_VALUES and log_tail(matched, len(sample), sum(chances) / len(chances)) < _SURE


def log_tail(matched: int, trials: int, chance: float) -> float:
    """The logarithm of a bound on the probability of at least so many matches by chance.

    >>> round(log_tail(20, 20, 0.5), 2), log_tail(5, 20, 0.5)
    (-13.86, 0.0)
    """
    share = matched / trials
    if share <= chance:
        return 0.0
    divergence = share * math.log(share / chance)
    if share < 1:
        divergence += (1 - share) * math.log((1 - share) / (1 - chance))
    return -trials * divergence


def _neighbours(value: float, cells: Cells) -> frozenset[float]:
    steps = (step for step in range(-_NEAR, _NEAR + 1) if step)
    return frozenset(round(value + step * cells.step, cells.decimals) for step in steps)
