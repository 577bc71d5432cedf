"""Differencing: two outputs whose subtraction leaves only a few people.

A fingerprint keeps, for one output, the units behind every set of people whose statistic can be read or added up from
it, as compressed bitmaps. A set of the new output and one of an earlier output that differ by a few units, one inside
the other, give those few away (differencing attack: Handbook on Statistical Disclosure Control, 2nd ed., section
5.4; guidelines for output checking call it disclosure by differencing). What an output's sets are is decided by who
calls ``fingerprint_cells``; which outputs are compared, by the airlock.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd
from pyroaring import BitMap

from disclosure_control.core.errors import BadEvidence, BadTable
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.policy import Policy
from disclosure_control.tables.lp import Vector
from disclosure_control.tables.statistics.cells import ALL

HASHED: Final = "hash32"
_MAGIC: Final = b"SDCF2"
_HEAD: Final = struct.Struct("<5sIIIII")  # magic, then how long scheme, measure, names, sets and bitmaps are
_FIRSTS: Final = 32  # the smallest members of a set that are kept beside it
_MORE: Final = 2  # members over and above the fewest that are looked at before bitmaps are
_NONE: Final = np.uint32(0xFFFFFFFF)
_MARKS: Final = np.uint32(1 << 18)


@dataclass(frozen=True)
class Numbering:
    """Which unit has which number. Fingerprints can be compared where their numbering has the same name.

    Attributes:
        scheme: the name, as the dataset and its version.
        units: the units.
        numbers: the number of each unit; by default its place.
    """

    scheme: str
    units: pd.Index
    numbers: Vector | None = None

    def of(self, units: "pd.Series[Any]") -> Vector:
        """The numbers of some units.

        Raises:
            BadTable: a unit is not known.
        """
        places = self.units.get_indexer(pd.Index(units))
        if (places < 0).any():
            raise BadTable(f"{int((places < 0).sum())} rows belong to units that have no number.")
        return (places if self.numbers is None else self.numbers[places]).astype(np.uint32)


def hash_units(units: "pd.Series[Any]") -> Vector:
    """Numbers from the units themselves: the same unit has the same number in every output.

    Two of a million units share a number with a probability of about a hundred in four thousand million each, and a
    difference of exactly those two would be missed; a ``Numbering`` has no such gap.
    """
    texts = units.astype(str).to_numpy(dtype=object)
    numbers: Vector = (pd.util.hash_array(texts) >> np.uint64(32)).astype(np.uint32)
    return numbers


@dataclass(frozen=True)
class Fingerprint:
    """The sets of units that one output tells something about.

    Attributes:
        scheme: how units are numbered; empty where rows have no unit, so that nothing can be compared.
        measure: what is told of each set: only outputs that tell the same can be subtracted from each other.
        sizes: how many units each set has.
        firsts: the smallest numbers of each set.
    """

    scheme: str
    measure: str
    sizes: Vector
    firsts: Vector
    _names: bytes = field(repr=False)
    _ends: Vector = field(repr=False)
    _bitmaps: memoryview = field(repr=False)

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """The name of each set."""
        return tuple(map(str, json.loads(self._names)))

    def members(self, i: int) -> BitMap:
        """The units of one set."""
        start = int(self._ends[i - 1]) if i else 0
        return BitMap.deserialize(bytes(self._bitmaps[start : int(self._ends[i])]))

    def smallest(self, count: int) -> Vector:
        """The smallest ``count`` numbers of each set, padded."""
        if count <= _FIRSTS:
            return self.firsts[:, :count]
        return _smallest([self.members(i) for i in range(len(self.sizes))], count)

    def to_bytes(self) -> bytes:
        """The fingerprint as bytes."""
        scheme, measure = self.scheme.encode(), self.measure.encode()
        parts = (scheme, measure, self._names, self.sizes, self._bitmaps)
        head = _HEAD.pack(_MAGIC, *map(len, parts))
        numbers = [array.astype("<u4").tobytes() for array in (self.sizes, self.firsts, self._ends)]
        return b"".join([head, scheme, measure, self._names, *numbers, self._bitmaps])

    @classmethod
    def from_bytes(cls, data: bytes) -> "Fingerprint":
        """Read what ``to_bytes`` wrote.

        Raises:
            BadEvidence: these bytes are not a fingerprint.
        """
        try:
            magic, scheme_size, measure_size, names_size, count, bitmaps_size = _HEAD.unpack_from(data)
            measure_at = _HEAD.size + scheme_size
            names_at = measure_at + measure_size
            sizes_at = names_at + names_size
            bitmaps_at = sizes_at + 4 * count * (_FIRSTS + 2)
            scheme, measure = data[_HEAD.size : measure_at].decode(), data[measure_at:names_at].decode()
            numbers = np.frombuffer(data, "<u4", count * (_FIRSTS + 2), sizes_at)
        except (ValueError, struct.error) as error:
            raise BadEvidence("These bytes are not a fingerprint.") from error
        sizes, firsts, ends = np.split(numbers, [count, count * (_FIRSTS + 1)])
        whole = magic == _MAGIC and bitmaps_at + bitmaps_size == len(data)
        if not whole or (count and int(ends[-1]) != bitmaps_size) or (np.diff(ends.astype(np.int64)) <= 0).any():
            raise BadEvidence("The fingerprint is cut off or changed.")
        names = data[names_at:sizes_at]
        return cls(scheme, measure, sizes, firsts.reshape(count, _FIRSTS), names, ends, memoryview(data)[bitmaps_at:])

    def unnamed(self) -> "Fingerprint":
        """The same sets without their names, for who may not know what another project asked."""
        return replace(self, _names=json.dumps(["a cell"] * len(self.sizes)).encode())


def fingerprint_cells(
    labels: pd.DataFrame,
    numbers: Vector | None,
    scheme: str,
    hidden: Sequence[tuple[str, ...]] = (),
    measure: str = "people",
) -> Fingerprint:
    """The fingerprint of a table.

    The sets are every shown cell, every margin that is shown or can be added up from shown cells, and what is left of
    a margin when the shown cells are taken off it.

    Args:
        labels: one row a record: its label in each column of the table; records that are not in the table left out.
        numbers: the number of each record's unit; None where records have no unit.
        scheme: the name of the numbering.
        hidden: labels of suppressed cells, margins labelled "All".
        measure: what the table tells of each set of units, as "people" or "value of pay".

    >>> rows = pd.DataFrame({"area": ["N", "N", "S"]})
    >>> fingerprint = fingerprint_cells(rows, np.array([1, 2, 3], dtype=np.uint32), "people")
    >>> dict(zip(fingerprint.cells, fingerprint.sizes.tolist()))
    {'area N': 2, 'area S': 1, 'area All': 3}
    """
    if numbers is None:
        return _make_fingerprint("", measure, {})
    by = [str(name) for name in labels.columns]
    sets: dict[tuple[str, ...], BitMap] = {}
    for size in range(len(by), -1, -1):
        for positions in combinations(range(len(by)), size):
            sets |= _sets_by_columns(labels, numbers, positions)
    hidden_cells = {tuple(label) for label in hidden}
    shown = {label: members for label, members in sets.items() if _is_known(label, sets, hidden_cells)}
    named_sets = {", ".join(f"{n} {v}" for n, v in zip(by, label, strict=True)): m for label, m in shown.items()}
    return _make_fingerprint(scheme, measure, named_sets | _remainders(by, sets, set(shown)))


def compare(
    new: Fingerprint, earlier: Mapping[str, Fingerprint], policy: Policy, name: str = "this output"
) -> list[Finding]:
    """What can be worked out from a new output and each earlier one together.

    A set A inside a set B with fewer than ``policy.min_units`` units more is a finding. Then the smallest member of A
    is among the ``min_units`` smallest of B, which leaves few pairs to look at.

    Args:
        new: the output that wants to leave.
        earlier: what was released before, by name; outputs of another measure cannot be subtracted, and are left out.
        policy: gives the fewest units that a difference may have.
        name: what to call the new output.

    Returns:
        A finding for each earlier output that can be subtracted, or that cannot be compared.

    >>> numbers = np.arange(100, dtype=np.uint32)
    >>> rows = pd.DataFrame({"area": ["N"] * 100})
    >>> all_of_them = fingerprint_cells(rows, numbers, "people")
    >>> but_four = fingerprint_cells(rows[4:], numbers[4:], "people")
    >>> compare(but_four, {"last year": all_of_them}, Policy())[0].where.split("; ")[0]
    'area N of last year less area N of this output'
    """
    findings: list[Finding] = []
    earlier = {other: fingerprint for other, fingerprint in earlier.items() if fingerprint.measure == new.measure}
    incomparable = [
        other for other, fingerprint in earlier.items() if not new.scheme or fingerprint.scheme != new.scheme
    ]
    if incomparable:
        findings.append(make_finding("table.not-compared", incomparable, outputs=len(incomparable)))
    new_sets = _Sets(new, policy.min_units)
    for other, fingerprint in earlier.items():
        if other in incomparable:
            continue
        pairs = new_sets.near(_Sets(fingerprint, policy.min_units))
        descriptions = [
            f"{new.cells[i]} of {name} less {fingerprint.cells[j]} of {other}"
            if larger
            else f"{fingerprint.cells[j]} of {other} less {new.cells[i]} of {name}"
            for i, j, larger in pairs
        ]
        if descriptions:
            why = f"Subtracting {name} and {other} leaves fewer than {policy.min_units} people or businesses."
            findings.append(make_finding("table.differencing", descriptions, why, differences=len(descriptions)))
    return findings


class _Sets:
    """The sets of one output, ready to be compared."""

    def __init__(self, fingerprint: Fingerprint, min_units: int) -> None:
        self.output, self._min_units = fingerprint, min_units
        self.sizes = fingerprint.sizes.astype(np.int64)
        self.head = fingerprint.smallest(min_units + _MORE)
        self.first, self.flat = self.head[:, 0], self.head[:, :min_units].ravel()

    @cached_property
    def _index_of_smallest(self) -> "_SortedIndex":
        return _SortedIndex.of(self.flat)

    @cached_property
    def _index_of_first(self) -> "_SortedIndex":
        return _SortedIndex.of(self.first)

    def near(self, other: "_Sets") -> list[tuple[int, int, bool]]:
        """Pairs of one set of each where one lies inside the other with a few units less; whether ours is larger."""
        # Theirs inside ours: their smallest member is among our smallest few.
        theirs, place = self._index_of_smallest.matches(other.first)
        inside = self._subset_pairs(other, place // self._min_units, theirs, 1)
        # Ours inside theirs: our smallest member is among their smallest few.
        flat, mine = self._index_of_first.matches(other.flat)
        outside = self._subset_pairs(other, mine, flat // self._min_units, -1)
        return [(i, j, True) for i, j in inside] + [(i, j, False) for i, j in outside]

    def _subset_pairs(self, other: "_Sets", mine: Vector, theirs: Vector, sign: int) -> list[tuple[int, int]]:
        """Of these pairs, those where one set lies inside the other with a few units less."""
        size_difference = sign * (self.sizes[mine] - other.sizes[theirs])
        close = (size_difference >= 1) & (size_difference < self._min_units)
        mine, theirs = mine[close], theirs[close]
        inner, outer = (other.head[theirs], self.head[mine]) if sign > 0 else (self.head[mine], other.head[theirs])
        # What the smaller set has first, the larger one has among its first as well, give or take the difference.
        inner = inner[:, : _MORE + 1]
        is_candidate = ((inner[:, :, None] == outer[:, None, :]).any(axis=2) | (inner == _NONE)).all(axis=1)
        pairs: list[tuple[int, int]] = []
        for i, j in sorted({(int(i), int(j)) for i, j in zip(mine[is_candidate], theirs[is_candidate], strict=True)}):
            members, other_members = self.output.members(i), other.output.members(j)
            if (other_members if sign > 0 else members).issubset(members if sign > 0 else other_members):
                pairs.append((i, j))
        return pairs


@dataclass(frozen=True)
class _SortedIndex:
    """Numbers in order, with where each came from, and a filter that most other numbers do not pass."""

    numbers: Vector
    order: Vector
    marks: Vector

    @classmethod
    def of(cls, numbers: Vector) -> "_SortedIndex":
        order = np.argsort(numbers, kind="stable")
        marks = np.zeros(_MARKS, dtype=bool)
        marks[numbers[numbers != _NONE] % _MARKS] = True
        return cls(numbers[order], order, marks)

    def matches(self, targets: Vector) -> tuple[Vector, Vector]:
        """For every pair of equal numbers: the place in ``wanted``, and where ours came from."""
        likely = np.flatnonzero(self.marks[targets % _MARKS])
        likely = likely[targets[likely] != _NONE]
        low = np.searchsorted(self.numbers, targets[likely], side="left")
        count = np.searchsorted(self.numbers, targets[likely], side="right") - low
        which = np.repeat(likely, count)
        step = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
        return which, self.order[np.repeat(low, count) + step]


def _sets_by_columns(
    labels: pd.DataFrame, numbers: Vector, positions: tuple[int, ...]
) -> dict[tuple[str, ...], BitMap]:
    """The units of every combination of labels of some columns, "All" in the others."""
    width = labels.shape[1]
    if not positions:
        return {(ALL,) * width: BitMap(np.unique(numbers))} if len(numbers) else {}
    columns = [labels.columns[i] for i in positions]
    rows_by_key = labels.groupby(columns, sort=False, observed=True).indices
    sets: dict[tuple[str, ...], BitMap] = {}
    for key, rows in rows_by_key.items():
        texts = key if isinstance(key, tuple) else (key,)
        label = [ALL] * width
        for i, text in zip(positions, texts, strict=True):
            label[i] = str(text)
        sets[tuple(label)] = BitMap(np.unique(numbers[rows]))
    return sets


def _is_known(label: tuple[str, ...], sets: Mapping[tuple[str, ...], BitMap], hidden: set[tuple[str, ...]]) -> bool:
    """Whether a cell is shown, or is a margin whose lowest cells are all shown."""
    if label not in hidden:
        return True
    if ALL not in label:
        return False
    return not any(other in hidden for other in sets if ALL not in other and _is_below(other, label))


def _is_below(label: tuple[str, ...], margin: tuple[str, ...]) -> bool:
    return all(margin_category in (category, ALL) for category, margin_category in zip(label, margin, strict=True))


def _remainders(
    by: Sequence[str], sets: Mapping[tuple[str, ...], BitMap], shown: set[tuple[str, ...]]
) -> dict[str, BitMap]:
    """What is left of each shown margin when the shown cells along one column are taken off."""
    remainders: dict[tuple[tuple[str, ...], int], BitMap] = {}
    for label, members in sets.items():
        if label in shown:
            continue
        for d in range(len(by)):
            margin = (*label[:d], ALL, *label[d + 1 :])
            if label[d] != ALL and margin in shown:
                remainders[margin, d] = remainders.get((margin, d), BitMap()) | members
    return {
        f"the suppressed cells of {', '.join(f'{n} {v}' for n, v in zip(by, margin, strict=True))} by {by[d]}": members
        for (margin, d), members in remainders.items()
    }


def _make_fingerprint(scheme: str, measure: str, sets: Mapping[str, BitMap]) -> Fingerprint:
    filled = {name: members for name, members in sets.items() if members}
    for members in filled.values():
        members.run_optimize()
    bitmaps = [members.serialize() for members in filled.values()]
    return Fingerprint(
        scheme=scheme,
        measure=measure,
        sizes=np.array([len(members) for members in filled.values()], dtype=np.uint32),
        firsts=_smallest(list(filled.values()), _FIRSTS),
        _names=json.dumps(list(filled)).encode(),
        _ends=np.cumsum([len(bitmap) for bitmap in bitmaps], dtype=np.uint32),
        _bitmaps=memoryview(b"".join(bitmaps)),
    )


def _smallest(sets: Sequence[BitMap], count: int) -> Vector:
    smallest = np.full((len(sets), count), _NONE, dtype=np.uint32)
    for i, members in enumerate(sets):
        head = members[:count]
        smallest[i, : len(head)] = list(head)
    return smallest
