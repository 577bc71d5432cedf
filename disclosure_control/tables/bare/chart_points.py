"""The data behind a chart: many points are the records of people, unless they stand at even steps, as a curve's do."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from disclosure_control.core.content import Table
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.outcome import Outcome
from disclosure_control.tables.bare.numbers import as_number

REVIEW_FROM: Final = 60
FAIL_FROM: Final = 200


def point_findings(table: Table) -> list[Finding]:
    """What many points say."""
    if table.rows < REVIEW_FROM:
        return []
    even = any(_is_even(column.cells) for column in table.columns)
    outcome = Outcome.FAIL if table.rows >= FAIL_FROM and not even else Outcome.REVIEW
    why = f"{table.rows:,} points with {len(table.columns)} values each stand behind the chart"
    why += ", at even steps, as a curve's do." if even else "; they may be the records of people."
    return [make_finding("figure.points", table.where, why, outcome=outcome, points=table.rows)]


def _is_even(cells: Sequence[str]) -> bool:
    """Whether values rise or fall by the same step, or are dates in order without repeats."""
    numbers = [as_number(cell) for cell in cells]
    present = [number for number in numbers if number is not None]
    if len(present) == len(cells):
        steps = [b - a for a, b in pairwise(present)]
        return bool(steps) and steps[0] != 0 and all(abs(step - steps[0]) <= 1e-6 * abs(steps[0]) for step in steps)
    dates = all(len(cell) >= 7 and cell[:4].isdigit() and cell[4] == "-" for cell in cells)
    return dates and all(a < b for a, b in pairwise(cells))
