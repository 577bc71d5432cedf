"""HTML: every text, table, picture, script and comment read; rebuilt from an allow-list of what only shows text.

A page is parsed once, by the algorithm that browsers follow. Elements that a style hides are named, read and left out;
styles go too, so that nothing in the rebuilt page is hidden. Charts are programs with their data beside them: the data
are decoded and checked as tables, and the chart is left out.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from disclosure_control.core.content import ContentBuilder, FileContent
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding, refusal
from disclosure_control.core.location import Location
from disclosure_control.formats.documents.html_filter import Filter
from disclosure_control.formats.documents.html_pictures import Pictures
from disclosure_control.formats.documents.html_style import styles_of
from disclosure_control.formats.documents.html_text import PageText
from disclosure_control.formats.documents.html_tree import parse
from disclosure_control.formats.documents.html_writer import normal, write
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.tabular.charts import chart_tables
from disclosure_control.formats.tabular.delimited import table_texts
from disclosure_control.formats.text.plain_text import decode

MEDIA_TYPE: Final = "text/html"
_JSON_START: Final = re.compile(r"[\[{]\s*(?=[\"{\[])")
_MAX_DOCUMENTS: Final = 500
_MIN_DOCUMENT: Final = 30
_MAX_FRAMES: Final = 2  # pages inside pages
_PAGE: Final = '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title></title></head>\n<body>\n'


def examine(content: bytes, inside: NestedFiles) -> FileContent:
    """Read a page that may be anybody's.

    Raises:
        Unreadable: it is not UTF-8 text, or cannot be read within the limits.
    """
    text = decode(content, controls=True)
    if "<" not in text:
        raise Unreadable("The file is no HTML.", rule="artefact.mismatch")
    reading = ContentBuilder()
    written = _read(text, reading, inside, fragment=False)
    if not written:
        reading.findings.append(make_finding("artefact.empty"))
    return reading.done(MEDIA_TYPE, f"{_PAGE}{written}\n</body></html>\n".encode())


def clean_fragment(text: str, reading: ContentBuilder, inside: NestedFiles) -> str:
    """Read a part of a page as a notebook shows it, and give what would be released of it.

    Raises:
        Unreadable: it is nested too deeply, or cannot be read within the limits.
    """
    return _read(text, reading, inside, fragment=True)


def _read(text: str, reading: ContentBuilder, inside: NestedFiles, *, fragment: bool, frames: int = 0) -> str:
    root = parse(text, fragment=fragment)

    def frame(page: str, where: Location) -> None:
        part = ContentBuilder()
        if page.strip() and frames < _MAX_FRAMES:
            try:
                _read(page, part, inside, fragment=False, frames=frames + 1)
            except Unreadable as error:
                reading.findings.append(refusal(error, where))
        reading.absorb(part, where)

    filtered = Filter(styles_of(root), Pictures(reading, inside), reading, frame).run(root)
    shown = normal(filtered.shown)
    page = PageText(reading)
    page.read(shown)
    for unseen in filtered.unseen:
        page.read(normal(unseen))
    _charts(filtered.scripts, reading)
    return write(shown)


def _charts(scripts: list[tuple[str, str]], reading: ContentBuilder) -> None:
    """The data of charts in scripts, each as tables; scripts without any are only named."""
    for where, source in scripts:
        tables = 0
        for i, document in enumerate(json_in(source), 1):
            for table in chart_tables(document):
                part = ContentBuilder(tables=[table])
                reading.absorb(part, where if i == 1 else f"{where}, part {i}")
                reading.texts += table_texts(reading.tables[-1])
                tables += 1
        if tables:
            why = f"The page holds the data behind a chart, as {tables} tables; the rebuilt page leaves the chart out."
            reading.findings.append(make_finding("figure.chart-data", where, why, tables=tables))


def json_in(source: str) -> Iterator[Any]:
    """The JSON documents that stand in a program."""
    decoder = json.JSONDecoder()
    at = count = 0
    while count < _MAX_DOCUMENTS and (match := _JSON_START.search(source, at)):
        try:
            document, at = decoder.raw_decode(source, match.start())
        except (ValueError, RecursionError):
            at = match.end()
            continue
        if at - match.start() >= _MIN_DOCUMENT:
            count += 1
            yield document
