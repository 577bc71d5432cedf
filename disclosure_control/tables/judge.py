"""Judge cells by a policy: which may be shown, and which rule says no.

What happens to an unsafe cell is decided in ``suppress``. Every rule works on numbers of units and on absolute
contributions, so no sign and no repeated row switches one off.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from disclosure_control.errors import BadTable
from disclosure_control.outcome import Outcome
from disclosure_control.policy import Policy
from disclosure_control.tables.cells import ALL, STATISTICS, labels_of

VALUE_STATISTICS: Final = frozenset({"sum", "mean"})
COUNT_STATISTICS: Final = frozenset({"frequency", "count"})
_TOLERANCE: Final = 1e-12  # relative: two sums that differ by rounding alone are the same

_Flags = np.ndarray[Any, np.dtype[np.bool_]]


def judge_cells(cells: pd.DataFrame, policy: Policy, statistic: str = "frequency") -> pd.DataFrame:
    """Add ``outcome`` (an Outcome) and ``reasons`` (rule ids, comma-separated) to each cell.

    Args:
        cells: as ``cell_statistics`` makes them.
        policy: the thresholds.
        statistic: what will be shown: "frequency" or "count", "sum" or "mean".

    Raises:
        BadTable: the statistic is not one of these, or a column that it needs is missing.

    >>> cells = pd.DataFrame({"area": ["N", "S"], "n": [40, 3], "units": [40, 3]})
    >>> judge_cells(cells, Policy())[["area", "reasons"]].values.tolist()
    [['N', ''], ['S', 'table.threshold']]
    """
    if statistic not in VALUE_STATISTICS | COUNT_STATISTICS:
        expected = ", ".join(sorted(VALUE_STATISTICS | COUNT_STATISTICS))
        raise BadTable(f"{statistic!r} is not a statistic that can be judged.", hint=f"Expected one of: {expected}.")
    needed = STATISTICS if statistic in VALUE_STATISTICS else ("n", "units")
    absent = [name for name in needed if name not in cells.columns]
    if absent:
        raise BadTable(f"The cells lack {', '.join(absent)}.", hint="Make them with cell_statistics(..., value=...).")
    cells = cells.reset_index(drop=True)
    fails = _count_rules(cells, policy)
    if statistic in VALUE_STATISTICS:
        fails |= _value_rules(cells, policy)
    reviews: dict[str, _Flags] = {}
    if policy.group_disclosure and statistic in COUNT_STATISTICS:
        reviews["table.class-disclosure"] = _class_disclosure(cells, labels_of(cells))
    judged = cells.copy()
    judged["outcome"] = pd.Series(_outcomes(len(cells), fails, reviews), index=cells.index, dtype=object)
    judged["reasons"] = pd.Series(_reasons(len(cells), fails | reviews), index=cells.index, dtype=object)
    return judged


def unsafe(judged: pd.DataFrame) -> "pd.Series[bool]":
    """Which cells may not be shown."""
    return judged["outcome"].map(lambda outcome: outcome >= Outcome.FAIL).astype(bool)


def _count_rules(cells: pd.DataFrame, policy: Policy) -> dict[str, _Flags]:
    units = cells["units"].to_numpy(dtype=np.int64)
    rules = {"table.threshold": (units > 0) & (units < policy.min_units)}
    if not policy.zero_cells_allowed:
        rules["table.zero"] = units == 0
    return rules


def _value_rules(cells: pd.DataFrame, policy: Policy) -> dict[str, _Flags]:
    units = cells["units"].to_numpy(dtype=np.int64)
    total, first, second = (
        cells[name].fillna(0.0).to_numpy(dtype=np.float64) for name in ("total_absolute", "largest", "second_largest")
    )
    slack = _TOLERANCE * total
    filled = units > 0
    dominated = np.zeros(len(cells), dtype=np.bool_)
    for n, share in policy.dominance:
        top = first if n == 1 else first + second
        dominated |= filled & (top > share * total + slack)
    rules = {"table.dominance": dominated}
    if policy.p_percent is not None:
        rest = total - first - second
        rules["table.p-percent"] = filled & (rest < policy.p_percent / 100 * first - slack)
    if policy.group_disclosure:
        low, high = (cells[name].to_numpy(dtype=np.float64) for name in ("minimum", "maximum"))
        rules["table.identical-values"] = filled & (low == high)
    return rules


def _class_disclosure(cells: pd.DataFrame, by: Sequence[str]) -> _Flags:
    """Cells that hold everybody of their row or column, in a table of two dimensions or more."""
    flags = np.zeros(len(cells), dtype=np.bool_)
    inner = ~(cells[list(by)] == ALL).any(axis=1)
    filled = cells[inner & (cells["units"] > 0)]
    if len(by) < 2:
        return flags
    for name in by:
        others = [other for other in by if other != name]
        if filled[name].nunique() < 2:
            continue
        alone = filled.groupby(others)[name].transform("size") == 1
        flags[filled.index[alone]] = True
    return flags


def _outcomes(size: int, fails: dict[str, _Flags], reviews: dict[str, _Flags]) -> list[Outcome]:
    failed = np.logical_or.reduce([*fails.values(), np.zeros(size, dtype=np.bool_)])
    reviewed = np.logical_or.reduce([*reviews.values(), np.zeros(size, dtype=np.bool_)])
    severity = np.where(failed, int(Outcome.FAIL), np.where(reviewed, int(Outcome.REVIEW), int(Outcome.PASS)))
    return [Outcome(int(level)) for level in severity]


def _reasons(size: int, rules: dict[str, _Flags]) -> list[str]:
    return [", ".join(rule for rule, flags in rules.items() if flags[i]) for i in range(size)]
