"""Every name in many texts: each sentence is read once, and what the model and the cues find is ranked.

A span whose every word is a place, a group or a term of statistics is ``possible``: it is said, and stops nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from disclosure_control.core.errors import MissingExtra
from disclosure_control.pii.names import processes
from disclosure_control.pii.names.cues import cued
from disclosure_control.pii.names.lexicon import is_plain, words_of
from disclosure_control.pii.names.prose import Sentence, chunks, sentences, words_in_lower_case

MAX_PROSE: Final = 10_000_000  # characters of sentences that a model reads: some minutes on two processors
Spans = list[tuple[int, int]]


@dataclass(frozen=True)
class Name:
    """One name: where it begins and ends, and whether it is likelier something else."""

    start: int
    end: int
    is_possible_only: bool


@dataclass(frozen=True)
class FoundNames:
    """The names of each text, and what was not read: why, where a library is missing, or because of the length."""

    names: Mapping[str, list[Name]]
    missing: str | None = None
    is_truncated: bool = False


def find(texts: Mapping[str, Spans], limit: int = MAX_PROSE, unread: Collection[str] = ()) -> FoundNames:
    """The names in each of several different texts, given what else was found in them.

    Of ``unread`` texts no model reads a sentence: cues and lists alone find their names.
    """
    cues = {text: list(cued(text)) for text in texts}
    usual = words_in_lower_case(cues)
    parts = {
        text: [] if text in unread else list(sentences(text, [*spans, *texts[text]], usual))
        for text, spans in cues.items()
    }
    different = list(dict.fromkeys(sentence.text for found in parts.values() for sentence in found))
    readable, cut = _within(different, limit)
    missing = None
    try:
        spans = _read(readable)
    except MissingExtra as error:
        spans, missing = {}, str(error)
    return FoundNames({text: _names(text, found, spans, cues[text]) for text, found in parts.items()}, missing, cut)


def _within(texts: Sequence[str], limit: int) -> tuple[list[str], bool]:
    kept: list[str] = []
    for text in texts:
        limit -= len(text)
        if limit < 0:
            return kept, True
        kept.append(text)
    return kept, False


def _read(texts: Sequence[str]) -> dict[str, Spans]:
    """The model's spans in each sentence; sentences are read several at once, as lines."""
    groups = list(chunks(texts))
    everything = processes.people(["\n".join(group) for group in groups]) if groups else []
    spans: dict[str, Spans] = {}
    for group, found in zip(groups, everything, strict=True):
        begin = 0
        for text in group:
            end = begin + len(text)
            spans[text] = [(a - begin, min(b, end) - begin) for a, b in found if begin <= a < end]
            begin = end + 1
    return spans


def _names(text: str, parts: Sequence[Sentence], spans: Mapping[str, Spans], cues: Spans) -> list[Name]:
    read = [(part.begin + a, part.begin + b) for part in parts for a, b in spans.get(part.text, [])]
    sure = set(cues)
    names: list[Name] = []
    for start, end in _joined([*read, *sure]):
        known = any(a < end and start < b for a, b in sure)
        names.append(Name(start, end, not known and _is_something_else(text[start:end])))
    return names


def _joined(spans: Sequence[tuple[int, int]]) -> Spans:
    """Spans that overlap as one."""
    joined: Spans = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _is_something_else(span: str) -> bool:
    return all(is_plain(word) for word in words_of(span))
