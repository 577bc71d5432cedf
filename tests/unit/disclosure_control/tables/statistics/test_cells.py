"""What cells are made of, and the faults of other tools that must not come back."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.statistics.cells import cell_statistics
from disclosure_control.tables.statistics.engines.arrow import observe
from disclosure_control.tables.statistics.engines.merge import unite
from disclosure_control.tables.statistics.engines.query import Axis, Question, texts

FRAME = pd.DataFrame(
    {
        "area": ["N", "N", "N", "S", "S", None],
        "sex": ["f", "f", "m", "m", "m", "f"],
        "pay": [5.0, 7.0, -20.0, np.nan, 0.0, 9.0],
        "who": ["a", "a", "b", "c", "d", "e"],
    }
)


def cell(cells: pd.DataFrame, **labels: str) -> pd.Series:
    chosen = cells
    for name, label in labels.items():
        chosen = chosen[chosen[name] == label]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_contributions_are_added_up_by_unit_before_they_are_ranked() -> None:
    cells = cell_statistics(FRAME, ["area", "sex"], "pay", "who")
    north = cell(cells, area="N", sex="f")
    assert (north.n, north.units, north.total, north.largest, north.second_largest) == (2, 1, 12.0, 12.0, 0.0)
    everybody = cell(cells, area="All", sex="All")
    assert (everybody.units, everybody.largest, everybody.second_largest) == (3, 20.0, 12.0)
    assert everybody.total == -8.0
    assert everybody.total_absolute == 32.0


def test_missing_values_are_counted_and_their_units_do_not_contribute() -> None:
    south = cell(cell_statistics(FRAME, ["area", "sex"], "pay", "who"), area="S", sex="m")
    assert (south.n, south.missing, south.units, south.zeros) == (1, 1, 1, 1)


def test_combinations_that_nobody_has_stand_in_the_table() -> None:
    empty = cell(cell_statistics(FRAME, ["area", "sex"], "pay", "who"), area="S", sex="f")
    assert (empty.n, empty.units) == (0, 0)
    assert np.isnan(empty.total)


def test_rows_without_a_category_are_left_out_as_in_pandas() -> None:
    cells = cell_statistics(FRAME, ["area", "sex"], margins=True)
    table = cells.pivot_table(index="area", columns="sex", values="n", sort=False)
    expected = pd.crosstab(FRAME.area, FRAME.sex, margins=True)
    assert table.loc[expected.index, expected.columns].astype(int).to_numpy().tolist() == expected.to_numpy().tolist()


def test_without_a_unit_rows_are_counted() -> None:
    assert cell(cell_statistics(FRAME, ["area"]), area="N").units == 3
    assert cell(cell_statistics(FRAME, ["area"], unit="who"), area="N").units == 2


def test_labels_keep_the_order_of_the_values_behind_them() -> None:
    cells = cell_statistics(pd.DataFrame({"year": [2, 10, 1]}), ["year"])
    assert cells.year.tolist() == ["1", "2", "10", "All"]


def test_numbers_kept_as_objects_are_numbers() -> None:
    frame = pd.DataFrame({"area": ["N"] * 3, "pay": pd.Series([1, 2.5, None], dtype=object)})
    assert cell(cell_statistics(frame, ["area"], "pay"), area="N").total == 3.5
    texts = pd.DataFrame({"area": ["N"] * 2, "pay": ["1", "2.5"]})
    assert cell(cell_statistics(texts, ["area"], "pay"), area="N").total == 3.5


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"area": ["N", "S"], "pay": ["1", "much"]}, "1 values that are not numbers"),
        ({"area": ["N", "S"], "pay": pd.Series([1, "much"], dtype=object)}, "mixes text and numbers"),
        ({"area": ["N", "S"], "pay": [1.0, np.inf]}, "holds infinite values"),
        ({"area": ["N", "All"], "pay": [1.0, 2.0]}, "label of margins"),
        ({"units": ["N", "S"], "pay": [1.0, 2.0]}, "no column 'area'"),
    ],
)
def test_what_cannot_be_judged_is_refused_and_never_skipped(frame: dict[str, object], message: str) -> None:
    with pytest.raises(BadTable, match=message):
        cell_statistics(pd.DataFrame(frame), ["area"], "pay")


def test_a_row_without_its_unit_is_refused() -> None:
    with pytest.raises(BadTable, match="1 rows have no unit"):
        cell_statistics(pd.DataFrame({"area": ["N", "N"], "who": ["a", None]}), ["area"], unit="who")


@pytest.mark.parametrize("by", [[], ["area", "area"], ["n"]])
def test_names_must_be_usable(by: list[str]) -> None:
    with pytest.raises(BadTable):
        cell_statistics(pd.DataFrame({"area": ["N"], "n": [1]}), by)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"hierarchies": {"sex": {"G": ["f"]}}}, "hierarchy for 'sex', which is not a column"),
        ({"largest": 1}, "largest must be between 2"),
        ({"holding": "group"}, "Holdings are groups of units"),
        ({"unit": "who", "holding": "group", "weight": "w"}, "Holdings and weights do not go together"),
        ({"impossible": [{"sex": "f"}]}, "names columns of the table"),
        ({"impossible": [{}]}, "names columns of the table"),
        ({"impossible": [{"area": "N"}]}, "has people in it"),
    ],
)
def test_a_question_that_does_not_fit_is_refused(asked: dict[str, Any], message: str) -> None:
    frame = pd.DataFrame({"area": ["N", "S"], "sex": ["f", "m"], "who": [1, 2], "group": [1, 1], "w": [1.0, 1.0]})
    with pytest.raises(BadTable, match=message):
        cell_statistics(frame, ["area"], **asked)


def test_categories_that_read_the_same_are_refused() -> None:
    with pytest.raises(BadTable, match="read the same but are different"):
        Axis.of("area", pa.array(["N", "N"]), {})


@pytest.mark.parametrize(
    ("first", "second", "labels"),
    [
        (pa.array([1, 2], pa.int8()), pa.array([2, 300], pa.int64()), ["1", "2", "300"]),
        (pa.array([1, 2]), pa.array([2.0, 2.5]), ["1.0", "2.0", "2.5"]),
        (pa.array(["a", "b"]), pa.array(["b", "c"], pa.large_string()), ["a", "b", "c"]),
        (pa.array(["a", "b"]), pa.array([], pa.int64()), ["a", "b"]),
        (pa.array(["a", "b"]), pa.array([1, 2]), None),
    ],
)
def test_parts_of_a_frame_are_brought_to_one_type(first: Any, second: Any, labels: list[str] | None) -> None:
    question = Question(("area",), None, None, None, None, 2, False, {})
    seen = [observe(pa.table({"area": part}), question) for part in (first, second)]
    if labels is None:
        with pytest.raises(BadTable, match="different types in different parts"):
            unite([levels for levels, _ in seen], [part for _, part in seen])
        return
    levels, _ = unite([levels for levels, _ in seen], [part for _, part in seen])
    assert sorted(texts(levels[0])) == labels


def test_codes_of_categories_that_are_not_plain_are_read_as_their_values() -> None:
    twice = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 2]), pa.array(["N", "N", "S"]))
    frame = pa.table({"area": twice, "who": twice, "pay": [1.0, 2.0, 3.0, 4.0]})
    cells = cell_statistics(frame, ["area"], "pay", "who")
    assert cells.set_index("area").n.to_dict() == {"N": 2, "S": 2, "All": 4}
    assert cells.set_index("area").units.to_dict() == {"N": 1, "S": 1, "All": 2}


def test_a_table_too_large_to_show_is_refused() -> None:
    many = pd.DataFrame({"a": range(1_100), "b": range(1_100)})
    with pytest.raises(BadTable, match="cells; the most is"):
        cell_statistics(many, ["a", "b"])


def test_weights_change_totals_and_neither_units_nor_ranks() -> None:
    frame = pd.DataFrame({"area": ["N", "N"], "pay": [2.0, 3.0], "w": [10.0, 1.0]})
    north = cell(cell_statistics(frame, ["area"], "pay", weight="w"), area="N")
    assert (north.units, north.total, north.largest) == (2, 23.0, 3.0)
    with pytest.raises(BadTable, match="weights"):
        cell_statistics(frame.assign(w=[-1.0, 1.0]), ["area"], "pay", weight="w")


def test_every_kind_of_frame_gives_the_same_cells(tmp_path: Path) -> None:
    path = tmp_path / "frame.parquet"
    FRAME.to_parquet(path)
    expected = cell_statistics(FRAME, ["area", "sex"], "pay", "who")
    with duckdb.connect() as connection:
        connection.register("FRAME", FRAME)
        relation = connection.sql("SELECT * FROM FRAME")
        for frame in (pl.from_pandas(FRAME), relation, path):
            pd.testing.assert_frame_equal(cell_statistics(frame, ["area", "sex"], "pay", "who"), expected)
    with pytest.raises(BadTable, match="cannot be read"):
        cell_statistics([1, 2], ["area"])


def test_a_frame_without_rows_gives_no_cell_of_people() -> None:
    cells = cell_statistics(FRAME.iloc[:0], ["area", "sex"], "pay", "who")
    assert cells.units.sum() == 0


def test_the_callers_frame_is_not_changed() -> None:
    before = FRAME.copy()
    cell_statistics(FRAME, ["area", "sex"], "pay", "who")
    pd.testing.assert_frame_equal(FRAME, before)
