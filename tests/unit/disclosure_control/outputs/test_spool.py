"""Tables from frames of every engine: the same as from pandas, with evidence that the airlock computes again."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

import disclosure_control as sdc
from disclosure_control.core.errors import BadTable

pytestmark = pytest.mark.usefixtures("one_worker")

ENGINES = ("polars", "lazy polars", "duckdb", "dask", "dask with an index")


def made_people() -> pd.DataFrame:
    random = np.random.default_rng(7)
    rows = 600
    return pd.DataFrame(
        {
            "person_id": [f"p{i % 200}" for i in range(rows)],
            "region": random.choice(["N", "S", 'It\'s "W"'], rows),
            "sex": random.choice(["f", "m"], rows),
            "pay": random.integers(8, 60, rows).astype(float),
        }
    )


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return made_people()


def of(engine: str, people: pd.DataFrame):
    if engine.endswith("polars"):
        frame = pl.from_pandas(people)
        return frame.lazy() if engine.startswith("lazy") else frame
    if engine == "duckdb":
        return duckdb.from_df(people)
    from dask.dataframe import from_pandas

    frame = from_pandas(people, npartitions=3)
    return frame.set_index("person_id") if engine.endswith("index") else frame


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def outputs_in(folder) -> sdc.Outputs:
    return sdc.Outputs(folder, "default", unit="person_id")


def tables(outputs: sdc.Outputs, frame) -> list[pd.DataFrame]:
    return [
        outputs.pivot_table(frame, "pay", "region", "sex", "mean", margins=True, name="mean"),
        outputs.pivot_table(frame, None, ["region"], ["sex"], name="people"),
        outputs.table(frame, ["region", "sex"], "pay", ["median", "std", "sum"], name="more"),
    ]


def check_tables(frame, people: pd.DataFrame, home: Path) -> None:
    """Tables of a frame that an engine holds are those of pandas, and are computed again from the view."""
    view = home / "view.parquet"
    people.to_parquet(view, index=False)
    expected = tables(outputs_in(home / "pandas"), people.set_index("person_id"))
    outputs = outputs_in(home / "outputs")
    for made, right in zip(tables(outputs, frame), expected, strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(made), pd.DataFrame(right), check_dtype=False)
    outputs.finalise()
    kept = pq.read_table(home / "outputs" / "evidence" / "mean.parquet")
    assert sorted(kept.column_names) == ["pay", "person_id", "region", "sex"]
    assert kept.num_rows == len(people)
    report = sdc.check_folder(home / "outputs", sdc.Policy.load("default"), views={"people": view}, unit="person_id")
    by_name = {file.name: file for file in report.files}
    assert by_name["mean.csv"].verified
    assert by_name["mean.csv"].outcome is sdc.Outcome.PASS


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_tables_are_those_of_pandas_and_are_verified(engine, people, home):
    check_tables(of(engine, people), people, home)


def test_a_changed_frame_is_noticed(people, home):
    view = home / "view.parquet"
    people.to_parquet(view, index=False)
    frame = of("duckdb", people.assign(pay=people.pay * 2))
    outputs = outputs_in(home / "outputs")
    outputs.pivot_table(frame, "pay", "region", "sex", name="mean")
    outputs.finalise()
    report = sdc.check_folder(home / "outputs", sdc.Policy.load("default"), views={"people": view}, unit="person_id")
    (table,) = [file for file in report.files if file.name == "mean.csv"]
    assert "evidence.derived-frame" in {finding.rule for finding in table.findings}
    assert table.outcome is not sdc.Outcome.PASS


def test_without_its_unit_rows_are_counted_and_somebody_must_look(people, home):
    outputs = sdc.Outputs(home / "outputs", "default")
    outputs.pivot_table(of("polars", people), "pay", "region", name="mean")
    report = outputs.finalise()
    assert report.outcome is sdc.Outcome.REVIEW


def test_what_a_session_wrote_beside_its_folder_goes_with_it(people, home):
    outputs = outputs_in(home / "outputs")
    outputs.pivot_table(of("polars", people), "pay", "region", name="mean")
    cache = home / ".cache" / "disclosure_control"
    assert list(cache.iterdir())
    del outputs
    assert not list(cache.iterdir())


@pytest.mark.parametrize(
    ("values", "index", "said"),
    [("wages", "region", "no column 'wages'"), ("pay", "person_id", "both the unit"), ("pay", "pay", "the same name")],
)
def test_columns_that_do_not_fit_are_refused(people, home, values, index, said):
    with pytest.raises(BadTable, match=said):
        outputs_in(home / "outputs").pivot_table(of("polars", people), values, index)


def test_what_is_no_frame_is_refused_with_what_can_be_given(people, home):
    outputs = outputs_in(home / "outputs")
    with pytest.raises(BadTable, match="cannot be read"):
        outputs.pivot_table({"pay": [1]}, "pay", "region")
    frame = of("polars", people)
    with pytest.raises(BadTable, match="not a pandas series") as refused:
        outputs.crosstab(frame["region"], frame["sex"])
    assert "pivot_table" in refused.value.hint
