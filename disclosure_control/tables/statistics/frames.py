"""Bring a frame of any kind to Arrow, which DuckDB reads without a copy.

Which columns are needed and what they mean is the caller's business.
"""

import decimal
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.types import infer_dtype

from disclosure_control.core.errors import BadTable


def check_columns(present: Sequence[str], needed: Sequence[str]) -> None:
    """Raise BadTable unless every wanted column is present exactly once."""
    for name in needed:
        count = list(present).count(name)
        if count != 1:
            raise BadTable(
                f"The frame has {'no' if count == 0 else 'more than one'} column {name!r}.",
                hint=f"It has: {', '.join(sorted(set(present))[:20])}.",
            )


def series_to_arrow(series: "pd.Series[Any]", name: str) -> "pa.ChunkedArray[Any]":
    """A series as an Arrow column: categories as their labels, whole objects as numbers where all are numbers.

    Raises:
        BadTable: the series holds objects that are neither text, numbers, dates nor missing.
    """
    if isinstance(series.dtype, np.dtype) and series.dtype.kind in "biuf":
        # As it lies in memory: nothing but a mark for each missing value is added.
        return pa.chunked_array([pa.array(series.to_numpy(), from_pandas=True)])
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(object)
    if series.dtype == object:
        series = _plain_objects(series, name)
    try:
        return pa.Table.from_pandas(pd.DataFrame({"column": series.reset_index(drop=True)})).column("column")
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise BadTable(
            f"Column {name!r} mixes values that do not go together.", hint="Make it all numbers or all text."
        ) from error


def coded_series(series: "pd.Series[Any]", name: str) -> "tuple[np.ndarray[Any, Any], pa.Array[Any]]":
    """The code of each value, -1 where it is missing, and the values that the codes stand for.

    Raises:
        BadTable: the series holds objects that are neither text, numbers, dates nor missing.
    """
    if isinstance(series.dtype, pd.CategoricalDtype):
        codes, categories = series.cat.codes.to_numpy(), pd.Series(series.cat.categories)
    else:
        codes, values = pd.factorize(series)
        categories = pd.Series(values)
    level: Any = series_to_arrow(categories, name).combine_chunks()
    return codes, level


def categories_to_arrow(series: "pd.Series[Any]", name: str) -> "pa.ChunkedArray[Any]":
    """A series of categories as an Arrow column: texts by their codes, anything else as ``series_to_arrow``.

    Categories that no row has are left out.

    Raises:
        BadTable: the series holds objects that are neither text, numbers, dates nor missing.
    """
    if not isinstance(series.dtype, pd.CategoricalDtype) and series.dtype != object:
        return series_to_arrow(series, name)
    codes, level = coded_series(series, name)
    if not (pa.types.is_string(level.type) or pa.types.is_large_string(level.type)):
        return series_to_arrow(series, name)
    used = np.bincount(codes + 1, minlength=len(level) + 1)[1:] > 0
    if not used.all():
        codes, level = np.where(codes < 0, -1, np.cumsum(used)[codes] - 1), level.filter(pa.array(used))
    missing = codes < 0
    indices: Any = pa.array(codes.astype(code_type(len(level))), mask=missing if missing.any() else None)
    return pa.chunked_array([pa.DictionaryArray.from_arrays(indices, level)])


def code_type(categories: int) -> "type[np.signedinteger[Any]]":
    """The smallest whole numbers that can be codes of so many categories, -1 among them."""
    return next(kind for kind in (np.int8, np.int16, np.int32, np.int64) if categories <= np.iinfo(kind).max)


def _plain_objects(series: "pd.Series[Any]", name: str) -> "pd.Series[Any]":
    kind = infer_dtype(series, skipna=True)
    if kind in ("string", "empty"):
        return series
    if kind in ("integer", "floating", "mixed-integer-float", "decimal", "boolean"):
        return pd.to_numeric(series, errors="raise").astype("float64")
    present = series.dropna()
    if present.map(lambda value: isinstance(value, int | float | decimal.Decimal)).all():
        return pd.to_numeric(series, errors="raise").astype("float64")
    if present.map(lambda value: isinstance(value, str | int | float | decimal.Decimal)).all():
        raise BadTable(f"Column {name!r} mixes text and numbers.", hint="Make it all numbers or all text.")
    return series
