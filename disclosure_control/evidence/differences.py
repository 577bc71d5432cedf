"""The fingerprint of an output that has evidence: which units stand behind each of its cells.

How fingerprints are compared is known to ``tables.differencing``.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from disclosure_control.evidence.query import CategoryQuery, HistogramQuery, Query, TableQuery
from disclosure_control.figures.histogram import bin_label
from disclosure_control.sql import connect, quote
from disclosure_control.tables.cells import ALL
from disclosure_control.tables.differencing import HASHED, Fingerprint, Numbering, fingerprint_cells, hashed


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
        if not (cells[names] == ALL).any(axis=None):
            hidden += _margins_left_out(labels, names)
    if units is None:
        return fingerprint_cells(labels, None, "")
    numbers = hashed(units) if numbering is None else numbering.of(units)
    return fingerprint_cells(labels, numbers, HASHED if numbering is None else numbering.scheme, hidden)


def _margins_left_out(labels: pd.DataFrame, names: list[str]) -> list[tuple[str, ...]]:
    """The margins of a table that was made without: they are known only where all their cells are shown."""
    axes = [[*labels[name].unique(), ALL] for name in names]
    every = pd.MultiIndex.from_product(axes)
    return [tuple(map(str, label)) for label in every if ALL in label]


def _records(frame: pa.Table, query: Query) -> tuple[pd.DataFrame, "pd.Series[str] | None"]:
    """The label of each record in each column of the output, and its unit."""
    if isinstance(query, TableQuery):
        names = [query.rows, query.columns]
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
