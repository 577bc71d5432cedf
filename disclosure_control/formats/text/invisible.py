"""Characters that no reader sees or tells apart: not in what is released, named, and read where they spell something.

They steer direction, have no width or no meaning, or stand for others: tags spell letters (Unicode 15, section 23.9),
variation selectors spell bytes, and an override turns the order of what follows (UAX 9). Every kind of space becomes
the ordinary one, and letters that look like Latin ones become these in a word that has such (``confusables``).
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from disclosure_control.core.confusables import in_one_alphabet
from disclosure_control.core.content import ContentBuilder, TextKind
from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import Place, located

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
_ODD_SPACE: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")  # category Zs but for the ordinary one
_USUAL: Final = frozenset("\u00a0\u2009\u202f")  # between digits, before units and signs
_WIDE: Final = re.compile("[\u1100-\u11ff\u3001-\u9fff\uac00-\ud7af\uff00-\uff60]")  # scripts with a space of their own
_MANY_SPACES: Final = 8  # of at least two kinds, on a line
_UNSEEN_WHY: Final = "The text holds characters that are not seen."
_SPACES_WHY: Final = "The text mixes kinds of spaces that look alike."
_LETTERS_WHY: Final = "Words mix letters of several alphabets that look alike."


def visible(text: str) -> str:
    """The text without characters that are not seen or told apart; line ends and tabs stay.

    >>> visible("9\\u200b4\\ufe0f3\\U000e0041\\x1b"), visible("5\\u202f000\\u00a0kg"), visible("\\u0430rea")
    ('943', '5 000 kg', 'area')
    """
    if text.isascii() and text.isprintable():
        return text
    return in_one_alphabet(_ODD_SPACE.sub(" ", _without_unseen(text)))


def _without_unseen(text: str) -> str:
    return _IGNORED.sub("", "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _UNSEEN_KINDS))


def holds_unseen(text: str) -> bool:
    """Whether a text holds characters that are not seen, but for the one that makes a sign a coloured picture."""
    return not (text.isascii() and text.isprintable()) and _without_unseen(text) != _SELECTED.sub("", text)


def mixes_spaces(text: str) -> bool:
    """Whether a line has so many kinds of spaces that they may say something, or one that few texts have.

    >>> mixes_spaces("5\\u202f000\\u00a0kg"), mixes_spaces("a\\u2005b"), mixes_spaces("\\u00a0\\u2009" * 4)
    (False, True, True)
    """
    if text.isascii():
        return False
    odd = _ODD_SPACE.findall(text)
    usual = _USUAL | {"\u3000"} if _WIDE.search(text) else _USUAL
    return bool(set(odd) - usual) or (len(odd) >= _MANY_SPACES and len(set(odd)) > 1)


def hidden_message(text: str) -> str:
    """What the characters that are not seen spell: by tags, by selectors, or by turning the order.

    >>> hidden_message("ok" + "".join(chr(0xE0000 + ord(c)) for c in "hidden"))
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


def note_unseen(parts: Iterable[tuple[Place, str]], reading: ContentBuilder) -> None:
    """Name the places whose texts hold characters that are not seen or told apart, and read what these spell."""
    where: dict[str, list[Place]] = {why: [] for why in (_UNSEEN_WHY, _SPACES_WHY, _LETTERS_WHY)}
    for place, text in parts:
        if text.isascii() and text.isprintable():
            continue
        if holds_unseen(text):
            where[_UNSEEN_WHY].append(place)
            reading.text(located("what is not seen").within(place), hidden_message(text), TextKind.CODE)
        if mixes_spaces(text):
            where[_SPACES_WHY].append(place)
        if in_one_alphabet(text) != text:
            where[_LETTERS_WHY].append(place)
    for why, at in where.items():
        if at:
            reading.findings.append(make_finding("artefact.hidden-content", at, why, places=len(at)))
