"""Numbers of taxpayers.

Sources: National Insurance number, HMRC manual NIM39110; Unique Taxpayer Reference, its Modulus 11 check as in
python-stdnum (stdnum.gb.utr); VAT registration, HMRC's check (mod 97, and 97 less 55 since 2010; stdnum.gb.vat). A sole
trader's VAT registration is a person's.
"""

from typing import Final

from stdnum.gb import utr, vat

from disclosure_control.pii.recognisers.recogniser import GAP, NUMBER, Recogniser

_UNUSED: Final = frozenset({"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"})


def nino_is_valid(text: str) -> bool:
    """A prefix that is given out.

    >>> nino_is_valid("AB123456C"), nino_is_valid("GB123456C")
    (True, False)
    """
    return text[:2] not in _UNUSED


def utr_is_valid(digits: str) -> bool:
    """The check digit, which stands first.

    >>> utr_is_valid("1955839661"), utr_is_valid("2955839661")
    (True, False)
    """
    return len(set(digits)) > 1 and bool(utr.is_valid(digits))


def vat_is_valid(text: str) -> bool:
    """The check digits of a VAT registration.

    >>> vat_is_valid("GB980780684"), vat_is_valid("GB802311781")
    (True, False)
    """
    digits = text.removeprefix("GB")
    return len(set(digits)) > 1 and bool(vat.is_valid(digits))


RECOGNISERS: Final = (
    Recogniser(
        "national-insurance-number",
        rf"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]{GAP}\d{{2}}{GAP}\d{{2}}{GAP}\d{{2}}{GAP}[A-D]",
        nino_is_valid,
        context=r"nino|national insurance|ni (?:no|num|number)",
        ignore_case=True,
    ),
    Recogniser(
        "national-insurance-number",
        rf"[A-Z]{{2}}{GAP}\d{{2}}{GAP}\d{{2}}{GAP}\d{{2}}(?:{GAP}[A-Z])?",
        context=r"nino|national insurance(?: (?:no|num|number))?|ni (?:no|num|number)|social security(?: (?:no|num|number))?",
        needs_context=True,
        ignore_case=True,
    ),
    Recogniser(
        "tax-reference",
        rf"\d{{5}}{GAP}\d{{5}}|\d{{3}} \d{{3}} \d{{4}}",
        utr_is_valid,
        NUMBER,
        r"utr|(?:unique )?tax(?:payer)?(?:'s)? ref(?:erence)?|self[ -]assessment",
        needs_context=True,
        chance=1 / 11,
    ),
    Recogniser("vat-number", rf"GB{GAP}\d{{3}}{GAP}\d{{4}}{GAP}\d{{2}}", vat_is_valid),
    Recogniser(
        "vat-number",
        rf"\d{{3}}{GAP}\d{{4}}{GAP}\d{{2}}",
        vat_is_valid,
        NUMBER,
        r"vat(?: (?:reg(?:istration)?|no|num|number))*",
        needs_context=True,
        chance=2 / 97,
    ),
)
