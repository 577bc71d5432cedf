"""Of several matches that share characters, the one that says most."""

import bisect
from collections.abc import Iterable

from disclosure_control.core.rules.registry import RULES
from disclosure_control.pii.recognisers.match import Match


def distinct(candidates: Iterable[Match]) -> list[Match]:
    """Matches that share no character: announced ones first, then the more severe, then the longer.

    >>> distinct([Match("postcode", 0, 7, False, True), Match("phone", 3, 12, False, True)])[0].kind
    'phone'
    """
    ranked = sorted(
        candidates,
        key=lambda m: (not m.is_sure, not m.is_announced, -RULES[f"pii.{m.kind}"].outcome, m.start - m.end, m.start),
    )
    starts: list[int] = []
    selected: list[Match] = []
    for match in ranked:
        at = bisect.bisect_right(starts, match.start)
        before_ends = at == 0 or selected[at - 1].end <= match.start
        if before_ends and (at == len(selected) or selected[at].start >= match.end):
            starts.insert(at, match.start)
            selected.insert(at, match)
    return selected
