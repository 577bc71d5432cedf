"""The project's data as this comparison asks for it: one view, scanned column by column in DuckDB.

Everything is asked by hashed joins with the file's few values, so that ten million rows are read a column at a time and
never held. A view's numbers are rounded to the precision of the file before they are compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from disclosure_control.core.sql import parquet, quote
from disclosure_control.microdata.cell_values import Kind

MEMORY: Final = "3GB"
_WHOLE: Final = frozenset(f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE"))
_NUMBERS: Final = _WHOLE | {"INTEGER", "UINTEGER", "FLOAT", "DOUBLE", "DECIMAL"}


@dataclass(frozen=True)
class ViewColumn:
    """One column of a view."""

    name: str
    kind: Kind

    def sql(self, decimals: int) -> str:
        """Its values in the form of ``Cells``."""
        match self.kind:
            case Kind.NUMBER:
                return f"round(CAST({quote(self.name)} AS DOUBLE), {int(decimals)})"
            case Kind.DAY:
                return f"strftime({quote(self.name)}, '%Y-%m-%d')"
            case Kind.WORD:
                return f"lower(trim(CAST({quote(self.name)} AS VARCHAR)))"


class View:
    """One view, open for comparison."""

    def __init__(self, path: Path) -> None:
        self.connection = duckdb.connect(config={"threads": 2, "memory_limit": MEMORY})
        self.connection.execute("SET temp_directory = ''; SET enable_progress_bar = false")
        self.source = parquet(path)
        described = self.connection.execute(f"DESCRIBE SELECT * FROM {self.source}").fetchall()  # noqa: S608
        self.columns = [ViewColumn(str(line[0]), kind) for line in described if (kind := _kind(str(line[1])))]
        ((rows,),) = self.connection.execute(f"SELECT count(*) FROM {self.source}").fetchall()  # noqa: S608
        self.rows = int(rows)

    def close(self) -> None:
        """Give back the memory."""
        self.connection.close()

    def held(self, column: ViewColumn, decimals: int, values: Iterable[float | str]) -> dict[float | str, int]:
        """Which of the values stand in a column, and in how many rows."""
        kind = pa.float64() if column.kind is Kind.NUMBER else pa.string()
        self.connection.register("asked", pa.table({"value": pa.array(list(values), kind)}))
        counts = self.connection.execute(
            f"SELECT value, count(*) FROM (SELECT {column.sql(decimals)} AS value FROM {self.source})"  # noqa: S608
            " SEMI JOIN asked USING (value) GROUP BY value"
        ).fetchall()
        self.connection.unregister("asked")
        return dict(counts)

    def query(self, sql: str, **tables: Any) -> list[tuple[Any, ...]]:
        """The rows of a query over the view (``{view}``) and some small tables."""
        for name, table in tables.items():
            self.connection.register(name, table)
        try:
            return self.connection.execute(sql.replace("{view}", self.source)).fetchall()
        finally:
            for name in tables:
                self.connection.unregister(name)

    def numbers(self, column: ViewColumn, decimals: int) -> Any:
        """A column of numbers in its order, as a NumPy array of doubles."""
        sql = f"SELECT {column.sql(decimals)} AS value FROM {self.source}"  # noqa: S608
        return self.connection.execute(sql).fetchnumpy()["value"]


def _kind(type_name: str) -> Kind | None:
    base = type_name.partition("(")[0]
    if base in _NUMBERS:
        return Kind.NUMBER
    if base.startswith(("DATE", "TIMESTAMP")):
        return Kind.DAY
    return Kind.WORD if base in ("VARCHAR", "ENUM", "BOOLEAN", "UUID") else None
