"""The query for cells that every engine answers, and the form of its answer: cells by category codes, and categories.

How a frame answers is the business of each engine; what the cells mean is the business of ``cells``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.hierarchy import Trees, families
from disclosure_control.tables.labels import ALL

MAX_CELLS: Final = 1_000_000
EVERYTHING: Final = -1  # the code of the margin; group g of a hierarchy has the code FIRST_GROUP - g
FIRST_GROUP: Final = -2
NOWHERE: Final = np.iinfo(np.int64).min  # a category is in none of these groups

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Question:
    """The cells that are asked for.

    Attributes:
        by: the columns whose categories make the cells.
        value: the column that is added up; None for counts.
        unit: the column that says which person or business a row belongs to; None counts rows.
        weight: the column of sampling weights.
        holding: the column that says which units belong together; units that share one count as one.
        largest: how many of the largest contributions are kept.
        margins: whether cells of margins and groups are asked for.
        hierarchies: for some columns of ``by``, the trees of groups above their categories.
    """

    by: tuple[str, ...]
    value: str | None = None
    unit: str | None = None
    weight: str | None = None
    holding: str | None = None
    largest: int = 2
    margins: bool = True
    hierarchies: Trees = field(default_factory=dict)

    @property
    def needed(self) -> list[str]:
        """The columns that the answer is computed from, the categories first."""
        return [*self.by, *(name for name in (self.value, self.unit, self.weight, self.holding) if name is not None)]

    def axes(self, levels: Sequence["pa.Array[Any]"]) -> "list[Axis]":
        """The nodes of each column that cells are made of.

        Raises:
            BadTable: a category has the name of a margin or group, or there would be too many cells.
        """
        axes = [Axis.of(name, level, self.hierarchies) for name, level in zip(self.by, levels, strict=True)]
        size = int(np.prod([float(len(axis.labels) + len(axis.groups) + self.margins) for axis in axes]))
        if size > MAX_CELLS:
            hint = "Combine categories."
            raise BadTable(f"The table would have {size:,} cells; the most is {MAX_CELLS:,}.", hint=hint)
        return axes


@dataclass(frozen=True)
class Axis:
    """The categories of one column and the groups above them.

    Attributes:
        labels: the text of each category, by its code.
        groups: the names of the groups, the first of which has the code FIRST_GROUP.
        layers: for each category the code of a group that it is in, or NOWHERE; each group is in one layer.
    """

    labels: tuple[str, ...]
    groups: tuple[str, ...] = ()
    layers: tuple[Codes, ...] = ()

    @classmethod
    def of(cls, name: str, level: "pa.Array[Any]", hierarchies: Trees) -> "Axis":
        """The axis of one column, from its categories as they are in the frame."""
        labels = texts(level)
        # Every name of the trees, so that parts of a frame that lack some categories number the groups alike.
        names = [*labels, *_names(hierarchies.get(name, ()))]
        children = {f.parent: f.children for f in families(name, names, hierarchies) if f.parent != ALL}
        groups = {group: _below(group, children) & set(labels) for group in children}
        taken = sorted({ALL, *groups} & set(labels))
        if taken:
            what = "which is the label of margins" if ALL in taken else "which is a group of its hierarchy"
            raise BadTable(f"Column {name!r} has a category named {taken[0]!r}, {what}.")
        if len(set(labels)) != len(labels):
            raise BadTable(f"Column {name!r} has categories that read the same but are different values.")
        return cls(tuple(labels), tuple(groups), tuple(_layers(labels, groups)))

    @property
    def targets(self) -> list[Codes]:
        """Where each category is counted: as itself, in its groups, and in the margin."""
        size = len(self.labels)
        return [np.arange(size, dtype=np.int64), *self.layers, np.full(size, EVERYTHING, dtype=np.int64)]


def texts(level: "pa.Array[Any]") -> list[str]:
    """Categories as labels: the same text for the same value, whichever engine holds it."""
    if pa.types.is_boolean(level.type):
        return [str(value).lower() for value in level.to_pylist()]
    if pa.types.is_floating(level.type):
        return [repr(value) for value in level.to_numpy(zero_copy_only=False).astype(np.float64).tolist()]
    return [str(value) for value in level.to_pylist()]


def _names(tree: Any) -> list[str]:
    """Every label of one tree or several."""
    if isinstance(tree, str):
        return [tree]
    inner = tree.values() if isinstance(tree, Mapping) else tree
    return [*(tree if isinstance(tree, Mapping) else ()), *(label for part in inner for label in _names(part))]


def _below(group: str, children: Mapping[str, Sequence[str]]) -> set[str]:
    """Every label below a group."""
    direct = children.get(group, ())
    return set(direct).union(*(_below(child, children) for child in direct))


def _layers(labels: Sequence[str], groups: Mapping[str, set[str]]) -> list[Codes]:
    """The groups in as few layers as they fall into without two of one layer holding the same category."""
    where = {label: i for i, label in enumerate(labels)}
    layers: list[Codes] = []
    for g, below in enumerate(groups.values()):
        places = np.array(sorted(where[label] for label in below), dtype=np.int64)
        free = next((layer for layer in layers if (layer[places] == NOWHERE).all()), None)
        if free is None:
            free = np.full(len(labels), NOWHERE, dtype=np.int64)
            layers.append(free)
        free[places] = FIRST_GROUP - g
    return layers
