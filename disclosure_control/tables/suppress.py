"""Choose which cells to hide so that no unsafe cell can be worked out from the margins.

Unsafe cells are hidden first (primary). For each of them a linear program then finds the cheapest other cells
(secondary) that let its value move, within what an attacker knows, by the protection the policy's rules ask for
(the linear-programming heuristic for cell suppression; Handbook on Statistical Disclosure Control, 2nd ed., section
4.4). The last step is always the attacker of ``attack``, who shares no step with this: a table that does not hold
against it is never returned.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from disclosure_control.errors import BadTable, MissingExtra, NotProtectable
from disclosure_control.policy import Policy
from disclosure_control.tables.attack import attack_table, equations
from disclosure_control.tables.cells import ALL, labels_of
from disclosure_control.tables.judge import unsafe

_MOVED: Final = 1e-7  # of the protection that is asked for
_NEAR: Final = 1e-6
_Vector = np.ndarray[Any, Any]


def protect_table(
    judged: pd.DataFrame, by: Sequence[str] | None = None, value: str | None = None, policy: Policy | None = None
) -> pd.DataFrame:
    """Add ``suppressed``: "" where a cell may be shown, "primary" or "secondary" where it may not.

    Args:
        judged: as ``judge_cells`` makes it.
        by: the columns of labels; found from the frame when not given.
        value: the numbers whose sums link the cells: "n" for counts, "total" for sums and means. When not given it
            is "total" if the cells hold totals, else "n".
        policy: gives the protection each unsafe cell needs; the default policy when not given.

    Raises:
        BadTable: ``by`` does not name the columns of labels, or ``value`` is not n or total.
        NotProtectable: no choice of cells protects the table.
        MissingExtra: scipy is not installed, and the table has unsafe cells.
    """
    policy = Policy.load() if policy is None else policy
    by = labels_of(judged) if by is None else list(by)
    if set(by) != set(labels_of(judged)):
        raise BadTable(f"by must name the columns of labels: {', '.join(labels_of(judged))}.")
    value = _linking_column(judged) if value is None else value
    if value not in ("n", "total"):
        raise BadTable(f"Cells are linked by n or total, not by {value!r}.")
    safe = judged.reset_index(drop=True)
    primary = unsafe(safe).to_numpy()
    safe["suppressed"] = np.where(primary, "primary", "")
    if primary.any():
        need = _protection(safe, value, policy)
        signed = value == "total" and bool((safe["negatives"] > 0).any())
        pattern = _pattern(safe, by, value, need, signed=signed)
        safe["suppressed"] = np.where(primary, "primary", np.where(pattern, "secondary", ""))
        _check_holds(safe, by, value, need, signed=signed)
    return safe


def _linking_column(judged: pd.DataFrame) -> str:
    return "total" if "total" in judged and judged["total"].notna().any() else "n"


def _pattern(safe: pd.DataFrame, by: list[str], value: str, need: _Vector, *, signed: bool) -> np.ndarray[Any, Any]:
    """Which cells to hide: the unsafe ones, and those that let each of them move as far as it needs."""
    pattern: np.ndarray[Any, Any] = (safe["suppressed"] == "primary").to_numpy()
    links = equations(safe, by)
    if not links:
        return pattern
    problem = _Problem(safe, by, value, links, signed=signed)
    for cell in np.flatnonzero(pattern):
        fall = need[cell] if signed else min(need[cell], max(problem.values[cell], 0.0))
        for change in (need[cell], -fall):
            if change:
                pattern = pattern | problem.cells_that_move(int(cell), float(change), pattern)
    return pattern


def _protection(safe: pd.DataFrame, value: str, policy: Policy) -> _Vector:
    """How far above its value an attacker must still believe each cell to be possible.

    For counts: up to the minimum number of units. For totals: the upper protection levels of the policy's rules
    (Handbook on SDC, 2nd ed., section 4.2.2), and never less than a tenth of the largest contribution.
    """
    if value == "n":
        counts: _Vector = np.maximum(policy.min_units - safe["units"].to_numpy(dtype=np.float64), 1.0)
        return counts
    total, first, second = (safe[c].fillna(0.0).to_numpy(dtype=np.float64) for c in _CONTRIBUTIONS)
    need = [0.1 * first]
    if policy.p_percent is not None:
        need.append(policy.p_percent / 100 * first - (total - first - second))
    need += [(first if n == 1 else first + second) / share - total for n, share in policy.dominance]
    least = 1e-3 * max(float(total.max(initial=0.0)), _NEAR)
    levels: _Vector = np.maximum(np.maximum.reduce(need), least)
    return levels


_CONTRIBUTIONS: Final = ("total_absolute", "largest", "second_largest")


class _Problem:
    """The linear program behind one table: which cells can move together while every shown sum holds."""

    def __init__(
        self,
        safe: pd.DataFrame,
        by: list[str],
        value: str,
        links: list[tuple[int, tuple[int, ...]]],
        *,
        signed: bool,
    ) -> None:
        try:
            from scipy.optimize import linprog  # noqa: PLC0415
            from scipy.sparse import coo_matrix  # noqa: PLC0415
        except ImportError as error:
            raise MissingExtra("scipy", "stats") from error
        self._linprog = linprog
        self.values: _Vector = safe[value].astype("float64").fillna(0.0).to_numpy()
        self._signed = signed
        size = len(safe)
        entries = [(e, part, 1.0) for e, (_, parts) in enumerate(links) for part in parts]
        entries += [(e, margin, -1.0) for e, (margin, _) in enumerate(links)]
        lines, cells, signs = zip(*entries, strict=True)
        one = coo_matrix((signs, (lines, cells)), shape=(len(links), size)).tocsr()
        self._matrix = one
        margin_levels = (safe[by] == ALL).sum(axis=1).to_numpy()
        self._fixed = (safe["n"].to_numpy() == 0) | (margin_levels == len(by))
        self._cost = (1.0 + np.abs(self.values)) * np.where(margin_levels > 0, 10.0, 1.0)

    def cells_that_move(self, cell: int, change: float, pattern: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """The cells to hide so that ``cell`` can differ by ``change``: cheapest first, hidden ones free.

        Raises:
            NotProtectable: no cells allow it.
        """
        from scipy.sparse import hstack  # noqa: PLC0415

        size, step = len(self.values), abs(change)
        rise = np.where(self._fixed & ~pattern, 0.0, np.inf)
        fall = np.full(size, np.inf) if self._signed else np.maximum(self.values, 0.0) / step
        fall = np.where(self._fixed & ~pattern, 0.0, fall)
        # The cell itself moves by exactly one step, one way.
        up, down = (1.0, 0.0) if change > 0 else (0.0, 1.0)
        low = np.zeros(2 * size)
        low[cell], low[size + cell] = up, down
        rise[cell], fall[cell] = up, down
        cost = np.where(pattern, 0.0, self._cost)
        answer = self._linprog(
            np.concatenate([cost, cost]) / self._cost.max(),
            A_eq=hstack([self._matrix, -self._matrix]).tocsr(),
            b_eq=np.zeros(self._matrix.shape[0]),
            bounds=np.column_stack([low, np.concatenate([rise, fall])]),
            method="highs",
        )
        if answer.status != 0:
            raise NotProtectable(
                "The unsafe cells can be worked out from the margins, whatever else is hidden.",
                hint="Leave the margins out, or combine categories.",
            )
        moves: np.ndarray[Any, Any] = np.abs(answer.x[:size] - answer.x[size:]) > _MOVED
        return moves


def _check_holds(safe: pd.DataFrame, by: list[str], value: str, need: _Vector, *, signed: bool) -> None:
    attacked = attack_table(safe, by, value, lowest=None if signed else 0.0)
    hidden = np.flatnonzero((safe["suppressed"] != "").to_numpy())
    primary = (safe["suppressed"] == "primary").to_numpy()[hidden]
    truth = safe[value].astype("float64").fillna(0.0).to_numpy()[hidden]
    slack = _NEAR * max(1.0, float(np.abs(truth).max(initial=0.0)))
    short = primary & ~(attacked["upper"].to_numpy() >= truth + need[hidden] - slack)
    if attacked["exact"].any() or short.any():
        raise NotProtectable(
            f"{int((attacked['exact'].to_numpy() | short).sum())} hidden cells can still be worked out too closely.",
            hint="Leave the margins out, or combine categories.",
        )
