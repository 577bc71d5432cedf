"""Choose the engine that a frame belongs to, by the library it comes from; no library is imported for it."""

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.statistics.engines import arrow, dask, duckdb, pandas, polars, spark
from disclosure_control.tables.statistics.engines.merge import Part
from disclosure_control.tables.statistics.engines.query import Question


def observe(frame: Any, question: Question) -> tuple[list["pa.Array[Any]"], Part]:
    """The categories and cells of a frame of any kind.

    Raises:
        BadTable: the frame is of another kind, or cannot be judged.
    """
    if isinstance(frame, pd.DataFrame):
        return pandas.observe(frame, question)
    if isinstance(frame, pa.Table):
        return arrow.observe(frame, question)
    if isinstance(frame, str | Path):
        return arrow.observe_parquet(Path(frame), question)
    library, name = type(frame).__module__.split(".")[0].lstrip("_"), type(frame).__name__
    match (library, name):
        case ("duckdb", "DuckDBPyRelation"):
            return duckdb.observe(frame, question)
        case ("polars", "DataFrame" | "LazyFrame"):
            return polars.observe(frame, question)
        case ("dask", "DataFrame"):
            return dask.observe(frame, question)
        case ("pyspark", "DataFrame"):
            return spark.observe(frame, question)
        case _:
            raise BadTable(
                f"A frame of type {name} cannot be read.",
                hint="Give a pandas, polars, Dask or Spark frame, a DuckDB relation, an Arrow table or a Parquet path.",
            )
