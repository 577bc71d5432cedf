"""The equations an attacker has: every sum among the cells of one or more tables, shown, suppressed or left out.

Read from the tables cell by cell; how ``suppression.constraints`` builds the protector's model of the same tables is
not used here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.hierarchy import Trees, combinations, families
from disclosure_control.tables.statistics.cells import ALL

Label = tuple[str, ...]
Equation = tuple[int, tuple[int, ...]]


@dataclass
class System:
    """Cells by number, their labels and shown values, and the sums between them.

    Attributes:
        labels: the labels of each cell.
        values: the shown numbers; NaN where a cell is hidden or left out.
        hidden: the suppressed cells, in the order of the tables.
        implied_margins: margins that no table has, but that sums go through.
        equations: (margin, cells that add up to it).
    """

    labels: list[Label] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    implied_margins: list[int] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)
    where: dict[Label, int] = field(default_factory=dict)

    def add(self, label: Label, value: float) -> int:
        """A cell by its labels, made where there is none."""
        if label not in self.where:
            self.where[label] = len(self.labels)
            self.labels.append(label)
            self.values.append(value)
        return self.where[label]


def read_system(
    tables: Sequence[pd.DataFrame],
    by: Sequence[str],
    value: str,
    hierarchies: Trees | None,
    knowing: frozenset[Label] = frozenset(),
) -> System:
    """The equations of some tables, which may share cells.

    Raises:
        BadTable: a column is missing, or a cell stands in a table twice.
    """
    system = System()
    suppressed: dict[int, None] = {}
    shown: set[int] = set()
    for table in tables:
        own = [name for name in by if name in table.columns]
        _check(table, own, by, value, alone=len(tables) == 1)
        texts = table[[name for name in own]].itertuples(index=False, name=None)
        for label, number, mark in zip(texts, table[value], table["suppressed"], strict=True):
            whole = _padded(dict(zip(own, label, strict=True)), by)
            is_shown = mark == "" or whole in knowing
            cell = system.add(whole, float("nan"))
            if is_shown:
                system.values[cell] = 0.0 if pd.isna(number) else float(number)
                shown.add(cell)
            else:
                suppressed[cell] = None
    system.hidden = [cell for cell in suppressed if cell not in shown]
    seen = len(system.labels)
    equations: dict[Equation, None] = {}
    for table in tables:
        _add_sums(system, table, [name for name in by if name in table.columns], by, hierarchies, equations)
    system.equations = list(equations)
    system.implied_margins = list(range(seen, len(system.labels)))
    return system


def _add_sums(
    system: System,
    table: pd.DataFrame,
    own: list[str],
    by: Sequence[str],
    hierarchies: Trees | None,
    equations: dict[Equation, None],
) -> None:
    present = {name: list(dict.fromkeys(table[name])) for name in own}
    groups = {name: families(name, present[name], hierarchies) for name in own}
    groups = {n: tuple(f for f in members if f.parent != ALL or ALL in present[n]) for n, members in groups.items()}
    parents = {name: {family.parent for family in groups[name]} for name in own}
    axes = {name: list(dict.fromkeys([*present[name], *sorted(parents[name])])) for name in own}

    def cell_of(labels: Mapping[str, str]) -> int | None:
        whole = _padded(labels, by)
        if whole in system.where:
            return system.where[whole]
        if any(labels[name] in parents[name] for name in own):
            return system.add(whole, float("nan"))
        return None

    for name in own:
        others = [other for other in own if other != name]
        for rest in combinations([axes[other] for other in others]):
            fixed = dict(zip(others, rest, strict=True))
            for family in groups[name]:
                parts = [cell_of({**fixed, name: child}) for child in family.children]
                margin = cell_of({**fixed, name: family.parent})
                present_parts = tuple(part for part in parts if part is not None)
                if margin is not None:
                    equations[(margin, present_parts)] = None


def _check(table: pd.DataFrame, own: list[str], by: Sequence[str], value: str, *, alone: bool) -> None:
    needed = [*(by if alone else own), value, "suppressed"]
    absent = [name for name in needed if name not in table.columns]
    if absent:
        raise BadTable(f"The table lacks {', '.join(absent)}.")
    if not own:
        raise BadTable("A table has none of the columns of labels.")
    if table.duplicated(own).any():
        raise BadTable("A cell stands in the table twice.")


def _padded(labels: Mapping[str, str], by: Sequence[str]) -> Label:
    return tuple(labels.get(name, ALL) for name in by)
