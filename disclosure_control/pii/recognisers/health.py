"""Numbers of patients and doctors.

Sources: NHS number, NHS Data Model and Dictionary (Modulus 11); its ranges, and those of Scotland (CHI) and of Northern
Ireland (Health and Care number), as collated in the package nhs-number 2.2; CHI, Public Health Scotland's dictionary:
a date of birth DDMMYY, then four digits of which the last is the check; GMC reference, General Medical Council: seven
digits without a check.
"""

from datetime import date
from typing import Final

from stdnum.gb import nhs

from disclosure_control.pii.recognisers.recogniser import NUMBER, Recogniser

_TEN: Final = (
    "\\d{10}|\\d{3} \\d{3} \\d{4}|\\d{3}[-\u2010-\u2015]\\d{3}[-\u2010-\u2015]\\d{4}|\\d{3}\u00a0\\d{3}\u00a0\\d{4}"
)
_ODD: Final = r"\d{3}[ ./-]{1,3}\d{3}[ ./-]{1,3}\d{4}|\d(?:[ ./-]\d){9}"  # separators that nobody uses


def nhs_number_is_valid(digits: str) -> bool:
    """The Modulus 11 check, in the ranges that are issued in England, Wales and the Isle of Man, or kept for tests.

    >>> nhs_number_is_valid("9434765919"), nhs_number_is_valid("9434765918"), nhs_number_is_valid("5990128088")
    (True, False, False)
    """
    return digits[:1] in {"4", "6", "7", "9"} and _has_check_digit(digits)


def chi_number_is_valid(digits: str) -> bool:
    """A date of birth, and the Modulus 11 check.

    >>> chi_number_is_valid("0101012012"), chi_number_is_valid("3201012017")
    (True, False)
    """
    if not _has_check_digit(digits):
        return False
    try:
        date(2000 + int(digits[4:6]), int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return digits[:4] == "2902" and int(digits[4:6]) % 4 == 0
    return True


def hc_number_is_valid(digits: str) -> bool:
    """The range 320 to 399 of Northern Ireland, and the Modulus 11 check.

    >>> hc_number_is_valid("3201234508"), hc_number_is_valid("4434765919")
    (True, False)
    """
    return "320" <= digits[:3] <= "399" and _has_check_digit(digits)


def _has_check_digit(digits: str) -> bool:
    return len(digits) == 10 and digits.isdecimal() and len(set(digits)) > 1 and bool(nhs.is_valid(digits))


RECOGNISERS: Final = (
    Recogniser(
        "nhs-number", _TEN, nhs_number_is_valid, NUMBER, r"nhs(?: (?:no|num|number|id))?|patient", chance=1 / 11
    ),
    Recogniser("nhs-number", _ODD, nhs_number_is_valid, NUMBER, r"nhs(?: (?:no|num|number|id))?", needs_context=True),
    Recogniser("chi-number", _TEN, chi_number_is_valid, NUMBER, r"chi(?: (?:no|num|number))?", chance=1 / 11 * 0.9),
    Recogniser(
        "hc-number",
        _TEN,
        hc_number_is_valid,
        NUMBER,
        r"h ?& ?c|hcn|hc (?:no|num|number)|health and (?:social )?care",
        needs_context=True,
        chance=1 / 11,
    ),
    Recogniser("gmc-number", r"\d{7}", around=NUMBER, context=r"gmc|general medical council", needs_context=True),
)
