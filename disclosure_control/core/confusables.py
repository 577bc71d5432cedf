"""Letters of Cyrillic and Greek that look like Latin ones (Unicode Technical Standard 39, single letters).

They count as Latin only inside a word that also holds a Latin letter: words of those languages, and signs of
statistics, stay.
"""

import re
from typing import Final

_CYRILLIC: Final = dict(zip("АВЕЅІЈКМНОРСТУХаеѕіјорсухԁһӏ", "ABESIJKMHOPCTYXaesijopcyxdhl", strict=True))
_GREEK: Final = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοι", "ABEZHIKMNOPTYXoi", strict=True))
_ALIKE: Final = str.maketrans({**_CYRILLIC, **_GREEK})
# The escapes of JSON and of programs are no part of the word that follows them.
_WORD: Final = re.compile(r"\\[bfnrt]|[^\W\d_]{2,}")
_LATIN: Final = re.compile(r"[A-Za-z]")


def in_one_alphabet(text: str) -> str:
    """The text with Latin letters for what looks like them, in words that hold Latin letters.

    >>> in_one_alphabet("p\u0430ti\u0435nt"), in_one_alphabet("\u041c\u043e\u0441\u043a\u0432\u0430")
    ('patient', 'Москва')
    """
    return text if text.isascii() else _WORD.sub(_latin, text)


def _latin(word: re.Match[str]) -> str:
    return word[0].translate(_ALIKE) if _LATIN.search(word[0]) else word[0]
