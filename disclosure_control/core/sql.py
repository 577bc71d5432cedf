"""The few things that every piece of SQL here needs: a connection, names, and Parquet files to read."""

from pathlib import Path

import duckdb


def connect() -> duckdb.DuckDBPyConnection:
    """A connection in memory on one thread, so that the same data gives the same sums."""
    return duckdb.connect(config={"threads": 1})


def quote(name: str) -> str:
    """A column's name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def parquet(path: Path) -> str:
    """A Parquet file as an SQL table."""
    return "read_parquet('" + str(path).replace("'", "''") + "')"
