"""Cutting planes: what any pattern must hide, read from a demand that a pattern does not meet.

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

_NOTHING: Final = 1e-9


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


def push(problem: Problem, want: int, hidden: Vector, *, whole: bool) -> Push:
    """Move a cell as far as is asked for, or as far as a pattern allows.

    Args:
        problem: what must hold.
        want: the number of the demand.
        hidden: how much of each cell is hidden, from 0 to 1.
        whole: whether the pattern is one of whole cells; in a fractional one no cell may move further than its part
            of what is asked for.
    """
    wants = problem.wants
    cell, far, frozen = int(wants.cell[want]), float(wants.far[want]), int(wants.frozen[want])
    part = hidden.copy()
    part[cell] = 1.0
    if frozen >= 0:
        part[frozen] = 0.0
    cells = np.flatnonzero(part > _NOTHING)
    matrix = problem.sums.matrix[:, cells]
    lines = np.flatnonzero(np.diff(matrix.indptr))
    matrix = matrix[lines]
    if whole:
        rise, fall = np.full(len(cells), 1e9), np.minimum(problem.fall[cells] / far, 1e9)
    else:
        rise, fall = part[cells], np.minimum(problem.fall[cells] / far, 1.0) * part[cells]
    here, sign = int(np.searchsorted(cells, cell)), float(wants.sign[want])
    rise[here] = 1.0 if sign > 0 else rise[here]
    fall[here] = 1.0 if sign < 0 else fall[here]
    cost = np.zeros(len(cells))
    cost[here] = -sign
    rows = (np.zeros(len(lines)), np.zeros(len(lines)))
    answer = Program(matrix, rows, (-fall, rise), cost).solve()
    prices = np.zeros(problem.sums.matrix.shape[0])
    # The solver minimises what is aimed at with its sign turned.
    prices[lines] = -answer.prices
    moved = np.abs(answer.point) > 1e-7
    return Push(answer.value, cells[moved], answer.point[moved] * far, prices)


def cut_of(problem: Problem, want: int, prices: Vector) -> Cut | None:
    """The constraint that these prices put on every pattern; None where it says nothing."""
    wants = problem.wants
    cell, far, frozen = int(wants.cell[want]), float(wants.far[want]), int(wants.frozen[want])
    gain = -(problem.sums.matrix.T @ prices)
    gain[cell] += wants.sign[want]
    gain[np.abs(gain) < 1e-7] = 0.0
    if gain[cell] * wants.sign[want] > 0:
        return None
    fall = np.maximum(-gain, 0.0) * np.minimum(problem.fall / far, 1e9)
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
    found: list[Cut] = []
    for want, cell in enumerate(problem.wants.cell):
        for place in range(columns.indptr[cell], columns.indptr[cell + 1]):
            prices = np.zeros(problem.sums.matrix.shape[0])
            prices[columns.indices[place]] = problem.wants.sign[want] * columns.data[place]
            cut = cut_of(problem, want, prices)
            if cut is not None:
                found.append(cut)
    return found
