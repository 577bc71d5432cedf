"""Numbers of cards and accounts.

Sources: cards, ISO/IEC 7812 (Luhn) with the issuers' prefixes and lengths; IBAN, ISO 13616 (mod 97, and each country's
form; stdnum.iban); sort codes and account numbers, Pay.UK: six and eight digits, which only the words around them tell.
"""

import re
from typing import Final

from stdnum import iban, luhn

from disclosure_control.pii.recognisers.recogniser import NUMBER, Recogniser

_ISSUERS: Final = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|(?:6011|65\d{2}|64[4-9]\d)\d{12}"  # Discover
    r"|3(?:0[0-5]|[689]\d)\d{11,16}"  # Diners
    r"|35\d{14}|(?:2131|1800)\d{11}"  # JCB
    r"|(?:5018|5020|5038|5893|6304|6759|676[1-3]|0604)\d{8,15}"  # Maestro
)


def card_is_valid(digits: str) -> bool:
    """An issuer's prefix and length, and the Luhn check.

    >>> card_is_valid("4111111111111111"), card_is_valid("4111111111111112"), card_is_valid("9111111111111111")
    (True, False, False)
    """
    return _ISSUERS.fullmatch(digits) is not None and bool(luhn.is_valid(digits))


def iban_is_valid(text: str) -> bool:
    """The mod 97 check and the country's form.

    >>> iban_is_valid("GB82WEST12345698765432"), iban_is_valid("GB82WEST12345698765433")
    (True, False)
    """
    return bool(iban.is_valid(text, check_country=False))


RECOGNISERS: Final = (
    Recogniser("card", r"\d{12,19}", card_is_valid, NUMBER, r"card|visa|mastercard|amex", chance=1 / 10),
    Recogniser(
        "card",
        r"\d{12,19}",
        lambda digits: bool(luhn.is_valid(digits)),
        NUMBER,
        r"(?:credit |debit |bank |payment )?cards?(?: (?:no|num|number))?|visa|mastercard|amex|maestro|cc",
        needs_context=True,
    ),
    Recogniser("card", r"\d{4}[ -]\d{4}[ -]\d{4}(?:[ -]\d{1,4}){0,2}|\d{4}[ -]\d{6}[ -]\d{4,5}", card_is_valid, NUMBER),
    Recogniser(
        "iban",
        r"[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,4})?)",
        iban_is_valid,
    ),
    Recogniser(
        "bank-account", r"\d{2}-\d{2}-\d{2}[\s,;:/]{1,3}(?:[a-zA-Z.]{1,9}[\s,;:/]{1,3}){0,3}\d{8}", around=NUMBER
    ),
    Recogniser(
        "bank-account",
        r"\d{8}|\d{2}[- ]?\d{2}[- ]?\d{2}",
        around=NUMBER,
        context=r"sort[ -]?code|(?:bank )?account (?:no|num|number)|acc(?:oun)?t (?:no|num|number)|bank account",
        needs_context=True,
    ),
)
