"""A text by its lines, a part at a time, with the lines that the check speaks of. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from disclosure_control.core.finding import Finding
from disclosure_control.core.outcome import Outcome

LINES_AT_ONCE: Final = 2_000
MAX_LINE: Final = 4_000  # characters shown of one line
_CODE: Final = re.compile(r".*\.(py|r|rmd|sql|do|sas|jl|sh|stan|yaml|yml|toml|json|html|js|ipynb)", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One line, counted from 1, and the worst finding that names it."""

    number: int
    text: str
    finding: Finding | None = None


@dataclass(frozen=True)
class Lines:
    """A part of a text. ``total`` counts the lines of the whole."""

    lines: tuple[Line, ...]
    first: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last line of this part."""
        return self.first + len(self.lines) - 1


def lines(data: bytes, findings: Sequence[Finding], first: int = 1) -> Lines:
    """A part of a text from line ``first`` on. Raises ValueError when the bytes are no UTF-8 text."""
    everything = data.decode().split("\n")
    if len(everything) > 1 and not everything[-1]:
        everything.pop()
    first = min(max(1, first), max(1, len(everything)))
    named: dict[int, Finding] = {}
    for finding in sorted(findings, key=lambda item: item.outcome):
        if finding.outcome is not Outcome.PASS:
            places = [location.first for location in finding.locations]
            named |= {number: finding for place in places for number in (place.table, place.line) if number}
    part = enumerate(everything[first - 1 : first - 1 + LINES_AT_ONCE], first)
    window = tuple(Line(number, _cut(text), named.get(number)) for number, text in part)
    return Lines(window, first, len(everything))


def is_code(name: str) -> bool:
    """Whether a file's name says that it is code, whose lines must not be wrapped.

    >>> is_code("model.R"), is_code("notes.txt")
    (True, False)
    """
    return _CODE.fullmatch(name) is not None


def _cut(text: str) -> str:
    return text if len(text) <= MAX_LINE else text[:MAX_LINE] + " … (cut here)"
