"""The records behind an output: the label of each in every column, its unit and its value.

They are read from the kept frame; what is made of them is known to ``profile``.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from disclosure_control.core.sql import connect, quote
from disclosure_control.evidence.query import (
    HistogramQuery,
    LineQuery,
    Query,
    RegressionQuery,
    SurvivalQuery,
    TableQuery,
)
from disclosure_control.figures.histogram import bin_label

_UNIT, _NUMBER = "\tunit", "\tnumber"  # no column of a query has such a name


@dataclass(frozen=True)
class Records:
    """The records of an output.

    Attributes:
        labels: one row a record: its label in each column of the output.
        units: the unit of each; None where the frame has none.
        numbers: the value of each; None for counts.
    """

    labels: pd.DataFrame
    units: "pd.Series[str] | None"
    numbers: "np.ndarray[Any, Any] | None"


def records_of(frame: pa.Table, query: Query, value: str | None, cells: pd.DataFrame | None) -> Records:
    """The records that have all that an output needs.

    Args:
        frame: the frame that the query is answered from.
        query: the question.
        value: the value that a record must have.
        cells: the answer's cells; those of survival say when intervals end.
    """
    names, needed = _needed(query, value)
    data = _texts(frame, names, needed, query.unit, value)
    labels = data[names]
    inside = np.ones(len(data), dtype=bool)
    if isinstance(query, HistogramQuery):
        labels, inside = _bins(data[query.column], query)
    elif isinstance(query, SurvivalQuery):
        labels = _intervals(data, query, cells)
    elif isinstance(query, RegressionQuery):
        labels = pd.DataFrame({"model": ["fitted"] * len(data)})
    data = data[inside].reset_index(drop=True)
    return Records(
        labels=labels[inside].reset_index(drop=True),
        units=data[_UNIT] if query.unit is not None else None,
        numbers=data[_NUMBER].to_numpy(dtype=np.float64) if value is not None else None,
    )


def _needed(query: Query, value: str | None) -> tuple[list[str], list[str]]:
    """The columns that are labels, and those that a record must have."""
    if isinstance(query, LineQuery):
        query = query.as_table()
    if isinstance(query, TableQuery):
        return query.by, [*query.by, *([value] if value is not None else [])]
    if isinstance(query, RegressionQuery):
        return [], [query.endog, *query.exog]
    names = [query.time, query.event] if isinstance(query, SurvivalQuery) else [query.column]
    return names, names


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
    is_event = pd.to_numeric(data[query.event].replace({"true": "1", "false": "0"})).to_numpy() == 1
    labels = {"time": [f"{ends[i]:.10g}" for i in place], "event": np.where(is_event, "yes", "no")}
    return pd.DataFrame(labels, dtype=object)


def _texts(frame: pa.Table, names: list[str], needed: list[str], unit: str | None, value: str | None) -> pd.DataFrame:
    """Labels and units as text and the value as a number, of the records that have all that is needed."""
    picks = [f"CAST({quote(name)} AS VARCHAR) AS {quote(name)}" for name in names]
    picks.append(f"CAST({quote(unit)} AS VARCHAR) AS {quote(_UNIT)}" if unit is not None else "1 AS one")
    picks += [f"CAST({quote(value)} AS DOUBLE) AS {quote(_NUMBER)}"] if value is not None else []
    present = " AND ".join(
        f"{quote(name)} IS NOT NULL AND CAST({quote(name)} AS VARCHAR) <> 'nan'"
        if pa.types.is_floating(frame.schema.field(name).type)
        else f"{quote(name)} IS NOT NULL"
        for name in needed
    )
    with connect() as connection:
        connection.register("frame", frame)
        table: pa.Table = connection.sql(f"SELECT {', '.join(picks)} FROM frame WHERE {present}").to_arrow_table()  # noqa: S608
        # Through Arrow, which makes one text of equal ones: of millions of records there are few labels.
        return table.to_pandas()
