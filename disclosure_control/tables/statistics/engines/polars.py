"""Ask a polars frame, eager or lazy, for its cells, through Arrow and DuckDB."""

from typing import Any

import pyarrow as pa

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.statistics.engines import arrow, duckdb
from disclosure_control.tables.statistics.engines.merge import Part
from disclosure_control.tables.statistics.engines.query import Question
from disclosure_control.tables.statistics.frames import check_columns


def observe(frame: Any, question: Question) -> tuple[list["pa.Array[Any]"], Part]:
    """The categories and cells of a polars DataFrame or LazyFrame.

    A lazy frame is read once, in batches, into a table that may spill; it need not fit into memory.

    Raises:
        BadTable: a column is missing, or holds Python objects.
    """
    names = frame.collect_schema().names()
    check_columns(names, question.needed)
    chosen = frame.select(question.needed)
    for name, kind in chosen.collect_schema().items():
        if str(kind) == "Object":
            raise BadTable(f"Column {name!r} holds Python objects.", hint="Make it all numbers or all text.")
    if not hasattr(chosen, "collect_batches"):
        return arrow.observe(chosen.to_arrow(), question)
    batches = (piece for batch in chosen.collect_batches() for piece in _plain(batch.to_arrow()).to_batches())
    schema = _plain(chosen.collect_schema().to_frame().to_arrow()).schema
    reader = pa.RecordBatchReader.from_batches(schema, batches)
    with duckdb.connection(duckdb.MANY_ROWS) as connection:
        connection.from_arrow(reader).to_table("lazy")
        try:
            return duckdb.observe(connection.table("lazy"), question)
        finally:
            connection.execute("DROP TABLE lazy")


def _plain(table: pa.Table) -> pa.Table:
    """Categories as their text: batches may number them differently."""
    kinds = [
        pa.field(field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type)
        for field in table.schema
    ]
    return table.cast(pa.schema(kinds))
