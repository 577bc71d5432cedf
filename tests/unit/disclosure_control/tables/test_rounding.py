"""Rounding: conventional, random and controlled."""

import numpy as np
import pandas as pd
import pytest

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.hierarchy import add_totals
from disclosure_control.tables.rounding import round_table

BY = ["a", "b", "c"]


def cube(seed: int, shape: tuple[int, ...] = (4, 5)) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    places = np.indices(shape).reshape(len(shape), -1)
    cells = pd.DataFrame({name: [f"{i}" for i in line] for name, line in zip(BY, places, strict=False)})
    by = BY[: len(shape)]
    return add_totals(cells.assign(n=random.integers(0, 40, len(cells))), by, ["n"])


def additive(table: pd.DataFrame, by: list[str]) -> bool:
    inner = table[~(table[by] == "All").any(axis=1)]
    again = add_totals(inner[[*by, "rounded"]], by, ["rounded"])
    merged = table.merge(again, on=by, suffixes=("", "_again"))
    return len(merged) == len(table) and bool((merged.rounded == merged.rounded_again).all())


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("base", [3, 5, 10])
def test_controlled_rounding_adds_up_and_goes_to_a_neighbour(seed: int, base: int) -> None:
    rounded = round_table(cube(seed), ["a", "b"], base=base)
    assert additive(rounded, ["a", "b"])
    assert (rounded.rounded % base == 0).all()
    assert (np.abs(rounded.rounded - rounded.n) < base).all()
    exact = rounded[rounded.n % base == 0]
    assert (exact.rounded == exact.n).all()


def test_three_columns_of_labels_may_go_further_but_add_up() -> None:
    rounded = round_table(cube(1, (3, 3, 4)), BY, base=5)
    assert additive(rounded, BY)
    assert (np.abs(rounded.rounded - rounded.n) <= 15).all()


def test_controlled_rounding_is_the_closest_that_adds_up() -> None:
    table = pd.DataFrame({"a": ["x", "y", "All"], "n": [4, 4, 8]})
    rounded = round_table(table, ["a"], base=5).rounded.tolist()
    assert rounded == [5, 5, 10]


def test_conventional_rounding_takes_halves_up() -> None:
    table = pd.DataFrame({"a": list("pqrst"), "n": [0.0, 2.4, 2.5, 7.0, -2.0]})
    assert round_table(table, ["a"], base=5, method="conventional").rounded.tolist() == [0, 0, 5, 5, 0]


def test_random_rounding_is_the_same_each_time_and_right_on_average() -> None:
    table = pd.DataFrame({"a": [f"{i}" for i in range(4_000)], "n": 7})
    once = round_table(table, ["a"], base=5, method="random", secret=b"s" * 32).rounded
    again = round_table(table.iloc[::-1], ["a"], base=5, method="random", secret=b"s" * 32).rounded
    assert once.tolist() == again.tolist()[::-1]
    assert set(once) == {5, 10}
    assert abs(once.mean() - 7) < 0.15
    other = round_table(table, ["a"], base=5, method="random", secret=b"t" * 32).rounded
    assert (once != other).any()
    whole = round_table(table.assign(n=10), ["a"], base=5, method="random", secret=b"s" * 32)
    assert (whole.rounded == 10).all()


def test_a_base_that_is_not_whole_keeps_its_decimals() -> None:
    table = pd.DataFrame({"a": ["x"], "n": [0.7]})
    assert round_table(table, ["a"], base=0.5, method="conventional").rounded.tolist() == [0.5]  # type: ignore[arg-type]


def test_what_cannot_be_rounded_is_refused() -> None:
    table = cube(1)
    with pytest.raises(BadTable, match="above 0"):
        round_table(table, ["a", "b"], base=0)
    with pytest.raises(BadTable, match="not held"):
        round_table(table, ["a", "b"], method="up")  # type: ignore[arg-type]
    with pytest.raises(BadTable, match="secret"):
        round_table(table, ["a", "b"], method="random")
    with pytest.raises(BadTable, match="do not add up"):
        round_table(table.assign(n=range(len(table))), ["a", "b"])
