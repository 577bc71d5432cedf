"""HTML: every text, table, picture, script and comment read; rebuilt from an allow-list of what only shows text.

Elements that a style hides are named, read and left out; styles go too, so that nothing in the rebuilt page is hidden.
Charts are programs with their data beside them: the data are decoded and checked as tables, and the chart is left out.
"""

import base64
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final

import nh3

from disclosure_control.core.content import ContentBuilder, FileContent, TextKind, table_of
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding, refusal
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.tabular.charts import chart_tables
from disclosure_control.formats.tabular.delimited import table_texts
from disclosure_control.formats.text.css import Sheet, has_ground, hides, said_in, sheet_of
from disclosure_control.formats.text.invisible import note_unseen, visible
from disclosure_control.formats.text.plain_text import decode, without_packed
from disclosure_control.formats.text.whitespace import visible_page

MEDIA_TYPE: Final = "text/html"
_TAGS_WORDS: Final = (
    "h1 h2 h3 h4 h5 h6 p br hr div span pre code blockquote ul ol li dl dt dd table caption thead tbody tfoot tr "
    "th td b strong i em u s sub sup small figure figcaption img section article header footer main"
)
_TAGS: Final = frozenset(_TAGS_WORDS.split())
_DROPPED_WORDS: Final = (
    "script style template noscript iframe object embed head title svg math video audio canvas select textarea"
)
_DROPPED: Final = frozenset(_DROPPED_WORDS.split())
_SPANS: Final = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "img": {"src"}}
_ACTIVE_WORDS: Final = "script iframe object embed form applet base meta link"
_ACTIVE: Final = frozenset(_ACTIVE_WORDS.split())
_BLOCKS_WORDS: Final = "p div br tr table li h1 h2 h3 h4 h5 h6 pre section caption"
_BLOCKS: Final = frozenset(_BLOCKS_WORDS.split())
_VOID_WORDS: Final = "br hr img meta link input base source area col wbr embed param track"
_VOID: Final = frozenset(_VOID_WORDS.split())
# Elements that no browser shows, whatever their style.
_UNSEEN_WORDS: Final = "template noscript datalist noframes noembed canvas video audio"
_UNSEEN: Final = frozenset(_UNSEEN_WORDS.split())
_PICTURE: Final = re.compile(r"data:image/(png|jpeg|jpg|gif|webp);base64,(.*)", re.DOTALL)
_JSON_START: Final = re.compile(r"[\[{]\s*(?=[\"{\[])")
_SVG: Final = re.compile(r"<svg\b.*?</svg\s*>", re.DOTALL | re.IGNORECASE)
_BLANKS: Final = re.compile(r"[ \t\n\r\f]+")
_MAX_DOCUMENTS: Final = 500
_MIN_DOCUMENT: Final = 30
_MAX_CELLS: Final = 1_000_000
_MAX_DEPTH: Final = 400
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
    fragment = clean_fragment(text, reading, inside)
    if not fragment.strip():
        reading.findings.append(make_finding("artefact.empty"))
    return reading.done(MEDIA_TYPE, f"{_PAGE}{fragment.strip()}\n</body></html>\n".encode())


def clean_fragment(text: str, reading: ContentBuilder, inside: NestedFiles) -> str:
    """Read a page or a part of one, and give what would be released of it.

    Raises:
        Unreadable: a picture in it cannot be read, or it is nested too deeply.
    """
    text = _drawings(text, reading, inside)
    page = _Page(reading, text)
    page.feed(text)
    page.close()
    page.finish()
    _charts(page.scripts, reading)
    pictures: list[int] = []

    def keep(tag: str, attribute: str, value: str) -> str | None:
        if (tag, attribute) != ("img", "src"):
            return value if value.isdecimal() else None
        pictures.append(1)
        return _picture(value, f"picture {len(pictures)}", reading, inside)

    cleaned = nh3.clean(
        page.without_unseen(),
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED),
        attributes={tag: set(names) for tag, names in _SPANS.items()},
        attribute_filter=keep,
        url_schemes={"data"},
        link_rel=None,
        strip_comments=True,
    )
    return visible_page(cleaned)


