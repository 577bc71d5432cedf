"""A released table: all cells and margins, which are shown, and the feasibility interval each unsafe one needs.

Each cell has a key that says which records it is made of. It is the same in every table, whatever the columns are
called, so that tables which share cells or margins can be put together; ``linked_attack`` does that, and attacks the
whole. Facts hold true numbers: they are made by the airlock from the frame and never leave it.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from disclosure_control.core.errors import BadEvidence
from disclosure_control.core.location import WHOLE, Location
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from disclosure_control.core.rules.registry import RULES
from disclosure_control.tables.attack.cell_keys import CellGrid, numbers_of_labels, numbers_of_records
from disclosure_control.tables.lp import Vector
from disclosure_control.tables.protection_level import upper_levels
from disclosure_control.tables.statistics.cells import ALL, BROKEN_RULES

COUNT, SUM, MEAN, SPREAD = 1, 2, 4, 8  # what a table tells of its cells
TELLS: Final[Mapping[str, int]] = {"count": COUNT, "sum": SUM, "mean": MEAN, "std": SPREAD}
MOST_CELLS: Final = 500_000  # of one table with all its margins
_SHARE: Final = 0.1  # as in ``protect_table``; it is for cells that have no contributions, which these do
_OF_COUNTS: Final = frozenset({"table.threshold", "table.zero"})  # rules whose cells' counts must stay hidden
_UNSAFE: Final = frozenset(rule.id for rule in RULES.values() if rule.outcome is Outcome.FAIL)
_MAGIC: Final = b"SDCL1"
_HEAD: Final = struct.Struct("<5sIIBBBB")  # magic, sizes of scheme and names, tells, signed, columns, quantities
_MOST_COLUMNS: Final = 8
_MOST_QUANTITIES: Final = 2


@dataclass(frozen=True)
class Quantity:
    """One number of every cell: how many records, or their total.

    Attributes:
        keys: which records of which values each cell is made of.
        values: the true numbers.
        unsafe: the cells whose number must stay hidden.
        low, high: between what ends an attacker must hold each of those possible.
    """

    keys: Vector
    values: Vector
    unsafe: Vector
    low: Vector
    high: Vector


@dataclass(frozen=True)
class ReleasedTable:
    """What one table tells of one value, or of how many there are.

    Attributes:
        scheme: how units are numbered; keys of different schemes never meet.
        tells: which statistics are shown, as the sum of COUNT, SUM, MEAN and SPREAD.
        signed: whether an attacker must expect negative numbers.
        shape: the categories of each column, and its margin last.
        shown: which cells are shown.
        quantities: the counts, then the totals where there is a value; nothing where the table is too large.
    """

    scheme: str
    tells: int
    signed: bool
    shape: tuple[int, ...]
    shown: Vector
    quantities: tuple[Quantity, ...]
    _names: bytes = field(repr=False)

    @property
    def is_too_large(self) -> bool:
        """Whether the table has more cells than are kept."""
        return not self.quantities

    def place(self, cell: int) -> Location:
        """The labels of a cell; nothing where they are another project's."""
        if not self._axes:
            return WHOLE
        codes = np.unravel_index(cell, self.shape)
        categories = [(name, [*labels, ALL][int(i)]) for (name, labels), i in zip(self._axes, codes, strict=True)]
        return Location(labels=tuple((name, str(label)) for name, label in categories))

    @cached_property
    def derived(self) -> Vector:
        """The cells that are shown, and margins that can be added up from cells that are."""
        known = self.shown.reshape(self.shape).copy()
        for axis in [*range(known.ndim)] * 2:
            parts = np.moveaxis(known, axis, -1)
            parts[..., -1] |= parts[..., :-1].all(axis=-1)
        flat: Vector = known.ravel()
        return flat

    def sums(self) -> list[tuple[Vector, Vector]]:
        """The sums along each column: the margins, and a line of cells that add up to each."""
        grid = np.arange(int(np.prod(self.shape))).reshape(self.shape)
        views = [np.moveaxis(grid, axis, -1) for axis in range(grid.ndim)]
        return [(view[..., -1].ravel(), view[..., :-1].reshape(-1, view.shape[-1] - 1)) for view in views]

    def unnamed(self) -> "ReleasedTable":
        """The same without labels, for who may not know what another project asked."""
        return replace(self, _names=b"[]")

    def to_bytes(self) -> bytes:
        """The facts as bytes."""
        scheme = self.scheme.encode()
        head = (len(scheme), len(self._names), self.tells, self.signed, len(self.shape), len(self.quantities))
        parts = [_HEAD.pack(_MAGIC, *head), scheme, self._names, np.array(self.shape, "<u4").tobytes()]
        parts += [np.array([len(quantity.unsafe)], "<u4").tobytes() for quantity in self.quantities]
        parts.append(np.packbits(self.shown).tobytes())
        for quantity in self.quantities:
            arrays = (
                (quantity.keys, "<u8"),
                (quantity.values, "<f8"),
                (quantity.unsafe, "<u4"),
                (quantity.low, "<f8"),
                (quantity.high, "<f8"),
            )
            parts += [array.astype(kind).tobytes() for array, kind in arrays]
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> "ReleasedTable":
        """Read what ``to_bytes`` wrote.

        Raises:
            BadEvidence: these bytes are no facts.
        """
        try:
            magic, scheme_size, names_size, tells, signed, columns, quantities = _HEAD.unpack_from(data)
            if magic != _MAGIC or not 0 < columns <= _MOST_COLUMNS or quantities > _MOST_QUANTITIES:
                raise ValueError
            reader = _Reader(data, _HEAD.size)
            scheme, names = reader.take(scheme_size).decode(), reader.take(names_size)
            shape = tuple(int(size) for size in reader.array("<u4", columns))
            size = int(np.prod([float(length) for length in shape])) if quantities else 0
            if not all(shape) or size > MOST_CELLS:
                raise ValueError
            unsafe = reader.array("<u4", quantities)
            shown = np.unpackbits(reader.array("u1", -(-size // 8)), count=size).astype(bool)
            contents = tuple(reader.quantity(size, int(count)) for count in unsafe)
            _check_names(names, shape)
        except (ValueError, TypeError, RecursionError, struct.error) as error:
            raise BadEvidence("These bytes are not the facts of a table.") from error
        if not reader.is_at_end:
            raise BadEvidence("The facts of a table are followed by something else.")
        return cls(scheme, tells, bool(signed), shape, shown, contents, names)

    @cached_property
    def _axes(self) -> list[tuple[str, list[str]]]:
        return [(str(name), list(labels)) for name, labels in json.loads(self._names)]


def _check_names(names: bytes, shape: tuple[int, ...]) -> None:
    """Whether there is a label for every line of the table, or there are none at all."""
    axes = json.loads(names)
    if axes != [] and [len(labels) + 1 for _, labels in axes] != list(shape):
        raise ValueError


class _Reader:
    """Reads one thing after another from bytes that may be anybody's."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at

    @property
    def is_at_end(self) -> bool:
        return self._at == len(self._data)

    def take(self, size: int) -> bytes:
        self._at += size
        if self._at > len(self._data):
            raise ValueError
        return self._data[self._at - size : self._at]

    def array(self, kind: str, count: int) -> Vector:
        return np.frombuffer(self.take(count * np.dtype(kind).itemsize), kind)

    def quantity(self, size: int, count: int) -> Quantity:
        keys, values = self.array("<u8", size), self.array("<f8", size)
        unsafe = self.array("<u4", count).astype(np.int64)
        low, high = self.array("<f8", count), self.array("<f8", count)
        if not np.isfinite(values).all() or not (low <= high).all() or (unsafe >= size).any():
            raise ValueError
        return Quantity(keys, values, unsafe, low, high)


def make_released_table(
    labels: pd.DataFrame,
    numbers: Vector,
    values: Vector | None,
    scheme: str,
    cells: pd.DataFrame,
    tells: int,
    policy: Policy,
) -> ReleasedTable:
    """The facts of a table.

    Args:
        labels: one row a record that is in the table: its label in each column.
        numbers: the number of each record's unit.
        values: what is added up; None for counts.
        scheme: the name of the numbering.
        cells: the judged cells of the value that were laid out, with ``suppressed`` and ``broken_rules``.
        tells: which statistics are shown.
        policy: gives how far unsafe cells must be able to move.

    >>> rows = pd.DataFrame({"area": ["N", "N", "S"]})
    >>> cells = pd.DataFrame({"area": ["N", "S"], "n": [2, 1], "units": [2, 1], "suppressed": ["", "primary"],
    ...                       "broken_rules": [(), ("table.threshold",)]})
    >>> facts = make_released_table(rows, np.arange(3), None, "people", cells, COUNT, Policy())
    >>> [(str(facts.place(i)), bool(facts.shown[i]), n) for i, n in enumerate(facts.quantities[0].values.tolist())]
    [('area N', True, 2.0), ('area S', False, 1.0), ('area All', False, 3.0)]
    """
    by = [str(name) for name in labels.columns]
    axes = {name: pd.Index([label for label in dict.fromkeys(cells[name]) if label != ALL]) for name in by}
    shape = tuple(len(axis) + 1 for axis in axes.values())
    signed = values is not None and bool((values < 0).any())
    names = json.dumps([[name, [str(label) for label in axis]] for name, axis in axes.items()]).encode()
    if np.prod([float(size) for size in shape]) > MOST_CELLS:
        return ReleasedTable(scheme, tells, signed, shape, np.zeros(0, dtype=bool), (), names)
    places = np.ravel_multi_index([axes[name].get_indexer(labels[name]) for name in by], shape)
    grid = CellGrid(shape, places, numbers_of_labels(axes), repeated=bool(pd.Index(numbers).has_duplicates))
    keys = numbers_of_records(scheme, numbers, values)
    of_cell = _places(cells, axes, shape)
    shown = np.zeros(int(np.prod(shape)), dtype=bool)
    shown[of_cell[(cells["suppressed"] == "").to_numpy()]] = True
    counts = _quantity(grid, keys[0], grid.counts, cells, of_cell, "n" if tells & COUNT else None, policy)
    quantities = [counts]
    if values is not None:
        totals = grid.sum_by_cell(values.astype(np.float64))
        quantities.append(_quantity(grid, keys[1], totals, cells, of_cell, "total", policy, signed=signed))
    return ReleasedTable(scheme, tells, signed, shape, shown, tuple(quantities), names)


def _quantity(
    grid: CellGrid,
    of_records: Vector,
    numbers: Vector,
    cells: pd.DataFrame,
    of_cell: Vector,
    link: str | None,
    policy: Policy,
    *,
    signed: bool = False,
) -> Quantity:
    """The numbers of all cells; those that broke a rule on what ``link`` tells must stay hidden."""
    is_unsafe = np.zeros(len(cells), dtype=bool)
    if link is not None:
        rules = _OF_COUNTS if link == "n" else _UNSAFE
        breaks_rule = [not rules.isdisjoint(ids) for ids in cells[BROKEN_RULES]]
        is_unsafe = np.array(breaks_rule, dtype=bool) & (cells["suppressed"] != "").to_numpy()
    unsafe = of_cell[is_unsafe]
    levels = (
        upper_levels(cells, link, policy, _SHARE)[is_unsafe]
        if link is not None and is_unsafe.any()
        else np.zeros(len(unsafe))
    )
    true = numbers[unsafe]
    below = levels if signed else np.minimum(levels, np.maximum(true, 0.0))
    return Quantity(grid.keys(of_records), numbers, unsafe, true - below, true + levels)


def _places(cells: pd.DataFrame, axes: Mapping[str, pd.Index], shape: Sequence[int]) -> Vector:
    codes = [
        np.where((cells[name] == ALL).to_numpy(), len(axis), axis.get_indexer(pd.Index(cells[name])))
        for name, axis in axes.items()
    ]
    places: Vector = np.ravel_multi_index(codes, tuple(shape))
    return places


def tells_of(aggfuncs: Sequence[str]) -> int:
    """What a table of these statistics of one value tells of its cells; nothing where none of them adds up.

    A mean is taken for a total, since how many there are is often known. Together with the total it tells how many.

    >>> tells_of(["median"]), tells_of(["mean"]) == MEAN, tells_of(["mean", "sum"]) == MEAN + SUM + COUNT
    (0, True, True)
    """
    tells = 0
    for aggfunc in aggfuncs:
        tells |= TELLS.get(aggfunc, 0)
    return tells | COUNT if tells & SUM and tells & MEAN else tells
