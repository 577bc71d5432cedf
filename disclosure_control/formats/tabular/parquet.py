"""Parquet: columns of plain values, rewritten without metadata, statistics, index or unused categories."""

import io
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from disclosure_control.core.content import ContentBuilder, FileContent, TextKind, table_of
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import Location, Spot
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.strings import printable
from disclosure_control.formats.tabular.delimited import table_texts
from disclosure_control.formats.tabular.nan_payloads import column_of_same_nans
from disclosure_control.formats.text.invisible import note_unseen
from disclosure_control.formats.text.whitespace import note_padding, visible_cell

MEDIA_TYPE: Final = "application/vnd.apache.parquet"
_MAGIC: Final = b"PAR1"
_MAX_CELLS: Final = 5_000_000
_UNCOUNTED: Final = 256  # bytes of the head of a page, which some programs leave out of a column's size
_INDEX: Final = 65_536  # bytes of an index of the pages
_PLAIN: Final = (
    pa.types.is_boolean,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_temporal,
    pa.types.is_null,
)


def examine(content: bytes, _: NestedFiles | None = None) -> FileContent:
    """Read a Parquet file that may be anybody's.

    Raises:
        Unreadable: it is not Parquet that can be read completely, or holds columns of other than plain values.
    """
    if not content.endswith(_MAGIC) or len(content) < 12:
        raise Unreadable("Bytes follow the end of the file, or it is cut off.", rule="artefact.left-over")
    reading = ContentBuilder()
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        check_size(file.metadata.num_rows, file.metadata.num_columns)
        table = file.read()  # before the places are looked at: a broken list of them ends the process (Arrow 26)
        _note_gaps(file, content, reading)
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        raise Unreadable("The file cannot be read to its end.") from error
    return examine_table(table, reading, MEDIA_TYPE)


def check_size(rows: int, columns: int) -> None:
    """Raise Unreadable when a table has more cells than are read."""
    if rows * max(columns, 1) > _MAX_CELLS:
        raise Unreadable(f"The file has more than {_MAX_CELLS:,} cells.", rule="artefact.too-big")


def examine_table(table: pa.Table, reading: ContentBuilder, media_type: str) -> FileContent:
    """What a table of Arrow's holds, and the file that would be released.

    Raises:
        Unreadable: a column holds other than plain values.
    """
    check_size(table.num_rows, table.num_columns)
    _metadata(table.schema, reading)
    _unused(table, reading)
    try:
        values = _same_nans(plain_table(table), reading)
        raw = [values.column_names, *_rows(values)]
        visible = pa.table(
            [_visible(column) for column in values.columns], names=list(map(visible_cell, values.column_names))
        )
        clean = to_bytes(visible)
    except (pa.ArrowException, ValueError, OverflowError, MemoryError) as error:
        raise Unreadable("A column of the file cannot be read.") from error
    cells_table = table_of([[visible_cell(cell) for cell in row] for row in raw], spot=Spot.ROWS, first=1)
    cells = ((cells_table.place(i, j), cell) for i, row in enumerate(raw, -1) for j, cell in enumerate(row, 1))
    note_unseen(cells, reading)
    note_padding({Location(column=j + 1): [row[j] for row in raw] for j in range(values.num_columns)}, reading)
    reading.tables.append(cells_table)
    reading.texts += table_texts(cells_table)
    if not cells_table.rows:
        reading.findings.append(make_finding("artefact.empty"))
    return reading.done(media_type, clean)


def plain_table(table: pa.Table) -> pa.Table:
    """The table with nothing but names and plain values.

    Raises:
        Unreadable: a column holds other values.
    """
    columns: list[Any] = []
    for i, column in enumerate(table.columns, 1):
        kind = column.type
        if pa.types.is_dictionary(kind):
            column = column.cast(kind.value_type)  # noqa: PLW2901  the values themselves, no unused categories
        if not any(is_kind(column.type) for is_kind in _PLAIN):
            raise Unreadable(f"Column {i} holds values that are not plain ones.", hint="Write one value a cell.")
        columns.append(column)
    return pa.table(columns, names=list(table.column_names))


