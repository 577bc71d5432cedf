"""What a table reads as, what cannot be known of it, and what would settle it."""

import re
from enum import StrEnum
from typing import Final

from disclosure_control.core.content import Table
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.tables.bare.numbers import Numbers, numeric, says_share

_MODEL: Final = re.compile(
    r"\b(coef|coefficients?|beta|estimate|std\.? ?err(or)?|s\.?e\.?|[tz]([- ]?(value|stat(istic)?))?|p([- ]?value)?"
    r"|odds ratio|hazard ratio|or|hr|ci|conf\.?(low|high|int)?|lower|upper|2\.5 ?%|97\.5 ?%)\b|p ?>|\[0\.025|0\.975\]"
)
_MEAN: Final = re.compile(
    r"(^|[^a-z])(mean|avg|average|median|sd|std|s\.d|stdev|variance|var|iqr|p25|p75|quantile)([^a-z]|$)"
)


class Kind(StrEnum):
    """What a table reads as."""

    COUNTS = "counts"
    SHARES = "percentages"
    MEANS = "means"
    MODEL = "the terms of a model"
    MIXED = "several statistics"
    TEXT = "text"
    UNKNOWN = "numbers of no known kind"


_UNKNOWN: Final = {
    Kind.COUNTS: "Whether they count people, and how many distinct ones",
    Kind.SHARES: "How many people each percentage is of",
    Kind.MEANS: "How many people stand behind each, and whether a few of them make up most of it,",
    Kind.MODEL: "The degrees of freedom, and whether a term marks few people,",
    Kind.MIXED: "How many people stand behind each number",
    Kind.TEXT: "What it says of people",
    Kind.UNKNOWN: "What they are of",
}


def kind_of(table: Table) -> Kind:
    """What a table reads as, from its headers and numbers."""
    columns = [numbers for numbers in numeric(table.columns) if not numbers.is_index]
    if not columns:
        return Kind.TEXT
    if sum(_MODEL.search(column.header.lower()) is not None for column in table.columns) >= 2:
        return Kind.MODEL
    kinds = {_kind(numbers) for numbers in columns}
    return kinds.pop() if len(kinds) == 1 else Kind.MIXED


def _kind(numbers: Numbers) -> Kind:
    header = numbers.column.header.lower()
    if says_share(header) or any(cell.endswith("%") for cell in numbers.column.cells):
        return Kind.SHARES
    if _MEAN.search(header):
        return Kind.MEANS
    return Kind.COUNTS if numbers.counts or numbers.whole is not None else Kind.UNKNOWN


def kind_finding(table: Table) -> Finding:
    """A note of what a table reads as, and what cannot be known."""
    kind = kind_of(table)
    why = f"The table reads as {kind}. {_UNKNOWN[kind]} cannot be known from the file."
    return make_finding("table.reads-as", table.where or "the table", why, rows=table.rows)
