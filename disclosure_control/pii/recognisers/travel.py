"""Passports, driving licences and vehicles.

Sources: machine-readable zone, ICAO Doc 9303 part 3 (weights 7, 3, 1); passport numbers, HM Passport Office: nine
digits, or two letters and seven digits; driver numbers, DVLA: five characters of the surname, the decade, month (plus 50
for women), day and year of birth, two initials, and three more; registrations since 2001, DVLA INF104.
"""

import re
from typing import Final

from disclosure_control.pii.recognisers.recogniser import NUMBER, Recogniser

_MRZ: Final = re.compile(r"([A-Z0-9<]{9})(\d)([A-Z<]{3})(\d{6})(\d)([MFX<])(\d{6})(\d)([A-Z0-9<]{14})([0-9<])(\d)")
_DRIVER: Final = re.compile(r"[A-Z]{1,5}9{0,4}\d(\d\d)(\d\d)\d([A-Z]{2}|[A-Z]9|99)[A-Z0-9][A-Z]{2}")


def mrz_is_valid(line: str) -> bool:
    """The second line of a passport's machine-readable zone: four of its check digits.

    >>> mrz_is_valid("L898902C36UTO7408122F1204159ZE184226B<<<<<10")
    True
    >>> mrz_is_valid("L898902C35UTO7408122F1204159ZE184226B<<<<<10")
    False
    """
    parts = _MRZ.fullmatch(line)
    if parts is None:
        return False
    number, check, _, born, born_check, _, ends, ends_check, personal, personal_check, whole = parts.groups()
    everything = f"{number}{check}{born}{born_check}{ends}{ends_check}{personal}{personal_check}"
    checks = ((number, check), (born, born_check), (ends, ends_check), (everything, whole))
    return all(_weighted(text) == int(digit) for text, digit in checks)


def _weighted(text: str) -> int:
    values = (0 if c == "<" else int(c, 36) for c in text)
    return sum(value * (7, 3, 1)[i % 3] for i, value in enumerate(values)) % 10


def driver_number_is_valid(text: str) -> bool:
    """A month and a day in the places where a driver number holds them.

    >>> driver_number_is_valid("MORGA657054SM9IJ"), driver_number_is_valid("MORGA699054SM9IJ")
    (True, False)
    """
    parts = _DRIVER.fullmatch(text[:16])
    if parts is None:
        return False
    month, day = int(parts[1]), int(parts[2])
    return (1 <= month <= 12 or 51 <= month <= 62) and 1 <= day <= 31


RECOGNISERS: Final = (
    Recogniser("passport", r"[A-Z0-9<]{9}\d[A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{14}[0-9<]\d", mrz_is_valid, ("", "")),
    Recogniser(
        "passport",
        r"\d{9}|[A-Z]{2} ?\d{7}",
        around=NUMBER,
        context=r"passports?(?: (?:no|num|number))?",
        needs_context=True,
    ),
    Recogniser("driving-licence", r"[A-Z9]{5} ?\d{6} ?[A-Z9]{2} ?[A-Z0-9] ?[A-Z]{2}", driver_number_is_valid),
    Recogniser(
        "vehicle",
        r"[A-HJ-PR-Y][A-HJ-PR-Y]\d{2} ?[A-HJ-PR-Z]{3}",
        context=r"vehicle|registration|reg(?: (?:no|num|number|plate|mark))?|number plate|licen[cs]e plate|vrm|vrn|car|van",
        needs_context=True,
    ),
)
