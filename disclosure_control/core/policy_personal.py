"""What a policy says of personal data: for each kind whether it blocks a file, asks for a look, or is only noted."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Final

from disclosure_control.core.errors import BadPolicy
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.rules.personal import PERSONAL

WORDS: Final = {"block": Outcome.FAIL, "review": Outcome.REVIEW, "note": Outcome.PASS}
_LIMITS: Final = frozenset({"not-scanned", "truncated"})
USUAL: Final = {
    rule.id.removeprefix("pii."): rule.outcome
    for rule in PERSONAL
    if rule.id.startswith("pii.") and rule.id.removeprefix("pii.") not in _LIMITS
}
Pairs = tuple[tuple[str, str], ...]


def checked(given: Mapping[str, str] | Iterable[tuple[str, str]]) -> Pairs:
    """The pairs of a policy, sorted by kind.

    Raises:
        BadPolicy: a kind or a word is not known.
    """
    try:
        pairs = dict(given)
    except (TypeError, ValueError) as error:
        raise BadPolicy('pii must name a word for each kind, as { postcode = "block" }.') from error
    for kind, word in pairs.items():
        if kind not in USUAL:
            close = difflib.get_close_matches(str(kind), USUAL, n=1)
            hint = f"Did you mean {close[0]}?" if close else f"Known are: {', '.join(USUAL)}."
            raise BadPolicy(f"{kind!r} is not a kind of personal data.", hint=hint)
        if word not in WORDS:
            raise BadPolicy(f"pii.{kind} must be one of {', '.join(WORDS)}.")
    return tuple(sorted(pairs.items()))


def outcome(kind: str, pairs: Pairs = ()) -> Outcome:
    """What a kind means for a file: the policy's word, else the rule's usual outcome.

    >>> outcome("postcode").label, outcome("postcode", (("postcode", "block"),)).label
    ('review', 'fail')
    """
    word = dict(pairs).get(kind)
    return USUAL[kind] if word is None else WORDS[word]


def strictest(policies: Iterable[Pairs]) -> Pairs:
    """The pairs that are as strict as each of several.

    >>> strictest([(("email", "note"),), (("postcode", "block"), ("email", "review"))])
    (('email', 'review'), ('postcode', 'block'))
    """
    choices = list(policies)
    word = {value: name for name, value in WORDS.items()}
    kinds = {kind for pairs in choices for kind, _ in pairs}
    return tuple((kind, word[max(outcome(kind, pairs) for pairs in choices)]) for kind in sorted(kinds))
