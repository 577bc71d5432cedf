"""A linear program that is solved many times with small changes between: HiGHS with warm starts.

It knows nothing of tables. The attacker and the protector each bring a model of their own.
"""

from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np
from scipy.sparse import csr_matrix

Vector = np.ndarray[Any, Any]
INFINITE: Final = float("inf")
# A warm start from a point far out may lose its way where nothing limits what is aimed at.
_UNDECIDED: Final = (highspy.HighsModelStatus.kUnboundedOrInfeasible, highspy.HighsModelStatus.kUnknown)


@dataclass(frozen=True)
class Solution:
    """What a program found: the best value, where, and the price of each row."""

    value: float
    point: Vector
    prices: Vector


class Infeasible(Exception):
    """No point keeps all the limits."""


class Program:
    """Maximise one thing after another over the same rows.

    Args:
        matrix: a row an equation, a column an unknown.
        rows: lower and upper limit of each row.
        columns: lower and upper limit of each unknown.
        tolerance: by how much a limit may be missed, 1e-10 to 1e-4.
    """

    def __init__(
        self,
        matrix: csr_matrix,
        rows: tuple[Vector, Vector],
        columns: tuple[Vector, Vector],
        cost: Vector | None = None,
        tolerance: float = 1e-9,
    ) -> None:
        size = matrix.shape[1]
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = size, matrix.shape[0]
        model.col_cost_ = np.zeros(size) if cost is None else np.asarray(cost, dtype=np.float64)
        model.col_lower_, model.col_upper_ = columns
        model.row_lower_, model.row_upper_ = rows
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
        model.a_matrix_.value_ = matrix.data
        self._solver: Any = quiet_solver(tolerance)
        self._solver.passModel(model)
        self._size = size
        self._costed = np.flatnonzero(model.col_cost_)

    def aim(self, columns: Vector, weights: Vector) -> None:
        """Maximise the weighted sum of these columns from here on."""
        old = self._costed
        if len(old):
            self._solver.changeColsCost(len(old), old.astype(np.int32), np.zeros(len(old)))
        self._costed = np.asarray(columns)
        self._solver.changeColsCost(len(columns), self._costed.astype(np.int32), -np.asarray(weights, dtype=np.float64))

    def limit(self, column: int, low: float, high: float) -> None:
        """Change the limits of one column."""
        self._solver.changeColBounds(int(column), float(low), float(high))

    def solve(self) -> Solution:
        """The largest value of what is aimed at; infinite where nothing limits it.

        Raises:
            Infeasible: no point keeps the limits.
        """
        self._solver.run()
        status = self._solver.getModelStatus()
        if status in _UNDECIDED:
            status = self._status_from_cold_start()
        if status == highspy.HighsModelStatus.kUnbounded:
            return Solution(INFINITE, np.empty(0), np.empty(0))
        if status != highspy.HighsModelStatus.kOptimal:
            raise Infeasible
        solution = self._solver.getSolution()
        value = -float(self._solver.getInfo().objective_function_value)
        return Solution(value, np.asarray(solution.col_value), np.asarray(solution.row_dual))

    def _status_from_cold_start(self) -> Any:
        """The status from a cold start, first as it stands and then simplified."""
        status = None
        for presolve in ("off", "on"):
            self._solver.setOptionValue("presolve", presolve)
            self._solver.clearSolver()
            self._solver.run()
            status = self._solver.getModelStatus()
            if status not in _UNDECIDED:
                break
        self._solver.setOptionValue("presolve", "off")
        return status


def quiet_solver(tolerance: float) -> Any:
    """HiGHS on one thread, with a fixed seed and nothing printed, so that the same question has the same answer."""
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in {
        "output_flag": False,
        "threads": 1,
        "random_seed": 7,
        "presolve": "off",
        "primal_feasibility_tolerance": tolerance,
        "dual_feasibility_tolerance": 1e-9,
    }.items():
        solver.setOptionValue(option, value)
    return solver
