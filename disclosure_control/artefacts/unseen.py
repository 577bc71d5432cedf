"""Characters that no reader sees: taken out of what is released, named, and read where they spell something.

They steer direction, have no width or no meaning, or stand for others: tags spell letters (Unicode 15, section 23.9),
variation selectors spell bytes, and an override turns the order of what follows (UAX 9).
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from disclosure_control.examined import Reading, TextKind
from disclosure_control.finding import found, places

_UNSEEN_KINDS: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_KEPT: Final = frozenset("\n\t\r")
# Fillers, joiners and selectors that Unicode counts as marks or letters, but that nothing draws (DerivedCoreProperties:
# Default_Ignorable_Code_Point), the blank of Braille, and separators of lines that few programs know.
_IGNORED: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\u2800\u2028\u2029\U000e0100-\U000e01ef]"
)
_SELECTED: Final = re.compile("(?<=[^\x00-\x7f\ufe00-\ufe0f])[\ufe0e\ufe0f](?![\ufe00-\ufe0f\U000e0100-\U000e01ef])")
_TAGS: Final = (0xE0020, 0xE007E)
_SELECTORS: Final = ((0xFE00, 0xFE0F, 0), (0xE0100, 0xE01EF, 16))
_OVERRIDES: Final = re.compile("[\u202e\u202d]")


def visible(text: str) -> str:
    """The text without characters that are not seen; line ends and tabs stay.

    >>> visible("9\\u200b4\\ufe0f3\\U000e0041\\x1b"), visible("plain")
    ('943', 'plain')
    """
    if text.isascii() and text.isprintable():
        return text
    return _IGNORED.sub("", "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _UNSEEN_KINDS))


def holds_unseen(text: str) -> bool:
    """Whether a text holds characters that are not seen, but for the one that makes a sign a coloured picture."""
    return not (text.isascii() and text.isprintable()) and visible(text) != _SELECTED.sub("", text)


def spelt(text: str) -> str:
    """What the characters that are not seen spell: by tags, by selectors, or by turning the order.

    >>> spelt("ok" + "".join(chr(0xE0000 + ord(c)) for c in "hidden"))
    'hidden'
    """
    if text.isascii():
        return ""
    tags, numbers = "", bytearray()
    for character in text:
        code = ord(character)
        if _TAGS[0] <= code <= _TAGS[1]:
            tags += chr(code - 0xE0000)
        for first, last, value in _SELECTORS:
            if first <= code <= last:
                numbers.append(code - first + value)
    turned = visible(text)[::-1] if _OVERRIDES.search(text) else ""
    return " ".join(part for part in (tags, visible(numbers.decode("utf-8", "replace")), turned) if part.strip())


def note_unseen(parts: Iterable[tuple[str, str]], reading: Reading) -> None:
    """Name the places whose texts hold characters that are not seen, and read what these spell."""
    where = []
    for place, text in parts:
        if holds_unseen(text):
            where.append(place)
            reading.text(f"{place}, what is not seen", spelt(text), TextKind.CODE)
    if where:
        why = "The text holds characters that are not seen."
        reading.findings.append(found("artefact.hidden-content", places(where), why, places=len(where)))
