"""Values that are written into a program one after another, as data are; each language by its own lexer.

Two forms are counted: a run of values with nothing but punctuation between them, and lines that differ in their values
alone. Configuration, style sheets and markup are read as text only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from msgspec.structs import replace
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token, _TokenType

from disclosure_control.core.content import ContentBuilder
from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import Location

MANY_VALUES: Final = 60  # one after another; more reads as data
MAX_LEXED: Final = 500_000  # characters of a program
# Pygments' lexers by the ending of a file; the names are also those that notebooks use, in lower case.
LEXERS: Final = {
    ".py": "python",
    ".r": "r",
    ".rmd": "r",
    ".qmd": "r",
    ".jl": "julia",
    ".sql": "sql",
    ".do": "stata",
    ".ado": "stata",
    ".sas": "sas",
    ".sh": "bash",
    ".m": "matlab",
    ".stan": "stan",
    ".js": "javascript",
    ".c": "c",
    ".h": "c",
    ".cpp": "cpp",
    ".java": "java",
    ".scala": "scala",
}
LANGUAGES: Final = frozenset(LEXERS.values())
# Words that stand between values without ending a run of them: what builds a row, and what stands for a value.
_JOINING: Final = frozenset({"c", "list", "tuple", "array", "row", "vector", "union", "all", "select"})
_CONSTANTS: Final = frozenset({"true", "false", "none", "null", "na", "nan", "missing", "nothing", "nil"})
_NEUTRAL: Final = (Token.Punctuation, Token.Operator, Token.Text.Whitespace, Token.Comment)
_SEPARATORS: Final = str.maketrans(dict.fromkeys(",;\t|#*/-<>!%[](){}'\"", " "))


@dataclass(frozen=True)
class _Piece:
    """A part of a program: how many values it holds, and what it says where it holds none."""

    line: int
    values: int
    word: str = ""


def language_of(name: str) -> str:
    """The language of a file by its ending, empty where none is read."""
    return LEXERS.get(PurePosixPath(name).suffix.lower(), "")


def note_values(source: str, language: str, where: Location, reading: ContentBuilder) -> None:
    """Say where many values are written into a program, and where it is too long to look."""
    if language not in LANGUAGES:
        return
    if len(source) > MAX_LEXED:
        why = f"The program has more than {MAX_LEXED:,} characters, and was not looked through for values."
        reading.findings.append(make_finding("code.literals", where or "the whole file", why, values=0))
        return
    pieces = list(_pieces(source, get_lexer_by_name(language, stripnl=False, ensurenl=False)))
    spots = dict(_runs(pieces))
    for line, values in _similar_lines(pieces):
        if not {line, line - 1} & spots.keys():  # the lines of a run are alike too
            spots[line] = values
    for line, values in sorted(spots.items()):
        why = f"{values} values are written here one after another, as data are."
        reading.findings.append(make_finding("code.literals", replace(where, line=line), why, values=values))


def _pieces(source: str, lexer: Lexer) -> Iterator[_Piece]:
    line, text, text_at, before = 1, "", 0, ""
    for kind, value in lexer.get_tokens(source):
        is_text = kind in Token.Literal.String or kind in Token.Other
        if is_text:
            text, text_at = text + value, text_at or line
        elif text:
            yield _Piece(text_at, _values_in(text))
            text, text_at = "", 0
        if not is_text:
            yield _piece(kind, value, line, before)
        line, before = line + value.count("\n"), value
    if text:
        yield _Piece(text_at, _values_in(text))


def _piece(kind: _TokenType, value: str, line: int, before: str) -> _Piece:
    word = value.strip()
    if kind in Token.Literal.Number:
        return _Piece(line, 0 if before == "." else 1)
    if word.lower() in _CONSTANTS:
        return _Piece(line, 1)
    if kind in Token.Comment:
        return _Piece(line, _numbers(word) if _is_row(word) else 0)
    return _Piece(line, 0, word)


def _runs(pieces: list[_Piece]) -> Iterator[tuple[int, int]]:
    """Line and length of each long run of values with nothing but punctuation between them."""
    started = values = 0
    for piece in [*pieces, _Piece(0, 0, "end")]:
        if piece.values:
            started, values = started or piece.line, values + piece.values
        elif piece.word[:1].isalpha() and piece.word.lower() not in _JOINING:
            if values >= MANY_VALUES:
                yield started, values
            started = values = 0


def _similar_lines(pieces: list[_Piece]) -> Iterator[tuple[int, int]]:
    """First line and number of values of lines that say the same but for their values."""
    lines: dict[int, tuple[list[str], int]] = {}
    for piece in pieces:
        words, values = lines.get(piece.line, ([], 0))
        lines[piece.line] = ([*words, piece.word] if piece.word else words, values + piece.values)
    started = total = 0
    last: list[str] | None = None
    counted = [(line, words, values) for line, (words, values) in sorted(lines.items()) if words or values]
    for line, words, values in [*counted, (0, ["end"], 0)]:
        if words == last and values:
            total += values
            continue
        if total >= MANY_VALUES:
            yield started, total
        started, total, last = line, values, words


def _values_in(text: str) -> int:
    """One for a text; for a text of many lines the number of those that are rows."""
    rows = sum(_is_row(line) for line in text.split("\n"))
    return rows if rows > 1 else 1


def _is_row(line: str) -> bool:
    """Whether a line is values: a third of what stands in it has a digit and is short."""
    parts = line.translate(_SEPARATORS).split()
    return bool(parts) and _numbers(line) * 3 >= len(parts)


def _numbers(line: str) -> int:
    """How many short words of a line have a digit."""
    parts = line.translate(_SEPARATORS).split()
    return sum(len(part) <= 40 and any(letter.isdigit() for letter in part) for part in parts)
