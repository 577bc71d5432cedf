"""The rules about single people: their records, and personal data in text."""

from typing import Final

from disclosure_control.core.outcome import Outcome
from disclosure_control.core.rules.rule import Rule

_PASS, _REVIEW, _FAIL = Outcome.PASS, Outcome.REVIEW, Outcome.FAIL
_REMOVE: Final = "Remove it."

PERSONAL: Final = (
    Rule(
        "microdata.records",
        _FAIL,
        "The file reads as records of single people rather than as statistics.",
        "Hand in statistics only.",
    ),
    Rule(
        "microdata.rows",
        _FAIL,
        "Rows of the file stand in the project's data, more and rarer ones than chance explains.",
        "Hand in statistics only.",
    ),
    Rule(
        "microdata.values",
        _FAIL,
        "The file repeats values of a column of the project's data, person by person.",
        "Show a summary or a histogram with enough people in each bin instead of single values.",
    ),
    Rule(
        "microdata.pseudonym",
        _FAIL,
        "The file names people of the project's view by their pseudonyms.",
        "Leave identifiers out.",
    ),
    Rule(
        "microdata.not-compared",
        _REVIEW,
        "The file could not be compared with the project's data within the limits.",
        "Hand in less, or look for records by eye.",
    ),
    Rule("pii.nhs-number", _FAIL, "The text holds an NHS number with a valid check digit.", _REMOVE),
    Rule(
        "pii.chi-number",
        _FAIL,
        "The text holds a CHI number (Scotland): a date of birth and a valid check digit.",
        _REMOVE,
    ),
    Rule("pii.hc-number", _FAIL, "The text holds a Health and Care number (Northern Ireland).", _REMOVE),
    Rule("pii.gmc-number", _REVIEW, "The text holds what it calls a doctor's GMC number.", _REMOVE),
    Rule("pii.national-insurance-number", _FAIL, "The text holds a National Insurance number.", _REMOVE),
    Rule("pii.tax-reference", _FAIL, "The text holds a taxpayer's reference (UTR) with a valid check digit.", _REMOVE),
    Rule(
        "pii.vat-number",
        _REVIEW,
        "The text holds a VAT registration with valid check digits; a sole trader's is a person's.",
        "Remove it, unless the business is no person and may be named.",
    ),
    Rule("pii.pupil-number", _FAIL, "The text holds a pupil's number (UPN) with a valid check letter.", _REMOVE),
    Rule("pii.learner-number", _FAIL, "The text holds a learner's number (ULN) with a valid check digit.", _REMOVE),
    Rule("pii.card", _FAIL, "The text holds a payment card number with a valid check digit.", _REMOVE),
    Rule("pii.iban", _FAIL, "The text holds a bank account number (IBAN) with valid check digits.", _REMOVE),
    Rule("pii.bank-account", _FAIL, "The text holds a sort code or what it calls an account number.", _REMOVE),
    Rule("pii.passport", _FAIL, "The text holds a passport's number or machine-readable line.", _REMOVE),
    Rule("pii.driving-licence", _FAIL, "The text holds the number of a driving licence.", _REMOVE),
    Rule("pii.vehicle", _REVIEW, "The text holds what it calls the registration of a vehicle.", _REMOVE),
    Rule("pii.email", _FAIL, "The text holds an e-mail address.", _REMOVE),
    Rule("pii.phone", _FAIL, "The text holds a telephone number.", _REMOVE),
    Rule("pii.date-of-birth", _REVIEW, "The text holds a date of birth.", "Remove it, or show the year only."),
    Rule("pii.postcode", _REVIEW, "The text holds a full UK postcode.", "Remove it, or show the first half only."),
    Rule("pii.address", _REVIEW, "The text holds what reads as the address of a dwelling.", _REMOVE),
    Rule("pii.property-reference", _REVIEW, "The text holds what it calls a property's reference (UPRN).", _REMOVE),
    Rule("pii.person", _REVIEW, "The text may hold a person's name.", "Remove it, or say why it may be shown."),
    Rule(
        "pii.possible-person",
        _PASS,
        "A word reads as a name but is also a place, a group or a term of statistics.",
        "Nothing, unless it is somebody's name.",
    ),
    Rule(
        "pii.person-with-identifier",
        _FAIL,
        "The text may hold a person's name, near something that identifies the person.",
        "Remove both.",
    ),
    Rule("pii.column", _FAIL, "A column holds the names, addresses or dates of birth of people.", "Leave it out."),
    Rule(
        "pii.not-scanned",
        _REVIEW,
        "No language model looked for names, since the libraries for it are not installed.",
        "Install tre-toolkit[pii] where the check runs.",
    ),
    Rule(
        "pii.truncated",
        _REVIEW,
        "The file holds more text than is scanned; the rest was not read.",
        "Hand in less text.",
    ),
)