def _picture(value: str, where: str, reading: ContentBuilder, inside: NestedFiles) -> str | None:
    matched = _PICTURE.match(value.strip())
    if matched is None:
        return None
    try:
        part = inside.examine(f"picture.{matched[1]}", base64.b64decode(matched[2]))
    except (Unreadable, ValueError) as error:
        said = error if isinstance(error, Unreadable) else Unreadable("A picture in the page cannot be unpacked.")
        reading.findings.append(refusal(said, where))
        return None
    reading.absorb(part, where)
    return f"data:{part.media_type};base64,{base64.b64encode(part.clean or b'').decode()}"


def _drawings(text: str, reading: ContentBuilder, inside: NestedFiles) -> str:
    """The page with each drawing in it as the picture that is seen."""
    number = 0

    def drawn(match: re.Match[str]) -> str:
        nonlocal number
        number += 1
        source = match.group()
        if "xmlns=" not in source[:2000]:
            source = source.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        if "xlink:" in source and "xmlns:xlink" not in source:
            source = source.replace("<svg", '<svg xmlns:xlink="http://www.w3.org/1999/xlink"', 1)
        try:
            part = inside.examine("drawing.svg", source.encode())
        except Unreadable as error:
            reading.findings.append(refusal(error, f"drawing {number}"))
            return ""
        reading.absorb(part, f"drawing {number}")
        inner = re.search(rb'href="(data:image/png;base64,[^"]*)"', part.clean or b"")
        return f'<img src="{inner[1].decode()}">' if inner else ""

    return _SVG.sub(drawn, text)


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


def _in_a_row(text: str) -> str:
    """The words of a text with one blank between them, as a page shows them; other kinds of blanks stay."""
    return _BLANKS.sub(" ", text).strip(" ")


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


