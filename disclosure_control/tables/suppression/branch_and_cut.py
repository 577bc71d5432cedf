"""Branch and cut: the cheapest protected pattern, with HiGHS.

A master problem chooses cells; every demand that its choice does not meet gives a cutting plane (``cuts``); the first
choice that meets all of them is the cheapest pattern there is (Fischetti and Salazar, 1999 and 2001). A fast pattern
is found first and improved on the way, so that stopping early returns the best protected pattern so far.
"""

from typing import Any, Final

import highspy
import numpy as np

from disclosure_control.core.errors import NotProtectable
from disclosure_control.tables.lp import Vector, quiet_solver
from disclosure_control.tables.suppression.cuts import Cut, Push, cut_of, first_cuts, push
from disclosure_control.tables.suppression.heuristic import Pattern, find_pattern
from disclosure_control.tables.suppression.requirements import Problem
from disclosure_control.tables.suppression.stopping import Limits

_VIOLATED: Final = 1e-4
_MET: Final = 1.0 - 1e-6
_ALONE: Final = 20_000  # entries of the sums up to which no cell may be hidden alone in a sum
_GAP: Final = 1e-6
_WHOLE: Final = 1e6  # up to which whole costs are left as they are
# A good pattern is known from the start, so HiGHS need not look for one; it is there to prove that none is cheaper.
_SEARCH: Final[dict[str, Any]] = {
    "presolve": "on",
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_allow_restart": False,
    "mip_pscost_minreliable": 0,
}
_CHAIN: Final = 10  # cells
_LITTLE: Final = (1e-3, 1e-2)  # of every cell, for cutting planes that reach deep


def find_optimal_pattern(problem: Problem, limits: Limits) -> tuple[Pattern, float]:
    """The cheapest pattern, and the cost that none can be below.

    Raises:
        NotProtectable: no choice of cells meets a demand.
    """
    best = find_pattern(problem, limits)
    master = _Master(problem)
    bound, hidden = _tighten(problem, master, limits)
    best = _repair(problem, hidden, limits, best)
    for _ in range(limits.rounds):
        if best.cost <= bound * (1 + _GAP) or limits.are_reached():
            break
        chosen, bound = master.choose(best, limits)
        if chosen is None:
            break
        pattern, cuts = _examine(problem, chosen)
        if not cuts:
            best = pattern if pattern.cost < best.cost else best
            continue
        master.add(cuts)
        best = _repair(problem, chosen, limits, best)
    return best, min(bound, best.cost)


def _tighten(problem: Problem, master: "_Master", limits: Limits) -> tuple[float, Vector]:
    """Cut off fractional choices until that no longer raises the bound; the bound, and the last such choice."""
    bound, stall_count, hidden = 0.0, 0, np.zeros(problem.sums.size)
    for _ in range(limits.rounds):
        hidden, cost = master.relax()
        stall_count = stall_count + 1 if cost <= bound * 1.001 else 0
        bound = max(bound, cost)
        if stall_count > 3 or limits.are_reached():
            break
        cuts = _violated_cuts(problem, hidden)
        if not cuts:
            break
        master.add(cuts)
    return bound, hidden


def _violated_cuts(problem: Problem, hidden: Vector) -> list[Cut]:
    """Cutting planes that a fractional choice does not keep."""
    cuts: list[Cut] = []
    for requirement in range(len(problem.requirements)):
        movement = push(problem, requirement, hidden, whole=False)
        if movement.reach < 1.0 - _VIOLATED:
            cut = cut_of(problem, requirement, movement.prices)
            if cut is not None and cut.left(hidden) < 1.0 - _VIOLATED:
                cuts.append(cut)
    return cuts


def _examine(problem: Problem, chosen: Vector) -> tuple[Pattern, list[Cut]]:
    """A choice of whole cells as a pattern, with the cutting planes for demands that it does not meet."""
    pattern = Pattern(problem, chosen > 0.5)
    cuts: list[Cut] = []
    for requirement in range(len(problem.requirements)):
        if pattern.proof[requirement] >= 0:
            continue
        movement = push(problem, requirement, pattern.hidden.astype(float), whole=True)
        if movement.reach >= _MET:
            pattern.take(movement.cells, movement.steps)
        else:
            cuts += [*_chain(problem, requirement, pattern, movement), *_deep_cuts(problem, requirement, pattern)]
    return pattern, cuts


def _chain(problem: Problem, requirement: int, pattern: Pattern, movement: Push) -> list[Cut]:
    """Cutting planes for an unmet demand: the pattern's own, then those of the pattern with the cheapest cell added.

    A choice that keeps the first only would most likely add that cell and fail again; so the next ones are told now.
    """
    hidden = pattern.hidden.copy()
    cuts = [_violated_cut(problem, requirement, hidden, movement)]
    for _ in range(_CHAIN):
        cells = cuts[-1].cells[~hidden[cuts[-1].cells]]
        if not len(cells):
            break
        hidden[cells[np.argmin(problem.cost[cells])]] = True
        movement = push(problem, requirement, hidden.astype(float), whole=True)
        if movement.reach >= _MET:
            break
        cuts.append(_violated_cut(problem, requirement, hidden, movement))
    return cuts


