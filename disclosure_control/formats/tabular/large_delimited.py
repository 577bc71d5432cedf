"""A delimited file too large for a table of results: read to its end in blocks, and never rebuilt.

Its first rows are examined as any table's; of the others every different text is read, in bounded memory.
"""

import csv
import io
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from disclosure_control.core.content import ContentBuilder, FileContent, Text, TextKind, table_of
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import Location
from disclosure_control.core.outcome import Outcome
from disclosure_control.formats.tabular.delimited import NUMBER, formulas, table_texts
from disclosure_control.formats.text.invisible import visible

FROM_BYTES: Final = 100_000_000
DELIMITERS: Final = {".csv": ",", ".tsv": "\t", ".tab": "\t"}
_BLOCK: Final = 16 << 20
_FIRST_ROWS: Final = 20_000
_MAX_HEADER: Final = 1_000_000
_MAX_COLUMNS: Final = 2_000
_MAX_CHARACTERS: Final = 20_000_000
_OVERHEAD: Final = 60  # what a short text costs beside its characters, so that many of them are bounded too


def examine(path: Path, delimiter: str) -> FileContent:
    """Read a large delimited file that may be anybody's.

    Raises:
        Unreadable: it is not UTF-8 text, or its lines do not all have the same number of cells.
    """
    header = _header(path, delimiter)
    reading = ContentBuilder()
    contents: list[set[str]] = [set() for _ in header]
    budget, rows = _MAX_CHARACTERS, 0
    try:
        for batch in _batches(path, delimiter, header):
            if not rows:
                _first(header, batch, reading)
            budget = _texts(batch, rows, contents, budget, reading)
            rows += batch.num_rows
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise Unreadable(f"The file cannot be read to its end; {rows:,} lines were.") from error
    why = f"{rows:,} rows are more than a table of results has; the file is not rebuilt."
    reading.findings.append(make_finding("artefact.too-big", "the whole file", why, outcome=Outcome.FAIL, rows=rows))
    if budget <= 0:
        reading.findings.append(make_finding("pii.truncated"))
    return reading.done("text/csv" if delimiter == "," else "text/tab-separated-values", None)


def _header(path: Path, delimiter: str) -> list[str]:
    with path.open("rb") as file:
        line = file.readline(_MAX_HEADER)
    try:
        names = next(csv.reader(io.StringIO(line.decode("utf-8-sig")), delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error, StopIteration) as error:
        raise Unreadable("The first line of the file cannot be read.") from error
    if not line.endswith(b"\n") or len(names) > _MAX_COLUMNS:
        raise Unreadable("The first line of the file is too long.", rule="artefact.too-big")
    return [visible(name) for name in names]


def _batches(path: Path, delimiter: str, header: list[str]) -> pacsv.CSVStreamingReader:
    numbered = [str(n) for n in range(len(header))]
    return pacsv.open_csv(
        path,
        read_options=pacsv.ReadOptions(block_size=_BLOCK, use_threads=False, column_names=numbered, skip_rows=1),
        parse_options=pacsv.ParseOptions(delimiter=delimiter),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(numbered, pa.string()), strings_can_be_null=False, check_utf8=True
        ),
    )


def _first(header: list[str], batch: pa.RecordBatch, reading: ContentBuilder) -> None:
    """The first rows, as a table of their own."""
    columns: list[list[Any]] = [column.to_pylist() for column in batch.slice(0, _FIRST_ROWS).columns]
    table = table_of([header, *map(list, zip(*columns, strict=True))])
    reading.tables.append(table)
    reading.findings += formulas(table)
    reading.texts += [text for text in table_texts(table) if text.column is None]


def _texts(batch: pa.RecordBatch, rows: int, contents: list[set[str]], budget: int, reading: ContentBuilder) -> int:
    """Note the texts of a block that were not seen before; returns how many characters may still be read."""
    for number, column in enumerate(batch.columns, 1):
        if budget <= 0:
            break
        values: list[Any] = pc.unique(column).to_pylist()
        column_contents = contents[number - 1]
        new = [value for value in values if value not in column_contents and not NUMBER.fullmatch(value)]
        column_contents.update(new)
        at = Location(column=number)
        where = Location(line=rows + 2, last_line=rows + batch.num_rows + 1, outer=at)
        for value in new:
            budget -= len(value) + _OVERHEAD
            reading.texts.append(Text(where, visible(value), TextKind.LABEL, at))
            if budget <= 0:
                break
    return budget
