"""Excel workbooks: every sheet and part read, and rebuilt with the values of the visible cells alone.

Hidden sheets, rows and columns, comments, authors, pivot caches, links and pictures are named, read for personal data
and left out. Formulas become the values that were stored with them.
"""

import io
import re
import warnings
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import openpyxl
from msgspec.structs import replace
from openpyxl.worksheet.worksheet import Worksheet

from disclosure_control.core.content import ContentBuilder, FileContent, Table, Text, TextKind, table_of
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import Location, Spot, located, places
from disclosure_control.formats.archive import entries
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.tabular.cell_styles import invisible_cells, thin_columns, thin_rows
from disclosure_control.formats.tabular.delimited import table_texts
from disclosure_control.formats.text.invisible import note_unseen, visible
from disclosure_control.formats.text.whitespace import note_padding, visible_cell
from disclosure_control.formats.text.xml import local, parse, texts_in

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAX_CELLS: Final = 2_000_000
_MAX_SHEETS: Final = 200
_MOMENT: Final = datetime(2000, 1, 1)
_ZIP_MOMENT: Final = (2000, 1, 1, 0, 0, 0)
# Parts that only say how the visible cells look and hang together.
_ORDINARY: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml|xl/(workbook|styles|sharedStrings|calcChain|metadata)"
    r"\.xml|xl/_rels/workbook\.xml\.rels|xl/worksheets/(_rels/)?sheet\d+\.xml(\.rels)?|xl/theme/theme\d+\.xml"
    r"|xl/worksheets/?|xl/tables/table\d+\.xml",
    re.IGNORECASE,
)
_PARTS: Final = (
    ("threadedcomment", "threaded comments"),
    ("comment", "comments"),
    ("person", "names of people who wrote comments"),
    ("pivot", "pivot cache"),
    ("externallink", "external links"),
    ("vba", "macros"),
    ("embedding", "embedded files"),
    ("media", "pictures"),
    ("chart", "charts"),
    ("drawing", "drawings"),
    ("connection", "connections"),
    ("query", "queries"),
    ("customxml", "custom XML"),
    ("custom", "custom properties"),
    ("printersettings", "printer settings"),
)
_TOOLS: Final = re.compile(r"(?i)\s*(openpyxl|microsoft excel|xlsxwriter|libreoffice.*)?\s*")
_PROPERTIES_WORDS: Final = (
    "creator lastModifiedBy title subject description keywords category Company Manager HyperlinkBase"
)
_PROPERTIES: Final = frozenset(_PROPERTIES_WORDS.split())


def examine(content: bytes, _: NestedFiles | None = None) -> FileContent:
    """Read a workbook that may be anybody's.

    Raises:
        Unreadable: it is not a workbook that can be read completely within the limits.
    """
    parts = entries(content)
    if "xl/workbook.xml" not in parts:
        raise Unreadable("The archive is no Excel workbook.", rule="artefact.mismatch")
    reading = ContentBuilder()
    _read_parts(parts, reading)
    values, formulas = _open(content, data_only=True), _open(content, data_only=False)
    clean = openpyxl.Workbook()
    clean.remove(clean.active)
    _note_names(values, reading)
    for i, sheet in enumerate(values.worksheets, 1):
        rows = _read_sheet(sheet, formulas.worksheets[i - 1], Location(sheet=i), reading)
        if sheet.sheet_state != "visible":
            reading.hidden(Location(sheet=i, note=f" ({_state(sheet)})"), "The sheet is hidden.")
        else:
            _write(clean, visible(sheet.title), rows)
    if not clean.worksheets:
        raise Unreadable("No sheet of the workbook is visible.")
    if not any(table.rows for table in reading.tables):
        reading.findings.append(make_finding("artefact.empty"))
    return reading.done(MEDIA_TYPE, _save(clean))


