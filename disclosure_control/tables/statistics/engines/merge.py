"""Merge cells of disjoint units: into margins, into groups, and over the partitions of a frame.

Every statistic of a cell follows from those of its parts when no unit is in two of them: numbers add up, ends are
ends of ends, and the largest contributions are among the largest of the parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.statistics.engines.query import NOWHERE, Axis, Codes

# What is added up: rows, rows with a value, total, rows below and at zero, units, sum of absolute contributions, and
# rows that make the frame unusable (values that are not numbers, weights that are none, rows without a unit).
SUMS: Final = ("everything", "n", "total", "negatives", "zeros", "units", "total_absolute", "odd", "bad", "nobody")
_Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """The cells of some units: one row a cell.

    Attributes:
        keys: the code of each column's category, one row a cell.
        sums: the statistics named in SUMS, one row a statistic.
        low: the smallest value; infinity where there is none.
        high: the largest value; minus infinity where there is none.
        top: the largest absolute contributions, falling; 0 where there are no more.
        weights: how many people each of them stands for; 0 where there are no more.
    """

    keys: Codes
    sums: _Numbers
    low: _Numbers
    high: _Numbers
    top: _Numbers
    weights: _Numbers

    @classmethod
    def of(cls, keys: Codes, columns: dict[str, Any], largest: int) -> "Part":
        """A part from named columns; those that are not there are nothing."""
        size = len(keys)

        def column(name: str, otherwise: float) -> _Numbers:
            if name not in columns:
                return np.full(size, otherwise)
            numbers = np.asarray(columns[name], dtype=np.float64)
            return np.where(np.isnan(numbers), otherwise, numbers)

        top = np.column_stack([column(f"top_{i}", 0.0) for i in range(1, largest + 1)])
        present = np.column_stack([~np.isnan(column(f"top_{i}", np.nan)) for i in range(1, largest + 1)])
        weights = np.column_stack([column(f"weight_{i}", 1.0) for i in range(1, largest + 1)])
        sums = np.stack([column(name, 0.0) for name in SUMS])
        return cls(
            keys,
            sums,
            column("low", np.inf),
            column("high", -np.inf),
            top,
            np.where(present, np.maximum(weights, 1), 0),
        )

    def sum_of(self, name: str) -> _Numbers:
        """One of the statistics that add up."""
        numbers: _Numbers = self.sums[SUMS.index(name)]
        return numbers

    def with_keys(self, keys: Codes) -> "Part":
        """The same cells under other keys; those with a key NOWHERE are left out."""
        mask = ~(keys == NOWHERE).any(axis=1)
        if mask.all():
            return Part(keys, self.sums, self.low, self.high, self.top, self.weights)
        return Part(keys[mask], self.sums[:, mask], self.low[mask], self.high[mask], self.top[mask], self.weights[mask])


def roll_up(part: Part, axes: Sequence[Axis]) -> Part:
    """The cells with those of every margin and group above them."""
    choices = product(*(axis.targets for axis in axes))
    margins = [
        part.with_keys(np.column_stack([target[part.keys[:, d]] for d, target in enumerate(choice)]))
        for choice in choices
    ]
    return merge(margins)


def merge(parts: Sequence[Part]) -> Part:
    """The cells of several parts, those with equal keys as one."""
    keys = np.concatenate([part.keys for part in parts])
    if not len(keys):
        return parts[0]
    lowest = keys.min(axis=0)
    shape = tuple(int(size) for size in keys.max(axis=0) - lowest + 1)
    flat = np.ravel_multi_index(tuple((keys - lowest).T), shape)
    order = np.argsort(flat, kind="stable")
    cells, first = np.unique(flat[order], return_index=True)
    sums = np.concatenate([part.sums for part in parts], axis=1)[:, order]
    top, weights = _largest(parts, flat, cells)
    with np.errstate(over="ignore"):  # a sum that is too large is infinite, and refused as such
        summed = np.add.reduceat(sums, first, axis=1)
    return Part(
        keys=np.column_stack(np.unravel_index(cells, shape)) + lowest,
        sums=summed,
        low=np.minimum.reduceat(np.concatenate([part.low for part in parts])[order], first),
        high=np.maximum.reduceat(np.concatenate([part.high for part in parts])[order], first),
        top=top,
        weights=weights,
    )


def _largest(parts: Sequence[Part], flat: Codes, cells: Codes) -> tuple[_Numbers, _Numbers]:
    """The largest contributions of each cell among the largest of its parts."""
    top = np.concatenate([part.top for part in parts])
    weights = np.concatenate([part.weights for part in parts])
    largest = top.shape[1]
    cell, value, weight = np.repeat(flat, largest), top.ravel(), weights.ravel()
    order = np.lexsort((-weight, -value, weight == 0, cell))
    cell, value, weight = cell[order], value[order], weight[order]
    starts = np.searchsorted(cell, cells)
    places = starts[:, None] + np.arange(largest)
    return value[places], weight[places]


def unite(levels: Sequence[Sequence["pa.Array[Any]"]], parts: Sequence[Part]) -> tuple[list["pa.Array[Any]"], Part]:
    """The cells of parts of a frame that were coded apart, under common codes; no unit is in two parts.

    Raises:
        BadTable: a column holds text in one part and numbers in another.
    """
    common: list[pa.Array[Any]] = []
    keys = [part.keys.copy() for part in parts]
    for d in range(len(levels[0])):
        united = pa.concat_arrays(_same_type([level[d] for level in levels]))
        encoded = united.dictionary_encode()
        common.append(encoded.dictionary)
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        start = 0
        for key, level in zip(keys, levels, strict=True):
            own = codes[start : start + len(level[d])]
            start += len(level[d])
            leaf = key[:, d] >= 0
            key[leaf, d] = own[key[leaf, d]]
    return common, merge([part.with_keys(key) for part, key in zip(parts, keys, strict=True)])


def _same_type(arrays: list["pa.Array[Any]"]) -> list["pa.Array[Any]"]:
    kinds = {array.type for array in arrays if len(array)}
    if len(kinds) <= 1:
        kind = next(iter(kinds), arrays[0].type)
    elif all(pa.types.is_string(kind) or pa.types.is_large_string(kind) for kind in kinds):
        kind = pa.large_string()
    elif all(pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in kinds):
        whole = all(pa.types.is_integer(kind) for kind in kinds)
        kind = pa.int64() if whole else pa.float64()
    else:
        raise BadTable("A category column holds different types in different parts of the frame.")
    return [array.cast(kind) if len(array) else pa.array([], type=kind) for array in arrays]
