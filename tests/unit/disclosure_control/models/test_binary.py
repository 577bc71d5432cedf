"""Logit and probit: statsmodels' own answers, judged, recomputed from evidence, and stopped when they tell too much."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import disclosure_control as sdc
from disclosure_control.core.errors import BadTable
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from disclosure_control.models.regression import fit_columns, judge_fit

pytestmark = pytest.mark.usefixtures("one_worker")


@pytest.fixture
def people() -> pd.DataFrame:
    draw = np.random.default_rng(3)
    age, sex = draw.integers(20, 60, 300), draw.integers(0, 2, 300)
    ill = (draw.normal(size=300) + (age - 40) / 20 + sex / 2 > 0).astype(int)
    index = pd.Index([f"v1:{number:032x}" for number in range(300)], name="person_id")
    return pd.DataFrame({"ill": ill, "age": age, "sex": sex}, index=index)


@pytest.mark.parametrize(("family", "peer"), [("logit", sm.Logit), ("probit", sm.Probit)])
def test_the_answer_is_statsmodels_own(people, tmp_path, family, peer):
    outputs = sdc.Outputs(tmp_path / "outputs")
    exog = sm.add_constant(people[["age", "sex"]])
    expected = peer(people.ill, exog).fit(disp=0)
    by_columns = getattr(outputs, family)(people.ill, exog, name="columns")
    by_formula = getattr(outputs, f"{family}r")("ill ~ age + sex", people, name="formula")
    assert np.allclose(by_columns.params, expected.params)
    assert np.allclose(by_formula.params, expected.params)
    outputs.finalise()
    shown = pd.read_csv(tmp_path / "outputs" / "columns.csv")
    assert np.allclose(shown["coef"], expected.params, rtol=1e-6)
    statistics = pd.read_csv(tmp_path / "outputs" / "formula-fit.csv").set_index("statistic")["value"]
    assert statistics["Log-likelihood"] == pytest.approx(expected.llf, rel=1e-6)
    assert statistics["Residual degrees of freedom"] == 297


@pytest.mark.parametrize("family", ["logit", "probit"])
def test_it_is_computed_again_from_the_view(people, tmp_path, family):
    outputs = sdc.Outputs(tmp_path / "outputs")
    getattr(outputs, f"{family}r")("ill ~ age + C(sex)", people, name="model")
    outputs.finalise()
    view = tmp_path / "view.parquet"
    people.reset_index().to_parquet(view)
    report = sdc.check_folder(tmp_path / "outputs", Policy.load("default"), views={"people": view})
    files = {file.name: file for file in report.files if file.name.startswith("model")}
    assert {(file.outcome, file.verified) for file in files.values()} == {(Outcome.PASS, True)}
    edited = tmp_path / "outputs" / "model.csv"
    edited.write_text(edited.read_text().replace("age", "sex", 1))
    report = sdc.check_folder(tmp_path / "outputs", Policy.load("default"), views={"people": view})
    assert report.file("model.csv").outcome is Outcome.FAIL


def test_the_family_in_the_evidence_counts(people, tmp_path):
    outputs = sdc.Outputs(tmp_path / "outputs")
    outputs.logitr("ill ~ age", people, name="model")
    outputs.finalise()
    claim = tmp_path / "outputs" / "evidence" / "model.json"
    claim.write_text(claim.read_text().replace('"logit"', '"probit"'))
    report = sdc.check_folder(tmp_path / "outputs", Policy.load("default"))
    assert report.file("model.csv").outcome is Outcome.FAIL
    claim.write_text(claim.read_text().replace('"probit"', '"system"'))
    assert sdc.check_folder(tmp_path / "outputs", Policy.load("default")).file("model.csv").outcome is Outcome.FAIL


def test_a_model_that_predicts_everybody_is_stopped(people):
    """Perfect separation: whoever knows a person's age knows whether they are ill."""
    told = (people.age >= 40).astype(int).reset_index(drop=True)
    above = (people.age - 39.5).reset_index(drop=True).to_frame("above")
    unit = pd.Series(people.index)
    try:
        fit, used = fit_columns(told, above, unit, "logit")
    except BadTable:
        return  # statsmodels may refuse it outright, which stops it too
    assert "model.exact-fit" in {finding.rule for finding in judge_fit(fit, used, Policy())}


@pytest.mark.parametrize("family", ["logit", "probit"])
def test_few_degrees_of_freedom_and_few_people_are_stopped(people, family):
    few = people.head(11)
    few = few.assign(ill=[0, 1] * 5 + [0])
    fit, unit = fit_columns(
        few.ill.reset_index(drop=True), few[["age", "sex"]].reset_index(drop=True), pd.Series(range(11)), family
    )
    assert "model.degrees-of-freedom" in {finding.rule for finding in judge_fit(fit, unit, Policy())}


def test_a_response_that_is_not_0_and_1_is_refused(people, tmp_path):
    with pytest.raises(BadTable):
        sdc.Outputs(tmp_path / "outputs").logitr("age ~ sex", people)
