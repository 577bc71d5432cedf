"""The texts and tables of what a page shows, joined as its reader sees them.

Inline elements join the words around them; blocks, line breaks and cells part them (CSS 2.2, section 9.2).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from disclosure_control.core.content import ContentBuilder, table_of
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.location import Location, Spot
from disclosure_control.formats.documents.html_tree import Shown, Words
from disclosure_control.formats.tabular.delimited import table_texts
from disclosure_control.formats.text.invisible import note_unseen, visible

_INLINE_WORDS: Final = "span code b strong em i u s sub sup small img"
INLINE: Final = frozenset(_INLINE_WORDS.split())
_BLANKS: Final = re.compile(r"[ \t\n\r\f]+")
_ROWS: Final = frozenset({"thead", "tbody", "tfoot"})
_MAX_CELLS: Final = 1_000_000


class PageText:
    """Reads what a page shows into a builder."""

    def __init__(self, reading: ContentBuilder) -> None:
        self._reading = reading
        self._run: list[str] = []
        self._line = 1
        self._tables = self._cells = 0

    def read(self, shown: Sequence[Shown | Words]) -> None:
        """Note the texts and tables of a page or a part of one.

        Raises:
            Unreadable: it has too many cells.
        """
        self._inside(shown)
        self._flush()

    def _inside(self, shown: Sequence[Shown | Words]) -> None:
        for part in shown:
            if isinstance(part, Words):
                if not self._run:
                    self._line = part.line + _lines_before(part.text)
                self._run.append(part.text)
            elif part.tag == "table":
                self._flush()
                self._table(part)
            elif part.tag in INLINE:
                self._inside(part.children)
            else:
                self._flush()
                self._inside(part.children)
                self._flush()

    def _flush(self) -> None:
        said = _in_a_row("".join(self._run))
        self._run = []
        if not said:
            return
        place = Location(line=self._line)
        note_unseen([(place, said)], self._reading)
        self._reading.text(place, visible(said))

    def _table(self, table: Shown) -> None:
        rows: list[list[str]] = []
        for part in table.children:
            if isinstance(part, Shown) and part.tag in _ROWS:
                rows += [self._row(row) for row in part.children if isinstance(row, Shown)]
            elif isinstance(part, Shown):
                self._inside([part])
        raw = [row for row in rows if row]
        if not raw:
            return
        self._tables += 1
        place = (f"table {self._tables}",)
        numbered = enumerate(raw, 1)
        cells = ((Location(part=place, row=i, column=j), c) for i, row in numbered for j, c in enumerate(row, 1))
        note_unseen(cells, self._reading)
        lines = [[visible(cell) for cell in row] for row in raw]
        width = max(map(len, lines))
        lines = [[""] * (width - len(line)) + line for line in lines]
        table_read = table_of(lines, where=Location(part=place), spot=Spot.ROWS, first=2)
        self._reading.tables.append(table_read)
        self._reading.texts += table_texts(table_read)

    def _row(self, row: Shown) -> list[str]:
        cells = [part for part in row.children if isinstance(part, Shown)]
        self._cells += len(cells)
        if self._cells > _MAX_CELLS:
            raise Unreadable("The page has too many cells.", rule="artefact.too-big")
        return [_in_a_row("".join(self._cell(cell))) for cell in cells]

    def _cell(self, cell: Shown) -> Iterator[str]:
        """The parts of a cell, its blocks with a blank between them; tables inside it are tables of their own."""
        for part in cell.children:
            if isinstance(part, Words):
                yield part.text
            elif part.tag == "table":
                yield " "
                self._flush()
                self._table(part)
            elif part.tag in INLINE:
                yield from self._cell(part)
            else:
                yield " "
                yield from self._cell(part)
                yield " "


def _in_a_row(text: str) -> str:
    """The words of a text with one blank between them, as a page shows them; other kinds of blanks stay."""
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", text).strip(" "))


def _lines_before(text: str) -> int:
    """How many lines of a text are blank before its first word."""
    return text.count("\n", 0, len(text) - len(text.lstrip()))