def _open(content: bytes, *, data_only: bool) -> openpyxl.Workbook:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=data_only, keep_links=False)
            if len(book.worksheets) > _MAX_SHEETS:
                raise Unreadable("The workbook has too many sheets.", rule="artefact.too-big")
            if sum(sheet.max_row * sheet.max_column for sheet in book.worksheets) > _MAX_CELLS:
                raise Unreadable("The workbook has too many cells.", rule="artefact.too-big")
            return book
    except Unreadable:
        raise
    except Exception as error:
        # openpyxl raises whatever a broken part makes it raise.
        raise Unreadable("The workbook cannot be read.") from error


def _read_parts(parts: dict[str, bytes], reading: ContentBuilder) -> None:
    """What lies beside the sheets."""
    for n, (name, content) in enumerate(parts.items(), 1):
        if name.lower().endswith((".xml", ".rels", ".vml")) and not name.lower().startswith("xl/worksheets/sheet"):
            part_text = texts_in(parse(content))
        else:
            part_text = ""
        if not _ORDINARY.fullmatch(name):
            kind = next((words for key, words in _PARTS if key in name.lower().replace("_", "")), "another part")
            reading.hidden(f"part {n}: {kind}", text=part_text)
    for name in ("docProps/core.xml", "docProps/app.xml"):
        for element in parse(parts[name]).iter() if name in parts else ():
            kind, text = local(element.tag), element.text or ""
            if kind in _PROPERTIES and not _TOOLS.fullmatch(text):
                reading.hidden(f"the properties: {kind}", text=text)


def _note_names(book: openpyxl.Workbook, reading: ContentBuilder) -> None:
    for i, defined in enumerate(book.defined_names.values(), 1):
        text = f"{defined.name} {defined.attr_text}"
        reading.hidden(f"defined name {i}", "A name of the workbook holds a value or a place.", text)


def _read_sheet(sheet: Worksheet, formulas: Worksheet, where: Location, reading: ContentBuilder) -> list[list[Any]]:
    """Everything in one sheet as tables and texts; returns the rows that are shown."""
    reading.text(located("its name").within(where), sheet.title, TextKind.LABEL)
    _unseen(sheet, formulas, where, reading)
    raw = [list(row) for row in sheet.iter_rows(values_only=True)]
    cells = ((_cell(where, i, j), v) for i, row in enumerate(raw, 1) for j, v in enumerate(row, 1))
    note_unseen(((place, value) for place, value in cells if isinstance(value, str)), reading)
    texts = {
        replace(where, column=j + 1, spot=Spot.CELLS): [row[j] for row in raw if isinstance(row[j], str)]
        for j in range(sheet.max_column if raw else 0)
    }
    note_padding(texts, reading)
    rows = [[_plain(value) for value in row] for row in raw]
    table = _table(rows, where)
    reading.tables.append(table)
    reading.texts += table_texts(table)
    for i, row in enumerate(rows[: table.first - 2], 1):
        for j, value in enumerate(row, 1):
            reading.text(_cell(where, i, j), _text(value), TextKind.LABEL)
    hidden_columns, hidden_rows = thin_columns(sheet), thin_rows(sheet)
    if hidden_columns and any(n <= sheet.max_column for n in hidden_columns):
        narrow = [n for n in sorted(hidden_columns) if n <= sheet.max_column]
        reading.hidden(places(replace(where, column=n, spot=Spot.CELLS) for n in narrow), "Columns are hidden.")
    if hidden_rows:
        reading.hidden(places(replace(where, row=n) for n in sorted(hidden_rows)), "Rows are hidden.")
    blank = invisible_cells(sheet)
    for why in dict.fromkeys(blank.values()):
        at = places(_cell(where, i, j) for (i, j), reason in blank.items() if reason == why)
        reading.hidden(at, f"Cells are hidden by {why}.")
    if sheet.conditional_formatting:
        reading.texts += [
            Text(located("a condition of its style").within(where), str(formula), TextKind.CODE)
            for area in sheet.conditional_formatting
            for rule in area.rules
            for formula in (*rule.formula, rule.text or "")
        ]
    return [
        [None if (i, j) in blank else value for j, value in enumerate(row, 1) if j not in hidden_columns]
        for i, row in enumerate(rows, 1)
        if i not in hidden_rows
    ]


