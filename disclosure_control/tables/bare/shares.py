"""Counts that percentages and their bases imply: 2 % of 150 people are three of them."""

from typing import Final

from disclosure_control.core.content import Table
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.tables.bare.numbers import Numbers, numeric, says_count, says_share

_CLOSE: Final = 0.02  # of shares, as they are rounded
_MOST_ROWS: Final = 0.8


def implied_counts(table: Table, min_units: int) -> list[Finding]:
    """Percentages of a base in the same row, or of a base in the same column, that imply fewer than the minimum."""
    columns = numeric(table.columns)
    shares = [numbers for numbers in columns if _is_share(numbers)]
    spots = sorted({*_by_rows(columns, shares, min_units), *_by_columns(table, min_units)})
    if not spots:
        return []
    where = [table.place(i, number) for i, number in spots]
    return [make_finding("table.implied-count", where, cells=len(spots))]


def _is_share(numbers: Numbers) -> bool:
    return says_share(numbers.column.header) or any(cell.endswith("%") for cell in numbers.column.cells)


def _scale(numbers: Numbers) -> float:
    """What a whole is: 100 for percentages, 1 for shares."""
    header = numbers.column.header.lower()
    as_percent = "%" in header or "per" in header or any(cell.endswith("%") for cell in numbers.column.cells)
    return 100.0 if as_percent or max((v for v in numbers.values if v is not None), default=0.0) > 1 else 1.0


def _by_rows(columns: list[Numbers], shares: list[Numbers], min_units: int) -> list[tuple[int, int]]:
    bases = [numbers for numbers in columns if numbers.counts and numbers.whole is not None]
    if len(bases) != 1:
        return []
    base = bases[0].values
    return [
        (i, numbers.column.number)
        for numbers in shares
        if not _is_own_share(numbers, base)
        for i, (value, of) in enumerate(zip(numbers.values, base, strict=True))
        if value is not None and of is not None and _is_small(value / _scale(numbers) * of, of, min_units)
    ]


def _is_own_share(numbers: Numbers, counts: list[float | None]) -> bool:
    """Whether the counts are what the shares are of the whole, as in a table of n and %."""
    total = sum(count for count in counts if count is not None)
    pairs = [(v, n) for v, n in zip(numbers.values, counts, strict=True) if v is not None and n is not None]
    if not pairs or total <= 0:
        return True
    # The whole may be a row of its own, in which case the counts add up to twice it.
    scale = _scale(numbers)
    agree = max(sum(abs(v / scale - n / whole) <= _CLOSE for v, n in pairs) for whole in (total, total / 2))
    return agree >= _MOST_ROWS * len(pairs)


def _by_columns(table: Table, min_units: int) -> list[tuple[int, int]]:
    """Percentages that add up to a whole above a row that says of how many."""
    labels = table.columns[0].cells if table.columns else []
    rows = [i for i, label in enumerate(labels) if says_count(label)]
    if len(rows) != 1:
        return []
    spots: list[tuple[int, int]] = []
    for numbers in numeric(table.columns):
        base = numbers.values[rows[0]]
        parts = [(i, v) for i, v in enumerate(numbers.values) if i != rows[0] and v is not None]
        whole = sum(v for _, v in parts)
        scale = next((scale for scale in (100.0, 1.0) if abs(whole - scale) <= _CLOSE * scale), None)
        if base is None or scale is None or numbers.column.number == 1 or base <= scale:
            continue
        spots += [(i, numbers.column.number) for i, v in parts if 0 < round(v / scale * base) < min_units]
    return spots


def _is_small(count: float, base: float, min_units: int) -> bool:
    """Whether a count, or what is left of its base, is below the minimum and not nothing."""
    return 0 < round(count) < min_units or 0 < round(base - count) < min_units
