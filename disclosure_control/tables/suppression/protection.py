"""Primary and secondary suppression of one table or several: choose the cells, then attack the result.

Unsafe cells are hidden first (primary). Then the cheapest other cells (secondary) are chosen so that each unsafe cell
could be larger and smaller, within what an attacker knows, by the protection the policy's rules ask for: at the
optimum (``branch_and_cut``) or fast (``heuristic``). The last step is always the attacker of ``attack``, who shares
no model with this: a table that does not hold against it is never returned. Levels of protection stand in
``requirements``; combining categories instead of hiding them in ``redesign``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args, overload

import numpy as np
import pandas as pd

from disclosure_control.core.errors import BadTable, NotProtectable
from disclosure_control.core.policy import Policy
from disclosure_control.tables.attack.attacker import Attacker
from disclosure_control.tables.hierarchy import Trees
from disclosure_control.tables.lp import INFINITE, Vector
from disclosure_control.tables.protection_level import upper_levels
from disclosure_control.tables.sensitivity import unsafe
from disclosure_control.tables.statistics.cells import labels_of
from disclosure_control.tables.suppression.branch_and_cut import find_optimal_pattern
from disclosure_control.tables.suppression.constraints import find_sums
from disclosure_control.tables.suppression.heuristic import Pattern, find_pattern
from disclosure_control.tables.suppression.requirements import (
    LEVELS,
    Cost,
    Problem,
    costs_of,
    fixed_cells,
    make_requirements,
)
from disclosure_control.tables.suppression.stopping import Limits

Method = Literal["optimal", "fast", "auto"]
Label = tuple[str, ...]
_SMALL: Final = 40_000  # demands times cells, up to which "auto" looks for the optimum


@dataclass(frozen=True)
class Protection:
    """How tables were protected.

    Attributes:
        tables: the tables, each with ``suppressed``.
        cost: what the hidden cells cost together.
        bound: no protected pattern costs less, where that is known.
        optimal: whether this is the cheapest pattern there is.
    """

    tables: tuple[pd.DataFrame, ...]
    cost: float
    bound: float
    optimal: bool


@overload
def protect_table(judged: pd.DataFrame, *args: Any, **options: Any) -> pd.DataFrame: ...
@overload
def protect_table(judged: Sequence[pd.DataFrame], *args: Any, **options: Any) -> list[pd.DataFrame]: ...
def protect_table(
    judged: pd.DataFrame | Sequence[pd.DataFrame],
    by: Sequence[str] | None = None,
    value: str | None = None,
    policy: Policy | None = None,
    **options: Any,
) -> pd.DataFrame | list[pd.DataFrame]:
    """Add ``suppressed``: "" where a cell may be shown, "primary" or "secondary" where it may not.

    Args:
        judged: as ``judge_cells`` makes it. Or a ready table of numbers that add up, with no microdata: its unsafe
            cells are those with "primary" in a column ``suppressed``, and each is protected by ``share`` of its
            value, or by columns ``level_above`` and ``level_below``. Or several such tables of the same people and
            the same value, which may share cells and margins (linked tables), protected together.
        by: the columns of labels; found from the frame when not given.
        value: the numbers whose sums link the cells: "n" for counts, "total" for sums and means; any column of a
            ready table. When not given it is "total" if the cells hold totals, else "n".
        policy: gives the protection each unsafe cell needs; by default the workspace's, else ``default``.
        **options: further ones, by name. ``hierarchies``: how labels add up, by column, as
            ``{"region": {"North": ["NE", "NW"]}}``. ``method``: "optimal" for the cheapest pattern, "fast" for any
            size, "auto" (the default) for the optimum where it is cheap to find. ``time_limit_s``: when to stop
            improving, in seconds; what is returned is protected in any case. ``cost``: what hiding a cell costs: its
            "value", its "count" of contributors, or one for each of the "cells". ``published``: labels of cells that
            are known already. ``waived``: labels of unsafe cells whose contributors agreed to be shown. ``share``: for
            a ready table, how far above and below its value each unsafe cell must seem possible, as a share.

    Returns:
        The table with ``suppressed``; a list of them when several were given.

    Raises:
        BadTable: ``by`` or ``value`` does not fit, or the cells do not add up to their margins.
        NotProtectable: no choice of cells protects the table.
        BadPolicy: no policy is given, and the workspace's cannot be used.

    Examples:
        >>> from disclosure_control.tables.hierarchy import add_totals
        >>> lines = {"x": [5, 40, 50], "y": [60, 30, 20], "z": [25, 35, 45]}
        >>> cells = pd.DataFrame([(a, b, n) for a, line in lines.items() for b, n in zip("pqr", line)],
        ...                      columns=["a", "b", "n"])
        >>> table = add_totals(cells, ["a", "b"], ["n"])
        >>> table["suppressed"] = np.where((table.a == "x") & (table.b == "p"), "primary", "")
        >>> safe = protect_table(table, by=["a", "b"], value="n", share=1.0)
        >>> safe[safe.suppressed == "secondary"][["a", "b"]].values.tolist()
        [['x', 'q'], ['z', 'p'], ['z', 'q']]
    """
    result = protection(judged, by, value, policy, **options)
    return result.tables[0] if isinstance(judged, pd.DataFrame) else list(result.tables)


def protection(
    judged: pd.DataFrame | Sequence[pd.DataFrame],
    by: Sequence[str] | None = None,
    value: str | None = None,
    policy: Policy | None = None,
    *,
    hierarchies: Trees | None = None,
    method: Method = "auto",
    time_limit_s: float | None = None,
    cost: Cost = "value",
    published: Iterable[Label] = (),
    waived: Iterable[Label] = (),
    share: float = 0.1,
) -> Protection:
    """As ``protect_table``, with what the pattern costs and whether it is the cheapest.

    Args:
        judged: one table or several, as ``protect_table`` takes them.
        by: the columns of labels; found from the frame when not given.
        value: the numbers whose sums link the cells, as ``protect_table`` takes them.
        policy: gives the protection each unsafe cell needs; by default the workspace's, else ``default``.
        hierarchies: how labels add up, by column, as ``{"region": {"North": ["NE", "NW"]}}``.
        method: "optimal" for the cheapest pattern, "fast" for any size, "auto" for the optimum where it is cheap to
            find: small tables of one or two columns of labels.
        time_limit_s: when to stop improving. What is returned is protected in any case. Without it, improving stops
            after a number of steps, so that the same table gives the same pattern on every machine.
        cost: what hiding a cell costs: its "value", its "count" of contributors, or one for each of the "cells".
        published: labels of cells that are known already: they stay shown, and protect nobody.
        waived: labels of unsafe cells whose contributors agreed to be shown; they may be hidden to protect others.
        share: for a ready table, how far above and below its value each unsafe cell must seem possible, as a share.

    Returns:
        The tables with their costs, and whether the pattern is the cheapest.

    Raises:
        BadTable: an option or column does not fit, or the cells do not add up to their margins.
        NotProtectable: no choice of cells protects the tables.
        BadPolicy: no policy is given, and the workspace's cannot be used.
    """
    if method not in get_args(Method):
        raise BadTable(f"method={method!r} is not held.", hint=f"Use one of: {', '.join(get_args(Method))}.")
    tables = [judged] if isinstance(judged, pd.DataFrame) else list(judged)
    policy = Policy.load() if policy is None else policy
    by = _columns(tables, by)
    value = _linking_column(tables[0]) if value is None else value
    tables = [_check_table(table.reset_index(drop=True), by, value) for table in tables]
    published_labels, waived_labels = _as_labels(published, by), _as_labels(waived, by)
    marked = [_mark(table, by, published_labels | waived_labels) for table in tables]
    if not any((table["suppressed"] != "").any() for table in marked):
        return Protection(tuple(marked), 0.0, 0.0, optimal=True)
    task = _ProtectionTask(marked, by, value, policy, hierarchies, published_labels, cost, share)
    exact = method == "optimal" or (method == "auto" and task.is_small())
    limits = Limits(time_limit_s) if method == "optimal" else Limits(time_limit_s, rounds=10, nodes=200)
    if exact:
        pattern, bound = find_optimal_pattern(task.problem, limits)
    else:
        pattern, bound = find_pattern(task.problem, limits), 0.0
    safe = task.with_pattern(pattern)
    task.check_holds(safe, hierarchies)
    return Protection(tuple(safe), pattern.cost, bound, optimal=pattern.cost <= bound * (1 + 1e-6))


class _ProtectionTask:
    """The tables as one problem, and the way back."""

    def __init__(
        self,
        marked: list[pd.DataFrame],
        by: list[str],
        value: str,
        policy: Policy,
        hierarchies: Trees | None,
        published: frozenset[Label],
        cost: Cost,
        share: float,
    ) -> None:
        self._marked, self._by, self._value = marked, by, value
        sums, self._rows = find_sums(marked, by, hierarchies)
        cells = pd.concat(marked, ignore_index=True)
        rows = np.concatenate(self._rows)
        firsts = cells.iloc[np.unique(rows, return_index=True)[1]].reset_index(drop=True)
        numbers = firsts[value].astype("float64").fillna(0.0).to_numpy()
        self._signed = value != "n" and bool(_negatives(firsts, numbers).any())
        primary = np.zeros(sums.size, dtype=bool)
        primary[rows[(cells["suppressed"] == "primary").to_numpy()]] = True
        self._above, self._below = self._levels(firsts, numbers, policy, share)
        singletons = np.zeros(sums.size, dtype=bool)
        if "units" in firsts:
            singletons[: sums.shown] = (firsts["units"] == 1).to_numpy()
        values = sums.complete(numbers)
        published_cells = [i for i, label in enumerate(_padded(firsts, by)) if label in published]
        self.problem = Problem(
            sums=sums,
            values=values,
            fall=np.full(sums.size, INFINITE) if self._signed else np.maximum(values, 0.0),
            cost=costs_of(firsts, values, value, cost),
            fixed=fixed_cells(sums, firsts, values, primary, published_cells),
            primary=primary,
            requirements=make_requirements(sums, primary, self._above, self._below, singletons),
        )

    def is_small(self) -> bool:
        """Whether the optimum is cheap to find: one or two columns of labels, and not too many cells."""
        return len(self._by) <= 2 and len(self.problem.requirements) * self.problem.sums.size <= _SMALL

    def with_pattern(self, pattern: Pattern) -> list[pd.DataFrame]:
        """The tables with what a pattern hides."""
        marks = np.where(self.problem.primary, "primary", np.where(pattern.hidden, "secondary", ""))
        return [table.assign(suppressed=marks[rows]) for table, rows in zip(self._marked, self._rows, strict=True)]

    def check_holds(self, safe: list[pd.DataFrame], hierarchies: Trees | None) -> None:
        """Ask the attacker, as an outsider and as each lone contributor.

        Raises:
            NotProtectable: a hidden cell can be worked out, or too closely.
        """
        labels = [label for table in safe for label in _padded(table, self._by)]
        rows = np.concatenate(self._rows)
        cell_of = dict(zip(labels, rows, strict=True))
        failed = self._failures(safe, hierarchies, cell_of, np.flatnonzero(self.problem.primary))
        label_of = {int(row): label for label, row in cell_of.items()}
        requirements = self.problem.requirements
        for singleton in np.unique(requirements.frozen[requirements.frozen >= 0]):
            cells = np.unique(requirements.cell[requirements.frozen == singleton])
            failed += self._failures(safe, hierarchies, cell_of, cells, label_of[int(singleton)])
        if failed:
            raise NotProtectable(
                f"{failed} hidden cells can still be worked out too closely.",
                hint="Leave the margins out, or combine categories.",
            )

    def _failures(
        self,
        safe: list[pd.DataFrame],
        hierarchies: Trees | None,
        cell_of: dict[Label, int],
        targets: Vector,
        contributor: Label | None = None,
    ) -> int:
        attacker = Attacker(
            safe,
            self._by,
            self._value,
            None if self._signed else 0.0,
            hierarchies=hierarchies,
            knowing=() if contributor is None else [contributor],
        )
        cells = np.array([cell_of[label] for label in attacker.hidden])
        is_target = np.isin(cells, targets)
        truth = self.problem.values[cells]
        low = np.where(is_target, truth - self._below[cells], np.nan)
        high = np.where(is_target, truth + self._above[cells], np.nan)
        narrow = attacker.too_narrow(low, high)
        return int((narrow & is_target).sum() if contributor is not None else narrow.sum())

    def _levels(self, firsts: pd.DataFrame, numbers: Vector, policy: Policy, share: float) -> tuple[Vector, Vector]:
        above = upper_levels(firsts, self._value, policy, share)
        below = above.copy()
        for i, name in enumerate(LEVELS):
            if name in firsts:
                (above, below)[i][:] = firsts[name].fillna(0.0).to_numpy()
        if not self._signed:
            below = np.minimum(below, np.maximum(numbers, 0.0))
        return above, below


def _columns(tables: list[pd.DataFrame], by: Sequence[str] | None) -> list[str]:
    judged = [table for table in tables if "outcome" in table.columns]
    names = list(dict.fromkeys(name for table in judged for name in labels_of(table)))
    if by is None:
        if len(judged) != len(tables) or not tables:
            raise BadTable("Say which columns hold the labels of a ready table.", hint='For example by=["region"].')
        return names
    if judged and set(by) != set(names):
        raise BadTable(f"by must name the columns of labels: {', '.join(names)}.")
    return list(by)


def _check_table(table: pd.DataFrame, by: list[str], value: str) -> pd.DataFrame:
    if "outcome" in table.columns and value not in ("n", "total"):
        raise BadTable(f"Cells are linked by n or total, not by {value!r}.")
    if value not in table.columns:
        raise BadTable(f"The table has no column {value!r}.")
    if not any(name in table.columns for name in by):
        raise BadTable("A table has none of the columns of labels.")
    if "outcome" not in table.columns and "suppressed" not in table.columns:
        raise BadTable("The table does not say which cells are unsafe.", hint='Mark them "primary" in suppressed.')
    return table


def _mark(table: pd.DataFrame, by: list[str], exempt: frozenset[Label]) -> pd.DataFrame:
    primary = unsafe(table).to_numpy() if "outcome" in table.columns else (table["suppressed"] == "primary").to_numpy()
    if exempt:
        primary = primary & np.array([label not in exempt for label in _padded(table, by)], dtype=bool)
    return table.assign(suppressed=np.where(primary, "primary", ""))


def _padded(table: pd.DataFrame, by: Sequence[str]) -> list[Label]:
    """The labels of each row over all columns of labels, "All" for those that a table does not have."""
    return list(table.reindex(columns=list(by), fill_value="All").fillna("All").itertuples(index=False, name=None))


def _as_labels(cells: Iterable[Label], by: Sequence[str]) -> frozenset[Label]:
    labels = frozenset(tuple(label) for label in cells)
    if any(len(label) != len(by) for label in labels):
        raise BadTable(f"A cell is named by one label for each of: {', '.join(by)}.")
    return labels


def _linking_column(judged: pd.DataFrame) -> str:
    return "total" if "total" in judged and judged["total"].notna().any() else "n"


def _negatives(cells: pd.DataFrame, numbers: Vector) -> Vector:
    return cells["negatives"].to_numpy() > 0 if "negatives" in cells else numbers < 0
