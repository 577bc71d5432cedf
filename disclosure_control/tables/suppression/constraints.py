"""The additivity constraints of one or more tables: one sparse matrix of the sums among their cells.

Tables are laid out as arrays with an axis a column of labels, and the sums of each family of a hierarchy are slices of
those arrays. Margins that sums go through but no table shows stand in the model as cells of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.sparse import csc_matrix, csr_matrix

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.hierarchy import Family, Trees, families
from disclosure_control.tables.lp import Vector
from disclosure_control.tables.statistics.cells import ALL

MAX_MODEL: Final = 2_000_000


@dataclass(frozen=True)
class Sums:
    """Cells and the sums among them.

    Attributes:
        matrix: a row a sum, a column a cell: 1 for what is added up, -1 for its margin.
        shown: how many cells the tables have; those after them are margins that no table shows.
        codes: the labels of each cell as numbers, a column a column of labels.
        near: for each column of labels and each of its numbers, which numbers stand beside it in the hierarchy.
        margins: how many labels of each cell are "All".
    """

    matrix: csr_matrix
    shown: int
    codes: Vector
    near: tuple[Vector, ...]
    margins: Vector

    @cached_property
    def columns(self) -> csc_matrix:
        """The same matrix, for looking up the sums that a cell is part of."""
        return self.matrix.tocsc()

    @property
    def size(self) -> int:
        """How many cells there are."""
        return int(self.matrix.shape[1])

    def around(self, cell: int) -> Vector:
        """The cells of the small table that a cell stands in: its siblings, their total and what is below them."""
        inside = np.ones(self.size, dtype=bool)
        for d, near in enumerate(self.near):
            inside &= near[self.codes[cell, d]][self.codes[:, d]]
        return inside

    def complete(self, values: Vector) -> Vector:
        """Values for the margins that no table shows, from the cells below them.

        Raises:
            BadTable: the values do not add up.
        """
        known = np.concatenate([values, np.full(self.size - self.shown, np.nan)])
        while np.isnan(known).any():
            missing = csr_matrix((np.ones(self.matrix.nnz), self.matrix.indices, self.matrix.indptr), self.matrix.shape)
            lines = np.flatnonzero(missing @ np.isnan(known).astype(float) == 1)
            if not len(lines):
                raise BadTable("The table lacks cells that its margins are made of.")
            for line in lines:
                cells = self.matrix.indices[self.matrix.indptr[line] : self.matrix.indptr[line + 1]]
                signs = self.matrix.data[self.matrix.indptr[line] : self.matrix.indptr[line + 1]]
                gap = np.isnan(known[cells])
                if gap.sum() == 1:
                    known[cells[gap][0]] = -float((signs * known[cells])[~gap].sum()) / float(signs[gap][0])
        residual = np.abs(self.matrix @ known)
        if (residual > 1e-6 * (abs(self.matrix) @ np.abs(known)) + 1e-9).any():
            raise BadTable("The cells do not add up to their margins.", hint="Give the hierarchies of the labels.")
        return known


def find_sums(
    tables: Sequence[pd.DataFrame], by: Sequence[str], trees: Trees | None = None
) -> tuple[Sums, list[Vector]]:
    """The model of some tables, and for each of them the number of the cell in each of its rows.

    Raises:
        BadTable: a cell stands in a table twice, or the table with its margins would be too large.
    """
    table_labels = [{name: _labels(table, name) for name in by} for table in tables]
    merged = {
        name: list(dict.fromkeys(label for label_lists in table_labels for label in label_lists[name])) for name in by
    }
    groups = {name: families(name, merged[name], trees) for name in by}
    labels = {name: _with_groups(merged[name], groups[name]) for name in by}
    numbers = {name: {label: i for i, label in enumerate(labels[name])} for name in by}
    shape = [len(labels[name]) for name in by]
    if np.prod([float(n) for n in shape]) > 2**62:
        raise BadTable("The table has too many combinations of categories.")
    keys = [_keys(table, by, numbers, shape) for table in tables]
    unique = np.unique(np.concatenate(keys)) if keys else np.empty(0, dtype=np.int64)
    firsts = pd.Index(pd.unique(np.concatenate(keys)))
    rows = [firsts.get_indexer(pd.Index(key)) for key in keys]
    if any(len(np.unique(row)) != len(row) for row in rows):
        raise BadTable("A cell stands in the table twice.")
    builder = _Builder(firsts, len(unique), shape)
    for table, label_lists in zip(tables, table_labels, strict=True):
        own = [name for name in by if name in table.columns]
        builder.add(by, own, label_lists, trees, numbers)
    codes = np.array(np.unravel_index(builder.cells(), shape)).T.reshape(-1, len(by))
    tops = [numbers[name].get(ALL, -1) for name in by]
    return (
        Sums(
            matrix=builder.matrix(),
            shown=len(firsts),
            codes=codes,
            near=tuple(_neighbours(labels[name], groups[name]) for name in by),
            margins=(codes == np.array(tops)).sum(axis=1),
        ),
        rows,
    )


class _Builder:
    """Collects the sums of one table after another; sums that two tables share stand once."""

    def __init__(self, firsts: pd.Index, shown: int, shape: list[int]) -> None:
        self._where: dict[int, int] = {int(key): i for i, key in enumerate(firsts)}
        self._shown, self._shape = shown, shape
        self._sums: dict[tuple[int, bytes], tuple[int, Vector]] = {}

    def add(
        self,
        by: Sequence[str],
        own: list[str],
        labels: dict[str, list[str]],
        trees: Trees | None,
        numbers: dict[str, dict[str, int]],
    ) -> None:
        """The sums of one table over its own columns of labels."""
        groups = {
            name: tuple(f for f in families(name, labels[name], trees) if f.parent != ALL or ALL in labels[name])
            for name in own
        }
        axes = {name: _with_groups(labels[name], groups[name]) if name in own else [ALL] for name in by}
        if np.prod([float(len(axis)) for axis in axes.values()]) > MAX_MODEL:
            raise BadTable(f"The table with its margins has more than {MAX_MODEL:,} cells.", hint="Combine categories.")
        numbered = [np.array([numbers[name].get(label, 0) for label in axes[name]]) for name in by]
        keys = np.ravel_multi_index(np.ix_(*numbered), self._shape)
        is_margin = np.zeros(keys.shape, dtype=bool)
        for d, name in enumerate(by):
            inner = np.isin(axes[name], [family.parent for family in groups.get(name, ())])
            is_margin |= inner.reshape([-1 if axis == d else 1 for axis in range(len(by))])
        grid = self._numbered(keys, is_margin)
        for d, name in enumerate(by):
            place = {label: i for i, label in enumerate(axes[name])}
            for family in groups.get(name, ()):
                margin = np.take(grid, place[family.parent], axis=d).ravel()
                parts = np.take(grid, [place[child] for child in family.children], axis=d)
                self._keep(margin, np.moveaxis(parts, d, -1).reshape(len(margin), -1))

    def cells(self) -> Vector:
        """The key of each cell, in order."""
        return np.fromiter(self._where, dtype=np.int64, count=len(self._where))

    def matrix(self) -> csr_matrix:
        """The sums as a matrix."""
        sums = list(self._sums.values())
        lengths = [1 + len(parts) for _, parts in sums]
        columns = np.concatenate([np.append(parts, margin) for margin, parts in sums]) if sums else np.empty(0)
        signs = np.ones(int(np.sum(lengths, dtype=np.int64)))
        starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
        signs[starts[1:] - 1] = -1.0
        return csr_matrix((signs, columns.astype(np.int32), starts.astype(np.int32)), (len(sums), len(self._where)))

    def _numbered(self, keys: Vector, is_margin: Vector) -> Vector:
        grid = np.fromiter((self._where.get(int(key), -1) for key in keys.ravel()), np.int64, keys.size)
        for i in np.flatnonzero((grid < 0) & is_margin.ravel()):
            grid[i] = self._where.setdefault(int(keys.ravel()[i]), len(self._where))
        return grid.reshape(keys.shape)

    def _keep(self, margins: Vector, parts: Vector) -> None:
        for margin, line in zip(margins, parts, strict=True):
            present = line[line >= 0]
            if margin >= 0:
                self._sums[int(margin), present.tobytes()] = (int(margin), present)


def _labels(table: pd.DataFrame, name: str) -> list[str]:
    return list(dict.fromkeys(table[name])) if name in table.columns else [ALL]


def _with_groups(labels: Sequence[str], groups: Sequence[Family]) -> list[str]:
    return list(dict.fromkeys([*labels, *(family.parent for family in groups)]))


def _keys(table: pd.DataFrame, by: Sequence[str], numbers: dict[str, dict[str, int]], shape: list[int]) -> Vector:
    columns: list[Any] = [
        table[name].map(numbers[name]).to_numpy(dtype=np.int64)
        if name in table.columns
        else np.full(len(table), numbers[name][ALL], dtype=np.int64)
        for name in by
    ]
    keys: Vector = np.ravel_multi_index(columns, shape)
    return keys


def _neighbours(labels: Sequence[str], groups: Sequence[Family]) -> Vector:
    """For each label: itself, its siblings and their total; and all below them where it is a total itself."""
    place = {label: i for i, label in enumerate(labels)}
    near = np.eye(len(labels), dtype=bool)
    below = np.eye(len(labels), dtype=bool)
    for family in reversed(groups):
        for child in family.children:
            below[place[family.parent]] |= below[place[child]]
    parents = {family.parent for family in groups}
    for family in groups:
        members = [place[label] for label in (*family.children, family.parent)]
        for child in family.children:
            near[place[child], members] = True
            if child in parents:
                near[place[child]] |= below[[place[label] for label in family.children]].any(axis=0)
        near[place[family.parent]] |= below[place[family.parent]]
    return near
