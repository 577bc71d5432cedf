"""Ask a pandas frame for its cells: categories by their codes, numbers as they lie in memory, through DuckDB."""

from typing import Any

import pandas as pd
import pyarrow as pa

from disclosure_control.tables.statistics.engines.arrow import codes_of, observe_columns
from disclosure_control.tables.statistics.engines.merge import Part
from disclosure_control.tables.statistics.engines.query import Question
from disclosure_control.tables.statistics.frames import check_columns, coded_series, series_to_arrow


def observe(frame: pd.DataFrame, question: Question) -> tuple[list["pa.Array[Any]"], Part]:
    """The categories and cells of a pandas frame, which is not changed.

    Raises:
        BadTable: a column is missing, or mixes types.
    """
    check_columns([str(name) for name in frame.columns], question.needed)
    coded: dict[str, pa.Array[Any]] = {}
    columns: dict[str, Any] = {}
    for name in question.needed:
        series = frame[name]
        categorical = isinstance(series.dtype, pd.CategoricalDtype)
        if name in question.by and (categorical or series.dtype == object):
            codes, coded[name] = coded_series(series, name)
            columns[name] = codes_of(codes)
        else:
            columns[name] = series_to_arrow(series, name)
    return observe_columns(columns, question, coded)
