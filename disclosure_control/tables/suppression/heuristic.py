"""The LP heuristic: a protected pattern for tables of any size, one small linear program a requirement.

The linear-programming heuristic for secondary suppression (Kelly, Golden and Assad, Cell suppression: disclosure
protection for sensitive tabular data, Networks 22, 1992; Handbook on Statistical Disclosure Control, 2nd ed., section
4.4), with three things that make it fast and cheap in cells: programs look at the small table around a cell first, one
movement of cells answers every demand that it is large enough for, and what turns out not to be needed is shown again.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.sparse import hstack

from disclosure_control.core.errors import NotProtectable
from disclosure_control.tables.lp import INFINITE, Infeasible, Program, Vector
from disclosure_control.tables.suppression.requirements import Problem
from disclosure_control.tables.suppression.stopping import Limits

_MOVED: Final = 1e-7  # of what is asked for
_HOLDS: Final = 1.0 - 1e-6
_LOCAL: Final = 400  # cells; tables below that are looked at whole


@dataclass
class Pattern:
    """Hidden cells, and the movements that prove that they protect.

    Attributes:
        problem: what must hold.
        hidden: which cells are hidden.
        proof: for each demand the movement that meets it; -1 where there is none yet.
        moves: movements of cells, as (cells, by how much), that keep every sum.
    """

    problem: Problem
    hidden: Vector
    proof: Vector = field(init=False)
    moves: list[tuple[Vector, Vector]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.proof = np.full(len(self.problem.requirements), -1, dtype=np.int64)

    @property
    def cost(self) -> float:
        """What the hidden cells cost."""
        return float(self.problem.cost[: self.problem.sums.shown][self.hidden[: self.problem.sums.shown]].sum())

    def take(self, cells: Vector, steps: Vector) -> None:
        """Hide the cells of a movement, and mark what it proves, both ways and as far as it can go."""
        self.hidden[cells] = True
        movement = np.zeros(len(self.hidden))
        movement[cells] = steps
        requirements = self.problem.requirements
        moved = movement[requirements.cell] * requirements.sign
        is_frozen = (requirements.frozen < 0) | (movement[requirements.frozen] == 0.0)
        reach = np.where(moved > 0, moved * self._room(cells, steps), -moved * self._room(cells, -steps))
        proven = (self.proof < 0) & is_frozen & (reach >= requirements.protection_level * _HOLDS)
        self.proof[proven] = len(self.moves)
        self.moves.append((cells, steps))

    def _room(self, cells: Vector, steps: Vector) -> float:
        """How many times a movement can be made before a cell is as low as it can be."""
        falling = steps < 0
        if not falling.any():
            return 1e12
        return float(np.min(self.problem.fall[cells][falling] / -steps[falling], initial=1e12))

    def unused(self) -> Vector:
        """Secondary cells that no proof needs."""
        used = self.problem.hidden_at_start
        for move in np.unique(self.proof[self.proof >= 0]):
            used[self.moves[move][0]] = True
        return self.hidden & ~used


def find_pattern(problem: Problem, limits: Limits, start: Vector | None = None, effort: int = 2_000) -> Pattern:
    """A pattern that meets every demand.

    Args:
        problem: what must hold.
        limits: when to stop improving; a pattern is protected before it is improved.
        start: cells that are hidden from the beginning, over and above the unsafe ones.
        effort: the most programs that are solved to show cells again.

    Raises:
        NotProtectable: no choice of cells meets a demand.
    """
    hidden = problem.hidden_at_start
    pattern = Pattern(problem, hidden if start is None else hidden | start)
    requirements = problem.requirements
    for requirement in np.argsort(-requirements.protection_level, kind="stable"):
        if pattern.proof[requirement] < 0:
            allowed = ~problem.fixed | pattern.hidden
            pattern.take(*_movement(pattern, int(requirement), allowed))
    pattern.hidden &= ~pattern.unused()
    _unsuppress(pattern, limits, effort)
    return pattern


def _movement(pattern: Pattern, requirement: int, allowed: Vector) -> tuple[Vector, Vector]:
    """The cheapest movement that meets a demand: in the small table around the cell, else anywhere."""
    problem = pattern.problem
    if problem.sums.size > _LOCAL:
        neighbourhood = problem.sums.around(int(problem.requirements.cell[requirement]))
        if neighbourhood.sum() < problem.sums.size / 2:
            movement = move_cells(problem, requirement, allowed & neighbourhood, pattern.hidden)
            if movement is not None:
                return movement
    movement = move_cells(problem, requirement, allowed, pattern.hidden)
    if movement is None:
        raise NotProtectable(
            "The unsafe cells can be worked out from the margins, whatever else is hidden.",
            hint="Leave the margins out, or combine categories.",
        )
    return movement


def move_cells(problem: Problem, requirement: int, allowed: Vector, free: Vector) -> tuple[Vector, Vector] | None:
    """The cheapest way to move a cell as far as is asked, with every sum kept; None where there is none.

    Args:
        problem: what must hold.
        want: the number of the demand.
        allowed: which cells may move.
        free: which of them cost nothing.
    """
    requirements = problem.requirements
    cell, protection_level, frozen = (
        int(requirements.cell[requirement]),
        float(requirements.protection_level[requirement]),
        int(requirements.frozen[requirement]),
    )
    movable = allowed.copy()
    movable[cell] = True
    if frozen >= 0:
        movable[frozen] = False
    cells = np.flatnonzero(movable)
    matrix = problem.sums.matrix[:, cells]
    matrix = matrix[np.flatnonzero(np.diff(matrix.indptr))]
    size, position = len(cells), int(np.searchsorted(cells, cell))
    # Everything is counted in units of what is asked for, so that no level is small beside the solver's tolerance.
    rise, fall = np.full(size, INFINITE), np.minimum(problem.fall[cells] / protection_level, 1e9)
    low = np.zeros(2 * size)
    is_upward = requirements.sign[requirement] > 0
    rise[position], fall[position] = (1.0, 0.0) if is_upward else (0.0, 1.0)
    low[position], low[size + position] = rise[position], fall[position]
    cost = np.where(free[cells], 0.0, problem.cost[cells])
    cost = cost / max(float(cost.max(initial=0.0)), 1e-300) + 1e-7
    program = Program(
        hstack([matrix, -matrix]).tocsr(),
        (np.zeros(matrix.shape[0]), np.zeros(matrix.shape[0])),
        (low, np.concatenate([rise, fall])),
        np.concatenate([cost, cost]),
    )
    try:
        point = program.solve().point
    except Infeasible:
        return None
    steps = point[:size] - point[size:]
    moved = np.abs(steps) > _MOVED
    return cells[moved], steps[moved] * protection_level


def _unsuppress(pattern: Pattern, limits: Limits, effort: int) -> None:
    """Show the dearest secondary cells again where every demand can be met without them."""
    problem = pattern.problem
    start = problem.hidden_at_start
    secondary = np.flatnonzero(pattern.hidden & ~start)
    spent = 0
    for cell in secondary[np.argsort(-problem.cost[secondary], kind="stable")]:
        if spent >= effort or limits.are_reached():
            return
        if not pattern.hidden[cell]:
            continue
        spent += _unsuppress_cell(pattern, int(cell))


def _unsuppress_cell(pattern: Pattern, cell: int) -> int:
    """Show one cell again if the demands whose proof needs it can be met without; how many programs that took."""
    problem = pattern.problem
    moves_of_cell = [move for move in np.unique(pattern.proof) if cell in pattern.moves[move][0]]
    unproven = np.flatnonzero(np.isin(pattern.proof, moves_of_cell))
    trial = Pattern(problem, pattern.hidden.copy())
    trial.hidden[cell] = False
    trial.proof, trial.moves = pattern.proof.copy(), list(pattern.moves)
    trial.proof[unproven] = -1
    spent = 0
    for requirement in unproven:
        if trial.proof[requirement] >= 0:
            continue
        spent += 1
        movement = _movement_within(trial, int(requirement))
        if movement is None:
            return spent
        trial.take(*movement)
    trial.hidden &= ~trial.unused()
    pattern.hidden, pattern.proof, pattern.moves = trial.hidden, trial.proof, trial.moves
    return spent


def _movement_within(pattern: Pattern, requirement: int) -> tuple[Vector, Vector] | None:
    """A movement of cells that are hidden already."""
    problem = pattern.problem
    if problem.sums.size > _LOCAL:
        neighbourhood = problem.sums.around(int(problem.requirements.cell[requirement]))
        return move_cells(problem, requirement, pattern.hidden & neighbourhood, pattern.hidden)
    return move_cells(problem, requirement, pattern.hidden, pattern.hidden)
