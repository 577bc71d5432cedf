"""Cell keys: cells of two tables are the same when they are made of the same records, whatever their names are.

A key is the sum, in 64 bits, of a number for each record. So the key of a margin is the sum of the keys of its cells,
and two tables that call their columns differently have the same keys for the same people. What is done with keys is
known to ``released_table`` and ``linked_attack``.
"""

import json
from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from disclosure_control.tables.lp import Vector

_SALTS: Final = (0x9E3779B97F4A7C15, 0xD1B54A32D192ED03)  # so that no count has the key of a total


class CellGrid:
    """A grid of cells with all margins, and what makes a cell the same in two tables."""

    def __init__(self, shape: tuple[int, ...], places: Vector, label_numbers: Vector, *, repeated: bool) -> None:
        self._shape, self._places = shape, places
        self.counts = self.sum_by_cell(np.ones(len(places)))
        # A cell that is named by its labels as well: where a person has several records, since other records of the
        # same people are other records; where nobody is; and where a wider cell holds the same people, since only
        # who knows that the rest is empty knows that the two are one.
        self._labels = np.where(repeated | (self.counts == 0) | self._is_all_of_a_wider_one(), label_numbers, 0)

    def sum_by_cell(self, numbers: Vector) -> Vector:
        """Numbers of records, added up in each cell; whole numbers go round, so that their order does not matter."""
        flat = np.zeros(int(np.prod(self._shape)), dtype=numbers.dtype)
        np.add.at(flat, self._places, numbers)
        whole = flat.reshape(self._shape)
        for axis in range(whole.ndim):
            view = np.moveaxis(whole, axis, -1)
            view[..., -1] = view[..., :-1].sum(axis=-1, dtype=numbers.dtype)
        return flat

    def keys(self, of_records: Vector) -> Vector:
        """The key of each cell; that of an empty one says of which records nobody is in it."""
        keys = self.sum_by_cell(of_records)
        cell_keys: Vector = np.where(self.counts == 0, _mix(keys[-1:], 1), keys) + self._labels
        return cell_keys

    def _is_all_of_a_wider_one(self) -> Vector:
        counts = self.counts.reshape(self._shape)
        same = np.zeros(self._shape, dtype=bool)
        for axis in range(counts.ndim):
            view, same_view = np.moveaxis(counts, axis, -1), np.moveaxis(same, axis, -1)
            same_view[..., :-1] |= view[..., :-1] == view[..., -1:]
        flat: Vector = same.ravel()
        return flat


def numbers_of_labels(axes: Mapping[str, pd.Index]) -> Vector:
    """A number for the labels of each cell, whatever the order of the columns is."""
    numbers: Vector = np.zeros((), dtype=np.uint64)
    for name, axis in axes.items():
        texts = np.array([json.dumps([name, str(label)]) for label in axis], dtype=object)
        hashes = np.append(pd.util.hash_array(texts), np.uint64(0))
        numbers = numbers[..., None] + hashes
    return numbers.ravel()


def numbers_of_records(scheme: str, numbers: Vector, values: Vector | None) -> list[Vector]:
    """A number for each record: of its unit, and of its unit and value."""
    base = pd.util.hash_array(np.array([scheme], dtype=object))
    units = _mix(np.asarray(numbers, dtype=np.uint64) + base, 0)
    if values is None:
        return [units]
    bits = (values.astype(np.float64) + 0.0).view(np.uint64)  # 0.0 and -0.0 are one value
    return [units, _mix(units + _mix(bits, 1), 1)]


def _mix(numbers: Vector, salt: int) -> Vector:
    """Numbers spread over all of 64 bits (the finaliser of splitmix64: Steele, Lea and Flood, OOPSLA 2014)."""
    mixed: Vector = numbers + np.uint64(_SALTS[salt])
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    hashes: Vector = mixed ^ (mixed >> np.uint64(31))
    return hashes
