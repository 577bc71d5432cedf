"""The marks that a PDF's pages draw: forms, small paths and dingbats, each in its place."""

from collections import Counter
from typing import Any, Final

import pikepdf

from disclosure_control.core.content import ContentBuilder
from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.images.markers import note_points, shape

_MAX_STREAM: Final = 60_000_000
_MAX_OPERATIONS: Final = 3_000_000
_PATH: Final = frozenset({"m", "l", "c", "v", "y", "h", "re"})
_PAINT: Final = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s"})
_MARK_NUMBERS: Final = 60


def note_marks(file: pikepdf.Pdf, reading: ContentBuilder) -> None:
    """Say of each page how many points it draws, when they are many.

    Raises:
        Unreadable: a page draws more than is read.
    """
    for n, page in enumerate(file.pages, 1):
        size = sum(len(stream.read_bytes()) for stream in _streams(page))
        if size > _MAX_STREAM:
            raise Unreadable(f"Page {n} draws too much.", rule="artefact.too-big")
        note_points(_drawn(page), f"page {n}", reading)


def _streams(page: pikepdf.Page) -> list[Any]:
    contents = page.obj.get("/Contents")
    if isinstance(contents, pikepdf.Array):
        return [one for one in contents if isinstance(one, pikepdf.Stream)]
    return [contents] if isinstance(contents, pikepdf.Stream) else []


def _drawn(page: pikepdf.Page) -> Counter[object]:
    pen = _Pen(_dingbats(page))
    for i, instruction in enumerate(pikepdf.parse_content_stream(page)):
        if i > _MAX_OPERATIONS:
            raise Unreadable("A page draws too much.", rule="artefact.too-big")
        if isinstance(instruction, pikepdf.ContentStreamInstruction):
            pen.follow(str(instruction.operator), list(instruction.operands))
    return pen.drawn


class _Pen:
    """Follows the operators of a page (ISO 32000-1, annex A), and counts what they draw."""

    def __init__(self, dingbats: frozenset[str]) -> None:
        self.drawn: Counter[object] = Counter()
        self._dingbats = dingbats
        self._path: list[float] = []
        self._font = ""

    def follow(self, operator: str, operands: list[Any]) -> None:
        """One operator."""
        if operator in _PATH:
            self._path += [float(number) for number in operands]
        elif operator in _PAINT:
            if 2 <= len(self._path) <= _MARK_NUMBERS:
                self.drawn[(operator, shape(self._path))] += 1
            self._path = []
        elif operator == "n":
            self._path = []
        elif operator == "Do":
            self.drawn[("form", str(operands[0]))] += 1
        elif operator == "Tf":
            self._font = str(operands[0])
        elif operator == "Tj" and self._font in self._dingbats:
            self.drawn[("dingbat", self._font)] += 1


def _dingbats(page: pikepdf.Page) -> frozenset[str]:
    """The page's fonts whose letters are marks, with which R draws points."""
    resources = page.obj.get("/Resources")
    fonts = resources.get("/Font") if isinstance(resources, pikepdf.Dictionary) else None
    if not isinstance(fonts, pikepdf.Dictionary):
        return frozenset()
    return frozenset(name for name, font in fonts.items() if "Dingbats" in str(font.get("/BaseFont", "")))
