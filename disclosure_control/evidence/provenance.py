"""Provenance of a kept frame: it is compared with the project's views, row by row, as multisets.

A frame that is a view's columns and some of its rows is verified. People who are in no view fail; columns or rows that
a view does not have cannot be verified, and a checker must look.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.sql import connect, parquet, quote

_NUMBERS: Final = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "BOOLEAN")
_TIMES: Final = ("DATE", "TIMESTAMP")


def compare_with_views(frame: pa.Table, unit: str | None, views: Mapping[str, Path], view_unit: str) -> list[Finding]:
    """What the views say of a kept frame.

    Args:
        frame: the kept frame.
        unit: its column of units, as the query names it.
        views: Parquet files of the project's views, by dataset.
        view_unit: the column of units in the views.
    """
    if unit is None:
        return [_derived("the frame has no unit, so its rows cannot be found in a view", frame.num_rows)]
    if unit != view_unit:
        return [make_finding("units.unknown", why="The unit of the evidence is not the unit of the project's views.")]
    with connect() as connection:
        connection.register("kept", frame)
        readers = {name: _open_view(connection, i, path) for i, (name, path) in enumerate(sorted(views.items()))}
        foreign = _foreign_units(connection, readers, view_unit)
        if foreign:
            why = f"{foreign} people or businesses of the kept frame are in none of the views."
            return [make_finding("evidence.foreign-units", why=why, units=foreign)]
        return _rows_and_columns(connection, frame, readers, view_unit)


def _open_view(connection: duckdb.DuckDBPyConnection, i: int, path: Path) -> str:
    connection.execute(f"CREATE TEMP VIEW view_{i} AS SELECT * FROM {parquet(path)}")  # noqa: S608
    return f"view_{i}"


def _foreign_units(connection: duckdb.DuckDBPyConnection, readers: Mapping[str, str], unit: str) -> int:
    known = " UNION ".join(
        f"SELECT CAST({quote(unit)} AS VARCHAR) AS u FROM {reader}"  # noqa: S608
        for reader in readers.values()
        if unit in _types(connection, reader)
    )
    if not known:
        return _number(connection, f"SELECT count(DISTINCT {quote(unit)}) FROM kept")  # noqa: S608
    return _number(
        connection,
        f"SELECT count(DISTINCT CAST({quote(unit)} AS VARCHAR)) FROM kept"  # noqa: S608
        f" WHERE CAST({quote(unit)} AS VARCHAR) NOT IN (SELECT u FROM ({known}) WHERE u IS NOT NULL)",
    )


def _rows_and_columns(
    connection: duckdb.DuckDBPyConnection, frame: pa.Table, readers: Mapping[str, str], unit: str
) -> list[Finding]:
    columns = [name for name in frame.column_names if name != unit]
    verified: set[str] = set()
    findings: list[Finding] = []
    unmatched_rows: list[int] = []
    for dataset, reader in readers.items():
        types = _types(connection, reader)
        shared = [name for name in columns if name in types]
        if not shared or unit not in types:
            continue
        unmatched = _rows_not_in(connection, reader, [unit, *shared])
        if unmatched:
            unmatched_rows.append(unmatched)
            continue
        verified |= set(shared)
        findings += _subset(connection, dataset, reader, unit)
    unverified = [name for name in columns if name not in verified]
    if unmatched_rows and unverified:
        findings.append(_derived("rows that no view has", min(unmatched_rows)))
    elif unverified:
        where = [f"column {name[:60]}" for name in unverified]
        findings.append(make_finding("evidence.derived-frame", where, columns=len(unverified)))
    return findings


def _rows_not_in(connection: duckdb.DuckDBPyConnection, reader: str, columns: list[str]) -> int:
    """How many kept rows the view does not have, repeated rows counted as often as they are repeated."""
    frame_types, view_types = _types(connection, "kept"), _types(connection, reader)
    casts = [_common(name, frame_types[name], view_types[name]) for name in columns]
    names = [f"c{i}" for i in range(len(columns))]
    picks = ", ".join(f"{cast} AS {name}" for cast, name in zip(casts, names, strict=True))
    return _number(
        connection,
        f"SELECT count(*) FROM (SELECT {picks} FROM kept EXCEPT ALL SELECT {picks} FROM {reader})",  # noqa: S608
    )


def _subset(connection: duckdb.DuckDBPyConnection, dataset: str, reader: str, unit: str) -> list[Finding]:
    frame_units = _number(connection, f"SELECT count(DISTINCT {quote(unit)}) FROM kept")  # noqa: S608
    all_units = _number(connection, f"SELECT count(DISTINCT {quote(unit)}) FROM {reader}")  # noqa: S608
    if frame_units >= all_units:
        return []
    why = f"Computed from {frame_units:,} of the {all_units:,} people or businesses in the view of {dataset}."
    return [make_finding("evidence.subset", why=why, units=frame_units, of=all_units)]


def _common(name: str, frame_type: str, view_type: str) -> str:
    """The column in a type that both sides share, so that whole numbers equal the floats they became."""
    if any(frame_type.startswith(t) or t in frame_type for t in _NUMBERS) and any(t in view_type for t in _NUMBERS):
        cast = f"TRY_CAST({quote(name)} AS DOUBLE)"
        return f"CASE WHEN isnan({cast}) THEN NULL ELSE {cast} END"
    if frame_type.startswith(_TIMES) and view_type.startswith(_TIMES):
        return f"TRY_CAST({quote(name)} AS TIMESTAMP)"
    return f"CAST({quote(name)} AS VARCHAR)"


def _types(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, str]:
    described: list[Any] = connection.execute(f"DESCRIBE {source}").fetchall()
    return {str(line[0]): str(line[1]) for line in described}


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _derived(why: str, rows: int) -> Finding:
    return make_finding("evidence.derived-frame", why=f"The kept frame cannot be verified: {why}.", rows=rows)
