"""Protection requirements of a suppression pattern: how far each unsafe cell must be able to move, and against whom.

Levels of protection come from the policy's rules. How a pattern is found is not known here.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import pandas as pd

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.lp import Vector
from disclosure_control.tables.suppression.constraints import Sums

LEVELS: Final = ("level_above", "level_below")
Cost = Literal["value", "count", "cells"]


@dataclass(frozen=True)
class ProtectionRequirements:
    """One demand a row: this cell must be able to move this far this way, even for one who knows that other cell.

    Attributes:
        cell: the unsafe cell.
        sign: 1 for up, -1 for down.
        protection_level: how far.
        frozen: a cell that a lone contributor knows; -1 where nobody knows any.
    """

    cell: Vector
    sign: Vector
    protection_level: Vector
    frozen: Vector

    def __len__(self) -> int:
        return len(self.cell)


@dataclass(frozen=True)
class Problem:
    """One question of secondary suppression.

    Attributes:
        sums: the model of the tables.
        values: the number of each cell.
        fall: how far each cell can be below its value, as an attacker knows.
        cost: what hiding each cell costs.
        fixed: cells that stay shown: empty ones, the overall total, those published before.
        primary: cells that are hidden in any case.
        requirements: what must hold.
    """

    sums: Sums
    values: Vector
    fall: Vector
    cost: Vector
    fixed: Vector
    primary: Vector
    requirements: ProtectionRequirements

    @property
    def hidden_at_start(self) -> Vector:
        """Unsafe cells, and margins that no table shows."""
        start: Vector = self.primary.copy()
        start[self.sums.shown :] = True
        return start


def make_requirements(
    sums: Sums, primary: Vector, above: Vector, below: Vector, singletons: Vector
) -> ProtectionRequirements:
    """The demands for all unsafe cells, and for those that share a sum with the cell of a lone contributor.

    Somebody who is alone in a cell knows its value, and subtracts it from every sum that it is part of (singletons:
    Jewett, Disclosure analysis for the 1992 economic census, 1993; Handbook on SDC, 2nd ed., section 4.4.2).

    Args:
        sums: the model of the tables.
        primary: the unsafe cells.
        above, below: how far each cell must be able to move.
        lone: the cells of one contributor.
    """
    unsafe = np.flatnonzero(primary)
    cells, frozen = [*unsafe], [-1] * len(unsafe)
    for singleton in np.flatnonzero(singletons & primary):
        others = _cells_sharing_sums(sums, int(singleton), singletons)
        others = others[primary[others]]
        cells += [*others]
        frozen += [int(singleton)] * len(others)
    both_ways = np.array([*cells, *cells], dtype=np.int64)
    sign = np.repeat([1.0, -1.0], len(cells))
    protection_level = np.where(sign > 0, above[both_ways], below[both_ways])
    is_positive = protection_level > 0
    return ProtectionRequirements(
        both_ways[is_positive],
        sign[is_positive],
        protection_level[is_positive],
        np.array([*frozen, *frozen], dtype=np.int64)[is_positive],
    )


def _cells_sharing_sums(sums: Sums, singleton: int, singletons: Vector) -> Vector:
    """The cells that share a sum with a lone contributor's, but for totals and parts that hold nobody else."""
    matrix = sums.matrix
    neighbours: list[Vector] = [np.empty(0, dtype=np.int64)]
    for line in np.flatnonzero(sums.columns[:, [singleton]].toarray()):
        cells = matrix.indices[matrix.indptr[line] : matrix.indptr[line + 1]]
        signs = matrix.data[matrix.indptr[line] : matrix.indptr[line + 1]]
        own_sign = signs[cells == singleton][0]
        neighbours.append(cells[(cells != singleton) & ~(singletons[cells] & (signs != own_sign))])
    return np.unique(np.concatenate(neighbours))


def costs_of(cells: pd.DataFrame, values: Vector, value: str, cost: Cost) -> Vector:
    """What hiding each cell costs; margins that no table shows cost nothing."""
    if cost not in get_args(Cost):
        raise BadTable(f"cost={cost!r} is not held.", hint=f"Use one of: {', '.join(get_args(Cost))}.")
    costs: Vector = np.zeros(len(values))
    own: Vector = np.ones(len(cells))
    if cost == "count":
        name = next((name for name in ("units", "n") if name in cells), None)
        if name is None:
            raise BadTable("The table has no column of counts.", hint='Use cost="value" or cost="cells".')
        own = cells[name].to_numpy(dtype=np.float64)
    elif cost == "value":
        absolute = cells["total_absolute"] if value == "total" and "total_absolute" in cells else cells[value].abs()
        own = absolute.astype("float64").fillna(0.0).to_numpy()
    minimum = 1e-6 * max(float(own.max(initial=0.0)), 1e-300)
    costs[: len(cells)] = np.maximum(own, minimum)
    return costs


def fixed_cells(sums: Sums, cells: pd.DataFrame, values: Vector, primary: Vector, published: list[int]) -> Vector:
    """Cells that are never hidden for others: empty ones, the overall total, and those published before."""
    fixed = np.zeros(sums.size, dtype=bool)
    empty = cells["n"] == 0 if "n" in cells else cells.index.to_series().map(lambda i: values[i] == 0)
    fixed[: sums.shown] = empty.to_numpy(dtype=bool)
    fixed |= sums.margins == sums.codes.shape[1]
    fixed[sums.shown :] = False
    fixed[published] = True
    fixed[primary] = False
    return fixed
