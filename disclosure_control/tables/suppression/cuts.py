"""Cutting planes: constraints on every protected pattern, from a requirement that one pattern does not meet.

For any prices on the sums of a table, the largest movement of a cell is at most what the other hidden cells can do at
those prices (linear-programming duality). A demand that is not met gives prices, and those give a constraint on every
pattern (capacity constraints: Fischetti and Salazar, Models and algorithms for the 2-dimensional cell suppression
problem in statistical disclosure control, Mathematical Programming 84, 1999; and Management Science 47, 2001).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from disclosure_control.tables.lp import Program, Vector
from disclosure_control.tables.suppression.requirements import Problem

_ZERO: Final = 1e-9


@dataclass(frozen=True)
class Push:
    """How far a cell could be moved by a pattern, in units of what is asked for.

    Attributes:
        reach: how far, at most 1.
        cells, steps: the movement.
        prices: of every sum of the tables.
    """

    reach: float
    cells: Vector
    steps: Vector
    prices: Vector


@dataclass(frozen=True)
class Cut:
    """Every protected pattern has ``sum of weights over its cells >= 1``."""

    cells: Vector
    weights: Vector

    def left(self, hidden: Vector) -> float:
        """What a pattern, perhaps a fractional one, has of the 1 that is needed."""
        return float(self.weights @ hidden[self.cells])


def push(problem: Problem, requirement: int, hidden: Vector, *, whole: bool) -> Push:
    """Move a cell as far as is asked for, or as far as a pattern allows.

    Args:
        problem: what must hold.
        want: the number of the demand.
        hidden: how much of each cell is hidden, from 0 to 1.
        whole: whether the pattern is one of whole cells; in a fractional one no cell may move further than its part
            of what is asked for.
    """
    requirements = problem.requirements
    cell, protection_level, frozen = (
        int(requirements.cell[requirement]),
        float(requirements.protection_level[requirement]),
        int(requirements.frozen[requirement]),
    )
    fractions = hidden.copy()
    fractions[cell] = 1.0
    if frozen >= 0:
        fractions[frozen] = 0.0
    cells = np.flatnonzero(fractions > _ZERO)
    matrix = problem.sums.matrix[:, cells]
    lines = np.flatnonzero(np.diff(matrix.indptr))
    matrix = matrix[lines]
    if whole:
        rise, fall = np.full(len(cells), 1e9), np.minimum(problem.fall[cells] / protection_level, 1e9)
    else:
        rise, fall = fractions[cells], np.minimum(problem.fall[cells] / protection_level, 1.0) * fractions[cells]
    position, sign = int(np.searchsorted(cells, cell)), float(requirements.sign[requirement])
    rise[position] = 1.0 if sign > 0 else rise[position]
    fall[position] = 1.0 if sign < 0 else fall[position]
    cost = np.zeros(len(cells))
    cost[position] = -sign
    rows = (np.zeros(len(lines)), np.zeros(len(lines)))
    solution = Program(matrix, rows, (-fall, rise), cost).solve()
    prices = np.zeros(problem.sums.matrix.shape[0])
    # The solver minimises what is aimed at with its sign turned.
    prices[lines] = -solution.prices
    moved = np.abs(solution.point) > 1e-7
    return Push(solution.value, cells[moved], solution.point[moved] * protection_level, prices)


def cut_of(problem: Problem, requirement: int, prices: Vector) -> Cut | None:
    """The constraint that these prices put on every pattern; None where it says nothing."""
    requirements = problem.requirements
    cell, protection_level, frozen = (
        int(requirements.cell[requirement]),
        float(requirements.protection_level[requirement]),
        int(requirements.frozen[requirement]),
    )
    gain = -(problem.sums.matrix.T @ prices)
    gain[cell] += requirements.sign[requirement]
    gain[np.abs(gain) < 1e-7] = 0.0
    if gain[cell] * requirements.sign[requirement] > 0:
        return None
    fall = np.maximum(-gain, 0.0) * np.minimum(problem.fall / protection_level, 1e9)
    weights = np.where(gain > 0, 1.0, np.minimum(fall, 1.0))
    weights[cell] = 0.0
    if frozen >= 0:
        weights[frozen] = 0.0
    weights[(weights > 0) & (weights < 1e-6)] = 1e-6
    if weights[problem.hidden_at_start].sum() >= 1.0:
        return None
    cells = np.flatnonzero(weights)
    return Cut(cells, weights[cells])


def first_cuts(problem: Problem) -> list[Cut]:
    """In every sum that an unsafe cell is part of, something else must be able to move against it."""
    columns = problem.sums.columns
    cuts: list[Cut] = []
    for requirement, cell in enumerate(problem.requirements.cell):
        for entry in range(columns.indptr[cell], columns.indptr[cell + 1]):
            prices = np.zeros(problem.sums.matrix.shape[0])
            prices[columns.indices[entry]] = problem.requirements.sign[requirement] * columns.data[entry]
            cut = cut_of(problem, requirement, prices)
            if cut is not None:
                cuts.append(cut)
    return cuts
