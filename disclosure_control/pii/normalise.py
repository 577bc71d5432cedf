"""Normalised text: look-alike letters and digits become Latin and ASCII ones, invisible characters are removed.

Digits of any script and compatibility forms (full width, mathematical alphabets) follow Unicode's own tables. Letters
of Cyrillic and Greek that look like Latin ones are those of ``confusables``.
"""

import unicodedata
from typing import Final

from disclosure_control.core.confusables import in_one_alphabet

_INVISIBLE: Final = frozenset({"Cf", "Mn"})


def normalise(text: str) -> tuple[str, list[int] | None]:
    """The text as it reads, and where each of its characters stood; None where nothing moved.

    >>> normalise("ＮＨＳ ９\\u200b４3")
    ('NHS 943', [0, 1, 2, 3, 4, 6, 7])
    """
    if text.isascii():
        return text, None
    characters = [(_character(c), place) for place, c in enumerate(text) if not _is_invisible(c)]
    whole = in_one_alphabet("".join(c for c, _ in characters))
    return whole, None if len(characters) == len(text) else [place for _, place in characters]


def _is_invisible(character: str) -> bool:
    """Zero width, direction and soft hyphens, and marks that are joined to no letter by NFC."""
    return not character.isascii() and unicodedata.category(character) in _INVISIBLE


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
