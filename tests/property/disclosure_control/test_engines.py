"""Every engine gives the cells that counting by hand gives, whatever is in the frame."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import dask.dataframe as dd
import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.statistics.cells import cell_statistics
from tests.property.disclosure_control.cells_by_hand import cells_by_hand

pytestmark = pytest.mark.slow

QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
MANY = settings(deadline=None, suppress_health_check=QUIET, derandomize=True)
FEW = settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=QUIET,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
SCHEMA = pa.schema(
    {
        "area": pa.string(),
        "year": pa.int64(),
        "pay": pa.float64(),
        "who": pa.int64(),
        "firm": pa.string(),
        "weight": pa.float64(),
    }
)
TREES = {"area": {"North": ["é☃", "b"], "South": ["'; --"]}}
ROW = st.fixed_dictionaries(
    {
        "area": st.sampled_from(["a", "b", "é☃", "", "'; --", None]),
        "year": st.sampled_from([-1, 2, 10, None]),
        # Quarters add up exactly in any order.
        "pay": st.one_of(st.none(), st.just(0.0), st.integers(-8_000, 80_000).map(lambda number: number / 4)),
        "who": st.integers(0, 12),
        "firm": st.sampled_from(["f", "g", "1", None]),
        "weight": st.sampled_from([0.0, 0.5, 1.0, 1.25, 2.0, 7.75]),
    }
)
ROWS = st.lists(ROW, max_size=40)
PLAIN: dict[str, Any] = {"value": "pay", "unit": "who"}
QUESTIONS = st.sampled_from(
    [
        {},
        {"value": "pay"},
        {"unit": "who"},
        PLAIN,
        {**PLAIN, "largest": 4},
        {**PLAIN, "holding": "firm"},
        {"unit": "who", "holding": "firm"},
        {**PLAIN, "weight": "weight", "largest": 3},
        {"value": "pay", "weight": "weight"},
        {**PLAIN, "hierarchies": TREES},
    ]
)
ONE = [{"area": "a", "year": 2, "pay": None, "who": 1, "firm": None, "weight": 1.0}]


def table_of(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def expected(rows: list[dict[str, Any]], question: dict[str, Any]) -> pd.DataFrame:
    given = {key: value for key, value in question.items() if key != "hierarchies"}
    return cells_by_hand(rows, ["area", "year"], **given, groups=question.get("hierarchies"))


def check(frame: Any, rows: list[dict[str, Any]], question: dict[str, Any]) -> None:
    found = cell_statistics(frame, ["area", "year"], **question)
    by_hand = expected(rows, question)
    assert len(found) == len(by_hand)
    if len(found):
        assert set(found.columns) == set(by_hand.columns)
        pd.testing.assert_frame_equal(found[by_hand.columns], by_hand, check_dtype=False, rtol=1e-12, atol=0)


def as_pandas(table: pa.Table) -> pd.DataFrame:
    return table.to_pandas().astype({"year": "Int64"})


def as_categories(table: pa.Table) -> pd.DataFrame:
    """Categories that nobody has stand in the frame, and whole numbers are kept as objects."""
    frame = as_pandas(table)
    area = pd.Categorical(frame["area"], categories=["unused", "é☃", "b", "a", "", "'; --"])
    return frame.assign(area=area, pay=frame["pay"].astype(object))


def as_dictionary(table: pa.Table) -> pa.Table:
    """A dictionary column in two chunks that number their categories differently."""
    half = len(table) // 2
    chunks = [piece.column("area").combine_chunks().dictionary_encode() for piece in (table[half:], table[:half])]
    return table.set_column(0, "area", pa.chunked_array(chunks[::-1], type=pa.dictionary(pa.int32(), pa.string())))


LOCAL: dict[str, Callable[[pa.Table], Any]] = {
    "pandas": as_pandas,
    "pandas with categories": as_categories,
    "arrow": lambda table: table,
    "arrow with dictionaries": as_dictionary,
    "polars": pl.from_arrow,
    "polars with categories": lambda table: pl.from_arrow(table).with_columns(pl.col("area").cast(pl.Categorical)),
    "polars lazy": lambda table: pl.from_arrow(table).lazy(),
}


def check_here(rows: list[dict[str, Any]], question: dict[str, Any], path: Path) -> None:
    table = table_of(rows)
    for name, convert in LOCAL.items():
        try:
            check(convert(table), rows, question)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error
    pq.write_table(table, path)
    check(path, rows, question)
    with duckdb.connect() as connection:
        check(connection.from_arrow(table), rows, question)


@pytest.mark.parametrize("examples", [8, pytest.param(30, marks=pytest.mark.heavy)])
def test_engines_in_this_process_count_as_by_hand(tmp_path: Path, examples: int) -> None:
    @settings(MANY, max_examples=examples)
    @given(ROWS, QUESTIONS)
    @example([], PLAIN)
    @example(ONE, PLAIN)
    def holds(rows: list[dict[str, Any]], question: dict[str, Any]) -> None:
        check_here(rows, question, tmp_path / "frame.parquet")

    holds()


@FEW
@given(ROWS, QUESTIONS, st.integers(1, 4))
@example([], PLAIN, 2)
@example(ONE, PLAIN, 1)
@example([{**ONE[0], "pay": float(i), "who": i % 3} for i in range(9)], {**PLAIN, "hierarchies": TREES}, 3)
@example([{**ONE[0], "pay": float(i), "who": i, "firm": "f"} for i in range(9)], {**PLAIN, "holding": "firm"}, 3)
def test_dask_counts_as_by_hand(rows: list[dict[str, Any]], question: dict[str, Any], partitions: int) -> None:
    check(dd.from_pandas(as_pandas(table_of(rows)), npartitions=partitions), rows, question)


def engines_here(frame: pd.DataFrame) -> dict[str, Any]:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return {
        "pandas": frame,
        "arrow": table,
        "polars": pl.from_arrow(table),
        "polars lazy": pl.from_arrow(table).lazy(),
        "duckdb": duckdb.connect().from_arrow(table),
    }


def with_dask(frame: pd.DataFrame) -> dict[str, Any]:
    return engines_here(frame) | {"dask": dd.from_pandas(frame, npartitions=2)}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"pay": [1.0, np.inf, 2.0]}, "infinite"),
    ({"pay": [1.0, -np.inf, 2.0]}, "infinite"),
    ({"pay": [1e308, 1e308, 1e308]}, "too large to add up"),
    ({"pay": ["1", "2", "much"]}, "1 values that are not numbers"),
    ({"pay": ["1", "2", "inf"]}, "1 values that are not numbers"),
    ({"pay": ["1", "2", "1_000"]}, "1 values that are not numbers"),
    ({"pay": pd.to_datetime(["2020-01-01"] * 3)}, "does not hold numbers"),
    ({"who": [1.0, 2.0, None]}, "1 rows have no unit"),
    ({"weight": [1.0, -1.0, 2.0]}, "1 weights"),
    ({"weight": [1.0, None, np.inf]}, "2 weights"),
    ({"area": ["a", "b", "All"]}, "label of margins"),
    ({"area": ["a", "b", "North"]}, "group of its hierarchy"),
]


def check_refused(engines: dict[str, Any], message: str) -> None:
    trees = {"area": {"North": ["b"]}}
    for name, one in engines.items():
        with pytest.raises(BadTable, match=message):
            cell_statistics(one, ["area"], "pay", "who", weight="weight", hierarchies=trees)
            pytest.fail(name)


def with_columns(columns: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame({"area": ["a", "b", "b"], "pay": [1.0, 2.0, 3.0], "who": [1, 1, 2], "weight": [1.0, 1.0, 1.0]})
    return frame.assign(**columns)


@pytest.mark.parametrize(("columns", "message"), REFUSED)
def test_every_engine_refuses_the_same(columns: dict[str, Any], message: str) -> None:
    check_refused(with_dask(with_columns(columns)), message)


LARGEST = 2**63 - 1
LARGE = pd.DataFrame({"area": ["a"] * 4, "pay": [LARGEST, LARGEST, -LARGEST, LARGEST], "who": [1, 1, 2, 3]})


def check_large(engines: dict[str, Any]) -> None:
    for name, one in engines.items():
        cell = cell_statistics(one, ["area"], "pay", "who").iloc[0]
        assert np.isclose(cell.total, 2.0 * LARGEST, rtol=1e-12), name
        assert (cell.largest, cell.second_largest) == (2.0 * LARGEST, float(LARGEST)), name


def test_whole_numbers_do_not_overflow() -> None:
    check_large(with_dask(LARGE))


TEXT = pd.DataFrame({"area": ["a"] * 3, "pay": ["1", " 2.5 ", "1e2"], "who": [1, 2, 3]})


def check_text(engines: dict[str, Any]) -> None:
    for name, frame in engines.items():
        assert cell_statistics(frame, ["area"], "pay", "who").total.tolist() == [103.5, 103.5], name


def test_text_that_is_numbers_adds_up_alike() -> None:
    check_text(with_dask(TEXT))


LABELS: list[tuple[Any, list[str]]] = [
    ([True, False, True], ["false", "true"]),
    ([0.5, 10.0, np.nan], ["0.5", "10.0"]),
    (pd.to_datetime(["2020-03-01", "2019-01-01", None]).date, ["2019-01-01", "2020-03-01"]),
]


def of_kinds(categories: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"kind": categories})
    if frame["kind"].dtype == object:
        return frame.assign(kind=frame["kind"].where(frame["kind"].notna(), None))
    return frame


def check_labels(engines: dict[str, Any], labels: list[str]) -> None:
    for name, frame in engines.items():
        assert cell_statistics(frame, ["kind"]).kind.tolist() == [*labels, "All"], name


@pytest.mark.parametrize(("categories", "labels"), LABELS)
def test_labels_are_the_same_text_in_every_engine(categories: Any, labels: list[str]) -> None:
    check_labels(with_dask(of_kinds(categories)), labels)


def test_categories_of_mixed_types_are_refused() -> None:
    frame = pd.DataFrame({"area": ["a", 1, None], "pay": [1.0, 2.0, 3.0]})
    with pytest.raises(BadTable, match="mixes text and numbers"):
        cell_statistics(frame, ["area"], "pay")
    with pytest.raises(BadTable, match="Python objects"):
        cell_statistics(pl.DataFrame({"area": pl.Series([object()], dtype=pl.Object)}), ["area"])
