"""Ask a Spark DataFrame for its cells: the same SQL, run by the cluster that holds the data."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from disclosure_control.tables.statistics.engines.duckdb import cells_of, plain
from disclosure_control.tables.statistics.engines.merge import Part
from disclosure_control.tables.statistics.engines.query import Question
from disclosure_control.tables.statistics.engines.sql import SPARK, Statements
from disclosure_control.tables.statistics.frames import check_columns

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
    levels = _levels(chosen, question.by, kinds)
    axes = question.axes(levels)
    # Handed back with their codes: Spark would look for them in the frame again each time that they are needed.
    code_frames = {f"places{i}": _coded(frame.sparkSession, level) for i, level in enumerate(levels)}
    places = {name: f"{{{place}}}" for name, place in zip(question.by, code_frames, strict=True)}
    statements = Statements(question, kinds, (), SPARK, places=places)
    return levels, cells_of(question, axes, _runner(chosen, code_frames), statements)


def _levels(frame: Any, by: Sequence[str], kinds: Mapping[str, str]) -> list["pa.Array[Any]"]:
    """The categories of each column in order, in one pass over the frame."""
    picks = []
    for i, name in enumerate(by):
        column = SPARK.quote(name)
        # NaN is no category; adding 0 makes minus zero the zero that it equals.
        value = f"CASE WHEN NOT isnan({column}) THEN {column} + 0D END" if kinds[name] == "float" else column
        picks.append(f"sort_array(collect_set({value})) AS v{i}")
    table = _runner(frame, {})(f"SELECT {', '.join(picks)} FROM frame")  # noqa: S608
    return [plain(table.column(f"v{i}"))[0].values for i in range(len(by))]


def _coded(session: Any, level: "pa.Array[Any]") -> Any:
    """Categories with their codes, as a small frame of Spark's."""
    return session.createDataFrame(pa.table({"v": level, "i": pa.array(range(len(level)), pa.int64())}))


def _runner(frame: Any, others: Mapping[str, Any]) -> Callable[[str], pa.Table]:
    """Run SQL in which ``frame`` is the frame: through a view whose name no-one else has, so it needs no cleaning.

    Braces in SQL are placeholders to Spark; ours has none but those that name the other frames.
    """
    session = frame.sparkSession

    def run(sql: str) -> pa.Table:
        named = {name: other for name, other in others.items() if f"{{{name}}}" in sql}
        table: pa.Table = session.sql(sql.replace("FROM frame", "FROM {frame}"), frame=frame, **named).toArrow()
        return table

    return run
