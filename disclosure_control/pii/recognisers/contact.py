"""Ways to reach a person: e-mail and telephone.

Sources: e-mail, RFC 5321's form and lengths; UK telephone numbers, Ofcom's National Telephone Numbering Plan: after the
0 nine or ten digits that begin with 1, 2, 3, 5, 7, 8 or 9; numbers abroad, ITU-T E.164: + and eight to fifteen digits. Other
forms are telephone numbers only where the words around them say so.
"""

import re
from typing import Final

from disclosure_control.pii.recognisers.recogniser import NUMBER, Recogniser

_SEP: Final = "[ \u00a0.\u2010-\u2015-]?"


def uk_phone_is_valid(text: str) -> bool:
    """Nine or ten digits after the 0, in a range that is in use.

    >>> uk_phone_is_valid("01632960983"), uk_phone_is_valid("+4401632960983"), uk_phone_is_valid("04632960983")
    (True, True, False)
    """
    digits = re.sub(r"\D", "", text)
    if text.startswith(("+", "0044")):
        digits = digits.removeprefix("00").removeprefix("44")
    digits = digits.removeprefix("0")
    return len(digits) in (9, 10) and digits[0] in "1235789"


def abroad_is_valid(text: str) -> bool:
    """Eight to fifteen digits."""
    return 8 <= len(re.sub(r"\D", "", text)) <= 15


def announced_is_valid(text: str) -> bool:
    """Seven to fifteen digits, which are no date."""
    return 7 <= len(re.sub(r"\D", "", text)) <= 15 and re.fullmatch(r"(?:19|20)\d{6}", text) is None


RECOGNISERS: Final = (
    Recogniser(
        "email",
        r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}",
        around=(r"(?<![A-Za-z0-9._%+-])", ""),
    ),
    Recogniser(
        "phone",
        rf"(?:(?:\+|00)44{_SEP}(?:\(0\){_SEP})?\(?|\(?0)\d{{2,5}}\)?{_SEP}\d{{2,8}}(?:{_SEP}\d{{2,4}}){{0,3}}",
        uk_phone_is_valid,
        (r"(?<![0-9_+.,])", NUMBER[1]),
    ),
    Recogniser(
        "phone",
        rf"\+[1-9]\d{{0,2}}{_SEP}\(?\d{{1,5}}\)?(?:{_SEP}\d{{2,5}}){{1,5}}",
        abroad_is_valid,
        (r"(?<![0-9_+.,A-Za-z])", NUMBER[1]),
        r"phone|tel|telephone|mobile|call|ring|fax|text|contact|cell",
    ),
    Recogniser(
        "phone",
        rf"\+?\(?\d{{1,5}}\)?(?:{_SEP}\(?\d{{2,5}}\)?){{1,4}}(?: ?x\d{{1,5}})?",
        announced_is_valid,
        NUMBER,
        r"phone|tel|telephone|(?:tele)?phone (?:no|num|number)|mobile|call(?: me)?(?: (?:at|on))?|ring|fax|whatsapp|cell"
        r"|sms|office",
        needs_context=True,
    ),
)