def _deep_cuts(problem: Problem, requirement: int, pattern: Pattern) -> list[Cut]:
    """Cutting planes for an unmet demand that weigh the cells outside of the pattern little.

    The prices are those of a pattern that has a little of every cell (Magnanti and Wong, Accelerating Benders
    decomposition, Operations Research 29, 1981).
    """
    cuts: list[Cut] = []
    for part in _LITTLE:
        weights = np.where(problem.fixed, 0.0, part)
        movement = push(problem, requirement, np.maximum(pattern.hidden, weights), whole=False)
        cut = cut_of(problem, requirement, movement.prices)
        if cut is not None and cut.left(pattern.hidden.astype(float)) < 1.0 - _VIOLATED:
            cuts.append(cut)
    return cuts


def _violated_cut(problem: Problem, requirement: int, hidden: Vector, movement: Push) -> Cut:
    """A cutting plane that this pattern does not keep; at the least, that a cell outside of it must be hidden."""
    cut = cut_of(problem, requirement, movement.prices)
    if cut is not None and cut.left(hidden.astype(float)) < 1.0 - _VIOLATED:
        return cut
    outside = np.flatnonzero(~hidden & ~problem.fixed)
    return Cut(outside, np.ones(len(outside)))


def _repair(problem: Problem, chosen: Vector, limits: Limits, best: Pattern) -> Pattern:
    """The better of the best pattern and one made by adding to a choice what it lacks."""
    try:
        pattern = find_pattern(problem, limits, start=chosen > 0.5, effort=300)
    except NotProtectable:
        return best
    return pattern if pattern.cost < best.cost else best


def _scale_of(cost: Vector) -> float:
    """What costs are divided by: nothing where they are whole, so that no bound between two whole numbers is left."""
    largest = float(cost.max(initial=0.0))
    return 1.0 if largest < _WHOLE and np.array_equal(cost, np.round(cost)) else max(largest, 1e-300)


class _Master:
    """Which cells to hide, as far as the cutting planes so far say."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        always = problem.hidden_at_start
        self._open = np.flatnonzero(~problem.fixed & ~always)
        self._column = np.full(problem.sums.size, -1, dtype=np.int64)
        self._column[self._open] = np.arange(len(self._open))
        self._always = always
        self._base = float(problem.cost[always].sum())
        self._scale = _scale_of(problem.cost[self._open])
        self._solver: Any = quiet_solver(1e-9)
        size = len(self._open)
        self._solver.addVars(size, np.zeros(size), np.ones(size))
        self._solver.changeColsCost(size, np.arange(size, dtype=np.int32), problem.cost[self._open] / self._scale)
        self.add(first_cuts(problem))
        if problem.sums.matrix.nnz <= _ALONE:
            self._forbid_single_suppressions()

    def add(self, cuts: list[Cut]) -> None:
        """Keep these cutting planes from here on."""
        for cut in cuts:
            fixed_weight = float(cut.weights[self._always[cut.cells]].sum())
            columns = self._column[cut.cells]
            is_open = columns >= 0
            self._row(1.0 - fixed_weight, columns[is_open], np.minimum(cut.weights[is_open], 1.0 - fixed_weight))

    def relax(self) -> tuple[Vector, float]:
        """The cheapest fractional choice, and its cost.

        Raises:
            NotProtectable: there is none.
        """
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise NotProtectable("No choice of cells protects the table.", hint="Combine categories.")
        value = float(self._solver.getInfo().objective_function_value)
        return self._hidden(self._solver.getSolution().col_value), self._base + value * self._scale

    def choose(self, best: Pattern, limits: Limits) -> tuple[Vector | None, float]:
        """The cheapest choice of whole cells and the bound that it proves; None where the limits came first."""
        size = len(self._open)
        columns = np.arange(size, dtype=np.int32)
        solver = self._solver
        solver.changeColsIntegrality(size, columns, np.full(size, highspy.HighsVarType.kInteger))
        time_left_s = limits.left_s()
        limited = {"mip_max_nodes": limits.nodes, "mip_rel_gap": _GAP / 10, "mip_abs_gap": 0.0}
        for option, value in (_SEARCH | limited).items():
            solver.setOptionValue(option, value)
        solver.setOptionValue("time_limit", 1e30 if time_left_s is None else solver.getRunTime() + time_left_s)
        start = highspy.HighsSolution()
        start.col_value = best.hidden[self._open].astype(float).tolist()
        solver.setSolution(start)
        solver.run()
        info = solver.getInfo()
        bound = self._base + float(info.mip_dual_bound) * self._scale
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None, bound
        return self._hidden(np.round(solver.getSolution().col_value)), bound

    def _forbid_single_suppressions(self) -> None:
        """A cell hidden alone in a sum protects nothing, so the cheapest pattern has none."""
        matrix = self._problem.sums.matrix
        for line in range(matrix.shape[0]):
            cells = matrix.indices[matrix.indptr[line] : matrix.indptr[line + 1]]
            if self._always[cells].any():
                continue
            columns = self._column[cells]
            columns = columns[columns >= 0]
            for column in columns:
                self._row(0.0, columns, np.where(columns == column, -1.0, 1.0))

    def _row(self, least: float, columns: Vector, weights: Vector) -> None:
        self._solver.addRow(least, highspy.kHighsInf, len(columns), columns.astype(np.int32), weights)

    def _hidden(self, choice: Any) -> Vector:
        hidden: Vector = self._always.astype(np.float64)
        hidden[self._open] = np.clip(np.asarray(choice), 0.0, 1.0)
        return hidden
