"""The researcher's session: pandas' answers, hidden where they must be, with evidence behind each."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

from disclosure_control.checking.check import check_folder
from disclosure_control.core.errors import BadTable
from disclosure_control.core.outcome import Outcome
from disclosure_control.outputs import Outputs

pytestmark = pytest.mark.usefixtures("one_worker")

Session = Callable[..., Outputs]


def test_a_table_is_pandas_own_where_cells_are_shown(people: pd.DataFrame, session: Session) -> None:
    table = session().crosstab(people.area, people.band, margins=True)
    expected = pd.crosstab(people.area, people.band, margins=True)
    shown = table.notna()
    assert shown.to_numpy().sum() > 8
    assert not shown.to_numpy().all()
    assert (table.where(shown, expected) == expected.loc[table.index, table.columns]).to_numpy().all()


@pytest.mark.parametrize("aggfunc", ["mean", "sum", "count"])
def test_statistics_of_values_are_pandas_own(people: pd.DataFrame, session: Session, aggfunc: str) -> None:
    table = session().crosstab(people.band, people.age > 40, values=people.pay, aggfunc=aggfunc, margins=True)
    expected = pd.crosstab(people.band, people.age > 40, values=people.pay, aggfunc=aggfunc, margins=True)
    assert np.allclose(table.to_numpy(), expected.to_numpy(dtype=float))


def test_without_suppression_cells_are_shown_and_fail(people: pd.DataFrame, session: Session) -> None:
    outputs = session(suppress=False)
    table = outputs.crosstab(people.area, people.band)
    assert table.notna().to_numpy().all()
    assert outputs.finalise().outcome is Outcome.FAIL


def test_a_protected_table_passes(people: pd.DataFrame, session: Session) -> None:
    """Fault 5: a suppressed table that is truly protected passes."""
    outputs = session()
    outputs.crosstab(people.area, people.band, margins=True)
    assert outputs.finalise().outcome is Outcome.PASS


def test_rows_without_a_unit_are_at_best_looked_at(people: pd.DataFrame, session: Session) -> None:
    outputs = session()
    anonymous = people.reset_index(drop=True)
    outputs.crosstab(anonymous.band, anonymous.age > 40)
    assert outputs.finalise().outcome is Outcome.REVIEW


def test_repeated_rows_of_few_people_are_hidden(session: Session) -> None:
    index = pd.Index([f"p{i % 4}" for i in range(80)], name="person_id")
    frame = pd.DataFrame({"a": ["x", "y"] * 40, "b": ["p"] * 40 + ["q"] * 40}, index=index)
    assert session().crosstab(frame.a, frame.b).isna().to_numpy().all()


def test_units_may_be_given_as_a_series(people: pd.DataFrame, tmp_path: Path) -> None:
    rows = people.reset_index()
    household = pd.Series([f"h{i % 3}" for i in range(len(rows))], name="household")
    outputs = Outputs(tmp_path / "o", policy="default", unit=household)
    assert outputs.crosstab(rows.band, rows.age > 40).isna().to_numpy().all()


def test_an_index_of_another_name_than_the_unit_is_not_the_unit(people: pd.DataFrame, tmp_path: Path) -> None:
    outputs = Outputs(tmp_path / "o", policy="default", unit="person_id")
    years = people.rename_axis("year")
    outputs.crosstab(years.band, years.age > 40)
    assert outputs.finalise().outcome is Outcome.REVIEW


def test_series_of_different_people_are_refused(people: pd.DataFrame, session: Session) -> None:
    with pytest.raises(BadTable, match="another index"):
        session().crosstab(people.area, people.band.iloc[::-1])
    with pytest.raises(BadTable, match="not a pandas series"):
        session().crosstab(people.area, people.band.to_numpy())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "call",
    [
        lambda o, p: o.crosstab(p.area, p.band, values=p.pay),
        lambda o, p: o.crosstab(p.area, p.band, aggfunc="mean"),
        lambda o, p: o.crosstab(p.area, p.band, values=p.pay, aggfunc="max"),
        lambda o, p: o.crosstab(p.area, p.area),
        lambda o, p: o.crosstab(p.area, p.band, name="../x"),
        lambda o, p: o.hist(p, "nothing"),
        lambda o, p: o.hist(p),
        lambda o, p: o.add_comments("nothing", "x"),
        lambda o, p: o.remove_output("nothing"),
    ],
)
def test_calls_that_mean_nothing_are_refused(
    people: pd.DataFrame, session: Session, call: Callable[[Outputs, pd.DataFrame], object]
) -> None:
    with pytest.raises(BadTable):
        call(session(), people)


def test_labels_that_are_values_of_people_are_stopped(people: pd.DataFrame, session: Session) -> None:
    outputs = session()
    outputs.crosstab(people.pay, people.band)
    report = outputs.finalise()
    assert "table.sparse-categories" in [finding.rule for finding in report.files[0].findings]
    assert report.outcome is Outcome.FAIL


def test_the_callers_frame_is_not_changed(people: pd.DataFrame, session: Session) -> None:
    """Fault 8, for every kind of output, with a column of nothing but missing values."""
    people["nothing"] = np.nan
    before = people.copy()
    outputs = session()
    outputs.crosstab(people.area, people.band, values=people.nothing, aggfunc="mean")
    with pytest.raises(BadTable, match="needs values"):
        outputs.hist(people, "nothing")
    outputs.hist(people, "pay")
    outputs.olsr("pay ~ age", people)
    pd.testing.assert_frame_equal(people, before)


def test_models_are_statsmodels_own(people: pd.DataFrame, session: Session) -> None:
    outputs = session()
    expected = smf.ols("pay ~ age + C(band)", people).fit()
    assert np.allclose(outputs.olsr("pay ~ age + C(band)", people).params, expected.params)
    exog = sm.add_constant(people[["age"]])
    by_columns = outputs.ols(people.pay, exog)
    assert np.allclose(by_columns.params, sm.OLS(people.pay, exog).fit().params)
    assert list(by_columns.params.index) == ["const", "age"]


def test_a_formula_that_is_code_is_kept_as_its_columns(people: pd.DataFrame, session: Session, tmp_path: Path) -> None:
    outputs = session()
    results = outputs.olsr("np.log(pay) ~ age", people)
    assert np.allclose(results.params, smf.ols("np.log(pay) ~ age", people).fit().params)
    outputs.finalise()
    assert pq.read_schema(tmp_path / "outputs/evidence/model_1.parquet").names == ["np.log(pay)", "age", "person_id"]


def test_a_figure_shows_itself(people: pd.DataFrame, session: Session) -> None:
    figure = session().hist(people, "pay", bins=8)
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert figure.counts.n.sum() <= len(people)


def test_evidence_holds_the_columns_used_and_no_others(people: pd.DataFrame, session: Session, tmp_path: Path) -> None:
    outputs = session()
    outputs.crosstab(people.area, people.band, name="areas", comment="why we ask")
    outputs.finalise()
    folder = tmp_path / "outputs"
    assert pq.read_schema(folder / "evidence/areas.parquet").names == ["area", "band", "person_id"]
    assert pq.read_schema(folder / "evidence/areas.parquet").metadata is None
    result = json.loads((folder / "results.json").read_text())["results"]["areas"]
    assert {
        "uid",
        "status",
        "type",
        "properties",
        "files",
        "outcome",
        "command",
        "summary",
        "timestamp",
        "comments",
        "exception",
        "evidence",
    } == set(result)
    assert result["command"] == "crosstab(area, band)"
    assert result["comments"] == ["why we ask"]


def test_names_are_counted_up_kept_apart_and_removed(people: pd.DataFrame, session: Session, tmp_path: Path) -> None:
    outputs = session()
    outputs.crosstab(people.area, people.band)
    outputs.crosstab(people.area, people.band)
    outputs.remove_output("table_1")
    outputs.olsr("pay ~ age", people, name="m")
    with pytest.raises(BadTable, match="cannot be written"):
        outputs.crosstab(people.area, people.band, name="m-fit")
    with pytest.raises(BadTable, match="already an output"):
        outputs.crosstab(people.area, people.band, name="m")
    outputs.finalise()
    assert sorted(path.name for path in (tmp_path / "outputs").iterdir()) == [
        "checksums",
        "evidence",
        "m-fit.csv",
        "m.csv",
        "results.json",
        "table_2.csv",
    ]


def test_custom_outputs_are_copied_and_looked_at(session: Session, tmp_path: Path) -> None:
    made = tmp_path / "made.md"
    made.write_text("# Notes")
    outputs = session()
    outputs.custom_output(made, "notes", name="notes")
    outputs.custom_output("A sentence.", "text")
    assert outputs.finalise().outcome is Outcome.REVIEW
    assert (tmp_path / "outputs/notes.md").read_text() == "# Notes"
    assert (tmp_path / "outputs/custom_1.txt").read_text() == "A sentence."


def test_each_call_says_one_line_with_no_number_of_the_table(
    people: pd.DataFrame, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = session()
    outputs.disable_suppression()
    outputs.crosstab(people.area, people.band)
    outputs.enable_suppression()
    outputs.crosstab(people.area, people.band)
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("table_1: FAIL. table.threshold in ")
    assert second.startswith("table_2: PASS. ")


def test_an_output_can_be_renamed_and_excepted(
    people: pd.DataFrame, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = session()
    folder = outputs.folder
    outputs.crosstab(people.area, people.band, name="one")
    outputs.crosstab(people.area, people.band, name="two")
    outputs.rename_output("one", "first")
    outputs.add_exception("first", "It is public already.")
    capsys.readouterr()
    outputs.print_outputs()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["first", "two"]
    assert "crosstab(" in lines[0]
    for wrong in (("none", "x"), ("first", "two"), ("first", "../x")):
        with pytest.raises(BadTable):
            outputs.rename_output(*wrong)
    with pytest.raises(BadTable):
        outputs.add_exception("first", " ")
    outputs.finalise()
    results = json.loads((folder / "results.json").read_text())["results"]
    assert results["first"]["exception"] == "It is public already."
    assert (folder / "first.csv").is_file()
    assert not (folder / "one.csv").exists()
    assert check_folder(folder).file("first.csv").verified


def test_a_table_of_several_series_is_pandas_own_and_is_computed_again(people: pd.DataFrame, session: Session) -> None:
    old = people.age > 40
    outputs = session()
    table = outputs.crosstab([people.area, people.band], old, margins=True, name="three")
    expected = pd.crosstab([people.area, people.band], old, margins=True)
    inner = table.drop(index=("All", "All")).drop(columns="All")
    shown = inner.notna().to_numpy()
    assert 8 < shown.sum() < shown.size
    assert list(inner.index) == list(expected.index[:-1])
    assert (inner.to_numpy()[shown] == expected.to_numpy()[:-1, :-1][shown]).all()
    assert table.loc[("All", "All"), "All"] == len(people)
    outputs.finalise()
    file = check_folder(outputs.folder, outputs.policy).file("three.csv")
    assert (file.verified, file.outcome) == (True, Outcome.PASS)
    assert (outputs.folder / "three.csv").read_text().startswith("area,band,false,true,All\n")


def test_an_edited_cell_is_named_by_all_its_labels(people: pd.DataFrame, session: Session) -> None:
    outputs = session()
    outputs.crosstab([people.area, people.band], people.age > 40, name="three")
    outputs.finalise()
    path = outputs.folder / "three.csv"
    lines = path.read_text().splitlines()
    lines[1] = lines[1].rsplit(",", 1)[0] + ",777"
    path.write_text("\n".join(lines) + "\n")
    findings = check_folder(outputs.folder, outputs.policy).file("three.csv").findings
    assert [f.where for f in findings if f.rule == "evidence.mismatch"] == ["row East, high, column true"]


def test_a_pivot_table_is_pandas_own(people: pd.DataFrame, session: Session) -> None:
    outputs = session()
    table = outputs.pivot_table(people, values="pay", index="band", columns="area")
    expected = people.pivot_table(values="pay", index="band", columns="area")
    shown = table.notna().to_numpy()
    assert shown.sum() >= 6
    assert np.allclose(table.to_numpy()[shown], expected.to_numpy()[shown])
    alone = outputs.pivot_table(people, values="pay", index="band", aggfunc="sum")
    assert np.allclose(alone["pay"], people.groupby("band").pay.sum())
    counted = outputs.pivot_table(people, index=["band"])["count"]
    assert counted.tolist() == people.band.value_counts().sort_index().tolist()


def test_a_pivot_table_that_cannot_be_made_says_why(people: pd.DataFrame, session: Session) -> None:
    outputs = session()
    with pytest.raises(BadTable, match="no column 'wage'"):
        outputs.pivot_table(people, values="wage", index="band")
    with pytest.raises(BadTable, match="needs an index"):
        outputs.pivot_table(people, values="pay")
    with pytest.raises(BadTable, match="aggfunc='max'"):
        outputs.pivot_table(people, values="pay", index="band", aggfunc="max")
    with pytest.raises(BadTable, match="at most 4"):
        outputs.crosstab([people.area, people.band, people.age], [people.pay, people.pay.rename("two")])
