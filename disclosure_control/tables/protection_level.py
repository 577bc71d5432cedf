"""Protection levels: how wide the feasibility interval of an unsafe cell must be, from the policy's rules."""

from typing import Final

import numpy as np
import pandas as pd

from disclosure_control.core.policy import Policy
from disclosure_control.tables.lp import Vector
from disclosure_control.tables.statistics.cells import largest_sum

_CONTRIBUTIONS: Final = ("total_absolute", "largest", "second_largest")


def upper_levels(cells: pd.DataFrame, value: str, policy: Policy, share: float) -> Vector:
    """How far above its value an attacker must still believe each cell to be possible.

    For counts: up to the minimum number of units. For totals: the largest of the upper protection levels of the
    policy's rules and a tenth of the largest contribution, where ``x1 >= x2`` are the largest contributions by unit
    and X their total (Handbook on Statistical Disclosure Control, 2nd ed., section 4.2.2, table 4.2):

    - (n, k): ``100/k (x1 + .. + xn) - X``
    - p%: ``p/100 x1 - (X - x1 - x2)``
    - (p, q): ``p/q x1 - (X - x1 - x2)``

    For a ready table of numbers with no contributions: a share of the number.

    >>> cell = pd.DataFrame({"total_absolute": [110.0], "largest": [100.0], "second_largest": [5.0]})
    >>> upper_levels(cell, "total", Policy(dominance=[(1, 0.8)], p_percent=10), 0.1).tolist()
    [15.0]
    """
    if value == "n" and "units" in cells:
        counts: Vector = np.maximum(policy.min_units - cells["units"].to_numpy(dtype=np.float64), 1.0)
        return counts
    if value != "total" or not set(_CONTRIBUTIONS) <= set(cells.columns):
        numbers = np.abs(cells[value].fillna(0.0).to_numpy(dtype=np.float64))
        ready: Vector = np.maximum(share * numbers, _minimum_level(numbers))
        return ready
    total, first, second = (cells[c].fillna(0.0).to_numpy(dtype=np.float64) for c in _CONTRIBUTIONS)
    candidates = [0.1 * first, _minimum_level(total)]
    if policy.strictest_p_percent is not None:
        candidates.append(policy.strictest_p_percent / 100 * first - (total - first - second))
    candidates += [largest_sum(cells, n) / k - total for n, k in policy.dominance]
    levels: Vector = np.maximum.reduce(candidates)
    return levels


def _minimum_level(numbers: Vector) -> Vector:
    """A level for cells whose own numbers give none: a hundredth of the average cell."""
    positive = numbers[numbers > 0]
    levels: Vector = np.full(len(numbers), 1e-2 * float(np.median(positive)) if len(positive) else 1.0)
    return levels
