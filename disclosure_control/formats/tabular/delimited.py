"""CSV: every cell read, and the file written again. What its numbers are is looked at by ``tables.bare``."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

from disclosure_control.core.content import ContentBuilder, FileContent, Table, Text, TextKind, table_of
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.location import Location, places
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.text.invisible import note_unseen
from disclosure_control.formats.text.plain_text import decode
from disclosure_control.formats.text.whitespace import note_padding, one_blank, visible_cell

NUMBER: Final = re.compile(r"[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d+)?%?")
MISSING: Final = frozenset({"", "[c]", "[x]", "[z]", "*", "-", "..", "na", "n/a", "nan", "null", "none"})
_LONG_INTEGER: Final = re.compile(r"\d[\d -]{7,}")
_MAX_CELLS: Final = 5_000_000
_MAX_FIELD: Final = 100_000


def examine(content: bytes, _: NestedFiles | None = None, delimiter: str = ",") -> FileContent:
    """Read a delimited file that may be anybody's.

    Raises:
        Unreadable: it is not text, or its lines do not all have the same number of cells.
    """
    reading = ContentBuilder()
    lines = _parse(decode(content), delimiter, reading)
    table = table_of(lines)
    if len(lines) < 2:
        reading.findings.append(make_finding("artefact.empty"))
    reading.findings += formulas(table)
    reading.texts += table_texts(table)
    reading.tables.append(table)
    media_type = "text/csv" if delimiter == "," else "text/tab-separated-values"
    return reading.done(media_type, _rebuilt(lines, delimiter))


def _parse(text: str, delimiter: str, reading: ContentBuilder) -> list[list[str]]:
    csv.field_size_limit(_MAX_FIELD)
    lines: list[list[str]] = []
    cells = 0
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if not line:
                continue
            cells += len(line)
            if cells > _MAX_CELLS:
                raise Unreadable(f"The file has more than {_MAX_CELLS:,} cells.", rule="artefact.too-big")
            if lines and len(line) != len(lines[0]):
                raise Unreadable(f"Line {len(lines) + 1} has {len(line)} cells, the header {len(lines[0])}.")
            lines.append(line)
    except csv.Error as error:
        raise Unreadable(f"The file cannot be parsed after line {len(lines)}.") from error
    width = len(lines[0]) if lines else 0
    note_padding({Location(column=j + 1): [line[j] for line in lines] for j in range(width)}, reading)
    if text.isascii():
        return [[one_blank(cell) for cell in line] for line in lines]
    raw = ((Location(line=i, column=j), cell) for i, line in enumerate(lines, 1) for j, cell in enumerate(line, 1))
    note_unseen(raw, reading)
    return [[visible_cell(cell) for cell in line] for line in lines]


def _rebuilt(lines: Sequence[Sequence[str]], delimiter: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(lines)
    return text.getvalue().encode()


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would run a cell rather than show it.

    >>> is_formula("=SUM(A1)"), is_formula("-5.2"), is_formula("-")
    (True, False, False)
    """
    return cell[:1] in ("=", "+", "-", "@", "\t") and not NUMBER.fullmatch(cell) and cell.lower() not in MISSING


def formulas(table: Table) -> list[Finding]:
    """The cells that a spreadsheet would run."""
    where = [
        (i, column.number)
        for column in table.columns
        for i, cell in enumerate([column.header, *column.cells], -1)
        if is_formula(cell)
    ]
    return (
        [make_finding("artefact.formula", places(table.place(*at) for at in sorted(where)), cells=len(where))]
        if where
        else []
    )


def table_texts(table: Table) -> list[Text]:
    """The headers, and each different cell of a column that is not a plain number."""
    texts = [Text(table.place(-1, c.number), c.header, TextKind.LABEL) for c in table.columns if c.header.strip()]
    for column in table.columns:
        contents: set[str] = set()
        name = table.column_place(column.number)
        for i, cell in enumerate(column.cells):
            is_number = NUMBER.fullmatch(cell) and not _LONG_INTEGER.fullmatch(cell)
            if cell and not is_number and cell not in contents:
                contents.add(cell)
                texts.append(Text(table.place(i, column.number), cell, TextKind.LABEL, name, column.header))
    return texts
