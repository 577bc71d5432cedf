"""Identifiers that have a form: what each looks like, and the check that tells one from any other number.

A number next to a digit, a decimal point or an underscore is part of something longer, and is not matched. Sources:
NHS number, NHS Data Dictionary (Modulus 11); National Insurance number, HMRC manual NIM39110; postcode, BS 7666 as
used by the Office for National Statistics; cards, ISO/IEC 7812 (Luhn); IBAN, ISO 13616 (mod 97); telephone numbers,
Ofcom National Telephone Numbering Plan.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

_BEFORE: Final = r"(?<![0-9_])(?<!\d\.)"
_AFTER: Final = r"(?![0-9_])(?!\.\d)"
_GAP: Final = r"[ \u00a0\u2010-\u2015-]?"


@dataclass(frozen=True)
class Recogniser:
    """A kind of identifier; ``is_valid`` sees the match without gaps, in upper case."""

    kind: str
    pattern: re.Pattern[str]
    is_valid: Callable[[str], bool]


def nhs_number_is_valid(digits: str) -> bool:
    """The Modulus 11 check of an NHS number.

    >>> nhs_number_is_valid("9434765919"), nhs_number_is_valid("9434765918")
    (True, False)
    """
    if len(digits) != 10 or not digits.isdecimal() or len(set(digits)) == 1:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    check = 11 - total % 11
    return check != 10 and check % 11 == int(digits[9])


def luhn_is_valid(digits: str) -> bool:
    """The Luhn check of a card number.

    >>> luhn_is_valid("4111111111111111"), luhn_is_valid("4111111111111112")
    (True, False)
    """
    if not digits.isdecimal() or not 13 <= len(digits) <= 19 or digits[0] not in "23456":
        return False
    doubled = (int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def iban_is_valid(text: str) -> bool:
    """The mod 97 check of an IBAN.

    >>> iban_is_valid("GB82WEST12345698765432"), iban_is_valid("GB82WEST12345698765433")
    (True, False)
    """
    if not 15 <= len(text) <= 34 or not text.isalnum() or not text.isascii():
        return False
    return int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def _nino_is_valid(text: str) -> bool:
    return text[:2] not in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}


def _phone_is_valid(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    digits = digits.removeprefix("44").removeprefix("0") if text.startswith("+") else digits.removeprefix("0")
    return len(digits) in (9, 10) and digits[0] in "123578"


RECOGNISERS: Final = (
    Recogniser(
        "nhs-number",
        re.compile(rf"{_BEFORE}\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{4}}{_AFTER}"),
        nhs_number_is_valid,
    ),
    Recogniser(
        "national-insurance-number",
        re.compile(
            rf"(?<![A-Za-z0-9_])[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]{_GAP}\d{{2}}{_GAP}\d{{2}}{_GAP}\d{{2}}{_GAP}[A-D]"
            r"(?![A-Za-z0-9_])",
            re.IGNORECASE,
        ),
        _nino_is_valid,
    ),
    Recogniser(
        "email",
        re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"),
        lambda _: True,
    ),
    Recogniser("card", re.compile(rf"{_BEFORE}\d(?:{_GAP}\d){{12,18}}{_AFTER}"), luhn_is_valid),
    Recogniser(
        "iban",
        re.compile(r"(?<![A-Za-z0-9_])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9_])"),
        iban_is_valid,
    ),
    Recogniser(
        "phone",
        re.compile(rf"(?<![0-9_+])(?<!\d\.)(?:\+44{_GAP}(?:\(0\){_GAP})?|\(?0)\d(?:[)]?{_GAP}\d){{8,9}}{_AFTER}"),
        _phone_is_valid,
    ),
    Recogniser(
        "postcode",
        re.compile(
            r"(?<![A-Za-z0-9_])(?:GIR ?0AA|[A-PR-UWYZ](?:\d[A-HJKPSTUW\d]?|[A-HK-Y]\d[ABEHMNPRVWXY\d]?)"
            r" ?\d[ABD-HJLNP-UW-Z]{2})(?![A-Za-z0-9_])"
        ),
        lambda _: True,
    ),
)


def matches(text: str) -> Iterator[tuple[str, int, int]]:
    """Every identifier in a text: its kind, and where it begins and ends.

    >>> list(matches("NHS number 943 476 5919, seen in E12 5QB."))
    [('nhs-number', 11, 23), ('postcode', 33, 40)]
    """
    for recogniser in RECOGNISERS:
        for match in recogniser.pattern.finditer(text):
            if recogniser.is_valid(re.sub(r"[ \u00a0\u2010-\u2015()-]", "", match.group()).upper()):
                yield recogniser.kind, match.start(), match.end()