def _unseen(sheet: Worksheet, formulas: Worksheet, where: Location, reading: ContentBuilder) -> None:
    """Formulas, comments, links and whatever else a cell or the sheet carries."""
    cells = [cell for row in formulas.iter_rows() for cell in row]
    spots = [cell for cell in cells if cell.data_type == "f"]
    for cell in spots:
        reading.text(located(f"formula in cell {cell.coordinate}").within(where), str(cell.value), TextKind.CODE)
    if spots:
        why = "The workbook holds formulas; the rebuilt one holds the values that were stored with them."
        at = places(_cell(where, cell.row, cell.column) for cell in spots)
        reading.findings.append(make_finding("artefact.formula", at, why, cells=len(spots)))
    for cell in cells:
        if cell.comment is not None:
            note = f"{cell.comment.author or ''} {cell.comment.text or ''}"
            reading.hidden(located(f"comment on cell {cell.coordinate}").within(where), text=note)
        if cell.hyperlink is not None:
            note = f"{cell.hyperlink.target or ''} {cell.hyperlink.tooltip or ''}"
            reading.hidden(located(f"link in cell {cell.coordinate}").within(where), text=note)
    edges = " ".join(str(part.text or "") for part in _edges(sheet))
    choices = " ".join(str(validation.formula1 or "") for validation in sheet.data_validations.dataValidation)
    for kind, text in (("a header or footer", edges), ("choices for cells", choices)):
        if text.strip():
            reading.hidden(located(kind).within(where), text=text)


def _edges(sheet: Worksheet) -> list[Any]:
    return [
        getattr(edge, side)
        for edge in (sheet.oddHeader, sheet.oddFooter, sheet.evenHeader, sheet.evenFooter)
        for side in ("left", "center", "right")
    ]


def _cell(where: Location, row: int, column: int) -> Location:
    return replace(where, row=row, column=column, spot=Spot.CELLS)


def _table(rows: list[list[Any]], where: Location) -> Table:
    """The rows as a table whose header is the first row that is at least half full; titles stand above it."""
    full = [sum(value is not None for value in row) for row in rows]
    top = next((i for i, count in enumerate(full) if 2 * count >= max(full)), 0)
    lines = [[visible_cell(_text(value)) for value in row] for row in rows[top:]]
    return table_of(lines, where=where, spot=Spot.CELLS, first=top + 2)


def _plain(value: Any) -> Any:
    """A value that a spreadsheet shows as it is."""
    match value:
        case None | bool() | int() | float() | date() | time() | timedelta():
            return value
        case str():
            return visible_cell(value) or None
        case _:
            return visible_cell(str(value)) or None


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case _:
            return str(value)


def _state(sheet: Worksheet) -> str:
    return "hidden" if sheet.sheet_state == "hidden" else "very hidden"


def _write(book: openpyxl.Workbook, title: str, rows: list[list[Any]]) -> None:
    sheet = book.create_sheet(title=re.sub(r"[\\*?:/\[\]]", " ", title)[:31] or None)
    for i, row in enumerate(rows, 1):
        for j, value in enumerate(row, 1):
            if value is not None:
                cell = sheet.cell(row=i, column=j, value=value)
                if cell.data_type == "f":  # a text that begins as a formula does stays a text
                    cell.data_type = "s"


def _save(book: openpyxl.Workbook) -> bytes:
    """The workbook's bytes, the same whenever they are made."""
    book.properties.creator = ""
    book.properties.created = book.properties.modified = _MOMENT
    with io.BytesIO() as sink, io.BytesIO() as rewritten:
        book.save(sink)
        with zipfile.ZipFile(sink) as old, zipfile.ZipFile(rewritten, "w", zipfile.ZIP_DEFLATED) as new:
            for info in old.infolist():
                content = old.read(info)
                if info.filename == "docProps/core.xml":
                    content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", content)
                new.writestr(zipfile.ZipInfo(info.filename, _ZIP_MOMENT), content, zipfile.ZIP_DEFLATED)
        return rewritten.getvalue()
