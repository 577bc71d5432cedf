"""Names that the words around them announce, or that a list of names knows: found without a language model."""

import re
from collections.abc import Iterator
from typing import Final

from disclosure_control.pii.names.lexicon import (
    CAPITALS,
    SMALL,
    allowed,
    any_given_names,
    common_given_names,
    common_surnames,
    given_names,
    is_plain,
    listed_names,
    ordinary,
    plain_words,
    surnames,
)

_CAP: Final = rf"[{CAPITALS}][\w'’-]{{0,30}}[^\W\d_]"
_PARTICLE: Final = r"(?:(?:de|da|di|du|van|von|der|den|la|le|el|al|bin|ibn|O'|Mc|Mac|St\.?)[ ]?)"
_NAME: Final = rf"{_CAP}(?:[ ](?:{_PARTICLE}*{_CAP}|[A-Z]\.?)){{0,3}}"
_TITLES: Final = (
    "Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Rev|Revd|Reverend|Cllr|Councillor|Nurse|Sister|Judge|Sgt"
    "|PC|DC|Capt|Captain|Inspector|Mme|Herr|Frau"
)
_WHOSE: Final = r"full |patient'?s? |first |last |given |family |sur|fore|maiden |middle |client'?s? |participant'?s? "
_STRONG_WORDS: Final = (
    rf"(?:{_WHOSE})?name(?:d| is|s are)?|patient|participant|respondent|interviewee|client|attn|attention|dear|signed"
    r"|regards|sincerely|faithfully|call me|i'm|known as|aka|called|named(?: (?:him|her|them))?|seen by|referred by"
    r"|reviewed by|prepared by|written by|interviewed by|signed by|gp|consultant|surgeon|carer"
)
_WEAK_WORDS: Final = (
    "contact|cheers|thanks|hi|hello|hey|i am|this is|author|mother|father|son|daughter|wife|husband|brother|sister|from"
    "|to|by|with|and|cc|on behalf of"
)
_TITLED: Final = re.compile(rf"(?<![\w.])(?:{_TITLES})\.? ((?:[A-Z]\.? ?){{0,3}}{_NAME})")
_ANNOUNCED: Final = re.compile(
    rf"(?i:(?<![\w-])(?:{_STRONG_WORDS}|{_WEAK_WORDS})(?:\s*[:=,?]\s*|\s+(?:is |was |of )?))({_NAME})"
)
_STRONG: Final = re.compile(rf"(?i:{_STRONG_WORDS})")
_PAIR: Final = re.compile(rf"(?<![\w@.])({_CAP})(?:[ ][A-Z]\.?)?[ ]({_PARTICLE}*{_CAP})(?![\w(=])")
_REVERSED: Final = re.compile(rf"(?<![\w@.])({_CAP}),[ ]({_CAP})(?![\w(=])")
_INITIAL: Final = re.compile(rf"(?<![\w@.])[A-Z](?:\.[ ]?|[ ])(?:[A-Z]\.?[ ]?){{0,2}}({_CAP})(?![\w(=])")
_SINGLE: Final = re.compile(rf"(?<![\w@.'’-])({_CAP})(?![\w(=])")
_CAPITALISED: Final = re.compile(rf"(?<![\w@.'’-])[{CAPITALS}][{SMALL}'’-]*[{SMALL}](?![\w(=])")
_LOCAL: Final = re.compile(r"([A-Za-z]{2,20})[._]([A-Za-z]{2,20})\d{0,4}@")


def cue_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where names stand that need no language model: begin and end."""
    yield from (match.span() for match in _TITLED.finditer(text))
    yield from (match.span(1) for match in _ANNOUNCED.finditer(text) if _is_announced(match))
    yield from (match.span() for match in _PAIR.finditer(text) if _are_given_and_family(match[1], match[2]))
    yield from (match.span() for match in _REVERSED.finditer(text) if _given(match[2]) and _is_family(match[1]))
    yield from (match.span() for match in _INITIAL.finditer(text) if _is_family(match[1]))
    yield from (match.span(1) for match in _SINGLE.finditer(text) if match[1].lower() in common_given_names())
    yield from (match.span() for match in _CAPITALISED.finditer(text) if _is_foreign(match.group()))
    yield from _names_in_addresses(text)


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


def _names_in_addresses(text: str) -> Iterator[tuple[int, int]]:
    """The parts of an e-mail's local part, where they stand in the text as words."""
    for address in _LOCAL.finditer(text):
        for part in address.groups():
            for match in re.finditer(rf"(?<![\w@.]){re.escape(part.capitalize())}(?![\w@])", text):
                if part.lower() not in ordinary():
                    yield match.span()


def _is_announced(match: re.Match[str]) -> bool:
    """Whether the word before is strong enough for any name, or the name is known."""
    before = match.group()[: match.start(1) - match.start()]
    if _STRONG.search(before) is not None and (not _is_plain(match[1]) or _are_names(match[1])):
        return True
    return _is_known(match[1])


def _are_given_and_family(given: str, family: str) -> bool:
    return (_given(given) and _could_be_surname(family)) or _are_common(given, family)


def _is_foreign(word: str) -> bool:
    """Whether a word has a letter that English has not, and is no place or term that is known to have one."""
    return not word.replace("’", "'").isascii() and not is_plain(word)


def _is_family(word: str) -> bool:
    return word.lower() in surnames() and not _is_plain(word)


def _given(word: str) -> bool:
    return word.lower().partition("-")[0] in given_names() and word.lower() not in allowed()


def _could_be_surname(words: str) -> bool:
    word = words.rpartition(" ")[2].lower().removesuffix("'s").removesuffix("’s")
    if word in common_surnames():
        return True
    return word not in (ordinary() if word in surnames() else plain_words())


def is_listed(words: str) -> bool:
    """Whether every word is a name of the lists, and none an ordinary or an allowed word.

    >>> is_listed("Moreno"), is_listed("North Yorkshire")
    (True, False)
    """
    parts = [part.lower().removesuffix("'s").removesuffix("’s").strip(".,") for part in words.split()]
    return bool(parts) and all(part in listed_names() for part in parts)


def _are_names(words: str) -> bool:
    """Whether every word is a name of the lists, though it may be an ordinary word too."""
    parts = [part.lower().strip(".,") for part in words.split()]
    known = all(part in surnames() or part in any_given_names() for part in parts)
    return known and not all(part in allowed() for part in parts)


def _are_common(given: str, family: str) -> bool:
    """A given name that is also an ordinary word, beside a common surname that is none."""
    word = family.rpartition(" ")[2].lower()
    known = given.lower() in any_given_names() and given.lower() not in allowed()
    return known and word in common_surnames() and word not in plain_words()


def _is_plain(words: str) -> bool:
    """Whether every word is an ordinary or an allowed one."""
    return all(word.lower().rstrip(".") in plain_words() for word in words.split())


def _is_known(words: str) -> bool:
    parts = [part.lower().rstrip(".") for part in words.split()]
    return parts[0] in given_names() and parts[0] not in allowed()
