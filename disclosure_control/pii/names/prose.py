"""Which sentences a language model reads: every one that could hold a name, once."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from disclosure_control.pii.names.lexicon import allowed, ordinary

CHUNK: Final = 2_000  # characters; a model is slower on longer texts, and Presidio's context search is quadratic
_SENTENCE: Final = re.compile(r"[^\n]+?(?:[.!?]+(?=\s+[\"'“(]?[A-ZÀ-Þ\d])|(?=\n)|$)", re.MULTILINE)
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_CAPITAL: Final = re.compile(r"(?<![\w.@/\\])[A-ZÀ-ÖØ-ÞŁŚŽČĆ][^\W\d_]*[a-zà-ÿ][\w'’-]*")


@dataclass(frozen=True)
class Sentence:
    """A part of a text, and where it begins in it."""

    begin: int
    text: str


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences and lines of a text that could hold a name, none longer than a chunk.

    >>> [s.text for s in sentences("The mean rose. It fell in Leeds. Then Margaret came.")]
    [' Then Margaret came.']
    """
    for match in _SENTENCE.finditer(text):
        if _is_mostly_words(match.group()) and could_hold_a_name(match.group()):
            yield from _cut(match.start(), match.group())


def _is_mostly_words(sentence: str) -> bool:
    """Whether it has two words, and letters make up half of it: a model takes lines of numbers for people."""
    words = _WORD.findall(sentence)
    return len(words) > 1 and sum(map(len, words)) >= len(sentence.replace(" ", "")) / 2


def could_hold_a_name(sentence: str) -> bool:
    """Whether a word begins with a capital and is not known to be something else."""
    known = ordinary() | allowed()
    return any(match.group().lower() not in known for match in _CAPITAL.finditer(sentence))


def chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    """The texts in groups that together are no longer than a chunk."""
    group: list[str] = []
    size = 0
    for text in texts:
        if group and size + len(text) + 1 > CHUNK:
            yield group
            group, size = [], 0
        group.append(text)
        size += len(text) + 1
    if group:
        yield group


def _cut(begin: int, text: str) -> Iterator[Sentence]:
    while len(text) > CHUNK:
        cut = text.rfind(" ", 0, CHUNK)
        cut = cut + 1 if cut > 0 else CHUNK
        yield Sentence(begin, text[:cut])
        begin, text = begin + cut, text[cut:]
    yield Sentence(begin, text)
