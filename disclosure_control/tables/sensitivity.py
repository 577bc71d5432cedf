"""Sensitivity rules: judge cells by a policy (threshold, dominance, p%, and group disclosure).

What happens to an unsafe cell is decided in ``suppression``. Every rule works on numbers of units and on absolute
contributions, so no sign and no repeated row switches one off. Which rules a statistic must keep is one table.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from disclosure_control.core.errors import BadTable
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from disclosure_control.tables.hierarchy import Trees, leaves
from disclosure_control.tables.statistics.cells import ALL, BROKEN_RULES, STATISTICS, labels_of, largest_sum

_TOLERANCE: Final = 1e-12  # relative: two sums that differ by rounding alone are the same

_Flags = NDArray[np.bool_]
_Rule = Callable[[pd.DataFrame, Policy], _Flags]


def judge_cells(
    cells: pd.DataFrame,
    policy: Policy,
    statistic: str = "frequency",
    *,
    quantile: float | None = None,
    hierarchies: Trees | None = None,
) -> pd.DataFrame:
    """Add ``outcome`` (an Outcome), ``broken_rules`` (rule ids) and ``reasons`` (the same in words) to each cell.

    Programs read ``broken_rules``, a tuple for each cell; ``reasons`` is text for people, separated by commas.

    Threshold, dominance, p% and (p,q) are those of the Handbook on Statistical Disclosure Control, 2nd ed., section
    4.2.1. Which of them a statistic must keep follows the kinds of statistic ("statbarns") of SACRO, 2023, and the
    Guidelines for the checking of output based on microdata research (ESSnet SDC, 2010).

    Args:
        cells: as ``cell_statistics`` makes them.
        policy: the thresholds.
        statistic: what will be shown: "frequency" or "count", "sum" or "mean", "minimum" or "maximum", "median" or
            "percentile", "mode", "gini", or "concentration" (shares of the largest). For ratios: ``judge_ratio``.
        quantile: which percentile, as 0.95; its smaller side needs as many units as a cell.
        hierarchies: the trees that the cells were made with, so that groups are not taken for categories.

    Returns:
        The cells with ``outcome`` and ``reasons``; "" where no rule says anything.

    Raises:
        BadTable: the statistic is not one of these, or a column that it needs is missing.

    Examples:
        >>> cells = pd.DataFrame({"area": ["N", "S"], "n": [40, 3], "units": [40, 3]})
        >>> judge_cells(cells, Policy())[["area", "reasons"]].values.tolist()
        [['N', ''], ['S', 'table.threshold']]
    """
    if statistic not in RULES_OF:
        expected = ", ".join(sorted(RULES_OF))
        raise BadTable(f"{statistic!r} is not a statistic that can be judged.", hint=f"Expected one of: {expected}.")
    needed = ("n", "units") if statistic in COUNT_STATISTICS else STATISTICS
    absent = [name for name in needed if name not in cells.columns]
    if absent:
        raise BadTable(f"The cells lack {', '.join(absent)}.", hint="Make them with cell_statistics(..., value=...).")
    cells = cells.reset_index(drop=True)
    fails = {rule: _FAILS[rule](cells, policy) for rule in RULES_OF[statistic]}
    if statistic == "percentile":
        fails["table.threshold"] |= _percentile_tail(cells, policy, quantile)
    reviews: dict[str, _Flags] = {}
    if policy.group_disclosure and statistic in COUNT_STATISTICS:
        reviews["table.class-disclosure"] = _class_disclosure(cells, labels_of(cells), hierarchies)
    return _with_outcomes(cells, fails, reviews)


def judge_ratio(numerator: pd.DataFrame, denominator: pd.DataFrame) -> pd.DataFrame:
    """Cells of a ratio (a rate, odds, a risk): what either of its two parts does not allow, the ratio does not.

    Whoever knows one part has the other from the ratio (statbarns "calculated ratios": auxiliary information), so
    both are judged as if they were shown.

    Args:
        numerator: judged cells of what stands above the line.
        denominator: judged cells of what stands below, in the same order.

    Returns:
        The cells of the numerator with the outcome and the broken rules of both.

    Raises:
        BadTable: the cells are not the same.

    Examples:
        >>> above = judge_cells(pd.DataFrame({"area": ["N"], "n": [4], "units": [4]}), Policy())
        >>> below = judge_cells(pd.DataFrame({"area": ["N"], "n": [90], "units": [90]}), Policy())
        >>> judge_ratio(above, below).reasons.tolist()
        ['table.threshold']
    """
    by = labels_of(numerator)
    if by != labels_of(denominator) or numerator[by].to_numpy().tolist() != denominator[by].to_numpy().tolist():
        raise BadTable("The cells of a ratio's two parts are not the same.", hint="Make both with the same categories.")
    outcomes = [max(pair) for pair in zip(numerator["outcome"], denominator["outcome"], strict=True)]
    pairs = zip(numerator[BROKEN_RULES], denominator[BROKEN_RULES], strict=True)
    rules = [tuple(dict.fromkeys((*above, *below))) for above, below in pairs]
    return _with_rules(numerator.assign(outcome=pd.Series(outcomes, index=numerator.index, dtype=object)), rules)


def unsafe(judged: pd.DataFrame) -> "pd.Series[bool]":
    """Which cells may not be shown.

    Args:
        judged: as ``judge_cells`` makes them.

    Returns:
        True where the outcome is FAIL, of the same index.
    """
    return judged["outcome"].map(lambda outcome: outcome >= Outcome.FAIL).astype(bool)


def _units(cells: pd.DataFrame) -> NDArray[np.int64]:
    return cells["units"].to_numpy(dtype=np.int64)


def _numbers(cells: pd.DataFrame, name: str) -> NDArray[np.float64]:
    return cells[name].fillna(0.0).to_numpy(dtype=np.float64)


def _below_threshold(cells: pd.DataFrame, policy: Policy) -> _Flags:
    units = _units(cells)
    flags: _Flags = (units > 0) & (units < policy.min_units)
    return flags


def _zero_cells(cells: pd.DataFrame, policy: Policy) -> _Flags:
    """Empty cells where zeros may not be shown; not those that everybody knows to be empty."""
    flags: _Flags = (_units(cells) == 0) & (not policy.zero_cells_allowed)
    if "structural" in cells.columns:
        flags &= ~cells["structural"].to_numpy(dtype=np.bool_)
    return flags


def _dominance(cells: pd.DataFrame, policy: Policy) -> _Flags:
    """(n,k): the n largest contributions exceed the share of the total (Handbook on SDC, 2nd ed., table 4.2)."""
    total = _numbers(cells, "total_absolute")
    flags: _Flags = np.zeros(len(cells), dtype=np.bool_)
    for n, share in policy.dominance:
        flags |= (_units(cells) > 0) & (largest_sum(cells, n) > share * total + _TOLERANCE * total)
    return flags


def _p_percent(cells: pd.DataFrame, policy: Policy) -> _Flags:
    """p% and (p,q): the second largest contributor comes too close to the largest (Handbook, table 4.2)."""
    p = policy.strictest_p_percent
    if p is None:
        return np.zeros(len(cells), dtype=np.bool_)
    total = _numbers(cells, "total_absolute")
    rest = total - largest_sum(cells, 2)
    flags: _Flags = (_units(cells) > 0) & (rest < p / 100 * _numbers(cells, "largest") - _TOLERANCE * total)
    return flags


def _identical_values(cells: pd.DataFrame, policy: Policy) -> _Flags:
    """Everybody in the cell has one value: the statistic tells it (group disclosure; ESSnet guidelines, 2010)."""
    low, high = (cells[name].to_numpy(dtype=np.float64) for name in ("minimum", "maximum"))
    flags: _Flags = (_units(cells) > 0) & (low == high) & policy.group_disclosure
    return flags


def _end_points(cells: pd.DataFrame, policy: Policy) -> _Flags:
    """An end point is the value of somebody, whoever else is in the cell (ESSnet guidelines, 2010: unsafe)."""
    flags: _Flags = (_units(cells) > 0) & (policy.min_units > 1)
    return flags


def _percentile_tail(cells: pd.DataFrame, policy: Policy, quantile: float | None) -> _Flags:
    """Percentiles with too few units beyond them: they come close to an end point."""
    if quantile is None or not 0 < quantile < 1:
        raise BadTable("Say which percentile, above 0 and below 1.", hint="For example quantile=0.95.")
    side = np.floor(_units(cells) * min(quantile, 1 - quantile) + _TOLERANCE)
    flags: _Flags = (_units(cells) > 0) & (side < policy.min_units)
    return flags


def _class_disclosure(cells: pd.DataFrame, by: Sequence[str], hierarchies: Trees | None) -> _Flags:
    """Cells that hold everybody of their row or column, in a table of two dimensions or more."""
    flags = np.zeros(len(cells), dtype=np.bool_)
    if len(by) < 2:
        return flags
    inner = ~(cells[list(by)] == ALL).any(axis=1)
    for name in hierarchies or {}:
        inner &= cells[name].isin(leaves(name, cells[name], hierarchies))
    filled = cells[inner & (cells["units"] > 0)]
    for name in by:
        others = [other for other in by if other != name]
        if filled[name].nunique() < 2:
            continue
        single = filled.groupby(others)[name].transform("size") == 1
        flags[filled.index[single]] = True
    return flags


_FAILS: Final[Mapping[str, _Rule]] = {
    "table.threshold": _below_threshold,
    "table.zero": _zero_cells,
    "table.dominance": _dominance,
    "table.p-percent": _p_percent,
    "table.identical-values": _identical_values,
    "table.end-point": _end_points,
}
_COUNT_RULES: Final = ("table.threshold", "table.zero")
_MAGNITUDE_RULES: Final = (*_COUNT_RULES, "table.dominance", "table.p-percent", "table.identical-values")
# What each statistic must keep, after the kinds of statistic ("statbarns") of SACRO, 2023, and the ESSnet guidelines.
RULES_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "frequency": _COUNT_RULES,
    "count": _COUNT_RULES,
    "sum": _MAGNITUDE_RULES,
    "mean": _MAGNITUDE_RULES,
    "concentration": _MAGNITUDE_RULES,
    "minimum": (*_COUNT_RULES, "table.identical-values", "table.end-point"),
    "maximum": (*_COUNT_RULES, "table.identical-values", "table.end-point"),
    "median": (*_COUNT_RULES, "table.identical-values"),
    "percentile": (*_COUNT_RULES, "table.identical-values"),
    "mode": (*_COUNT_RULES, "table.identical-values"),
    "gini": _COUNT_RULES,
}
COUNT_STATISTICS: Final = frozenset({"frequency", "count"})
VALUE_STATISTICS: Final = frozenset(RULES_OF) - COUNT_STATISTICS
_LEVELS: Final = np.array([Outcome.PASS, Outcome.REVIEW, Outcome.FAIL], dtype=object)


def _with_outcomes(cells: pd.DataFrame, fails: Mapping[str, _Flags], reviews: Mapping[str, _Flags]) -> pd.DataFrame:
    no_flags = np.zeros(len(cells), dtype=np.bool_)
    failed = np.logical_or.reduce([*fails.values(), no_flags])
    reviewed = np.logical_or.reduce([*reviews.values(), no_flags])
    levels = _LEVELS[np.where(failed, 2, np.where(reviewed, 1, 0))]
    names = list({**fails, **reviews})
    which = np.zeros(len(cells), dtype=np.int64)  # a bit for each rule
    for bit, flags in enumerate({**fails, **reviews}.values()):
        which |= flags.astype(np.int64) << bit
    sets = {mask: tuple(name for bit, name in enumerate(names) if mask >> bit & 1) for mask in set(which.tolist())}
    judged = cells.assign(outcome=pd.Series(levels, index=cells.index, dtype=object))
    return _with_rules(judged, [sets[mask] for mask in which.tolist()])


def _with_rules(cells: pd.DataFrame, rules: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    """The cells with the rules that each breaks, as values and in words."""
    return cells.assign(
        broken_rules=pd.Series(rules, index=cells.index, dtype=object),
        reasons=pd.Series([", ".join(ids) for ids in rules], index=cells.index, dtype=object),
    )