def _same_nans(table: pa.Table, reading: ContentBuilder) -> pa.Table:
    columns: list[Any] = []
    for i, column in enumerate(table.columns, 1):
        values, carried = column_of_same_nans(column)
        columns.append(values)
        if carried:
            reading.hidden(f"the values of column {i} that are no number", "They differ in bits that nothing shows.")
    return pa.table(columns, names=list(table.column_names))


def _visible(column: Any) -> Any:
    """A column whose texts hold no character and no blank that is not seen; empty ones are missing."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    texts = column.to_pylist()
    return pa.chunked_array([[visible_cell(text or "") or None for text in texts]], type=column.type)


def to_bytes(table: pa.Table) -> bytes:
    """A Parquet file of the values alone."""
    with io.BytesIO() as sink:
        pq.write_table(table, sink, compression="zstd", write_statistics=False, store_schema=False)
        return sink.getvalue()


def _rows(table: pa.Table) -> list[list[str]]:
    columns = [["" if value is None else str(value) for value in column.to_pylist()] for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _metadata(schema: pa.Schema, reading: ContentBuilder) -> None:
    """What stands beside the columns."""
    for key, value in (schema.metadata or {}).items():
        name = "pandas" if key == b"pandas" else "another key"
        if key != b"pandas":
            reading.hidden(f"the file's metadata: {name}", text=f"{_text(key)} {_text(value)}")
        else:
            reading.text(f"the file's metadata: {name}", _text(value), TextKind.CODE)
    for i, field in enumerate(schema, 1):
        entries = {key: value for key, value in (field.metadata or {}).items() if key != b"PARQUET:field_id"}
        if entries:
            text = " ".join(f"{_text(key)} {_text(value)}" for key, value in entries.items())
            reading.hidden(f"the metadata of column {i}", text=text)
        if pa.types.is_dictionary(field.type):
            reading.text(f"the type of column {i}", str(field.type), TextKind.CODE)


def _unused(table: pa.Table, reading: ContentBuilder) -> None:
    """Categories that no row has."""
    for i, column in enumerate(table.columns, 1):
        if pa.types.is_dictionary(column.type):
            chunks: list[Any] = column.chunks
            categories = {str(value) for chunk in chunks for value in chunk.dictionary.to_pylist()}
            unused = categories - {str(value) for value in column.unique().to_pylist()}
            if unused:
                why = f"{len(unused)} categories stand in no row."
                reading.hidden(f"the categories of column {i}", why, " ".join(sorted(unused)))


def _note_gaps(file: pq.ParquetFile, content: bytes, reading: ContentBuilder) -> None:
    """Bytes that belong to no column: each place is read, and named where they say something or are many."""
    meta = file.metadata
    groups, numbers = range(meta.num_row_groups), range(meta.num_columns)
    chunks = [meta.row_group(i).column(j) for i in groups for j in numbers]
    at = len(_MAGIC)
    for start, size in sorted((_start(chunk), chunk.total_compressed_size) for chunk in chunks):
        _gap(content[at:start], "between the columns", _UNCOUNTED, reading)
        at = max(at, start + size)
    indexed = any(chunk.has_offset_index or chunk.has_column_index for chunk in chunks)
    last = content[at : len(content) - meta.serialized_size - 8]
    _gap(last, "after the columns", _INDEX if indexed else _UNCOUNTED, reading, statistics=indexed)


def _start(chunk: Any) -> int:
    return min(int(offset) for offset in (chunk.data_page_offset, chunk.dictionary_page_offset) if offset)


def _gap(between: bytes, where: str, limit: int, reading: ContentBuilder, *, statistics: bool = False) -> None:
    text = printable(between)
    if len(between) > limit or (text and not statistics):
        reading.hidden(where, f"{len(between):,} bytes belong to no column.", text)
    else:
        reading.text(where, text, TextKind.CODE)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")
