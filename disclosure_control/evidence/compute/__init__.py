"""Compute the result of a query from a frame.

The researcher's session calls it on the frame it is about to keep, and the airlock on the frame that was kept. Both
get the same answer from the same frame and policy.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.policy import Policy
from disclosure_control.evidence.compute.figures import answer_categories, answer_histogram, answer_line
from disclosure_control.evidence.compute.models import answer_regression
from disclosure_control.evidence.compute.survival import answer_survival
from disclosure_control.evidence.compute.tables import answer_table
from disclosure_control.evidence.query import (
    CategoryQuery,
    HistogramQuery,
    LineQuery,
    Query,
    RegressionQuery,
    SurvivalQuery,
    TableQuery,
)
from disclosure_control.evidence.result import QueryResult

_ANSWERS: Final[dict[type[Query], Callable[[Any, Any, Policy, list[Finding]], QueryResult]]] = {
    TableQuery: answer_table,
    HistogramQuery: answer_histogram,
    CategoryQuery: answer_categories,
    LineQuery: answer_line,
    RegressionQuery: answer_regression,
    SurvivalQuery: answer_survival,
}


def answer(query: Query, frame: pa.Table | Path, policy: Policy) -> QueryResult:
    """Answer a query; a table's frame may be a Parquet file, which need not fit into memory.

    Raises:
        BadTable: the frame lacks a column or cannot be judged.
        MissingExtra: a library that this kind of output needs is not installed.
    """
    unknown = [] if query.unit is not None else [make_finding("units.unknown")]
    return _ANSWERS[type(query)](query, frame, policy, unknown)
