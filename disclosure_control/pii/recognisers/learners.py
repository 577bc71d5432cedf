"""Numbers of pupils and learners.

Sources: Unique Pupil Number, Department for Education, "Unique pupil numbers: a guide for schools" (mod 23 check letter;
stdnum.gb.upn); Unique Learner Number, Learning Records Service: ten digits, the check digit is ten less the remainder
of the weighted sum (10 to 2) by 11, and a remainder of nought is not given out.
"""

from typing import Final

from stdnum.gb import upn

from disclosure_control.pii.recognisers.recogniser import NUMBER, Recogniser


def upn_is_valid(text: str) -> bool:
    """The check letter and the local authority.

    >>> upn_is_valid("B801200005001"), upn_is_valid("A801200005001")
    (True, False)
    """
    return bool(upn.is_valid(text))


def uln_is_valid(digits: str) -> bool:
    """The check digit of a Unique Learner Number.

    >>> uln_is_valid("1000000043"), uln_is_valid("1000000042")
    (True, False)
    """
    rest = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return digits[0] != "0" and len(set(digits)) > 1 and rest > 0 and 10 - rest == int(digits[9])


RECOGNISERS: Final = (
    Recogniser("pupil-number", r"[A-HJ-NP-RT-Z]\d{12}", upn_is_valid, ignore_case=True),
    Recogniser(
        "learner-number",
        r"\d{10}",
        uln_is_valid,
        NUMBER,
        r"uln|(?:unique )?learner (?:no|num|number|ref(?:erence)?)",
        needs_context=True,
        chance=1 / 11,
    ),
)
