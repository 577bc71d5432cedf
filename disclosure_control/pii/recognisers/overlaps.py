"""Of several matches that share characters, the one that says most."""

import bisect
from collections.abc import Iterable

from disclosure_control.core.rules.registry import RULES
from disclosure_control.pii.recognisers.match import Match


def distinct(found: Iterable[Match]) -> list[Match]:
    """Matches that share no character: announced ones first, then the more severe, then the longer.

    >>> distinct([Match("postcode", 0, 7, False, True), Match("phone", 3, 12, False, True)])[0].kind
    'phone'
    """
    ranked = sorted(
        found,
        key=lambda m: (not m.is_sure, not m.is_announced, -RULES[f"pii.{m.kind}"].outcome, m.start - m.end, m.start),
    )
    starts: list[int] = []
    kept: list[Match] = []
    for match in ranked:
        at = bisect.bisect_right(starts, match.start)
        before_ends = at == 0 or kept[at - 1].end <= match.start
        if before_ends and (at == len(kept) or kept[at].start >= match.end):
            starts.insert(at, match.start)
            kept.insert(at, match)
    return kept
