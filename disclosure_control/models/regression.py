"""Regression models (least squares, logit, probit, Poisson): fit, and judge what the fitted model would tell.

The thresholds are residual degrees of freedom and units (Guidelines for the checking of output based on microdata
research, ESSnet SDC, 2010), an exact fit, and terms that mark a small group. Coefficients and fit statistics are
shown; residuals and fitted values never are.
"""

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from disclosure_control.core.errors import BadTable, MissingExtra
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.policy import Policy

COEFFICIENT_COLUMNS: Final = ("coef", "std err", "t", "P>|t|", "[0.025", "0.975]")
# The kinds of model: the name of the class in statsmodels.api, of the function in statsmodels.formula.api, and the
# statistics of the fit that are shown.
FAMILIES: Final = ("ols", "logit", "probit", "poisson")
_CLASSES: Final = {"ols": "OLS", "logit": "Logit", "probit": "Probit", "poisson": "Poisson"}
_LEAST_SQUARES: Final = {
    "Observations": "nobs",
    "Residual degrees of freedom": "df_resid",
    "R-squared": "rsquared",
    "Adjusted R-squared": "rsquared_adj",
    "F-statistic": "fvalue",
    "Prob (F-statistic)": "f_pvalue",
}
_LIKELIHOOD: Final = {
    "Observations": "nobs",
    "Residual degrees of freedom": "df_resid",
    "Pseudo R-squared": "prsquared",
    "Log-likelihood": "llf",
    "Likelihood ratio": "llr",
    "Prob (likelihood ratio)": "llr_pvalue",
}
_EXACT: Final = 1e-10
_CERTAIN: Final = 1e-6  # how near a fitted probability may be to what was observed, for all rows at once
_TOKEN: Final = re.compile(r"\s*(?:C\(\s*([A-Za-z_]\w*)\s*\)|([A-Za-z_]\w*)|[+:*]|-\s*1|[01])")
_MAX_FORMULA: Final = 1_000


@dataclass(frozen=True)
class Fit:
    """A fitted model: its coefficients and statistics as frames, and the design it was fitted on."""

    coefficients: pd.DataFrame
    statistics: pd.DataFrame
    design: pd.DataFrame
    results: Any


def formula_columns(formula: str) -> tuple[str, tuple[str, ...]] | None:
    """The response and the columns of a plain formula, None when it holds anything else.

    Plain are column names, C(name), +, :, *, 0, 1 and -1. Only plain formulas are computed again from a stranger's
    evidence, since any other text would be run as code.

    >>> formula_columns("pay ~ age + C(region)")
    ('pay', ('age', 'region'))
    >>> formula_columns("pay ~ np.log(age)") is None
    True
    """
    response, tilde, terms = formula.partition("~")
    if len(formula) > _MAX_FORMULA or not tilde or not re.fullmatch(r"[A-Za-z_]\w*", response.strip()):
        return None
    names: list[str] = []
    position = 0
    terms = terms.rstrip()
    while position < len(terms):
        token = _TOKEN.match(terms, position)
        if token is None or terms[token.end() : token.end() + 1] in ("(", "[", "."):
            return None
        names += [name for name in token.groups() if name]
        position = token.end()
    if not names or "C" in names:
        return None
    return response.strip(), tuple(dict.fromkeys(names))


def fit_formula(
    frame: pd.DataFrame, formula: str, unit: "pd.Series[Any]", family: str = "ols"
) -> tuple[Fit, "pd.Series[Any]"]:
    """Fit a plain formula by one of the families; returns the fit and the units of the rows that were used.

    Raises:
        BadTable: the formula is not plain, names a column that the frame lacks, or cannot be fitted.
        MissingExtra: statsmodels is not installed.
    """
    names = formula_columns(formula)
    if names is None:
        raise BadTable("The formula holds more than column names, C(), +, :, * and -1.")
    columns = [names[0], *names[1]]
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise BadTable(f"The frame lacks {', '.join(absent)}.")
    complete = frame[columns].notna().all(axis=1)
    try:
        import statsmodels.formula.api as smf  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("statsmodels", "stats") from error
    data = frame.loc[complete, columns].reset_index(drop=True)
    results = _fit(lambda: getattr(smf, family)(formula, data=data), family)
    return _fit_of(results, family), unit[complete].reset_index(drop=True)


