"""Word and PowerPoint files cannot leave; what they hold is named, so that its author knows."""

import re
from typing import Final
from xml.etree.ElementTree import Element

from disclosure_control.core.content import ContentBuilder, FileContent, TextKind
from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.archive import entries
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.text.xml import local, parse, texts_in

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument"
_HIDDEN_PARTS: Final = (
    ("comment", "comments"),
    ("people", "names of people"),
    ("notesslide", "speaker's notes"),
    ("embedding", "an embedded file"),
    ("vba", "macros"),
    ("footnote", "footnotes"),
    ("customxml", "custom XML"),
    ("custom", "custom properties"),
    ("core.xml", "author and title"),
)
_HIDDEN_RUNS: Final = frozenset({"vanish", "del", "delText", "moveFrom"})
_SHOWN: Final = re.compile(r"word/document\.xml|ppt/slides/slide\d+\.xml")


def examine(content: bytes, inside: NestedFiles) -> FileContent:
    """Name what a document holds.

    Raises:
        Unreadable: it cannot be unpacked within the limits.
    """
    parts = entries(content)
    if "word/document.xml" not in parts and "ppt/presentation.xml" not in parts:
        raise Unreadable("The archive is no Word or PowerPoint file.", rule="artefact.mismatch")
    reading = ContentBuilder()
    for n, (name, data) in enumerate(parts.items(), 1):
        kind = next((words for key, words in _HIDDEN_PARTS if key in name.lower()), "")
        is_xml = name.lower().endswith((".xml", ".rels"))
        root = parse(data) if is_xml else None
        if kind:
            reading.hidden(f"part {n}: {kind}", text=texts_in(root) if root is not None else "")
            if name.lower().endswith(".xlsx"):
                reading.absorb(inside.examine("embedded.xlsx", data), f"part {n}: an embedded workbook")
        if root is not None and _SHOWN.fullmatch(name):
            _read(root, n, reading)
    return reading.done(MEDIA_TYPE, None)


def _read(root: Element, n: int, reading: ContentBuilder) -> None:
    paragraphs = [element for element in root.iter() if local(element.tag) == "p"]
    for i, paragraph in enumerate(paragraphs, 1):
        place = f"part {n}, paragraph {i}"
        said = "".join(e.text or "" for e in paragraph.iter() if local(e.tag) in ("t", "delText"))
        reading.text(place, said)
        if any(local(element.tag) in _HIDDEN_RUNS for element in paragraph.iter()):
            reading.hidden(f"{place}: hidden or deleted text", text=said)
    for i, table in enumerate((e for e in root.iter() if local(e.tag) == "tbl"), 1):
        reading.text(f"part {n}, table {i}", texts_in(table), TextKind.LABEL)
