"""Dates of birth: any date that the words around it, or its column's header, call one.

Source: dates as in ISO 8601 and as written in the United Kingdom. A year alone, or a month and a year, is not one.
"""

from typing import Final

from disclosure_control.pii.recognisers.recogniser import NUMBER, Recogniser

_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"

RECOGNISERS: Final = (
    Recogniser(
        "date-of-birth",
        r"(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d{2}"
        rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH},? (?:19|20)\d{{2}}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d{{2}}",
        around=NUMBER,
        context=r"d\.? ?o\.? ?b\.?|(?:date|day) of birth|birth ?date|birth ?day|born(?: on)?|birth dt",
        needs_context=True,
        ignore_case=True,
    ),
)
