"""Ask an Arrow table, or a Parquet file, for its cells; DuckDB reads both where they are."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from disclosure_control.tables.statistics.engines import duckdb
from disclosure_control.tables.statistics.engines.merge import Part
from disclosure_control.tables.statistics.engines.query import Question
from disclosure_control.tables.statistics.frames import check_columns, code_type


def observe(table: pa.Table, question: Question) -> tuple[list["pa.Array[Any]"], Part]:
    """The categories and cells of an Arrow table."""
    check_columns(table.column_names, question.needed)
    coded: dict[str, pa.Array[Any]] = {}
    columns: dict[str, Any] = {}
    for name in question.needed:
        columns[name] = table.column(name)
        if pa.types.is_dictionary(columns[name].type):
            columns[name], level = _split_dictionary(columns[name])
            if level is not None and name in question.by:
                coded[name] = level
            elif level is not None:
                columns[name] = level.take(columns[name])
    return observe_columns(columns, question, coded)


def observe_columns(
    columns: dict[str, Any], question: Question, coded: dict[str, "pa.Array[Any]"]
) -> tuple[list["pa.Array[Any]"], Part]:
    """The categories and cells of Arrow columns, of which some hold the codes of given categories."""
    table = pa.table({name: columns[name] for name in question.needed})
    alone = question.unit is not None and question.holding is None and all_different(table.column(question.unit))
    with duckdb.connection(table.num_rows) as connection:
        return duckdb.observe(connection.from_arrow(table), question, coded, alone=alone)


def observe_parquet(path: Path, question: Question) -> tuple[list["pa.Array[Any]"], Part]:
    """The categories and cells of a Parquet file, which need not fit into memory."""
    check_columns(pq.read_schema(path).names, question.needed)
    with duckdb.connection(pq.read_metadata(path).num_rows) as connection:
        return duckdb.observe(connection.read_parquet(str(path)), question)


def all_different(column: "pa.ChunkedArray[Any]") -> bool:
    """Whether whole numbers only rise, as row numbers and many identifiers do: then no two are the same.

    That two are the same is not known from False; it is a look that costs next to nothing.

    >>> all_different(pa.chunked_array([[1, 5], [9]])), all_different(pa.chunked_array([[1, 5], [5]]))
    (True, False)
    """
    if not pa.types.is_integer(column.type) or column.null_count:
        return False
    last: int | None = None
    for chunk in column.chunks:
        numbers = chunk.to_numpy(zero_copy_only=False)
        if not len(numbers):
            continue
        if (last is not None and int(numbers[0]) <= last) or not bool((numbers[1:] > numbers[:-1]).all()):
            return False
        last = int(numbers[-1])
    return True


def _split_dictionary(column: "pa.ChunkedArray[Any]") -> tuple[Any, "pa.Array[Any] | None"]:
    """The codes and the categories of a dictionary column, in order; its plain values where that is not plain."""
    united: Any = column.unify_dictionaries()
    level: pa.Array[Any] = united.chunk(0).dictionary if united.num_chunks else pa.array([], united.type.value_type)
    if level.null_count or len(pc.unique(level)) != len(level):
        return united.cast(united.type.value_type), None
    order = pc.sort_indices(level)
    rank = np.empty(len(level), dtype=code_type(len(level)))
    rank[order.to_numpy()] = np.arange(len(level))
    ranks = pa.array(rank)
    return pa.chunked_array([ranks.take(chunk.indices) for chunk in united.chunks], type=ranks.type), level.take(order)


def codes_of(codes: "np.ndarray[Any, Any]") -> "pa.Array[Any]":
    """Codes as an Arrow column, without a copy where they are short already."""
    column: pa.Array[Any] = pa.array(codes if codes.dtype.itemsize <= 4 else codes.astype(np.int32))
    return column
