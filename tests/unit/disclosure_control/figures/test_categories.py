"""Bars and pies: judged counts, hidden categories left out with their labels, drawn again alike by the airlock."""

import numpy as np
import pandas as pd
import pytest

import disclosure_control as sdc
from disclosure_control.core.errors import BadTable
from disclosure_control.core.outcome import Outcome

pytestmark = pytest.mark.usefixtures("one_worker")


@pytest.fixture
def regions() -> "pd.Series[str]":
    places = ["North East"] * 40 + ["Yorkshire and the Humber"] * 30 + ["Wales"] * 20 + ["Isles"] * 3
    index = pd.Index([f"v1:{number:032x}" for number in range(93)], name="person_id")
    return pd.Series(places, index=index, name="region")


def checked(regions, folder, kind):
    outputs = sdc.Outputs(folder / "outputs")
    figure = getattr(outputs, kind)(regions, name="figure")
    outputs.finalise()
    view = folder / "view.parquet"
    regions.reset_index().to_parquet(view)
    return figure, sdc.check_folder(folder / "outputs", views={"people": view}).file("figure.png")


@pytest.mark.parametrize("kind", ["bar", "pie"])
def test_it_is_drawn_again_from_the_view_and_passes(regions, tmp_path, kind):
    figure, file = checked(regions, tmp_path, kind)
    assert (file.outcome, file.verified) == (Outcome.PASS, True), file.findings
    assert figure.counts["n"].isna().sum() >= 2, "the smallest, and another so that it cannot be worked out"
    assert np.isnan(figure.counts.loc["Isles", "n"])


def test_a_figure_of_another_kind_or_of_other_counts_is_stopped(regions, tmp_path):
    checked(regions, tmp_path, "bar")
    other = sdc.Outputs(tmp_path / "other")
    png = other.bar(regions.iloc[:60], name="figure").png
    (tmp_path / "outputs" / "figure.png").write_bytes(png)
    file = sdc.check_folder(tmp_path / "outputs", views={"people": tmp_path / "view.parquet"}).file("figure.png")
    assert "evidence.mismatch" in {finding.rule for finding in file.findings}


def test_small_categories_that_are_shown_are_stopped(regions, tmp_path):
    outputs = sdc.Outputs(tmp_path / "outputs", suppress=False)
    outputs.pie(regions, name="figure")
    outputs.finalise()
    file = sdc.check_folder(tmp_path / "outputs").file("figure.png")
    assert "table.threshold" in {finding.rule for finding in file.findings}


def test_a_category_that_many_share_is_nobodys_name_but_a_rare_one_may_be(tmp_path):
    places = ["Yorkshire and the Humber"] * 30 + ["Mrs Margaret Ashworth of Leeds"] * 3
    index = pd.Index([f"v1:{number:032x}" for number in range(33)], name="person_id")
    series = pd.Series(places, index=index, name="region")
    outputs = sdc.Outputs(tmp_path / "outputs", suppress=False)
    outputs.bar(series, name="figure")
    outputs.finalise()
    file = sdc.check_folder(tmp_path / "outputs").file("figure.png")
    named = [finding for finding in file.findings if finding.rule.startswith("pii.person")]
    assert len(named) == 1
    outputs = sdc.Outputs(tmp_path / "shared")
    outputs.bar(series[series == "Yorkshire and the Humber"], name="figure")
    outputs.finalise()
    file = sdc.check_folder(tmp_path / "shared").file("figure.png")
    assert not [finding for finding in file.findings if finding.rule.startswith("pii.")]


def test_a_label_cannot_become_mathematics(regions, tmp_path):
    named = regions.replace("Wales", r"$\frac{1}{0}$")
    _, file = checked(named, tmp_path, "bar")
    assert file.verified


def test_too_many_categories_are_refused(tmp_path):
    numbers = pd.Series(range(200), name="number", index=pd.RangeIndex(200, name="person_id"))
    with pytest.raises(BadTable, match="categories"):
        sdc.Outputs(tmp_path).bar(numbers)
