"""Bring the series of one call together: equal indexes, one unit, plain names.

The caller's frame is never changed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.statistics.frames import categories_to_arrow, series_to_arrow


@dataclass(frozen=True)
class Columns:
    """The columns that an output is computed from, and which of them is the unit."""

    frame: pa.Table
    unit: str | None


def name_of(series: "pd.Series[Any]", otherwise: str) -> str:
    """The name of a series as text.

    Raises:
        BadTable: it is not a series.
    """
    if not isinstance(series, pd.Series):
        raise BadTable(
            f"An argument is a {type(series).__name__}, not a pandas series.",
            hint="Give other frames to pivot_table or table, with the names of their columns.",
        )
    return otherwise if series.name is None else str(series.name)


def gather(
    parts: "Mapping[str, pd.Series[Any]]", unit: "str | pd.Series[Any] | None", categories: Collection[str] = ()
) -> Columns:
    """One Arrow table of the series and of the unit.

    Args:
        parts: the series by the names they get.
        unit: the name that the index must have to be the unit; a series of units; or None, which takes a named index.
        categories: the names of those that are counted by, so that they are kept as codes.

    Raises:
        BadTable: the indexes differ, or a name is used twice.
    """
    first = next(iter(parts.values()))
    units = _units(first, unit)
    for name, part in [*parts.items(), *([("the unit", unit)] if isinstance(unit, pd.Series) else [])]:
        if not part.index.equals(first.index):
            raise BadTable(f"{name} has another index than the rest.", hint="Take all series from one frame.")
    arrays = {
        name: categories_to_arrow(part, name) if name in categories else series_to_arrow(part, name)
        for name, part in parts.items()
    }
    if units is not None:
        label = name_of(units, "unit")
        if label in arrays:
            raise BadTable(f"{label!r} is both the unit and a column of the output.")
        arrays[label] = series_to_arrow(units, label)
    table = pa.Table.from_arrays(list(arrays.values()), names=list(arrays))
    return Columns(table, None if units is None else name_of(units, "unit"))


def _units(first: "pd.Series[Any]", unit: "str | pd.Series[Any] | None") -> "pd.Series[Any] | None":
    if isinstance(unit, pd.Series):
        return unit
    index_name = first.index.name
    if index_name is None or (unit is not None and str(index_name) != unit):
        return None
    return pd.Series(first.index, name=str(index_name))
