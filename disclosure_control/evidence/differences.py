"""The fingerprint of an output that has evidence: which units stand behind each of its cells.

How fingerprints are compared is known to ``tables.differencing``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from disclosure_control.errors import BadEvidence
from disclosure_control.evidence.query import (
    HistogramQuery,
    LineQuery,
    Query,
    RegressionQuery,
    SurvivalQuery,
    TableQuery,
)
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

_MAGIC: Final = b"SDCO1"
_LENGTH: Final = 8  # bytes that say how long each fingerprint is


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
    before: dict[str, list[Fingerprint]] = {}
    lost: list[str] = []
    for one in earlier:
        try:
            read = unpacked(one.path.read_bytes())
        except (BadEvidence, OSError):
            lost.append(one.name)
            continue
        before[one.name] = [each.unnamed() for each in read] if one.foreign else read
    findings: dict[str, list[Finding]] = {}
    for name, content in new.items():
        mine = unpacked(content)
        findings[name] = [finding for each in mine for finding in compare(each, _alike(before, each), policy, name)]
        if lost:
            findings[name].append(found("table.not-compared", places(lost), "Earlier outputs could not be read."))
        before[name] = mine
    return findings


def _alike(outputs: Mapping[str, Sequence[Fingerprint]], to: Fingerprint) -> dict[str, Fingerprint]:
    """What each output tells of the same measure; some tell it of several values."""
    return {
        name if place == 0 else f"{name} ({place + 1})": one
        for name, several in outputs.items()
        for place, one in enumerate(each for each in several if each.measure == to.measure)
    }


def packed(fingerprints: Sequence[Fingerprint]) -> bytes:
    """The fingerprints of one output, one for each measure, as bytes."""
    parts = [one.to_bytes() for one in fingerprints]
    return b"".join([_MAGIC, *(len(part).to_bytes(_LENGTH, "little") + part for part in parts)])


def unpacked(content: bytes) -> list[Fingerprint]:
    """Read what ``packed`` wrote.

    Raises:
        BadEvidence: these bytes are not the fingerprints of an output.
    """
    if not content.startswith(_MAGIC):
        raise BadEvidence("These bytes are not the fingerprints of an output.")
    found_so_far: list[Fingerprint] = []
    place = len(_MAGIC)
    while place < len(content):
        size = int.from_bytes(content[place : place + _LENGTH], "little")
        place += _LENGTH
        found_so_far.append(Fingerprint.from_bytes(content[place : place + size]))
        place += size
    return found_so_far


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
    told = [("people" if how == "count" else f"value of {value}", value) for how, value in query.measures]
    return list(dict.fromkeys(told))


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
    labels, units = _records(frame, query, value, cells)
    hidden: list[tuple[str, ...]] = []
    if cells is not None and "suppressed" in cells:
        names = [str(name) for name in labels.columns]
        away = cells[cells["suppressed"] != ""]
        hidden = list(away[names].itertuples(index=False, name=None))
        hidden += _margins_left_out(labels, names, cells)
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


def _records(
    frame: pa.Table, query: Query, value: str | None, cells: pd.DataFrame | None
) -> tuple[pd.DataFrame, "pd.Series[str] | None"]:
    """The label of each record in each column of the output, and its unit."""
    names, needed = _needed(query, value)
    data = _texts(frame, names, needed, query.unit)
    labels = data[names]
    inside = np.ones(len(data), dtype=bool)
    if isinstance(query, HistogramQuery):
        labels, inside = _bins(data[query.column], query)
    elif isinstance(query, SurvivalQuery):
        labels = _intervals(data, query, cells)
    elif isinstance(query, RegressionQuery):
        labels = pd.DataFrame({"model": ["fitted"] * len(data)})
    labels = labels[inside].reset_index(drop=True)
    return labels, data["the unit"][inside].reset_index(drop=True) if query.unit is not None else None


def _needed(query: Query, value: str | None) -> tuple[list[str], list[str]]:
    """The columns that are labels, and those that a record must have."""
    if isinstance(query, LineQuery):
        query = query.as_table()
    if isinstance(query, TableQuery):
        return query.by, [*query.by, *([value] if value is not None else [])]
    if isinstance(query, RegressionQuery):
        return [], [query.endog, *query.exog]
    both = [query.time, query.event] if isinstance(query, SurvivalQuery) else [query.column]
    return both, both


def _bins(texts: "pd.Series[str]", query: HistogramQuery) -> "tuple[pd.DataFrame, np.ndarray[Any, Any]]":
    values = pd.to_numeric(texts).to_numpy()
    edges = np.asarray(query.edges)
    bins = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    labels = pd.DataFrame({"bin": [bin_label(query.edges, int(i)) for i in bins]}, dtype=object)
    return labels, (values >= edges[0]) & (values <= edges[-1])


def _intervals(data: pd.DataFrame, query: SurvivalQuery, cells: pd.DataFrame | None) -> pd.DataFrame:
    """The interval in which each person left, and how."""
    ends = np.empty(0) if cells is None else pd.to_numeric(cells["Time"]).to_numpy()
    if not len(ends):
        return pd.DataFrame({"time": ["any"] * len(data), "event": ["any"] * len(data)}, dtype=object)
    place = np.clip(np.searchsorted(ends, pd.to_numeric(data[query.time]).to_numpy(), side="left"), 0, len(ends) - 1)
    happened = pd.to_numeric(data[query.event].replace({"true": "1", "false": "0"})).to_numpy() == 1
    labels = {"time": [f"{ends[i]:.10g}" for i in place], "event": np.where(happened, "yes", "no")}
    return pd.DataFrame(labels, dtype=object)


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
