"""Recognise records of single people in what claims to be statistics.

Two ways: by the shape of a table (identifiers, or many rows that are nearly all different), and by finding the
pseudonyms of the project's own people in any text.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from disclosure_control.core.content import Column, TableKind
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.location import Location
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.sql import connect, parquet, quote

_ID_HEADER: Final = re.compile(
    r"(^|[^a-z])(id|uid|uuid|guid|nhs|nhs_?number|nino|pseudonym|chi|upn|person|patient|record)([^a-z]|$)|(_id|Id|ID)$"
)
_TOKEN: Final = re.compile(r"[A-Za-z0-9:_-]{8,200}")
_MIN_NAMED_ROWS: Final = 5
_MIN_ROWS: Final = 200
_MIN_COLUMNS: Final = 3
_UNIQUE_SHARE: Final = 0.9
_MAX_TOKENS: Final = 1_000_000


def record_findings(columns: Sequence[Column], kind: TableKind = TableKind.TABLE) -> list[Finding]:
    """What the shape of a table says; of one that is printed without lines, as logs are too, a person decides."""
    rows = len(columns[0].cells) if columns else 0
    identifiers = [
        column
        for column in columns
        if rows >= _MIN_NAMED_ROWS and column.unique_share >= _UNIQUE_SHARE and _is_id_header(column.header)
    ]
    if identifiers:
        where = [Location(column=column.number) for column in identifiers]
        return [make_finding("microdata.records", where, f"{rows:,} rows with what reads as an identifier.", rows=rows)]
    whole_lines = len(set(zip(*(column.cells for column in columns), strict=True))) if columns else 0
    if rows >= _MIN_ROWS and len(columns) >= _MIN_COLUMNS and whole_lines >= _UNIQUE_SHARE * rows:
        why = f"{rows:,} rows of {len(columns)} columns, nearly all different."
        outcome = Outcome.REVIEW if kind is TableKind.LISTED else None
        return [make_finding("microdata.records", "the whole table", why, outcome=outcome, rows=rows)]
    return []


def pseudonym_findings(texts: Iterable[str], views: Mapping[str, Path], unit: str) -> list[Finding]:
    """Whether any text names people of the views by their pseudonyms; units that are numbers are not looked for."""
    tokens: set[str] = set()
    for text in texts:
        tokens.update(_TOKEN.findall(text))
        if len(tokens) > _MAX_TOKENS:
            return [make_finding("pii.truncated", why="The file holds more words than can be compared with the views.")]
    if not tokens or not views:
        return []
    with connect() as connection:
        connection.register("tokens", pa.table({"token": sorted(tokens)}))
        pseudonyms = sum(_pseudonym_count(connection, path, unit) for path in views.values())
    return (
        [
            make_finding(
                "microdata.pseudonym", why=f"{pseudonyms} pseudonyms of the views stand in it.", units=pseudonyms
            )
        ]
        if pseudonyms
        else []
    )


def _pseudonym_count(connection: duckdb.DuckDBPyConnection, path: Path, unit: str) -> int:
    described = connection.execute(f"DESCRIBE SELECT * FROM {parquet(path)}").fetchall()  # noqa: S608
    if (unit, "VARCHAR") not in [(line[0], line[1]) for line in described]:
        return 0
    row = connection.execute(
        f"SELECT count(DISTINCT token) FROM tokens JOIN {parquet(path)} v ON token = v.{quote(unit)}"  # noqa: S608
    ).fetchone()
    return int(row[0]) if row else 0


def _is_id_header(header: str) -> bool:
    return _ID_HEADER.search(header) is not None or _ID_HEADER.search(header.lower()) is not None
