"""Lists: names of people, and the words that are none though they read like names.

Names are those of the US Census of 1990 (given names with frequencies, and surnames), from the package names (MIT; the
data are in the public domain). The allow-lists are this package's own, under ``lists/``, each with its version and
source; their digest stands in ``ALLOWED_DIGEST``.
"""

import functools
import hashlib
import importlib.util
import re
import unicodedata
from pathlib import Path
from typing import Final

# Latin letters, as they stand in a class of a pattern: English names are not the only ones.
CAPITALS: Final = "A-Z" + "".join(letter for letter in map(chr, range(0xC0, 0x250)) if letter.isupper())
SMALL: Final = "a-z" + "".join(letter for letter in map(chr, range(0xDF, 0x250)) if letter.islower())
_LISTS: Final = Path(__file__).parents[1] / "lists"
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[A-Z]\d")
_LEAST_PER_CENT: Final = 0.003  # rarer given names of the Census are mostly ordinary words
_COMMON_PER_CENT: Final = 0.02
_COMMON_SURNAME_PER_CENT: Final = 0.01


@functools.cache
def allowed() -> frozenset[str]:
    """Words of areas, groups of people and statistics, in lower case: they lower a name's rank."""
    return frozenset().union(*(_words(name) for name in ("areas", "groups", "terms")))


@functools.cache
def ordinary() -> frozenset[str]:
    """Ordinary words that are also names, in lower case: alone they are no evidence."""
    return _words("words")


@functools.cache
def given_names() -> frozenset[str]:
    """Given names that are not ordinary words, in lower case; empty where the package is not installed."""
    return any_given_names() - ordinary()


@functools.cache
def common_given_names() -> frozenset[str]:
    """Given names that are so common that one alone is evidence, in lower case."""
    names = _census("dist.male.first", _COMMON_PER_CENT) | _census("dist.female.first", _COMMON_PER_CENT)
    return names - ordinary() - allowed()


@functools.cache
def any_given_names() -> frozenset[str]:
    """Given names, those that are ordinary words among them, in lower case: evidence beside a surname."""
    return _census("dist.male.first", _LEAST_PER_CENT) | _census("dist.female.first", _LEAST_PER_CENT)


@functools.cache
def common_surnames() -> frozenset[str]:
    """Surnames so common that they are evidence beside a given name that is also an ordinary word, in lower case."""
    return _census("dist.all.last", _COMMON_SURNAME_PER_CENT)


@functools.cache
def surnames() -> frozenset[str]:
    """Surnames, in lower case; empty where the package is not installed."""
    return _census("dist.all.last", 0.0)


@functools.cache
def plain_words() -> frozenset[str]:
    """Ordinary and allowed words, in lower case."""
    return allowed() | ordinary()


def is_plain(word: str) -> bool:
    """Whether a word is an ordinary or an allowed one, or is made of such; with or without its marks and its 's.

    >>> is_plain("Guillain-Barré"), is_plain("Sjögren's"), is_plain("Michał")
    (True, True, False)
    """
    bare = word.lower().removesuffix("'s").removesuffix("’s")
    return bare in plain_words() or all({part, unaccented(part)} & plain_words() for part in bare.split("-"))


@functools.cache
def listed_names() -> frozenset[str]:
    """Names that are no ordinary and no allowed word, in lower case."""
    return (surnames() | given_names()) - plain_words()


@functools.cache
def allowed_digest() -> str:
    """SHA-256 of the lists, which changes when one of them does."""
    content = b"".join(path.read_bytes() for path in sorted(_LISTS.glob("*.txt")))
    return "sha256:" + hashlib.sha256(content).hexdigest()


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case.

    >>> words_of("O'Neill, Mary-Ann")
    ["o'neill", 'mary-ann']
    """
    return [word.lower() for word in _WORD.findall(text)]


def unaccented(word: str) -> str:
    """A word without the marks above and below its letters.

    >>> unaccented("sjögren")
    'sjogren'
    """
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))


def _words(name: str) -> frozenset[str]:
    lines = (_LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in words_of(line))


def _census(file: str, least: float) -> frozenset[str]:
    spec = importlib.util.find_spec("names")
    if spec is None or not spec.submodule_search_locations:
        return frozenset()
    path = Path(next(iter(spec.submodule_search_locations))) / file
    if not path.is_file():
        return frozenset()
    lines = (line.split() for line in path.read_text(encoding="ascii").splitlines())
    return frozenset(line[0].lower() for line in lines if len(line) > 1 and float(line[1]) >= least)
