import numpy as np
import pandas as pd
import pytest

from disclosure_control.core.errors import BadTable
from disclosure_control.core.policy import Policy
from disclosure_control.models.regression import Fit, fit_columns, fit_formula, formula_columns, judge_fit


def rules_of(fit: Fit, unit: pd.Series, policy: Policy | None = None) -> list[str]:
    return [finding.rule for finding in judge_fit(fit, unit, policy or Policy())]


def frame_of(rows: int) -> pd.DataFrame:
    random = np.random.default_rng(5)
    x = random.normal(size=rows)
    return pd.DataFrame(
        {"y": 2 * x + random.normal(size=rows), "x": x, "area": np.where(np.arange(rows) < 3, "few", "many")}
    )


@pytest.mark.parametrize(
    ("formula", "columns"),
    [
        ("y ~ x", ("y", ("x",))),
        ("y ~ x + C(area) - 1", ("y", ("x", "area"))),
        ("y ~ x*z + x:z + 0", ("y", ("x", "z"))),
        ("y ~ np.log(x)", None),
        ("y ~ open('/etc/passwd').read()", None),
        ("y ~ x + __import__('os').system('id')", None),
        ("y ~ I(x**2)", None),
        ("y ~ x[0]", None),
        ("y ~ x (z)", None),
        ("y ~ C", None),
        ("y", None),
        ("y ~ ", None),
        ("log(y) ~ x", None),
        ("y ~ " + " + ".join("x" * 1 for _ in range(900)), None),
    ],
)
def test_only_plain_formulas_are_taken_from_strangers(
    formula: str, columns: tuple[str, tuple[str, ...]] | None
) -> None:
    assert formula_columns(formula) == columns


def test_a_formula_that_is_not_plain_is_never_run() -> None:
    with pytest.raises(BadTable, match="more than column names"):
        fit_formula(frame_of(30), "y ~ np.log(x)", pd.Series(range(30)))


def test_coefficients_are_those_of_least_squares() -> None:
    frame = frame_of(200)
    fit, _ = fit_formula(frame, "y ~ x", pd.Series(range(200)))
    design = np.column_stack([np.ones(200), frame.x])
    expected, *_ = np.linalg.lstsq(design, frame.y.to_numpy(), rcond=None)
    assert np.allclose(fit.coefficients["coef"], expected)
    assert fit.statistics.set_index("statistic").value["Residual degrees of freedom"] == 198


def test_a_model_of_many_people_says_nothing_of_anybody() -> None:
    fit, unit = fit_formula(frame_of(200), "y ~ x", pd.Series(range(200)))
    assert rules_of(fit, unit) == []


@pytest.mark.parametrize(("rows", "stopped"), [(12, False), (11, True)])
def test_degrees_of_freedom_are_counted_inclusively(rows: int, stopped: bool) -> None:
    fit, unit = fit_formula(frame_of(rows), "y ~ x", pd.Series(range(rows)))
    assert ("model.degrees-of-freedom" in rules_of(fit, unit)) is stopped


def test_people_are_counted_and_not_rows() -> None:
    fit, unit = fit_formula(frame_of(60), "y ~ x", pd.Series([i % 4 for i in range(60)]))
    assert rules_of(fit, unit) == ["model.few-units"]


def test_a_term_that_marks_few_people_is_looked_at() -> None:
    fit, unit = fit_formula(frame_of(60), "y ~ x + C(area)", pd.Series(range(60)))
    assert rules_of(fit, unit) == ["model.small-group"]


def test_a_model_that_reproduces_its_data_is_stopped() -> None:
    frame = frame_of(60).assign(y=lambda f: 3 * f.x + 1)
    fit, unit = fit_formula(frame, "y ~ x", pd.Series(range(60)))
    assert rules_of(fit, unit) == ["model.exact-fit"]


def test_rows_with_a_missing_value_are_left_out_with_their_units() -> None:
    frame = frame_of(40)
    frame.loc[:9, "x"] = np.nan
    fit, unit = fit_columns(frame.y, frame[["x"]], pd.Series(range(40)))
    assert fit.results.nobs == 30
    assert unit.tolist() == list(range(10, 40))


def test_columns_that_cannot_be_fitted_are_refused() -> None:
    frame = frame_of(40)
    with pytest.raises(BadTable, match="not numeric"):
        fit_columns(frame.y, frame[["area"]], pd.Series(range(40)))
    with pytest.raises(BadTable, match="lacks z"):
        fit_formula(frame, "y ~ z", pd.Series(range(40)))
    with pytest.raises(BadTable, match=r"cannot be fitted|No row"):
        fit_columns(frame.y * np.nan, frame[["x"]], pd.Series(range(40)))
