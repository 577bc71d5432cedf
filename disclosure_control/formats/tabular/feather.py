"""Feather (Arrow files): as Parquet; rewritten from the values alone, so that nothing lies under missing ones."""

import io
from typing import Any, Final

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

from disclosure_control.core.content import ContentBuilder, FileContent
from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.tabular.parquet import check_size, examine_table

MEDIA_TYPE: Final = "application/vnd.apache.arrow.file"
_MAGIC: Final = b"ARROW1"


def examine(content: bytes, _: NestedFiles | None = None) -> FileContent:
    """Read a Feather file that may be anybody's.

    Raises:
        Unreadable: it cannot be read completely, or holds columns of other than plain values.
    """
    if not content.endswith(_MAGIC):
        raise Unreadable("Bytes follow the end of the file, or it is cut off.", rule="artefact.left-over")
    reading = ContentBuilder()
    try:
        with pa.ipc.open_file(pa.BufferReader(content)) as file:
            _own_metadata(file, reading)
            batches = []
            rows = 0
            for i in range(file.num_record_batches):
                batch = file.get_batch(i)
                batch.validate(full=True)
                rows += batch.num_rows
                check_size(rows, batch.num_columns)
                batches.append(batch)
            table = pa.Table.from_batches(batches, file.schema)
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        raise Unreadable("The file cannot be read to its end.") from error
    content_read = examine_table(table, reading, MEDIA_TYPE)
    return reading.done(MEDIA_TYPE, _as_feather(content_read.clean or b""))


def _own_metadata(file: Any, reading: ContentBuilder) -> None:
    """What stands in the file's footer, beside the columns."""
    noted = getattr(file, "metadata", None)
    if noted:
        text = " ".join(f"{key!r} {value!r}" for key, value in dict(noted).items())
        reading.hidden("the file's own metadata", text=text)


def _as_feather(parquet: bytes) -> bytes:
    """The same values as an Arrow file; by way of Parquet, which keeps nothing under a missing value."""
    table = pq.read_table(io.BytesIO(parquet)).replace_schema_metadata(None)
    bare = pa.schema([pa.field(field.name, field.type) for field in table.schema])
    with io.BytesIO() as sink:
        with pa.ipc.new_file(sink, bare, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(table.cast(bare).combine_chunks())
        return sink.getvalue()