def fit_columns(
    endog: "pd.Series[Any]", exog: pd.DataFrame, unit: "pd.Series[Any]", family: str = "ols"
) -> tuple[Fit, "pd.Series[Any]"]:
    """Fit one column on others by one of the families; returns the fit and the units of the rows that were used.

    Raises:
        BadTable: a column is not numeric, or the model cannot be fitted.
        MissingExtra: statsmodels is not installed.
    """
    for name, column in ((endog.name, endog), *exog.items()):
        if not pd.api.types.is_numeric_dtype(column):
            raise BadTable(f"Column {name!r} is not numeric.", hint="Use olsr with C(name) for categories.")
    complete = endog.notna() & exog.notna().all(axis=1)
    try:
        import statsmodels.api as sm  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("statsmodels", "stats") from error
    y = endog[complete].reset_index(drop=True).astype("float64")
    x = exog[complete].reset_index(drop=True).astype("float64")
    results = _fit(lambda: getattr(sm, _CLASSES[family])(y, x), family)
    return _fit_of(results, family), unit[complete].reset_index(drop=True)


def design_of(formula: str, data: pd.DataFrame) -> "tuple[pd.Series[Any], pd.DataFrame]":
    """The columns that any formula makes. It runs as the caller's code: only for the researcher's own session.

    Raises:
        MissingExtra: statsmodels is not installed.
    """
    try:
        import statsmodels.formula.api as smf  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("statsmodels", "stats") from error
    # The formula may use names of the caller: three frames further up than statsmodels looks by itself.
    model = smf.ols(formula, data=data, eval_env=4)
    rows = model.data.row_labels
    endog = pd.Series(model.endog, index=rows, name=str(model.endog_names))
    return endog, pd.DataFrame(model.exog, index=rows, columns=[str(n) for n in model.exog_names])


def judge_fit(fit: Fit, unit: "pd.Series[Any]", policy: Policy) -> list[Finding]:
    """What the policy says of a fitted model."""
    findings: list[Finding] = []
    residual = int(fit.results.df_resid)
    if residual < policy.min_degrees_of_freedom:
        why = f"The model has {residual} residual degrees of freedom; the policy's minimum is"
        findings.append(make_finding("model.degrees-of-freedom", why=f"{why} {policy.min_degrees_of_freedom}."))
    if unit.nunique() < policy.min_units:
        findings.append(make_finding("model.few-units"))
    if _is_exact(fit.results):
        findings.append(make_finding("model.exact-fit"))
    small = [name for name in fit.design.columns if _marks_few(fit.design[name], unit, policy.min_units)]
    if small:
        findings.append(make_finding("model.small-group", [f"term {name}" for name in small], terms=len(small)))
    return findings


def _is_exact(results: Any) -> bool:
    """Whether the model gives back what was observed, so that who knows the terms knows the response."""
    observed = np.asarray(results.model.endog, dtype=float)
    if hasattr(results, "ssr"):
        spread = float(np.sum(np.square(observed - np.mean(observed))))
        return bool(float(results.ssr) <= _EXACT * max(spread, _EXACT))
    with np.errstate(all="ignore"):
        expected = np.asarray(results.predict(), dtype=float)
    return bool(np.max(np.abs(observed - expected)) <= _CERTAIN)


def _marks_few(column: "pd.Series[Any]", unit: "pd.Series[Any]", least: int) -> bool:
    if set(column.unique()) != {0.0, 1.0}:
        return False
    inside, outside = unit[column == 1.0].nunique(), unit[column == 0.0].nunique()
    return bool(min(inside, outside) < least)


def _fit(model: Callable[[], Any], family: str) -> Any:
    quiet = {} if family == "ols" else {"disp": 0}
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            results = model().fit(**quiet)
    except (ValueError, TypeError, IndexError, KeyError, ArithmeticError, np.linalg.LinAlgError) as error:
        raise BadTable("The model cannot be fitted to these columns.") from error
    if family != "ols" and not results.mle_retvals["converged"] and not _is_exact(results):
        raise BadTable("The model did not converge.", hint="Look for terms that predict the response almost exactly.")
    if results.model.exog.shape[0] == 0:
        raise BadTable("No row has a value in every column of the model.")
    return results


def _fit_of(results: Any, family: str) -> Fit:
    interval = np.asarray(results.conf_int())
    with np.errstate(all="ignore"):
        columns = (results.params, results.bse, results.tvalues, results.pvalues, interval[:, 0], interval[:, 1])
        coefficients = pd.DataFrame(
            {name: np.asarray(values, dtype=float) for name, values in zip(COEFFICIENT_COLUMNS, columns, strict=True)}
        )
        labels = _LEAST_SQUARES if family == "ols" else _LIKELIHOOD
        statistics = {label: getattr(results, name) for label, name in labels.items()}
    names = [str(name) for name in results.model.exog_names]
    coefficients.insert(0, "term", names)
    values = [float("nan") if value is None else float(value) for value in statistics.values()]
    return Fit(
        coefficients=coefficients,
        statistics=pd.DataFrame({"statistic": list(statistics), "value": values}),
        design=pd.DataFrame(np.asarray(results.model.exog, dtype=float), columns=names),
        results=results,
    )
