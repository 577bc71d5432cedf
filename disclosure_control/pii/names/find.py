"""Every name in many texts: each sentence is read once, and what the model and the cues find is ranked.

A span whose every word is a place, a group or a term of statistics is ``possible``: it is said, and stops nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from disclosure_control.core.errors import MissingExtra
from disclosure_control.pii.names import processes
from disclosure_control.pii.names.cues import cue_spans
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
    cues = {text: list(cue_spans(text)) for text in texts}
    common_words = words_in_lower_case(cues)
    parts = {
        text: [] if text in unread else list(sentences(text, [*spans, *texts[text]], common_words))
        for text, spans in cues.items()
    }
    sentence_texts = list(
        dict.fromkeys(sentence.text for sentence_list in parts.values() for sentence in sentence_list)
    )
    readable, cut = _take_within(sentence_texts, limit)
    missing = None
    try:
        spans = _read(readable)
    except MissingExtra as error:
        spans, missing = {}, str(error)
    return FoundNames(
        {text: _names(text, sentence_list, spans, cues[text]) for text, sentence_list in parts.items()}, missing, cut
    )


def _take_within(texts: Sequence[str], limit: int) -> tuple[list[str], bool]:
    texts_read: list[str] = []
    for text in texts:
        limit -= len(text)
        if limit < 0:
            return texts_read, True
        texts_read.append(text)
    return texts_read, False


def _read(texts: Sequence[str]) -> dict[str, Spans]:
    """The model's spans in each sentence; sentences are read several at once, as lines."""
    groups = list(chunks(texts))
    group_spans = processes.people(["\n".join(group) for group in groups]) if groups else []
    spans: dict[str, Spans] = {}
    for group, people_spans in zip(groups, group_spans, strict=True):
        begin = 0
        for text in group:
            end = begin + len(text)
            spans[text] = [(a - begin, min(b, end) - begin) for a, b in people_spans if begin <= a < end]
            begin = end + 1
    return spans


def _names(text: str, parts: Sequence[Sentence], spans: Mapping[str, Spans], cues: Spans) -> list[Name]:
    model_spans = [(part.begin + a, part.begin + b) for part in parts for a, b in spans.get(part.text, [])]
    cue_set = set(cues)
    names: list[Name] = []
    for start, end in _merge_spans([*model_spans, *cue_set]):
        known = any(a < end and start < b for a, b in cue_set)
        names.append(Name(start, end, not known and _is_something_else(text[start:end])))
    return names


def _merge_spans(spans: Sequence[tuple[int, int]]) -> Spans:
    """Spans that overlap as one."""
    merged: Spans = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _is_something_else(span: str) -> bool:
    return all(is_plain(word) for word in words_of(span))
