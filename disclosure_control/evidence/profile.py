"""Disclosure profiles: the units behind each cell of an output, and its released tables, for later comparisons.

How fingerprints are compared is known to ``tables.attack.differencing``, how facts are put together to
``tables.attack.linked_attack``, and which outputs are compared to ``comparisons``. What is told is kept inside with a
release, as bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
import pyarrow as pa

from disclosure_control.core.errors import BadEvidence
from disclosure_control.core.policy import Policy
from disclosure_control.evidence.compute.tables import OF_VALUE
from disclosure_control.evidence.contributors import Records, records_of
from disclosure_control.evidence.query import (
    COUNT,
    LineQuery,
    Measure,
    Query,
    RegressionQuery,
    SurvivalQuery,
    TableQuery,
)
from disclosure_control.tables.attack.differencing import HASHED, Fingerprint, Numbering, fingerprint_cells, hash_units
from disclosure_control.tables.attack.released_table import ReleasedTable, make_released_table, tells_of
from disclosure_control.tables.lp import Vector
from disclosure_control.tables.statistics.cells import ALL

_MAGIC: Final = b"SDCO2"
_LENGTH: Final = 8  # bytes that say how long each part is, and how many there are of both kinds


@dataclass(frozen=True)
class DisclosureProfile:
    """What one output tells.

    Attributes:
        fingerprints: the units behind its cells, for each measure.
        facts: its tables, for each value; none where nothing of them adds up exactly.
    """

    fingerprints: tuple[Fingerprint, ...]
    facts: tuple[ReleasedTable, ...] = ()

    def unnamed(self) -> "DisclosureProfile":
        """The same without names, for who may not know what another project asked."""
        return DisclosureProfile(
            tuple(part.unnamed() for part in self.fingerprints), tuple(part.unnamed() for part in self.facts)
        )

    def to_bytes(self) -> bytes:
        """All of it as bytes."""
        parts = [
            *(element.to_bytes() for element in self.fingerprints),
            *(element.to_bytes() for element in self.facts),
        ]
        sized = [_number(len(part)) + part for part in parts]
        return b"".join([_MAGIC, _number(len(self.fingerprints)), _number(len(self.facts)), *sized])

    @classmethod
    def from_bytes(cls, content: bytes) -> "DisclosureProfile":
        """Read what ``to_bytes`` wrote.

        Raises:
            BadEvidence: these bytes are not what an output tells, or what a version before this one kept.
        """
        if not content.startswith(_MAGIC):
            raise BadEvidence("These bytes are not what an output tells.")
        place = len(_MAGIC) + 2 * _LENGTH
        count, others = (_read(content, at) for at in (len(_MAGIC), len(_MAGIC) + _LENGTH))
        parts: list[bytes] = []
        while place < len(content):
            size = _read(content, place)
            parts.append(content[place + _LENGTH : place + _LENGTH + size])
            place += _LENGTH + size
        if place != len(content) or len(parts) != count + others:
            raise BadEvidence("What an output tells is cut off.")
        fingerprints = tuple(Fingerprint.from_bytes(part) for part in parts[:count])
        return cls(fingerprints, tuple(ReleasedTable.from_bytes(part) for part in parts[count:]))


def profile_of(
    frame: pa.Table, query: Query, cells: pd.DataFrame, policy: Policy, numbering: Numbering | None = None
) -> DisclosureProfile:
    """What an output tells.

    Args:
        frame: the frame that the query is answered from.
        query: the question.
        cells: the answer's cells with ``suppressed`` and ``broken_rules``.
        policy: gives how far unsafe cells must be able to move.
        numbering: the numbers of units; by default made from the units themselves.

    Raises:
        BadTable: a unit has no number.
    """
    return DisclosureProfile(
        tuple(fingerprints(frame, query, cells, numbering)), facts(frame, query, cells, policy, numbering)
    )


def facts(
    frame: pa.Table, query: Query, cells: pd.DataFrame, policy: Policy, numbering: Numbering | None = None
) -> tuple[ReleasedTable, ...]:
    """The facts of an output's tables, as ``profile_of``; of models, survival and rounded counts there are none."""
    if query.unit is None or isinstance(query, RegressionQuery | SurvivalQuery):
        return ()
    table_query = query.as_table() if isinstance(query, LineQuery) else query
    if table_query.mitigation == "round":
        return ()
    measures: Sequence[Measure] = table_query.measures if isinstance(table_query, TableQuery) else [COUNT]
    tables: list[ReleasedTable] = []
    for value in dict.fromkeys(value for _, value in measures):
        tells = tells_of([aggfunc for aggfunc, of in measures if of == value])
        if tells:
            value_cells = cells[cells[OF_VALUE] == (value or "")] if OF_VALUE in cells else cells
            records = records_of(frame, table_query, value, cells)
            numbers, scheme = _unit_numbers(records, numbering)
            tables.append(
                make_released_table(records.labels, numbers, records.numbers, scheme, value_cells, tells, policy)
            )
    return tuple(tables)


