"""The three outcomes of a check, ordered by severity, and how they combine."""

from collections.abc import Iterable
from enum import IntEnum


class Outcome(IntEnum):
    """What a check says: PASS < REVIEW < FAIL. Severities compare as numbers do.

    Attributes:
        PASS: no rule says anything against it.
        REVIEW: a person must look at it.
        FAIL: a rule stops it.

    Examples:
        >>> combine([Outcome.PASS, Outcome.FAIL, Outcome.REVIEW]).label
        'fail'
    """

    PASS = 0
    REVIEW = 1
    FAIL = 2

    @property
    def label(self) -> str:
        """The outcome as a lower-case word, for text and JSON."""
        return self.name.lower()

    @classmethod
    def from_label(cls, label: str) -> "Outcome":
        """Read a label back.

        Args:
            label: "pass", "review" or "fail".

        Returns:
            The outcome.

        Raises:
            ValueError: ``label`` is none of pass, review and fail.
        """
        for outcome in cls:
            if outcome.label == label:
                return outcome
        raise ValueError(f"{label!r} is not an outcome; expected one of {', '.join(o.label for o in cls)}")


def combine(outcomes: Iterable[Outcome]) -> Outcome:
    """The most severe of several outcomes; REVIEW when there is none, since nothing checked is never a pass.

    Args:
        outcomes: any number of them, in any order.

    Returns:
        The most severe.
    """
    return max(outcomes, default=Outcome.REVIEW)
