"""Ask a Spark DataFrame for its cells: the same SQL, run by the cluster that holds the data."""

from typing import Any, Final

import pyarrow as pa

from disclosure_control.tables.engines.duckdb import cells_of, plain
from disclosure_control.tables.engines.merge import Part
from disclosure_control.tables.engines.question import Question
from disclosure_control.tables.engines.sql import SPARK, Statements
from disclosure_control.tables.frames import check_columns

_KINDS: Final = {
    **dict.fromkeys(("double", "float"), "float"),
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint", "boolean", "decimal", "void"), "number"),
    **dict.fromkeys(("string", "varchar", "char"), "text"),
}


def observe(frame: Any, question: Question) -> tuple[list["pa.Array[Any]"], Part]:
    """The categories and cells of a Spark DataFrame.

    Raises:
        BadTable: a column is missing, or does not hold numbers where it must.
    """
    check_columns(frame.columns, question.needed)
    # Two columns whose names differ in case alone are one to Spark's SQL: only the chosen ones get names there.
    chosen = frame.select(*(frame[f"`{name.replace('`', '``')}`"] for name in question.needed))
    kinds = {name: _KINDS.get(kind.split("(")[0], "other") for name, kind in chosen.dtypes}
    statements = Statements(question, kinds, (), SPARK)
    run = _runner(chosen)
    levels = [plain(run(statements.levels(name)).column("v")) for name in question.by]
    axes = question.axes(levels)
    return levels, cells_of(question, axes, run, statements)


def _runner(frame: Any) -> Any:
    """Run SQL in which ``frame`` is the frame: through a view whose name no-one else has, so it needs no cleaning."""
    session = frame.sparkSession

    def run(sql: str) -> pa.Table:
        # Braces in SQL are placeholders to Spark; ours has none.
        found: pa.Table = session.sql(sql.replace("FROM frame", "FROM {frame}"), frame=frame).toArrow()
        return found

    return run