class _Page(HTMLParser):
    """Gathers what a page shows and hides, with the line where it stands."""

    def __init__(self, reading: ContentBuilder, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self._text = text
        self._sheet: Sheet = sheet_of(text)
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._grounds: list[bool] = []
        self._unseen_from: tuple[int, int] | None = None  # how deep the element that is not seen lies, and its start
        self._cuts: list[tuple[int, int]] = []
        self._sheets = 0
        self.scripts: list[tuple[str, str]] = []
        self._reading = reading
        self._open: list[str] = []
        self._script: list[str] | None = None
        self._words: list[str] = []
        self._words_at = 1
        self._tables: list[list[list[str]]] = []
        self._done = self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        declared = self._sheet.of(tag, dict(attrs))
        self._look(tag, attrs, declared, line)
        if tag not in _VOID:
            self._open.append(tag)
            self._grounds.append(has_ground(declared) or any(name == "bgcolor" for name, _ in attrs))
        if len(self._open) > _MAX_DEPTH:
            raise Unreadable("The page is nested too deeply.", rule="artefact.too-big")
        if tag in ("script", "style"):
            self._script = []
        if tag in _BLOCKS:
            self._flush()
        self._attributes(tag, attrs, line)
        if tag == "table":
            self._tables.append([])
        elif tag in ("tr", "td", "th") and self._tables:
            self._grow(self._tables[-1], tag)

    def _look(self, tag: str, attrs: list[tuple[str, str | None]], declared: str, line: int) -> None:
        """Name an element that is not seen, and note where it begins."""
        names = {name for name, _ in attrs}
        unseen = (
            tag in _UNSEEN
            or "hidden" in names
            or (tag == "dialog" and "open" not in names)
            or (tag == "input" and any(value == "hidden" for _, value in attrs))
            or hides(declared, on_white=not any(self._grounds))
        )
        if unseen and self._unseen_from is None and tag not in ("html", "body", "script", "style"):
            self._flush()
            words = f" ({tag})" if tag in _TAGS | _UNSEEN else ""
            self._reading.hidden(f"line {line}: an element that is not seen{words}")
            start = self._offset()
            if tag in _VOID:
                self._cuts.append((start, start + len(self.get_starttag_text() or "")))
            else:
                self._unseen_from = (len(self._open), start)

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def _closed(self) -> None:
        """Note where an element that is not seen ends."""
        if self._unseen_from is not None and len(self._open) <= self._unseen_from[0]:
            end = self._text.find(">", self._offset())
            self._cuts.append((self._unseen_from[1], end + 1 if end >= 0 else len(self._text)))
            self._unseen_from = None

    def without_unseen(self) -> str:
        """The page without its elements that are not seen."""
        if self._unseen_from is not None:
            self._cuts.append((self._unseen_from[1], len(self._text)))
        kept, at = [], 0
        for start, end in sorted(self._cuts):
            kept.append(self._text[at:start])
            at = max(at, end)
        return "".join(kept) + self._text[at:]

    def _grow(self, table: list[list[str]], tag: str) -> None:
        self._cells += 1
        if self._cells > _MAX_CELLS:
            raise Unreadable("The page has too many cells.", rule="artefact.too-big")
        if tag == "tr" or not table:
            table.append([])
        if tag != "tr":
            table[-1].append("")

    def _attributes(self, tag: str, attrs: list[tuple[str, str | None]], line: int) -> None:
        said_of = dict(attrs)
        harmless = said_of.get("type") == "application/json" or (tag == "meta" and "http-equiv" not in said_of)
        if tag in _ACTIVE and not harmless:
            self._reading.findings.append(make_finding("artefact.active-content", f"line {line}: {tag}"))
        for name, value in attrs:
            said = value or ""
            if name.startswith("on"):
                self._reading.findings.append(
                    make_finding("artefact.active-content", f"line {line}: a program in {tag}")
                )
            if name == "style":
                said = said_in(said)
            if (name != "src" or not said.startswith("data:")) and len(said) > 2:
                self._reading.text(f"line {line}, attribute of {tag}", without_packed(said), TextKind.CODE)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style") and self._script is not None:
            source, self._script = "".join(self._script), None
            self._source(tag, source)
        if tag in _BLOCKS:
            self._flush()
        if tag == "table" and self._tables:
            self._table(self._tables.pop())
        while self._open and tag in self._open:
            self._grounds.pop()
            if self._open.pop() == tag:
                break
        self._closed()

    def _source(self, tag: str, source: str) -> None:
        """What a program or a style sheet says."""
        if tag == "script" and source.strip():
            where = f"script {len(self.scripts) + 1}"
            self.scripts.append((where, source))
            if len(source) < 2_000_000:
                self._reading.text(where, without_packed(source), TextKind.CODE)
        elif tag == "style":
            self._sheets += 1
            said = said_in(source)
            if said:
                self._reading.hidden(f"style sheet {self._sheets}", "A style sheet holds texts of its own.", said)

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)
            return
        if self._tables and self._tables[-1] and self._tables[-1][-1]:
            self._tables[-1][-1][-1] += data
            return
        if not self._words:
            self._words_at = self.getpos()[0]
        self._words.append(data)

    def handle_comment(self, data: str) -> None:
        self._reading.hidden(f"line {self.getpos()[0]}: a comment", text=data)

    def unknown_decl(self, data: str) -> None:
        self._reading.hidden(f"line {self.getpos()[0]}: a declaration", text=data)

    def handle_pi(self, data: str) -> None:
        self._reading.hidden(f"line {self.getpos()[0]}: an instruction", text=data)

    def finish(self) -> None:
        """Take what is still open."""
        self._flush()
        while self._tables:
            self._table(self._tables.pop())

    def _flush(self) -> None:
        said = _in_a_row(" ".join(self._words))
        self._words = []
        place = f"line {self._words_at}"
        note_unseen([(place, said)], self._reading)
        self._reading.text(place, visible(said))

    def _table(self, rows: list[list[str]]) -> None:
        raw = [[_in_a_row(cell) for cell in row] for row in rows if row]
        if not raw:
            return
        self._done += 1
        numbered = enumerate(raw, 1)
        cells = ((f"table {self._done}, row {i}, column {j}", c) for i, row in numbered for j, c in enumerate(row, 1))
        note_unseen(cells, self._reading)
        lines = [[visible(cell) for cell in row] for row in raw]
        width = max(map(len, lines))
        lines = [[""] * (width - len(line)) + line for line in lines]
        table = table_of(lines, where=f"table {self._done}", spot="row {row}, column {column}", first=2)
        self._reading.tables.append(table)
        self._reading.texts += table_texts(table)
