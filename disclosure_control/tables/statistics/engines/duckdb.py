"""Ask a DuckDB relation for its cells, on the connection that it belongs to.

The other engines in one process come here too, with relations of a connection of our own: bounded in memory, and
spilling to a private folder beyond that.
"""

import atexit
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from disclosure_control.tables.statistics.engines.merge import Part, merge, roll_up
from disclosure_control.tables.statistics.engines.query import Axis, Question
from disclosure_control.tables.statistics.engines.sql import DUCKDB, Statements
from disclosure_control.tables.statistics.frames import check_columns

MEMORY: Final = "2GB"
MANY_ROWS: Final = 10_000_000  # from here on every processor is used; below, one thread gives the same sums each time
_KINDS: Final = {
    **dict.fromkeys(("DOUBLE", "FLOAT"), "float"),
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL", "BOOLEAN", '"NULL"'), "number"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "number"),
    **dict.fromkeys(("VARCHAR", "ENUM"), "text"),
}


def connection(rows: int = 0) -> duckdb.DuckDBPyConnection:
    """A connection of our own, for a frame of so many rows; close it after use."""
    # A forked process must not share its parent's database.
    return _database(os.getpid(), (os.cpu_count() or 1) if rows >= MANY_ROWS else 1).cursor()


def observe(
    relation: duckdb.DuckDBPyRelation,
    question: Question,
    coded: Mapping[str, "pa.Array[Any]"] | None = None,
    *,
    alone: bool = False,
) -> tuple[list["pa.Array[Any]"], Part]:
    """The categories and cells of a relation.

    Args:
        relation: holds the columns that the question needs.
        question: what is asked.
        coded: the categories of columns that hold their codes instead, from 0.
        alone: whether it is known that every row is another unit.

    Raises:
        BadTable: the relation lacks a column, holds what is not numbers, or would have too many cells.
    """
    coded = {} if coded is None else coded
    check_columns(relation.columns, question.needed)
    kinds = {
        name: _KINDS.get(str(kind).split("(", maxsplit=1)[0], "other")
        for name, kind in zip(relation.columns, relation.types, strict=True)
    }
    statements = Statements(question, kinds, coded, DUCKDB, alone)
    levels = [
        coded[name] if name in coded else plain(_arrow(relation, statements.levels(name)).column("v"))
        for name in question.by
    ]
    axes = question.axes(levels)
    return levels, cells_of(question, axes, lambda sql: _arrow(relation, sql), statements)


def cells_of(question: Question, axes: list[Axis], run: Callable[[str], pa.Table], statements: Statements) -> Part:
    """Run the statements of a question and bring their answers together.

    Args:
        question: what is asked.
        axes: the nodes of each column.
        run: runs SQL on the table ``frame`` and gives an Arrow table.
        statements: the SQL.
    """
    sizes = [len(axis.labels) for axis in axes]
    if 0 in sizes:
        return Part.of(np.empty((0, len(sizes)), dtype=np.int64), {}, question.largest)
    rows = _columns(run(statements.rows(sizes)))
    keys = np.column_stack(np.unravel_index(rows["c"].astype(np.int64), sizes))
    parts = [Part.of(keys, rows, question.largest)]
    moving: list[Part] = []
    if question.unit is not None and not statements.alone:
        units = _columns(run(statements.units(axes)))
        nodes = np.column_stack([units[f"k{i}"].astype(np.int64) for i in range(len(sizes))])
        for target, where in ((parts, units["moving"] == 0), (moving, units["moving"] == 1)):
            part_columns = {name: column[where] for name, column in units.items()}
            target.append(Part.of(nodes[where], part_columns, question.largest))
    leaves = merge(parts)
    return merge([roll_up(leaves, axes) if question.margins else leaves, *moving])


def plain(column: "pa.ChunkedArray[Any]") -> "pa.Array[Any]":
    """A column as one array of its plain values."""
    array: Any = column.combine_chunks()
    values: pa.Array[Any] = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
    return values


def _arrow(relation: duckdb.DuckDBPyRelation, sql: str) -> pa.Table:
    answer: Any = relation.query("frame", sql)
    table: pa.Table = answer.to_arrow_table()
    return table


def _columns(table: pa.Table) -> dict[str, Any]:
    return {name: table.column(name).to_numpy() for name in table.column_names}


@cache
def _database(process: int, threads: int) -> duckdb.DuckDBPyConnection:
    # DuckDB makes the folder when it first spills, and removes it when it is closed: a process that is killed before
    # leaves nothing behind.
    spill = _private_folder() / f"{process}-{threads}-{secrets.token_hex(4)}"
    atexit.register(shutil.rmtree, spill, ignore_errors=True)
    return duckdb.connect(config={"threads": threads, "memory_limit": MEMORY, "temp_directory": str(spill)})


def _private_folder() -> Path:
    """The one folder of this user for what is spilled; another when somebody else holds its name."""
    folder = Path(tempfile.gettempdir(), f"tre-cells-{os.getuid()}")
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    status = folder.lstat()
    if stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077:
        return folder
    return Path(tempfile.mkdtemp(prefix="tre-cells-"))
