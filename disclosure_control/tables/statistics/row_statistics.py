"""Statistics of the rows of a cell that are no sums: medians and standard deviations.

They stand beside the cells of ``cells``, and are judged by what those hold.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from disclosure_control.core.sql import connect, parquet, quote
from disclosure_control.tables.labels import ALL

_SQL: Final = {"median": "median", "std": "stddev_samp"}
ROW_STATISTICS: Final = tuple(_SQL)


def with_row_statistics(
    cells: pd.DataFrame, frame: pa.Table | Path, by: Sequence[str], value: str, names: Sequence[str]
) -> pd.DataFrame:
    """The cells with ``median`` and ``std`` (n - 1 in the denominator) of the rows, as pandas computes them.

    Args:
        cells: as ``cell_statistics`` makes them of the same frame, margins labelled "All".
        frame: the records, or a Parquet file of them.
        by: the columns of categories.
        value: the column of numbers; missing ones and NaN are left out.
        names: "median", "std" or both.

    Returns:
        The cells with a column more for each of the names.

    Examples:
        >>> from disclosure_control.tables.statistics.cells import cell_statistics
        >>> frame = pa.table({"area": ["N", "N", "N", "S"], "pay": [1.0, 2.0, 6.0, 4.0]})
        >>> cells = cell_statistics(frame, ["area"], "pay")
        >>> with_row_statistics(cells, frame, ["area"], "pay", ["median"])[["area", "median"]].values.tolist()
        [['N', 2.0], ['S', 4.0], ['All', 3.0]]
    """
    if not names:
        return cells
    texts = [f"CAST({quote(name)} AS VARCHAR) AS {quote(name)}" for name in by]
    schema = pq.read_schema(frame) if isinstance(frame, Path) else frame.schema
    present = " AND ".join(_present(schema, name) for name in [*by, value])
    keys = ", ".join(map(quote, by))
    labels = ", ".join(f"coalesce({quote(name)}, '{ALL}') AS {quote(name)}" for name in by)
    number = "the number" if "the number" not in by else "the number of it"
    statistics = ", ".join(f"{_SQL[name]}({quote(number)}) AS {quote(name)}" for name in names)
    records = "frame" if isinstance(frame, pa.Table) else parquet(frame)
    source = (
        f"SELECT {', '.join(texts)}, CAST({quote(value)} AS DOUBLE) AS {quote(number)} FROM {records} WHERE {present}"  # noqa: S608
    )
    with connect() as connection:
        if isinstance(frame, pa.Table):
            connection.register("frame", frame)
        result = connection.execute(f"SELECT {labels}, {statistics} FROM ({source}) GROUP BY CUBE ({keys})").df()  # noqa: S608
    result[list(by)] = result[list(by)].astype(object)
    return cells.merge(result, on=list(by), how="left", validate="one_to_one")


def _present(schema: pa.Schema, name: str) -> str:
    """The condition that a column has a value."""
    condition = f"{quote(name)} IS NOT NULL"
    return f"{condition} AND NOT isnan({quote(name)})" if pa.types.is_floating(schema.field(name).type) else condition
