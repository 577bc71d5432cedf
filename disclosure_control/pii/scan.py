"""Read text for personal data, and say what was found and where; never the text itself.

What each kind means for a file is one table. A name is for a checker to look at; beside an identifier it stops the
file.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from disclosure_control.errors import MissingExtra
from disclosure_control.examined import Text, TextKind
from disclosure_control.finding import Finding, found, places
from disclosure_control.outcome import Outcome
from disclosure_control.pii import names
from disclosure_control.pii.columns import chance_hits
from disclosure_control.pii.recognisers import matches
from disclosure_control.rules import RULES

NOT_SCANNED: Final = "not-scanned"
_CHUNK: Final = 4_000  # characters; Presidio's context search is quadratic
_MAX_PROSE: Final = 200_000  # characters a file; about half a minute
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_Hit = tuple[Text, str, int, int]


@dataclass(frozen=True)
class TextFinding:
    """Personal data in a text: its kind, where it begins and ends, and what it means. Never the text itself."""

    kind: str
    start: int
    end: int
    outcome: Outcome


@dataclass(frozen=True)
class _Piece:
    """A part of a text, and where in it the part begins."""

    source: Text
    begin: int
    text: str


def scan_text(text: str) -> list[TextFinding]:
    """Names and identifiers in a text, by their place.

    Where the libraries for names are not installed, one finding of kind "not-scanned" and REVIEW says so.

    >>> [(f.kind, f.start, f.end, f.outcome.label) for f in scan_text("9434765919")]
    [('nhs-number', 0, 10, 'fail')]
    """
    hits, problems = _hits([Text("", text)], prose_limit=len(text))
    findings = [TextFinding(kind, start, end, RULES[f"pii.{kind}"].outcome) for _, kind, start, end in hits]
    findings += [TextFinding(NOT_SCANNED, 0, len(text), Outcome.REVIEW)] if problems else []
    return sorted(findings, key=lambda finding: (finding.start, -finding.outcome))


def scan_texts(texts: Sequence[Text]) -> list[Finding]:
    """What the texts of one file hold: one finding a kind, with every place."""
    hits, problems = _hits(texts, prose_limit=_MAX_PROSE)
    hits = chance_hits(texts, hits)
    where: dict[str, list[str]] = {}
    for text, kind, start, end in hits:
        where.setdefault(kind, []).append(f"{text.where}, characters {start + 1}–{end}")
    identified = any(kind != names.PERSON for kind in where)
    if names.PERSON in where and identified:
        where["person-with-identifier"] = where.pop(names.PERSON)
    return [found(f"pii.{kind}", places(spots), places=len(spots)) for kind, spots in where.items()] + problems


def _hits(texts: Sequence[Text], prose_limit: int) -> tuple[list[_Hit], list[Finding]]:
    """Every match, and what could not be done."""
    hits: list[_Hit] = [
        (text, kind, start, end) for text in texts for kind, start, end in _distinct(list(matches(text.text)))
    ]
    problems: list[Finding] = []
    prose = [text for text in texts if _is_prose(text)]
    left = prose_limit
    try:
        for chunk in _chunks(prose):
            left -= sum(len(piece.text) for piece in chunk)
            if left < 0:
                problems.append(found("pii.truncated"))
                break
            hits += _named(chunk)
    except MissingExtra as error:
        problems.append(found("pii.not-scanned", why=str(error)))
    return hits, problems


def _named(chunk: Sequence[_Piece]) -> Iterator[_Hit]:
    """The names in several pieces that are read as one."""
    everything = names.find("\n".join(piece.text for piece in chunk))
    spans = [(start, end) for kind, start, end in everything if kind == names.PERSON]
    begin = 0
    for piece in chunk:
        finish = begin + len(piece.text)
        for start, end in spans:
            if begin <= start < finish:
                shift = piece.begin - begin
                yield piece.source, names.PERSON, start + shift, min(end, finish) + shift
        begin = finish + 1


def _is_prose(text: Text) -> bool:
    """Whether names are looked for: sentences, and rare labels as long as one; no programs, no lines of numbers."""
    if text.kind in (TextKind.CODE, TextKind.SHARED):
        return False
    words = _WORD.findall(text.text)
    if len(words) < 2 or (text.kind is TextKind.LABEL and len(text.text.split()) < 3):
        return False
    return sum(map(len, words)) >= len(text.text.replace(" ", "")) / 2


def _chunks(texts: Iterable[Text]) -> Iterator[list[_Piece]]:
    chunk: list[_Piece] = []
    size = 0
    for piece in (piece for text in texts for piece in _pieces(text)):
        if chunk and size + len(piece.text) + 1 > _CHUNK:
            yield chunk
            chunk, size = [], 0
        chunk.append(piece)
        size += len(piece.text) + 1
    if chunk:
        yield chunk


def _pieces(source: Text) -> Iterator[_Piece]:
    """A text in pieces that are short enough, cut where a line or a word ends."""
    text, begin = source.text, 0
    while begin < len(text):
        end = min(begin + _CHUNK, len(text))
        if end < len(text):
            cut = max(text.rfind("\n", begin, end), text.rfind(" ", begin, end))
            end = cut + 1 if cut > begin else end
        yield _Piece(source, begin, text[begin:end])
        begin = end


def _distinct(found_matches: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Matches without those that lie inside a longer or more severe one."""
    kept: list[tuple[str, int, int]] = []
    for kind, start, end in sorted(found_matches, key=lambda m: (-RULES[f"pii.{m[0]}"].outcome, -(m[2] - m[1]))):
        if all(end <= other_start or start >= other_end for _, other_start, other_end in kept):
            kept.append((kind, start, end))
    return sorted(kept, key=lambda match: match[1])
