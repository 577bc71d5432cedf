"""The fingerprint of an output that has evidence: which units stand behind each of its cells.

How fingerprints are compared is known to ``tables.differencing``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from disclosure_control.errors import BadEvidence
from disclosure_control.evidence.query import CategoryQuery, HistogramQuery, Query, RegressionQuery, TableQuery
from disclosure_control.figures.histogram import bin_label
from disclosure_control.finding import Finding, found, places
from disclosure_control.policy import Policy
from disclosure_control.sql import connect, quote
from disclosure_control.tables.cells import ALL
from disclosure_control.tables.differencing import (
    HASHED,
    Fingerprint,
    Numbering,
    compare,
    fingerprint_cells,
    hashed,
)


@dataclass(frozen=True)
class Earlier:
    """An output that was released before.

    Attributes:
        name: what to call it in a finding.
        path: the file of its fingerprint.
        foreign: whether it is another project's, whose categories this one may not know.
    """

    name: str
    path: Path
    foreign: bool = False


def read_numbering(path: Path) -> Numbering:
    """The numbers of people, from a Parquet file of person_id and number that names its scheme."""
    table = pq.read_table(path)
    scheme = (table.schema.metadata or {}).get(b"scheme", b"").decode()
    if not scheme:
        raise BadEvidence("The numbers of people do not say how they were made.")
    units = pd.Index(table.column("person_id").to_pandas())
    return Numbering(scheme, units, table.column("number").to_numpy())


def compare_outputs(new: Mapping[str, bytes], earlier: Sequence[Earlier], policy: Policy) -> dict[str, list[Finding]]:
    """What the new outputs give away together, and with each earlier one.

    Args:
        new: the fingerprints of the outputs of one request, by name.
        earlier: what was released before.
        policy: gives the fewest people that a difference may have.

    Returns:
        The findings on each new output. Of two new ones, the later has the finding.
    """
    before: dict[str, Fingerprint] = {}
    lost: list[str] = []
    for one in earlier:
        try:
            read = Fingerprint.from_bytes(one.path.read_bytes())
        except (BadEvidence, OSError):
            lost.append(one.name)
            continue
        before[one.name] = read.unnamed() if one.foreign else read
    findings: dict[str, list[Finding]] = {}
    for name, content in new.items():
        mine = Fingerprint.from_bytes(content)
        findings[name] = compare(mine, before, policy, name)
        if lost:
            findings[name].append(found("table.not-compared", places(lost), "Earlier outputs could not be read."))
        before[name] = mine
    return findings


def measure_of(query: Query) -> str:
    """What an output tells of the units behind each of its cells.

    Two outputs of one measure can be subtracted: counts from counts, totals of pay from totals of pay. A count tells
    nothing of a mean over nearly the same people. Coefficients cannot be subtracted; models are only compared with
    models.
    """
    if isinstance(query, RegressionQuery):
        return "model"
    if isinstance(query, TableQuery) and query.aggfunc != "count":
        return f"value of {query.value}"
    return "people"


def fingerprint(
    frame: pa.Table, query: Query, cells: pd.DataFrame | None = None, numbering: Numbering | None = None
) -> Fingerprint:
    """The units behind every cell of an output.

    Args:
        frame: the frame that the query is answered from.
        query: the question.
        cells: the answer's cells with ``suppressed``; without them every cell counts as shown.
        numbering: the numbers of units; by default made from the units themselves.

    Raises:
        BadTable: a unit has no number.
    """
    labels, units = _records(frame, query)
    hidden: list[tuple[str, ...]] = []
    if cells is not None and "suppressed" in cells:
        names = [str(name) for name in labels.columns]
        away = cells[cells["suppressed"] != ""]
        hidden = list(away[names].itertuples(index=False, name=None))
        hidden += _margins_left_out(labels, names, cells)
    measure = measure_of(query)
    if units is None:
        return fingerprint_cells(labels, None, "", measure=measure)
    numbers = hashed(units) if numbering is None else numbering.of(units)
    scheme = HASHED if numbering is None else numbering.scheme
    return fingerprint_cells(labels, numbers, scheme, hidden, measure)


def _margins_left_out(labels: pd.DataFrame, names: list[str], cells: pd.DataFrame) -> list[tuple[str, ...]]:
    """The margins that a table does not show: they are known only where all their cells are shown."""
    there = set(cells[names].itertuples(index=False, name=None))
    axes = [[*labels[name].unique(), ALL] for name in names]
    every = pd.MultiIndex.from_product(axes)
    return [
        label for label in (tuple(map(str, every_one)) for every_one in every) if ALL in label and label not in there
    ]


def _records(frame: pa.Table, query: Query) -> tuple[pd.DataFrame, "pd.Series[str] | None"]:
    """The label of each record in each column of the output, and its unit."""
    if isinstance(query, TableQuery):
        names = query.by
        needed = [*names, *([query.value] if query.value is not None else [])]
        data = _texts(frame, names, needed, query.unit)
        return data[names], data["the unit"] if query.unit is not None else None
    if isinstance(query, CategoryQuery):
        data = _texts(frame, [query.column], [query.column], query.unit)
        return data[[query.column]], data["the unit"] if query.unit is not None else None
    if isinstance(query, HistogramQuery):
        data = _texts(frame, [query.column], [query.column], query.unit)
        values = pd.to_numeric(data[query.column]).to_numpy()
        edges = np.asarray(query.edges)
        inside = (values >= edges[0]) & (values <= edges[-1])
        bins = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)[inside]
        labels = pd.DataFrame({"bin": [bin_label(query.edges, int(i)) for i in bins]}, dtype=object)
        return labels, data["the unit"][inside].reset_index(drop=True) if query.unit is not None else None
    names = [query.endog, *query.exog]
    data = _texts(frame, [], names, query.unit)
    return pd.DataFrame({"model": ["fitted"] * len(data)}), data["the unit"] if query.unit is not None else None


def _texts(frame: pa.Table, names: list[str], needed: list[str], unit: str | None) -> pd.DataFrame:
    """Labels and units as text, of the records that have all that is needed."""
    picks = [f"CAST({quote(name)} AS VARCHAR) AS {quote(name)}" for name in names]
    picks.append(f"CAST({quote(unit)} AS VARCHAR) AS {quote('the unit')}" if unit is not None else "1 AS one")
    present = " AND ".join(
        f"{quote(name)} IS NOT NULL AND CAST({quote(name)} AS VARCHAR) <> 'nan'"
        if pa.types.is_floating(frame.schema.field(name).type)
        else f"{quote(name)} IS NOT NULL"
        for name in needed
    )
    with connect() as connection:
        connection.register("frame", frame)
        return connection.execute(f"SELECT {', '.join(picks)} FROM frame WHERE {present}").df()  # noqa: S608
