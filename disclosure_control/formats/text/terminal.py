"""Text as a terminal shows it: what overwrites is applied, what steers is taken away, what was covered is told.

Carriage returns, backspaces and escape sequences (ECMA-48) move, erase, colour and conceal. What is left is text that
shows the same everywhere; a backspace takes a character away, as notebooks show it.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from disclosure_control.core.content import ContentBuilder, TextKind
from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import Location

# What steers a terminal without making a file one of bytes.
STEERING: Final = frozenset("\x07\b\r\f\x1b")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TOKEN: Final = re.compile(
    "(?:\x1b\\[|\x9b)(?P<parameters>[0-?]*)[ -/]*(?P<final>[@-~])"
    "|(?:\x1b[\\]P^_X]|[\x9d\x90\x9e\x9f\x98])(?P<string>[^\x07\x1b\x9c]*)(?:\x07|\x1b\\\\|\x9c|(?=\x1b)|$)"
    "|(?P<other>\x1b[ -/]*[0-~]?)"
    "|(?P<control>[\x00-\x08\x0a-\x1f\x7f-\x9f])"
    "|(?P<run>[^\x00-\x08\x0a-\x1f\x7f-\x9f]+)"
)
_ENDS: Final = ("\n", "\r", "\b")
_FURTHEST: Final = 2_000  # columns that a sequence can jump
_NEAR: Final = 48  # a distance of colours that nobody tells apart
_BASIC: Final = ((0, 0, 0), (187, 0, 0), (0, 187, 0), (187, 187, 0), (0, 0, 187), (187, 0, 187), (0, 187, 187))
_GREYS: Final = ((187, 187, 187), (85, 85, 85))
_BRIGHT: Final = ((255, 85, 85), (0, 255, 0), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255))
_PALETTE: Final = (*_BASIC, *_GREYS, *_BRIGHT, (255, 255, 255))
_Colour = tuple[int, int, int]


@dataclass(frozen=True)
class TerminalText:
    """What is seen, and with the number of the line what was written there but is not.

    Attributes:
        text: lines without a sign that steers.
        written: everything that was written, seen or not, without a sign that steers.
        covered: what was written over, taken back or erased on its own line, as progress bars do.
        concealed: what was never seen: concealed, of its ground's colour, jumped over, titles and addresses.
    """

    text: str
    written: str
    covered: tuple[tuple[int, str], ...] = ()
    concealed: tuple[tuple[int, str], ...] = ()


def shown(text: str) -> TerminalText:
    """The text as it is seen.

    >>> shown("10%\\r100%\\n\\x1b[31mred\\x1b[0m").text
    '100%\\nred'
    """
    text = text.replace("\r\n", "\n")
    if not _CONTROL.search(text):
        return TerminalText(text, text)
    screen = _Screen()
    runs: list[str] = []
    for match in _TOKEN.finditer(text):
        screen.take(match)
        runs.append(match["run"] or match["string"] or (" " if match["control"] in _ENDS else ""))
    return screen.done("".join(runs))


def read_shown(text: str, place: Location, reading: ContentBuilder) -> str:
    """The text as it is seen; what is not is read, and named unless it was only written over."""
    screen = shown(text)
    for words, lines in (("written over", screen.covered), ("not shown", screen.concealed)):
        for line, content in lines:
            reading.text(_spot(place, line, words), content, TextKind.CODE)
    if screen.concealed:
        where = dict.fromkeys(_spot(place, line, "not shown") for line, _ in screen.concealed)
        why = "The text holds what a terminal does not show; the rebuilt text leaves it out."
        reading.findings.append(make_finding("artefact.hidden-content", where, why, places=len(screen.concealed)))
    return screen.text


def _spot(place: Location, line: int, words: str) -> Location:
    return replace(place, line=line, note=f" ({words})")


@dataclass
class _Pen:
    """How the next characters are drawn."""

    ink: _Colour | None = None
    ground: _Colour | None = None
    concealed: bool = False

    def set(self, parameters: str) -> None:
        """Follow "select graphic rendition"."""
        codes = [int(part) if part.isdecimal() else 0 for part in re.split("[;:]", parameters)]
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.ink = self.ground = None
                self.concealed = False
            elif code in (8, 28):
                self.concealed = code == 8
            elif code in (38, 48):
                self._paint(code == 38, _extended(codes))
            elif code % 10 < 8 and code // 10 in (3, 4, 9, 10):
                self._paint(code // 10 in (3, 9), _PALETTE[code % 10 + 8 * (code >= 90)])
            elif code in (39, 49):
                self._paint(code == 39, None)

    def _paint(self, ink: bool, colour: _Colour | None) -> None:
        if ink:
            self.ink = colour
        else:
            self.ground = colour

    def hides(self) -> bool:
        """Whether what is drawn is not seen."""
        same = (
            self.ink is not None
            and self.ground is not None
            and sum(abs(a - b) for a, b in zip(self.ink, self.ground, strict=True)) < _NEAR
        )
        return self.concealed or same


def _extended(codes: list[int]) -> _Colour | None:
    """A colour of the 256 or of 16 million, taken from the front of the codes."""
    kind = codes.pop(0) if codes else 0
    if kind == 2 and len(codes) >= 3:
        red, green, blue = codes[0], codes[1], codes[2]
        del codes[:3]
        return red, green, blue
    number = codes.pop(0) if kind == 5 and codes else -1
    if 0 <= number < 16:
        return _PALETTE[number]
    if 16 <= number < 232:
        steps = (0, 95, 135, 175, 215, 255)
        number -= 16
        return steps[number // 36], steps[number // 6 % 6], steps[number % 6]
    return (8 + 10 * (number - 232),) * 3 if 232 <= number < 256 else None


@dataclass
class _Screen:
    """The lines of a text while it is written."""

    lines: list[list[str]] = field(default_factory=lambda: [[]])
    row: int = 0
    column: int = 0
    pen: _Pen = field(default_factory=_Pen)
    written: dict[int, list[str]] = field(default_factory=dict)
    concealed: list[tuple[int, str]] = field(default_factory=list)
    jumped: set[int] = field(default_factory=set)  # lines to which a sequence jumped, or where it hid something

    def take(self, match: re.Match[str]) -> None:
        """One run of characters, or one thing that steers."""
        if match["run"] is not None:
            self._write(match["run"])
        elif match["control"] is not None:
            self._control(match["control"])
        elif match["final"] is not None:
            self._sequence(match["final"], match["parameters"])
        elif match["string"]:
            self.concealed.append((self.row + 1, match["string"]))

    def _write(self, run: str) -> None:
        if self.pen.hides():
            self.concealed.append((self.row + 1, run))
            run = " " * len(run)
        line = self.lines[self.row]
        if self.column > len(line):
            line += " " * (self.column - len(line))
        line[self.column : self.column + len(run)] = run
        self.written.setdefault(self.row, []).append(run)
        self.column += len(run)

    def _control(self, control: str) -> None:
        if control == "\n":
            self.row, self.column = self.row + 1, 0
            if self.row == len(self.lines):
                self.lines.append([])
        elif control == "\r":
            self.column = 0
        elif control == "\b" and self.column:
            self.column -= 1
            del self.lines[self.row][self.column : self.column + 1]

    def _sequence(self, final: str, parameters: str) -> None:
        numbers = [int(part[:6]) if part.isdecimal() else 0 for part in parameters.split(";")]
        first = numbers[0]
        if final == "m":
            self.pen.set(parameters)
        elif final in "JKPX":
            self._erase(final, first)
        elif final in "ABEFdHf":
            self._jump(final, numbers)
        elif final in "CDG`":
            steps = {"C": self.column + max(first, 1), "D": self.column - max(first, 1)}
            self.column = min(max(steps.get(final, first - 1), 0), _FURTHEST + len(self.lines[self.row]))
            self.jumped.add(self.row)

    def _jump(self, final: str, numbers: list[int]) -> None:
        steps = {"A": -1, "F": -1, "B": 1, "E": 1}
        target = self.row + steps[final] * max(numbers[0], 1) if final in steps else numbers[0] - 1
        self.row = min(max(target, 0), len(self.lines) - 1)
        if final in "EF":
            self.column = 0
        elif final in "Hf":
            self.column = min(max(numbers[1] - 1 if len(numbers) > 1 else 0, 0), _FURTHEST)
        self.jumped.add(self.row)

    def _erase(self, final: str, first: int) -> None:
        line, at = self.lines[self.row], self.column
        if final == "J" and first in (0, 2, 3):
            for row in range(self.row + 1 if first == 0 else 0, len(self.lines)):
                if row != self.row:
                    self._blank(row, 0, len(self.lines[row]))
        if final == "J" and first == 1:
            for row in range(self.row):
                self._blank(row, 0, len(self.lines[row]))
        if final == "P":
            self._blank(self.row, at, at + max(first, 1))
            del line[at : at + max(first, 1)]
        elif final == "X":
            self._blank(self.row, at, at + max(first, 1))
        else:
            self._blank(self.row, 0 if first else at, at + 1 if first == 1 else len(line))

    def _blank(self, row: int, start: int, end: int) -> None:
        line = self.lines[row]
        end = min(end, len(line))
        if any(c != " " for c in line[start:end]):
            if row != self.row:
                self.jumped.add(row)
            line[start:end] = " " * (end - start)

    def done(self, everything: str) -> TerminalText:
        """What is seen at the end, and what is not."""
        covered: list[tuple[int, str]] = []
        concealed = list(self.concealed)
        lines = ["".join(line) for line in self.lines]
        for row, runs in sorted(self.written.items()):
            covered_text = " ".join(run for run in runs if run.strip())
            if lines[row].split() != "".join(runs).split():
                where = concealed if row in self.jumped else covered
                where.append((row + 1, covered_text))
        text = "\n".join(line.rstrip(" ") if row in self.written else line for row, line in enumerate(lines))
        return TerminalText(text, everything, tuple(covered), tuple(sorted(concealed, key=lambda pair: pair[0])))
