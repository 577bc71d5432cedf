"""A recogniser: the pattern of one kind of identifier, its check, and its context words.

``body`` is written in RE2's syntax, which has no look-around, so that one pass of RE2 over many texts finds the few
that Python's own expressions need to read. What must not stand on either side is said apart, in ``before`` and
``after``: a number next to a digit, a decimal point or an underscore is part of something longer.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

NUMBER: Final = (r"(?<![0-9_])(?<!\d[.,])", r"(?![0-9_])(?![.,]\d)")
WORD: Final = (r"(?<![A-Za-z0-9_])", r"(?![A-Za-z0-9_])")
GAP: Final = "[ \u00a0\u2010-\u2015-]?"
GAPS: Final = re.compile("[ \u00a0\u2010-\u2015()/.-]")
_LOOK_BACK: Final = 48  # characters in which an announcing word is looked for
_LOOK_AHEAD: Final = 16


@dataclass(frozen=True)
class Recogniser:
    """One kind of identifier.

    Attributes:
        kind: its rule is ``pii.KIND``.
        body: the form, in RE2's syntax.
        is_valid: the check; it sees the match without gaps, in upper case.
        around: what must not stand before and after, as look-around of Python's expressions.
        context: words that announce it, as an expression in lower case; looked for near the match and in the header.
        needs_context: whether the form says too little without such a word, or without a column full of valid ones.
        chance: the share of other numbers of this form that pass the check; None where there is no check digit.
        ignore_case: whether the form may stand in lower case.
    """

    kind: str
    body: str
    is_valid: Callable[[str], bool] = lambda _: True
    around: tuple[str, str] = WORD
    context: str = ""
    needs_context: bool = False
    chance: float | None = None
    ignore_case: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The form with what must not stand around it."""
        before, after = self.around
        return re.compile(f"{before}(?:{self.body}){after}", re.IGNORECASE if self.ignore_case else 0)

    @cached_property
    def shape(self) -> str:
        """The form alone, for RE2: whatever ``pattern`` finds, this finds."""
        return f"(?i:{self.body})" if self.ignore_case else f"(?:{self.body})"

    @cached_property
    def _announced(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![a-z])(?:{self.context})(?![a-z])")

    def has_context(self, text: str, start: int, end: int, header: str = "") -> bool:
        """Whether a word near the match, or the header of its column, announces it."""
        if not self.context:
            return False
        near = f"{text[max(0, start - _LOOK_BACK) : start]} \n {text[end : end + _LOOK_AHEAD]}"
        words = re.sub(r"([a-z])([A-Z])", r"\1 \2", header)
        return any(self._announced.search(part.lower().replace("_", " ")) for part in (near, words))


def plain(match: str) -> str:
    """A match without gaps, in upper case, as checks see it."""
    return GAPS.sub("", match).upper()
