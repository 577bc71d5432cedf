"""Names that the words around them announce, or that a list of names knows: found without a language model."""

import re
from collections.abc import Iterator
from typing import Final

from disclosure_control.pii.names.lexicon import (
    allowed,
    any_given_names,
    common_given_names,
    common_surnames,
    given_names,
    listed_names,
    ordinary,
    plain_words,
    surnames,
)

_CAP: Final = r"[A-ZÀ-ÖØ-ÞŁŚŽČĆ][\w'’-]*[^\W\d_]"
_PARTICLE: Final = r"(?:(?:de|da|di|du|van|von|der|den|la|le|el|al|bin|ibn|O'|Mc|Mac|St\.?)[ ]?)"
_NAME: Final = rf"{_CAP}(?:[ ](?:{_PARTICLE}*{_CAP}|[A-Z]\.?)){{0,3}}"
_TITLED: Final = re.compile(
    r"(?<![\w.])(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Rev|Revd|Reverend|Cllr|Councillor|Nurse|Sister|Judge"
    rf"|Sgt|PC|DC|Capt|Captain|Inspector|Mme|Herr|Frau)\.? ((?:[A-Z]\.? ?){{0,3}}{_NAME})"
)
_ANNOUNCED: Final = re.compile(
    r"(?i:(?<![\w-])(?:(?:full |patient'?s? |first |last |given |family |sur|fore|maiden |middle |client'?s? |participant'?s? )?"
    r"name(?:d| is|s are)?|patient|participant|respondent|interviewee|client|contact|attn|attention|dear|signed|regards"
    r"|sincerely|faithfully|cheers|thanks|hi|hello|hey|my name is|call me|i am|i'm|this is|known as|aka|called|named(?: (?:him|her|them))?|author|consultant"
    r"|surgeon|gp|carer|mother|father|son|daughter|wife|husband|brother|sister|seen by|referred by|reviewed by|prepared by"
    rf"|written by|interviewed by|signed by|from|to|by|with|and|cc|on behalf of)(?:\s*[:=,?]\s*|\s+(?:is |was |of )?))({_NAME})"
)
_STRONG: Final = re.compile(
    r"(?i:name|patient|participant|respondent|interviewee|client|attn|attention|dear|signed|regards|sincerely|faithfully"
    r"|call me|i'm|known as|aka|called|named|seen by|referred by|reviewed by|prepared by|written by|interviewed by|gp"
    r"|consultant|surgeon|carer)"
)
_PAIR: Final = re.compile(rf"(?<![\w@.])({_CAP})(?:[ ][A-Z]\.?)?[ ]({_PARTICLE}*{_CAP})(?![\w(=])")
_REVERSED: Final = re.compile(rf"(?<![\w@.])({_CAP}),[ ]({_CAP})(?![\w(=])")
_INITIAL: Final = re.compile(rf"(?<![\w@.])[A-Z](?:\.[ ]?|[ ])(?:[A-Z]\.?[ ]?){{0,2}}({_CAP})(?![\w(=])")
_SINGLE: Final = re.compile(rf"(?<![\w@.'’-])({_CAP})(?![\w(=])")
_LOCAL: Final = re.compile(r"([A-Za-z]{2,20})[._]([A-Za-z]{2,20})\d{0,4}@")


def cued(text: str) -> Iterator[tuple[int, int]]:
    """Where names stand that need no language model: begin and end."""
    for match in _TITLED.finditer(text):
        yield match.start(), match.end()
    for match in _ANNOUNCED.finditer(text):
        strong = _STRONG.search(match.group()[: match.start(1) - match.start()]) is not None
        if (strong and (not _is_plain(match[1]) or _are_names(match[1]))) or _is_known(match[1]):
            yield match.span(1)
    for match in _PAIR.finditer(text):
        if (_given(match[1]) and _could_be_surname(match[2])) or _are_common(match[1], match[2]):
            yield match.span()
    for match in _REVERSED.finditer(text):
        if _given(match[2]) and match[1].lower() in surnames() and not _is_plain(match[1]):
            yield match.span()
    for match in _INITIAL.finditer(text):
        if match[1].lower() in surnames() and not _is_plain(match[1]):
            yield match.span()
    for match in _SINGLE.finditer(text):
        if match[1].lower() in common_given_names():
            yield match.span(1)
    yield from _mailed(text)


def is_full_name(text: str) -> bool:
    """Whether a cell is a given name and a surname, in either order, both from the lists.

    >>> is_full_name("Margaret Thompson"), is_full_name("Milton Keynes"), is_full_name("North East")
    (True, False, False)
    """
    cell = text.strip().title() if text.islower() else text.strip()
    for pattern, given, family in ((_PAIR, 1, 2), (_REVERSED, 2, 1)):
        match = pattern.fullmatch(cell)
        if match is not None and _given(match[given]) and match[family].split()[-1].lower() in surnames():
            return match[family].lower() not in allowed() or match[given].lower() not in allowed()
    return False


def is_name_word(text: str) -> bool:
    """Whether a cell is one word that the lists know as a given name or a surname."""
    word = text.strip().lower()
    return word.isalpha() and (word in given_names() or word in surnames()) and word not in allowed()


def _mailed(text: str) -> Iterator[tuple[int, int]]:
    """The parts of an e-mail's local part, where they stand in the text as words."""
    for address in _LOCAL.finditer(text):
        for part in address.groups():
            for match in re.finditer(rf"(?<![\w@.]){re.escape(part.capitalize())}(?![\w@])", text):
                if part.lower() not in ordinary():
                    yield match.span()


def _given(word: str) -> bool:
    return word.lower().split("-")[0] in given_names() and word.lower() not in allowed()


def _could_be_surname(words: str) -> bool:
    word = words.split()[-1].lower().removesuffix("'s").removesuffix("’s")
    return word not in (ordinary() if word in surnames() else plain_words())


def is_listed(words: str) -> bool:
    """Whether every word is a name of the lists, and none an ordinary or an allowed word.

    >>> is_listed("Moreno"), is_listed("North Yorkshire")
    (True, False)
    """
    parts = [part.lower().removesuffix("'s").removesuffix("’s").strip(".,") for part in words.split()]
    return bool(parts) and all(part in listed_names() for part in parts)


def _are_names(words: str) -> bool:
    """Whether every word is a name of the lists, whatever else it is."""
    parts = [part.lower().strip(".,") for part in words.split()]
    return all(part in surnames() or part in any_given_names() for part in parts)


def _are_common(given: str, family: str) -> bool:
    """A given name that is also an ordinary word, beside a common surname that is none."""
    word = family.split()[-1].lower()
    known = given.lower() in any_given_names() and given.lower() not in allowed()
    return known and word in common_surnames() and word not in plain_words()


def _is_plain(words: str) -> bool:
    """Whether every word is an ordinary or an allowed one."""
    return all(word.lower().rstrip(".") in plain_words() for word in words.split())


def _is_known(words: str) -> bool:
    parts = [part.lower().rstrip(".") for part in words.split()]
    return parts[0] in given_names() and parts[0] not in allowed()
