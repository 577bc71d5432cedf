"""How many points a drawing has: the same small shape drawn many times, each of which may be a person."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from disclosure_control.core.content import ContentBuilder
from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import Place
from disclosure_control.core.outcome import Outcome

FEW: Final = 10  # the same shape drawn this often is no decoration
REVIEW_FROM: Final = 60  # more than the ticks of two axes and the means of some groups
FAIL_FROM: Final = 200


def shape(numbers: Sequence[float]) -> tuple[float, ...]:
    """A path's coordinates from its first point on, so that the same mark in two places is the same."""
    return tuple(round(number - numbers[i % 2], 1) for i, number in enumerate(numbers))


def note_points(marks: Counter[object], where: Place, reading: ContentBuilder) -> None:
    """Say how many points there are, when they are many."""
    points = sum(times for times in marks.values() if times >= FEW)
    if points < REVIEW_FROM:
        return
    outcome = Outcome.FAIL if points >= FAIL_FROM else Outcome.REVIEW
    why = f"{points:,} marks are drawn, each at its exact place; they may be the records of people."
    reading.findings.append(make_finding("figure.points", where, why, outcome=outcome, points=points))