def measures_of(query: Query) -> list[tuple[str, str | None]]:
    """What an output tells of the units behind each of its cells, and which value they must have for it.

    Two outputs of one measure can be subtracted: counts from counts, totals of pay from totals of pay. A count tells
    nothing of a mean over nearly the same people. Counts that are rounded to the policy's minimum leave nothing exact
    when they are subtracted, so they tell nothing here. Coefficients cannot be subtracted either; models are only
    compared with models.
    """
    if isinstance(query, RegressionQuery):
        return [("model", None)]
    if isinstance(query, LineQuery):
        return measures_of(query.as_table())
    if not isinstance(query, TableQuery):
        return [("people", None)]
    if query.mitigation == "round":
        return []
    measures = [("people" if aggfunc == "count" else f"value of {value}", value) for aggfunc, value in query.measures]
    return list(dict.fromkeys(measures))


def fingerprints(
    frame: pa.Table, query: Query, cells: pd.DataFrame | None = None, numbering: Numbering | None = None
) -> list[Fingerprint]:
    """The units behind every cell of an output, for each measure that it tells.

    Args:
        frame: the frame that the query is answered from.
        query: the question.
        cells: the answer's cells with ``suppressed``; without them every cell counts as shown.
        numbering: the numbers of units; by default made from the units themselves.

    Raises:
        BadTable: a unit has no number.
    """
    return [_fingerprint(frame, query, measure, value, cells, numbering) for measure, value in measures_of(query)]


def _fingerprint(
    frame: pa.Table,
    query: Query,
    measure: str,
    value: str | None,
    cells: pd.DataFrame | None,
    numbering: Numbering | None,
) -> Fingerprint:
    records = records_of(frame, query, value, cells)
    labels = records.labels
    hidden: list[tuple[str, ...]] = []
    if cells is not None and "suppressed" in cells:
        names = [str(name) for name in labels.columns]
        suppressed = cells[cells["suppressed"] != ""]
        hidden = list(suppressed[names].itertuples(index=False, name=None))
        hidden += _absent_margins(labels, names, cells)
    if records.units is None:
        return fingerprint_cells(labels, None, "", measure=measure)
    numbers, scheme = _unit_numbers(records, numbering)
    return fingerprint_cells(labels, numbers, scheme, hidden, measure)


def _unit_numbers(records: Records, numbering: Numbering | None) -> tuple[Vector, str]:
    """The numbers of the units of some records, and the name of the numbering."""
    units = pd.Series(dtype=object) if records.units is None else records.units
    return (hash_units(units), HASHED) if numbering is None else (numbering.of(units), numbering.scheme)


def _absent_margins(labels: pd.DataFrame, names: list[str], cells: pd.DataFrame) -> list[tuple[str, ...]]:
    """The margins that a table does not show: they are known only where all their cells are shown."""
    present = set(cells[names].itertuples(index=False, name=None))
    axes = [[*labels[name].unique(), ALL] for name in names]
    combinations = pd.MultiIndex.from_product(axes)
    return [
        label
        for label in (tuple(map(str, combination)) for combination in combinations)
        if ALL in label and label not in present
    ]


def _number(value: int) -> bytes:
    return value.to_bytes(_LENGTH, "little")


def _read(content: bytes, place: int) -> int:
    return int.from_bytes(content[place : place + _LENGTH], "little")
