"""The attacker: what can be worked out about suppressed cells from everything else in the table.

It knows the shown cells and that margins add up, and solves for the smallest and largest value each hidden cell can
have (Handbook on Statistical Disclosure Control, 2nd ed., section 4.4). It never reads a hidden value, and shares no
step with ``suppress``, whose work it checks.
"""

from collections.abc import Sequence
from itertools import product
from typing import Any, Final

import numpy as np
import pandas as pd

from disclosure_control.errors import BadTable, MissingExtra
from disclosure_control.tables.cells import ALL

_EXACT: Final = 1e-6  # relative to the largest known number of an equation
Equation = tuple[int, tuple[int, ...]]


def attack_table(safe: pd.DataFrame, by: Sequence[str], value: str = "n", lowest: float | None = 0.0) -> pd.DataFrame:
    """The interval of every suppressed cell, as an attacker with a linear program finds it.

    Args:
        safe: one row a cell: ``by``, ``value`` and ``suppressed`` ("" where the cell is shown).
        by: the columns of labels, margins labelled "All".
        value: the column of shown numbers; where ``suppressed`` is not "" it is not read.
        lowest: the least a cell can be, as an attacker knows; None where values may be negative.

    Returns:
        One row a suppressed cell: ``by``, lower, upper, exact (whether the cell can be worked out).

    Raises:
        BadTable: a column is missing, or a cell stands in the table twice.
        MissingExtra: scipy is not installed.

    >>> table = pd.DataFrame({"area": ["N", "S", "All"], "n": [3, 40, 43], "suppressed": ["primary", "", ""]})
    >>> attack_table(table, by=["area"])[["area", "lower", "upper", "exact"]].values.tolist()
    [['N', 3.0, 3.0, True]]
    """
    by = list(by)
    absent = [name for name in (*by, value, "suppressed") if name not in safe.columns]
    if absent:
        raise BadTable(f"The table lacks {', '.join(absent)}.")
    safe = safe.reset_index(drop=True)
    hidden = np.flatnonzero((safe["suppressed"] != "").to_numpy())
    result = safe.loc[hidden, by].reset_index(drop=True)
    intervals = _intervals(safe, by, value, hidden, lowest) if len(hidden) else np.empty((0, 3))
    result["lower"], result["upper"] = intervals[:, 0], intervals[:, 1]
    result["exact"] = intervals[:, 2].astype(bool)
    return result


def equations(table: pd.DataFrame, by: Sequence[str]) -> list[Equation]:
    """Every sum that holds among the cells: (row of the margin, rows that add up to it).

    Raises:
        BadTable: a cell stands in the table twice.
    """
    where = {tuple(labels): i for i, labels in enumerate(table[list(by)].itertuples(index=False, name=None))}
    if len(where) != len(table):
        raise BadTable("A cell stands in the table twice.")
    axes = [[label for label in table[name].unique() if label != ALL] for name in by]
    found: list[Equation] = []
    for d in range(len(by)):
        rest = [[*axis, ALL] if i != d else [ALL] for i, axis in enumerate(axes)]
        for margin in product(*rest):
            parts = [(*margin[:d], label, *margin[d + 1 :]) for label in axes[d]]
            if parts and margin in where and all(part in where for part in parts):
                found.append((where[margin], tuple(where[part] for part in parts)))
    return found


def _intervals(
    safe: pd.DataFrame, by: list[str], value: str, hidden: np.ndarray[Any, Any], lowest: float | None
) -> np.ndarray[Any, Any]:
    linprog = _solver()
    column = {int(row): j for j, row in enumerate(hidden)}
    known = safe[value].astype("float64").fillna(0.0).to_numpy(copy=True)
    known[hidden] = 0.0
    scale = max(1.0, float(np.abs(known).max(initial=0.0)))
    matrix, right = [], []
    for margin, parts in equations(safe, by):
        line = np.zeros(len(hidden))
        for row, sign in ((margin, -1.0), *((part, 1.0) for part in parts)):
            if row in column:
                line[column[row]] += sign
        if line.any():
            matrix.append(line)
            right.append((known[margin] - sum(known[part] for part in parts)) / scale)
    floor = None if lowest is None else lowest / scale
    limits: dict[str, Any] = {"bounds": (floor, None), "method": "highs"}
    if matrix:
        limits |= {"A_eq": np.array(matrix), "b_eq": np.array(right)}
    found = np.empty((len(hidden), 3))
    for j in range(len(hidden)):
        goal = np.zeros(len(hidden))
        goal[j] = 1.0
        low, high = _end(linprog, goal, limits), _end(linprog, -goal, limits)
        exact = low is None or high is None or -high - low <= _EXACT
        found[j] = (np.nan if low is None else low * scale, np.nan if high is None else -high * scale, exact)
    return found


def _end(linprog: Any, goal: np.ndarray[Any, Any], limits: dict[str, Any]) -> float | None:
    """The least of one goal: a number, minus infinity where nothing bounds it, None where the solver found nothing."""
    answer = linprog(goal, **limits)
    if answer.status == 0:
        return float(answer.fun)
    # HiGHS may stop at "infeasible or unbounded"; a table that was shown is feasible, so that is unbounded.
    return -np.inf if answer.status in (3, 4) else None


def _solver() -> Any:
    try:
        from scipy.optimize import linprog  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("scipy", "stats") from error
    return linprog
