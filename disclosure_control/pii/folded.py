"""Text as it reads: characters that only look like Latin letters or ASCII digits become them, unseen ones go.

Digits of any script and compatibility forms (full width, mathematical alphabets) follow Unicode's own tables. Letters
of Cyrillic and Greek that look like Latin ones (Unicode Technical Standard 39, the confusables of single letters) count
as such only inside a word that also holds a Latin letter: words of those languages, and signs of statistics, stay.
"""

import re
import unicodedata
from typing import Final

_CYRILLIC: Final = dict(zip("АВЕЅІЈКМНОРСТУХаеѕіјорсухԁһӏ", "ABESIJKMHOPCTYXaesijopcyxdhl", strict=True))
_GREEK: Final = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοι", "ABEZHIKMNOPTYXoi", strict=True))
_ALIKE: Final = str.maketrans({**_CYRILLIC, **_GREEK})
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_LATIN: Final = re.compile(r"[A-Za-z]")
_UNSEEN: Final = frozenset({"Cf", "Mn"})


def folded(text: str) -> tuple[str, list[int] | None]:
    """The text as it reads, and where each of its characters stood; None where nothing moved.

    >>> folded("ＮＨＳ ９\\u200b４3")
    ('NHS 943', [0, 1, 2, 3, 4, 6, 7])
    """
    if text.isascii():
        return text, None
    kept = [(_character(c), place) for place, c in enumerate(text) if not _is_unseen(c)]
    whole = _WORD.sub(_latin, "".join(c for c, _ in kept))
    return whole, None if len(kept) == len(text) else [place for _, place in kept]


def _is_unseen(character: str) -> bool:
    """Zero width, direction and soft hyphens, and marks that are joined to no letter by NFC."""
    return not character.isascii() and unicodedata.category(character) in _UNSEEN


def _character(character: str) -> str:
    if character.isascii():
        return character
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Zs":
        return character
    plain = unicodedata.normalize("NFKC", character)
    return plain if category[0] == "L" and len(plain) == 1 and plain.isascii() else character


def _latin(word: re.Match[str]) -> str:
    return word[0].translate(_ALIKE) if _LATIN.search(word[0]) else word[0]
