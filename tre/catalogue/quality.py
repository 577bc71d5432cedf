"""The quality of a delivery, measured: one measure a rule, under the six dimensions of the UK quality framework.

Completeness, uniqueness, validity are measured from the contract's own rules. Consistency, timeliness and accuracy
need something to compare with; where the contract gives nothing, the summary says "not measured", never "good".
Pointblank does the counting; no extract of a failing record is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import polars

from tre.catalogue.contract import Column, ColumnType, Contract

if TYPE_CHECKING:
    import pointblank


class Dimension(StrEnum):
    """The six dimensions of data quality."""

    COMPLETENESS = "completeness"
    UNIQUENESS = "uniqueness"
    CONSISTENCY = "consistency"
    TIMELINESS = "timeliness"
    VALIDITY = "validity"
    ACCURACY = "accuracy"


@dataclass(frozen=True)
class Measure:
    """One rule on one column: how many values were looked at and how many break it.

    ``tolerated`` is the largest number of breaking values with which the delivery still keeps its contract.
    """

    dimension: Dimension
    rule: str
    column: str
    checked: int
    failed: int
    tolerated: int = 0

    @property
    def kept(self) -> bool:
        """Whether the contract is kept here."""
        return self.failed <= self.tolerated


@dataclass(frozen=True)
class Rule:
    """A row of the table below: when it applies to a column, and the Pointblank step that counts its failures."""

    name: str
    dimension: Dimension
    applies: Callable[[Column], bool]
    step: Callable[[pointblank.Validate, Column], pointblank.Validate]


def _within(validate: pointblank.Validate, column: Column) -> pointblank.Validate:
    low = float("-inf") if column.minimum is None else column.minimum
    high = float("inf") if column.maximum is None else column.maximum
    return validate.col_vals_between(columns=column.name, left=low, right=high, na_pass=True)


RULES: Final = (
    Rule(
        "completeness",
        Dimension.COMPLETENESS,
        lambda _: True,
        lambda validate, column: validate.col_vals_not_null(columns=column.name),
    ),
    Rule(
        "unique",
        Dimension.UNIQUENESS,
        lambda column: column.unique,
        lambda validate, column: validate.rows_distinct(columns_subset=column.name),
    ),
    Rule(
        "pattern",
        Dimension.VALIDITY,
        lambda column: bool(column.pattern),
        lambda validate, column: validate.col_vals_regex(
            columns=column.name, pattern=f"^(?:{column.pattern})$", na_pass=True
        ),
    ),
    Rule(
        "allowed values",
        Dimension.VALIDITY,
        lambda column: bool(column.allowed),
        lambda validate, column: validate.col_vals_in_set(columns=column.name, set=[*column.allowed, None]),
    ),
    Rule("range", Dimension.VALIDITY, lambda column: (column.minimum, column.maximum) != (None, None), _within),
)

_TYPES: Final = {
    ColumnType.STRING: polars.String,
    ColumnType.INTEGER: polars.Int64,
    ColumnType.NUMBER: polars.Float64,
    ColumnType.BOOLEAN: polars.Boolean,
    ColumnType.DATE: polars.Date,
}


def cast(delivery: polars.DataFrame, contract: Contract) -> tuple[polars.DataFrame, list[Measure]]:
    """The delivery in the contract's types, with a measure per column of the values that are not of their type.

    Args:
        delivery: all columns of the contract, any types; text is read as CSV gives it.
    """
    typed, measures = [], []
    for column in contract.columns:
        column_values = delivery.get_column(column.name)
        if column_values.dtype == polars.String:
            column_values = column_values.str.strip_chars().replace("", None)
        converted = _to_type(column_values, column.type)
        failed = int(converted.null_count() - column_values.null_count())
        measures.append(Measure(Dimension.VALIDITY, f"type {column.type}", column.name, len(column_values), failed))
        typed.append(converted.alias(column.name))
    return polars.DataFrame(typed), measures


def _to_type(series: polars.Series, type_: ColumnType) -> polars.Series:
    dtype = _TYPES[type_]
    if series.dtype != polars.String or dtype == polars.String:
        return series.cast(dtype, strict=False)
    if type_ is ColumnType.DATE:
        return series.str.to_date("%Y-%m-%d", strict=False)
    if type_ is ColumnType.BOOLEAN:
        return series.str.to_lowercase().replace_strict({"true": True, "false": False}, default=None)
    converted = series.cast(dtype, strict=False)
    return (
        converted.set(converted.is_nan() | converted.is_infinite(), None) if type_ is ColumnType.NUMBER else converted
    )


def measure(frame: polars.DataFrame, contract: Contract) -> list[Measure]:
    """Count, for each rule of the contract, the values of ``frame`` that break it.

    Args:
        frame: the delivery in the contract's types, as ``cast`` gives it.
    """
    import pointblank  # noqa: PLC0415 - half a second, which only who takes in a delivery need wait for

    planned = [(rule, column) for column in contract.columns for rule in RULES if rule.applies(column)]
    validate = pointblank.Validate(frame)
    for rule, column in planned:
        validate = rule.step(validate, column)
    report = validate.interrogate(collect_extracts=False, collect_tbl_checked=False)
    failed = {number: count or 0 for number, count in report.n_failed().items()}
    rows = len(frame)
    return [
        Measure(
            rule.dimension,
            rule.name,
            column.name,
            rows,
            int(failed[number]),
            _tolerated(rule, column, rows),
        )
        for number, (rule, column) in enumerate(planned, start=1)
    ]


def _tolerated(rule: Rule, column: Column, rows: int) -> int:
    if rule.dimension is not Dimension.COMPLETENESS or column.required:
        return 0
    return int(rows * (1 - column.min_completeness) + 1e-9)


def summary(measures: list[Measure]) -> dict[str, str]:
    """A line per dimension: the share of values that keep the rules, or "not measured"."""
    lines = {}
    for dimension in Dimension:
        of_it = [item for item in measures if item.dimension is dimension]
        checked = sum(item.checked for item in of_it)
        failed = sum(item.failed for item in of_it)
        lines[dimension.value] = f"{1 - failed / checked:.2%}" if checked else "not measured"
    return lines
