"""Regressions: coefficients and statistics of the fit, computed again from the kept columns."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from disclosure_control.core import statbarns
from disclosure_control.core.finding import Finding
from disclosure_control.core.policy import Policy
from disclosure_control.evidence.query import RegressionQuery
from disclosure_control.evidence.result import QueryResult
from disclosure_control.models.regression import Fit, fit_columns, fit_formula, judge_fit
from disclosure_control.tables.grid import grid_of_numbers


def answer_regression(query: RegressionQuery, frame: pa.Table, policy: Policy, findings: list[Finding]) -> QueryResult:
    """The answer to a regression."""
    fit, unit = fit_query(query, frame)
    return QueryResult(
        statbarn=statbarns.REGRESSION,
        keys=("term",),
        cells=fit.coefficients,
        grids={".csv": grid_of_numbers(fit.coefficients), "-fit.csv": grid_of_numbers(fit.statistics)},
        pictures={},
        shown=fit.coefficients.set_index("term"),
        findings=(*findings, *judge_fit(fit, unit, policy)),
        labels=(query.endog, *(str(name) for name in fit.coefficients["term"])),
    )


def fit_query(query: RegressionQuery, frame: pa.Table) -> tuple[Fit, "pd.Series[Any]"]:
    """The model that a query asks for, and the units of the rows it was fitted to."""
    data = frame.to_pandas()
    unit = data[query.unit] if query.unit is not None else pd.Series(np.arange(len(data)))
    if query.formula is not None:
        return fit_formula(data, query.formula, unit, query.family)
    exog = data[list(query.exog)]
    if query.constant is not None:
        exog = exog.assign(**{query.constant: 1.0})[[query.constant, *query.exog]]
    return fit_columns(data[query.endog], exog, unit, query.family)
