"""Redesign a table before anything is hidden: collapse categories along a hierarchy until the cells are safe.

Combining categories loses detail but hides nothing and cannot be undone by subtraction (Handbook on Statistical
Disclosure Control, 2nd ed., section 4.3: table redesign). What is still unsafe afterwards is for ``suppression``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from disclosure_control.core.errors import BadTable
from disclosure_control.core.policy import Policy
from disclosure_control.tables.hierarchy import Tree, collapse, families
from disclosure_control.tables.labels import ALL
from disclosure_control.tables.sensitivity import judge_cells, unsafe
from disclosure_control.tables.statistics.cells import cell_statistics


@dataclass(frozen=True)
class Redesign:
    """A table with fewer categories.

    Attributes:
        frame: the records with collapsed labels.
        cells: its judged cells.
        merged: the groups that took the place of their categories, by column.
    """

    frame: pd.DataFrame
    cells: pd.DataFrame
    merged: Mapping[str, tuple[str, ...]]


def redesign(
    frame: pd.DataFrame,
    by: Sequence[str],
    hierarchies: Mapping[str, Tree],
    policy: Policy,
    *,
    value: str | None = None,
    unit: str | None = None,
    statistic: str = "frequency",
) -> Redesign:
    """Collapse one lowest group after another, the one that leaves the fewest unsafe cells each time.

    It stops when every cell is safe, or when collapsing no longer makes fewer of them unsafe.

    Args:
        frame: one row a record; labels are taken as text.
        by: the columns whose categories make the cells.
        hierarchies: one tree a column.
        policy: the thresholds.
        value: the column that is added up; None for counts.
        unit: the column that says which person or business a row belongs to; None counts rows as units.
        statistic: what will be shown, as ``judge_cells`` takes it.

    Returns:
        The records with the collapsed labels, their judged cells, and what was merged.

    Raises:
        BadTable: a hierarchy is of no column of the table.

    Examples:
        >>> people = pd.DataFrame({"area": ["NE"] * 4 + ["NW"] * 8 + ["SE"] * 30})
        >>> made = redesign(people, ["area"], {"area": {"North": ["NE", "NW"], "South": ["SE"]}}, Policy())
        >>> made.merged, made.cells[["area", "n"]].values.tolist()
        ({'area': ('North',)}, [['North', 12], ['SE', 30], ['All', 42]])
    """
    unknown = [name for name in hierarchies if name not in by]
    if unknown:
        raise BadTable(f"The table has no column {', '.join(unknown)}.")
    frame = frame.assign(**{name: frame[name].astype("string").astype(object) for name in by})
    merged: dict[str, list[str]] = {}

    def judged(records: pd.DataFrame) -> pd.DataFrame:
        return judge_cells(cell_statistics(records, by, value, unit), policy, statistic)

    cells = judged(frame)
    while unsafe(cells).any():
        best: tuple[int, str, str, pd.DataFrame, pd.DataFrame] | None = None
        for name, group in _lowest_groups(frame, hierarchies):
            candidate = frame.assign(**{name: collapse(frame[name], hierarchies[name], [group])})
            candidate_cells = judged(candidate)
            unsafe_count = int(unsafe(candidate_cells).sum())
            if best is None or unsafe_count < best[0]:
                best = (unsafe_count, name, group, candidate, candidate_cells)
        if best is None or best[0] >= unsafe(cells).sum():
            break
        _, name, group, frame, cells = best
        merged.setdefault(name, []).append(group)
    return Redesign(frame, cells, {name: tuple(groups) for name, groups in merged.items()})


def _lowest_groups(frame: pd.DataFrame, hierarchies: Mapping[str, Tree]) -> list[tuple[str, str]]:
    """Groups that hold two categories or more of the table as it now is, and no smaller group that does."""
    groups: list[tuple[str, str]] = []
    for name, tree in hierarchies.items():
        present = set(frame[name].dropna().unique())
        children = {family.parent: family.children for family in families(name, sorted(present), {name: tree})}

        def below(label: str, children: Mapping[str, tuple[str, ...]] = children) -> list[str]:
            return [descendant for child in children.get(label, ()) for descendant in (child, *below(child, children))]

        wide = [group for group in children if group != ALL and len(present.intersection(below(group))) > 1]
        groups += [(name, group) for group in wide if not set(below(group)).intersection(wide)]
    return groups
