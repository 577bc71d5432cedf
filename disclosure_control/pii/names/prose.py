"""Which sentences a language model reads: every one that could hold a name, once."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from disclosure_control.pii.names.lexicon import CAPITALS, SMALL, any_given_names, plain_words, surnames

CHUNK: Final = 2_000  # characters; a model is slower on longer texts, and Presidio's context search is quadratic
_SENTENCE: Final = re.compile(r"[^\n]+?(?:[.!?]+(?=\s+[\"'“(]?[A-ZÀ-Þ\d])|(?=\n)|$)", re.MULTILINE)
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_LOWER: Final = re.compile(r"(?<![\w.@/\\-])[a-z]{2,}(?![\w@/\\])")
_USUAL: Final = 3  # texts
_CAPITAL: Final = re.compile(rf"(?<![\w.@/\\])[{CAPITALS}][^\W\d_]*[{SMALL}][\w'’-]*")


@dataclass(frozen=True)
class Sentence:
    """A part of a text, and where it begins in it."""

    begin: int
    text: str


def sentences(
    text: str, known: Iterable[tuple[int, int]] = (), usual: frozenset[str] = frozenset()
) -> Iterator[Sentence]:
    """The sentences and lines of a text that could hold a name beside the ``known`` ones, none longer than a chunk.

    ``usual`` are words that stand in lower case elsewhere: one of them that begins a sentence, or
    that is no surname of the lists, is no name.

    >>> [s.text for s in sentences("The mean rose. It fell in Leeds. Then Margaret came.")]
    [' Then Margaret came.']
    """
    spans = list(known)
    for match in _SENTENCE.finditer(text):
        begin, end = match.span()
        inside = [(a - begin, b - begin) for a, b in spans if a < end and begin < b]
        if _is_mostly_words(match.group()) and _could_hold_a_name(match.group(), inside, usual):
            yield from _cut(begin, match.group())


def words_in_lower_case(texts: Iterable[str]) -> frozenset[str]:
    """The words that many texts have in lower case, and that are no given names; none from a few texts."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(_LOWER.findall(text)))
    return frozenset(word for word, number in counts.items() if number >= _USUAL) - any_given_names()


def _is_mostly_words(sentence: str) -> bool:
    """Whether it has two words, and letters make up half of it: a model takes lines of numbers for people."""
    words = _WORD.findall(sentence)
    return len(words) > 1 and sum(map(len, words)) >= len(sentence.replace(" ", "")) / 2


def _could_hold_a_name(sentence: str, known: Sequence[tuple[int, int]], usual: frozenset[str]) -> bool:
    """Whether a word begins with a capital, is not known to be something else, and is not yet found."""
    for match in _CAPITAL.finditer(sentence):
        word = match.group().lower()
        begins = not sentence[: match.start()].strip(" \t\"'“(-*#")
        is_known = any(a <= match.start() < b for a, b in known)
        is_common = word in usual and (begins or word not in surnames())
        if not (is_known or word in plain_words() or is_common):
            return True
    return False


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
