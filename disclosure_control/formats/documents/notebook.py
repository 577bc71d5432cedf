"""Notebooks: every cell and output read by its MIME type, and rebuilt from an allow-list.

Kept are sources, text, cleaned HTML and re-encoded pictures. Programs, widgets, data behind charts, tracebacks,
attachments and metadata are named, read and left out.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import nbformat
from msgspec.structs import replace

from disclosure_control.core.content import ContentBuilder, FileContent, TextKind
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import Location, Place, located
from disclosure_control.formats.documents.html import clean_fragment
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.tabular.charts import chart_tables
from disclosure_control.formats.tabular.delimited import table_texts
from disclosure_control.formats.tabular.json_file import parse, strings_in
from disclosure_control.formats.tabular.json_tables import tables_in
from disclosure_control.formats.text.invisible import note_unseen, visible
from disclosure_control.formats.text.literals import LANGUAGES, note_values
from disclosure_control.formats.text.plain_text import without_packed
from disclosure_control.formats.text.terminal import read_shown, shown
from disclosure_control.formats.text.text_tables import tables_in_text
from disclosure_control.formats.text.whitespace import note_blanks, visible_lines

MEDIA_TYPE: Final = "application/x-ipynb+json"
_KINDS: Final = ("code", "markdown", "raw")
_MAX_CELLS: Final = 10_000
_PICTURES: Final = {"image/png": "png", "image/jpeg": "jpg"}
_MADE: Final = re.compile(r"([0-9a-f]{8}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?")  # ids that programs give
_ORDINARY: Final = frozenset({"kernelspec", "language_info", "orig_nbformat"})
_MIMES_WORDS: Final = (
    "text/html text/plain text/markdown text/latex image/png image/jpeg image/svg+xml application/json "
    "application/javascript application/pdf text/csv application/geo+json application/vnd.plotly.v1+json "
    "application/vnd.jupyter.widget-view+json application/vnd.jupyter.widget-state+json "
    "application/vnd.bokehjs_exec.v0+json application/vnd.bokehjs_load.v0+json application/vnd.dataresource+json"
)
_MIMES: Final = frozenset(_MIMES_WORDS.split())


_Spot = tuple[str, Location, Location]  # the type of an output, its place with the type, and the place alone


@dataclass
class _Reading(ContentBuilder):
    """What is gathered while the cells are read."""

    inside: NestedFiles = field(default_factory=lambda: NestedFiles(lambda *_: FileContent("", (), (), None)))
    left_out: list[Place] = field(default_factory=list)
    language: str = "python"
    lines: list[tuple[Place, str]] = field(default_factory=list)

    def leave_out(self, where: Place, value: object) -> None:
        """Name something that the rebuilt notebook does not have, and read it."""
        self.left_out.append(where)
        said = visible(shown(" ".join(strings_in(value))).written)
        self.text(where, without_packed(said), TextKind.CODE)


def examine(content: bytes, inside: NestedFiles) -> FileContent:
    """Read a notebook that may be anybody's.

    Raises:
        Unreadable: it is not a notebook of format 4, or a part of it cannot be read.
    """
    document = parse(content)
    cells = document.get("cells") if isinstance(document, dict) else None
    is_notebook = isinstance(document, dict) and document.get("nbformat") == 4
    if not isinstance(document, dict) or not is_notebook or not isinstance(cells, list) or len(cells) > _MAX_CELLS:
        raise Unreadable("The file is not a notebook of format 4.", rule="artefact.mismatch")
    reading = _Reading(inside=inside, language=_language(document))
    rebuilt = [_cell(cell, i, reading) for i, cell in enumerate(cells, 1)]
    _metadata(document, reading)
    note_blanks(reading.lines, reading)
    if not cells:
        reading.findings.append(make_finding("artefact.empty"))
    if reading.left_out:
        why = "The notebook carries more than text and pictures; the rebuilt one leaves this out."
        left = reading.left_out
        reading.findings.append(make_finding("artefact.hidden-content", left, why, parts=len(left)))
    clean = {"cells": rebuilt, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    try:
        nbformat.validate(clean, relax_add_props=False)
    except nbformat.ValidationError as error:
        raise Unreadable("The file is not a notebook of format 4.", rule="artefact.mismatch") from error
    return reading.done(MEDIA_TYPE, (json.dumps(clean, indent=1, ensure_ascii=False) + "\n").encode())


def _language(document: Mapping[str, object]) -> str:
    """What the notebook says that its code is written in; Python where it says nothing that is known."""
    metadata = document.get("metadata")
    info = metadata.get("language_info") if isinstance(metadata, dict) else None
    name = str(info.get("name")).lower() if isinstance(info, dict) else ""
    return name if name in LANGUAGES else "python"


def _metadata(document: Mapping[str, object], reading: _Reading) -> None:
    """What stands beside the cells."""
    metadata = document.get("metadata")
    for key, value in metadata.items() if isinstance(metadata, dict) else ():
        if key in _ORDINARY:
            reading.text("the metadata", " ".join(strings_in(value)), TextKind.CODE)
        else:
            name = key if key in ("widgets", "papermill") else "another entry"
            reading.leave_out(f"the metadata: {name}", {"": [key, value]})
    for key, value in document.items():
        if key not in ("cells", "metadata", "nbformat", "nbformat_minor"):
            reading.leave_out("beside the cells", [key, value])


def _cell(cell: object, i: int, reading: _Reading) -> dict[str, object]:
    if not isinstance(cell, dict) or cell.get("cell_type") not in _KINDS:
        raise Unreadable(f"Cell {i} of the notebook is of no known kind.")
    kind, place = str(cell["cell_type"]), Location(cell=i)
    lines = _joined(cell.get("source", ""), i).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    _note_lines(lines, place, reading)
    source = visible_lines("\n".join(lines), markdown=kind == "markdown").rstrip("\n")
    for n, line in enumerate(source.split("\n"), 1):
        reading.text(Location(cell=i, line=n), line, TextKind.CODE if kind == "code" else TextKind.PROSE)
    if kind != "code":
        reading.tables += tables_in_text(source.split("\n"), place)
    if not _MADE.fullmatch(str(cell.get("id", ""))):
        reading.text(located("its id").within(place), str(cell["id"]), TextKind.CODE)
    if cell.get("metadata"):
        reading.text(located("metadata").within(place), " ".join(strings_in(cell["metadata"])), TextKind.CODE)
    if cell.get("attachments"):
        reading.leave_out(located("attachments").within(place), cell["attachments"])
    rebuilt: dict[str, object] = {"cell_type": kind, "metadata": {}, "source": source}
    if kind == "code":
        note_values(source, reading.language, place, reading)
        rebuilt |= {"execution_count": None, "outputs": _outputs(cell.get("outputs", []), i, reading)}
    return rebuilt


def _outputs(outputs: object, i: int, reading: _Reading) -> list[dict[str, object]]:
    if not isinstance(outputs, list):
        raise Unreadable(f"Cell {i} of the notebook has outputs of no known form.")
    kept = [_output(output, (i, n), reading) for n, output in enumerate(outputs, 1)]
    return [output for output in kept if output is not None]


def _output(output: object, number: tuple[int, int], reading: _Reading) -> dict[str, object] | None:
    i, n = number
    place = _part(f"output {n}", i)
    if not isinstance(output, Mapping):
        raise Unreadable(f"Cell {i} of the notebook has an output of no known form.")
    for name in ("traceback", "evalue", "metadata"):
        if output.get(name):
            reading.leave_out(_part(f"output {n} ({name})", i), output[name])
    if "text" in output:
        text = _lines(output["text"], place, i, reading)
        return {"output_type": "stream", "name": "stdout", "text": text} if text else None
    data = output.get("data")
    kept: dict[str, str] = {}
    for mime, value in data.items() if isinstance(data, Mapping) else ():
        where = _part(f"output {n} ({mime if mime in _MIMES else 'another type'})", i)
        reader = _READERS.get(mime)
        if reader is not None:
            kept |= reader(value, (mime, where, place), i, reading)
        else:
            _data(value, where, reading)
            reading.leave_out(where, value)
    return {"output_type": "display_data", "data": kept, "metadata": {}} if kept else None


def _lines(value: object, place: Location, i: int, reading: _Reading, *, markdown: bool = False) -> str:
    lines = read_shown(_joined(value, i), place, reading).split("\n")
    _note_lines(lines, place, reading)
    for n, line in enumerate(lines, 1):
        reading.text(replace(place, line=n), visible(line))
    reading.tables += tables_in_text([visible(line) for line in lines], place)
    text = visible_lines("\n".join(lines), markdown=markdown)
    return text if text.strip() else ""


def _note_lines(lines: list[str], place: Location, reading: _Reading) -> None:
    placed: list[tuple[Place, str]] = [(replace(place, line=n), line) for n, line in enumerate(lines, 1)]
    note_unseen(placed, reading)
    reading.lines += placed


def _data(value: object, where: Location, reading: _Reading) -> None:
    """The tables in what a program would draw or show."""
    tables = chart_tables(value)
    if tables:
        reading.findings.append(make_finding("figure.chart-data", where, tables=len(tables)))
    read = tables_in(value)
    part = ContentBuilder(tables=[*tables, *read.tables], numbers=[*read.numbers])
    for table in part.tables:
        part.texts += table_texts(table)
    reading.absorb(part, where)


def _text(value: object, spot: _Spot, i: int, reading: _Reading) -> dict[str, str]:
    mime, _, place = spot
    text = _lines(value, place, i, reading, markdown=mime == "text/markdown")
    return {mime: text} if text else {}


def _html(value: object, spot: _Spot, i: int, reading: _Reading) -> dict[str, str]:
    part = ContentBuilder()
    cleaned = clean_fragment(_joined(value, i), part, reading.inside)
    reading.absorb(part, spot[1])
    return {"text/html": cleaned} if cleaned.strip() else {}


def _picture(value: object, spot: _Spot, i: int, reading: _Reading) -> dict[str, str]:
    mime, where, _ = spot
    try:
        content = base64.b64decode(_joined(value, i))
    except ValueError as error:
        raise Unreadable(f"A picture of cell {i} cannot be unpacked.") from error
    part = reading.inside.examine(f"picture.{_PICTURES[mime]}", content)
    reading.absorb(part, where)
    return {mime: base64.b64encode(part.clean or b"").decode()}


def _drawing(value: object, spot: _Spot, i: int, reading: _Reading) -> dict[str, str]:
    part = reading.inside.examine("drawing.svg", _joined(value, i).encode())
    reading.absorb(part, spot[1])
    return {"image/svg+xml": (part.clean or b"").decode()}


_Reader = Callable[[object, _Spot, int, _Reading], dict[str, str]]
# The allow-list: what stays in the rebuilt notebook, and how each is read.
_READERS: Final[dict[str, _Reader]] = {
    "text/plain": _text,
    "text/markdown": _text,
    "text/latex": _text,
    "text/html": _html,
    "image/png": _picture,
    "image/jpeg": _picture,
    "image/svg+xml": _drawing,
}


def _part(name: str, i: int) -> Location:
    """A part of a cell."""
    return Location(part=(name,), outer=Location(cell=i))


def _joined(source: object, i: int) -> str:
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    if isinstance(source, str):
        return source
    raise Unreadable(f"Cell {i} of the notebook holds text of no known form.")
