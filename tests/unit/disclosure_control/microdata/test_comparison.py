"""Files made from records fail, files of statistics do not: both ways, on data of a known making."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure_control.core.content import Column
from disclosure_control.core.location import WHOLE
from disclosure_control.core.outcome import Outcome
from disclosure_control.microdata import comparison as module
from disclosure_control.microdata.comparison import comparison_findings

pytestmark = pytest.mark.slow

Make = Callable[[pd.DataFrame], pd.DataFrame]


def failed(findings: list) -> set[str]:
    return {finding.rule for finding in findings if finding.outcome is Outcome.FAIL}


def some(data: pd.DataFrame, rows: int = 60) -> pd.DataFrame:
    return data.sample(rows, random_state=1)


RECORDS: dict[str, Make] = {
    "as they are": lambda d: some(d)[["area", "sex", "pay", "age"]],
    "columns renamed and in another order": lambda d: some(d)[["age", "pay", "sex"]].set_axis(["x", "y", "z"], axis=1),
    "days as they are written here": lambda d: some(d).assign(born=some(d).born.dt.strftime("%d/%m/%Y"))[
        ["born", "area", "age"]
    ],
    "one column changed": lambda d: some(d).assign(age=some(d).age + 1)[["area", "sex", "pay", "age"]],
    "pay in pounds": lambda d: some(d).assign(pay=some(d).pay.round())[["area", "sex", "pay", "age", "income"]],
    "among others": lambda d: pd.concat([some(d, 10), shuffled(some(d, 190))])[["area", "sex", "pay", "age", "income"]],
    "with thousands separated": lambda d: some(d).assign(income=some(d).income.map("{:,}".format))[
        ["area", "age", "income"]
    ],
}


def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
    random = np.random.default_rng(3)
    return pd.DataFrame({name: random.permutation(frame[name].to_numpy()) for name in frame})


@pytest.mark.parametrize("name", RECORDS)
def test_records_are_found_however_they_are_written(name: str, data: pd.DataFrame, compare: Callable) -> None:
    findings = compare(RECORDS[name](data))
    assert "microdata.rows" in failed(findings)
    assert all(str(value) not in str(findings) for value in some(data, 10).pay)


STATISTICS: dict[str, Make] = {
    "counts": lambda d: pd.crosstab(d.area, d.age // 5).reset_index(),
    "small counts that are also ages": lambda d: (
        d.groupby(["area", "sex", "age"]).size().rename("age").reset_index(level=[0, 1])
    ),
    "means": lambda d: d.groupby(["area", "sex"]).pay.mean().round(2).reset_index(),
    "many means": lambda d: (
        d.groupby(["age", "sex"]).agg(n=("pay", "size"), mean=("pay", "mean")).round(2).reset_index()
    ),
    "medians": lambda d: d.groupby("age").pay.median().round(2).reset_index(),
    "several medians": lambda d: d.groupby(["area", "sex"])[["pay", "age", "income"]].median().reset_index(),
    "percentiles": lambda d: d.groupby("area").pay.quantile([0.1, 0.25, 0.5, 0.75, 0.9]).reset_index(),
    "percentiles that are values": lambda d: (
        d.groupby(["area", "sex"]).pay.quantile(np.arange(0.05, 1, 0.05).round(2), interpolation="lower").reset_index()
    ),
    "medians with a count that repeats, and a mean": lambda d: (
        d.groupby(["age", "area"])
        .agg(n=("pay", "size"), mean=("pay", "mean"), median=("income", "median"))
        .round({"mean": 1, "median": 1})
        .reset_index()
    ),
    "a range": lambda d: pd.DataFrame({"income": np.arange(8_000, 90_000, 1_000)}),
    "people who are not in the data": lambda d: shuffled(d.head(200))[["area", "sex", "age"]],
}


@pytest.mark.parametrize("name", STATISTICS)
def test_statistics_are_not_called_records(name: str, data: pd.DataFrame, compare: Callable) -> None:
    assert failed(compare(STATISTICS[name](data))) == set()


def test_synthetic_people_of_the_same_distribution_are_not_the_records(compare: Callable) -> None:
    random = np.random.default_rng(99)
    synthetic = pd.DataFrame(
        {
            "area": random.choice(["North", "East"], 200),
            "pay": np.round(random.lognormal(3, 0.5, 200), 2),
            "age": random.integers(18, 70, 200),
            "income": random.integers(8_000, 90_000, 200),
        }
    )
    assert failed(compare(synthetic)) == set()


@pytest.mark.parametrize("ordered", [True, False])
def test_points_of_a_figure_are_found_sorted_or_not(ordered: bool, data: pd.DataFrame, compare: Callable) -> None:
    points = some(data)[["pay"]].set_axis(["x"], axis=1)
    assert failed(compare(points.sort_values("x") if ordered else points)) == {"microdata.values"}


def test_an_array_in_a_text_is_found(data: pd.DataFrame, compare: Callable) -> None:
    text = f"array([{', '.join(map(str, some(data).pay))}])"
    assert failed(compare(texts=["Mean 12.5 of 1234 people", text])) == {"microdata.values"}


def test_few_values_ask_for_a_look_alone(data: pd.DataFrame, compare: Callable) -> None:
    findings = compare(some(data, 40)[["income"]].set_axis(["x"], axis=1))
    assert [(f.rule, f.outcome) for f in findings] == [("microdata.values", Outcome.REVIEW)]


def test_a_stretch_of_ages_is_found_in_its_order_alone(data: pd.DataFrame, compare: Callable) -> None:
    ages = data[["age"]].iloc[100:160]
    assert failed(compare(ages)) == {"microdata.values"}
    assert failed(compare(ages.sample(frac=1, random_state=2))) == set()


def test_identifiers_that_are_numbers_are_pseudonyms(data: pd.DataFrame, compare: Callable) -> None:
    findings = compare(some(data)[["number"]], unit="number")
    assert failed(findings) == {"microdata.pseudonym"}


def test_more_columns_than_are_compared_are_said(compare: Callable) -> None:
    wide = pd.DataFrame({f"c{i}": ["1", "2"] for i in range(module.MAX_COLUMNS + 1)})
    assert [f.rule for f in compare(wide)] == ["microdata.not-compared"]


def test_a_view_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 nothing")
    findings = comparison_findings({WHOLE: [Column(1, "x", ["1"])]}, [], {"x": tmp_path / "broken.parquet"}, "id", 10)
    assert [f.rule for f in findings] == ["microdata.not-compared"]
    assert comparison_findings({WHOLE: [Column(1, "x", ["1"])]}, [], {}, "id", 10) == []


CELL = st.one_of(st.text(max_size=12), st.floats().map(str), st.integers().map(str), st.just("nan"))
TABLES = st.lists(st.lists(CELL, min_size=6, max_size=6), min_size=1, max_size=7)


def examples(few: int, many: int) -> pytest.MarkDecorator:
    """Few examples in the quick run, many in the heavy one."""
    return pytest.mark.parametrize("times", [few, pytest.param(many, marks=pytest.mark.heavy)])


@examples(15, 40)
def test_whatever_stands_in_a_file_is_compared(compare: Callable, times: int) -> None:
    @settings(max_examples=times, deadline=None)
    @given(TABLES)
    def holds(cells: list[list[str]]) -> None:
        table = pd.DataFrame({f"c{i}": column for i, column in enumerate(cells)})
        assert failed(compare(table)) == set()

    holds()


@examples(6, 25)
def test_any_records_are_found_and_the_order_of_rows_says_nothing(
    data: pd.DataFrame, compare: Callable, times: int
) -> None:
    @settings(max_examples=times, deadline=None)
    @given(seed=st.integers(0, 10**6), rows=st.integers(25, 300))
    def holds(seed: int, rows: int) -> None:
        records = data.sample(rows, random_state=seed)[["area", "pay", "income"]]
        again = records.sample(frac=1, random_state=seed)
        assert "microdata.rows" in failed(compare(records))
        assert "microdata.rows" in failed(compare(again))

    holds()


@examples(8, 25)
def test_no_table_of_counts_and_means_fails(data: pd.DataFrame, compare: Callable, times: int) -> None:
    @settings(max_examples=times, deadline=None)
    @given(seed=st.integers(0, 10**6), by=st.sampled_from([["area"], ["sex", "age"], ["area", "sex"], ["age"]]))
    def holds(seed: int, by: list[str]) -> None:
        part = data.sample(frac=0.7, random_state=seed)
        table = part.groupby(by).agg(n=("pay", "size"), mean=("pay", "mean"), income=("income", "mean")).round(1)
        assert failed(compare(table.reset_index())) == set()

    holds()
