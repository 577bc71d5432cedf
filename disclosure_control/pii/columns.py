"""Tell a column of identifiers from a column of numbers of which a few pass a check digit by chance.

One ten-digit number in eleven has the check digit of an NHS number. In a column of many, only a share of valid ones
that chance does not explain is a finding.
"""

import math
import re
from collections.abc import Sequence
from typing import Final

from disclosure_control.examined import Text

_BY_CHANCE: Final = {"nhs-number": (re.compile(r"\d{10}"), 1 / 11), "card": (re.compile(r"\d{13,19}"), 1 / 10)}
_MIN_NUMBERS: Final = 10
_SURE: Final = 0.01
_Hit = tuple[Text, str, int, int]


def chance_hits(texts: Sequence[Text], hits: Sequence[_Hit]) -> list[_Hit]:
    """The hits without those that a column of plain numbers has by chance."""
    dropped = {
        (column, kind)
        for column in {text.column for text in texts if text.column is not None}
        for kind in _BY_CHANCE
        if _is_chance(texts, hits, column, kind)
    }
    return [hit for hit in hits if (hit[0].column, hit[1]) not in dropped]


def upper_tail(valid: int, numbers: int, share: float) -> float:
    """The probability of at least ``valid`` of ``numbers`` when each has ``share`` of a chance.

    >>> round(upper_tail(2, 10, 1 / 11), 3)
    0.229
    """
    return sum(math.comb(numbers, k) * share**k * (1 - share) ** (numbers - k) for k in range(valid, numbers + 1))


def _is_chance(texts: Sequence[Text], hits: Sequence[_Hit], column: str, kind: str) -> bool:
    pattern, share = _BY_CHANCE[kind]
    numbers = min(sum(t.column == column and pattern.fullmatch(t.text) is not None for t in texts), 1_000)
    valid = sum(t.column == column and k == kind and pattern.fullmatch(t.text) is not None for t, k, _, _ in hits)
    if numbers < _MIN_NUMBERS or not valid:
        return False
    return upper_tail(min(valid, numbers), numbers, share) > _SURE
