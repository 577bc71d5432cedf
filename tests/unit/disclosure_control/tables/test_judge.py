"""Every rule on cells that are just safe and just unsafe; ACRO's faults 1, 2, 3 and 8 stay away."""

import numpy as np
import pandas as pd
import pytest

from disclosure_control.errors import BadTable
from disclosure_control.outcome import Outcome
from disclosure_control.policy import Policy
from disclosure_control.tables.cells import cell_statistics
from disclosure_control.tables.judge import judge_cells

LENIENT = Policy(min_units=1, dominance=(), p_percent=None, group_disclosure=False)


def one_cell(values: list[float], policy: Policy, statistic: str = "sum") -> tuple[Outcome, str]:
    frame = pd.DataFrame({"area": ["N"] * len(values), "pay": values})
    judged = judge_cells(cell_statistics(frame, ["area"], "pay", margins=False), policy, statistic)
    return judged.outcome[0], judged.reasons[0]


@pytest.mark.parametrize(("people", "reasons"), [(10, ""), (9, "table.threshold"), (1, "table.threshold")])
def test_the_threshold_is_inclusive(people: int, reasons: str) -> None:
    cells = cell_statistics(pd.DataFrame({"area": ["N"] * people}), ["area"], margins=False)
    assert judge_cells(cells, Policy()).reasons.tolist() == [reasons]


def test_people_are_counted_and_not_rows() -> None:
    frame = pd.DataFrame({"area": ["N"] * 30, "who": [f"person {i % 3}" for i in range(30)]})
    assert judge_cells(cell_statistics(frame, ["area"], unit="who"), Policy()).outcome.tolist() == [Outcome.FAIL] * 2


def test_zeros_are_shown_only_where_the_policy_allows() -> None:
    frame = pd.DataFrame({"a": ["x"] * 20 + ["y"] * 20, "b": ["p"] * 20 + ["q"] * 20})
    cells = cell_statistics(frame, ["a", "b"], margins=False)
    assert "table.zero" not in ", ".join(judge_cells(cells, Policy()).reasons)
    assert judge_cells(cells, Policy(zero_cells_allowed=False)).reasons.str.contains("table.zero").sum() == 2


@pytest.mark.parametrize(
    ("values", "unsafe"),
    [
        ([90.0, 5.0, 5.0], False),
        ([91.0, 5.0, 4.0], True),
        # Fault 1: a negative value anywhere must not switch the rule off.
        ([-91.0, 5.0, 4.0], True),
        ([91.0, -5.0, 4.0], True),
        ([900.0, 1.0, 1.0, -1.0], True),
    ],
)
def test_dominance_holds_on_absolute_values(values: list[float], unsafe: bool) -> None:
    policy = Policy(min_units=1, dominance=((1, 0.90),), p_percent=None, group_disclosure=False)
    assert ("table.dominance" in one_cell(values, policy)[1]) is unsafe


def test_the_two_largest_are_added_up_where_the_rule_says_two() -> None:
    policy = Policy(min_units=1, dominance=((2, 0.90),), p_percent=None, group_disclosure=False)
    assert one_cell([46.0, 45.0, 9.0], policy) == (Outcome.FAIL, "table.dominance")
    assert one_cell([45.0, 45.0, 10.0], policy) == (Outcome.PASS, "")


def test_a_negative_value_in_one_cell_leaves_the_rules_of_the_others_on() -> None:
    frame = pd.DataFrame({"area": ["N"] * 20 + ["S"] * 20, "pay": [1000.0, *[1.0] * 19, -1.0, *[2.0] * 19]})
    judged = judge_cells(cell_statistics(frame, ["area"], "pay", margins=False), Policy(), "mean")
    assert "table.dominance" in judged.reasons[0]
    assert judged.outcome[1] is Outcome.PASS


def test_values_of_object_type_are_judged_as_numbers() -> None:
    """Fault 2: an object column must not switch dominance off."""
    pay = pd.Series([1000.0, *[1.0] * 19], dtype=object)
    cells = cell_statistics(pd.DataFrame({"area": ["N"] * 20, "pay": pay}), ["area"], "pay", margins=False)
    assert "table.dominance" in judge_cells(cells, Policy(), "sum").reasons[0]


def test_the_p_percent_rule_protects_the_largest_from_the_second() -> None:
    policy = Policy(min_units=1, dominance=(), p_percent=10, group_disclosure=False)
    assert one_cell([100.0, 50.0, 10.0], policy) == (Outcome.PASS, "")
    assert one_cell([100.0, 50.0, 9.0], policy) == (Outcome.FAIL, "table.p-percent")
    assert one_cell([100.0, 50.0], policy)[0] is Outcome.FAIL


def test_identical_values_tell_everybodys_value() -> None:
    """Fault 3: the mean of fifteen equal values is everybody's value."""
    assert one_cell([30.0] * 15, Policy(), "mean") == (Outcome.FAIL, "table.identical-values")
    assert one_cell([0.0] * 15, Policy(), "mean")[0] is Outcome.FAIL
    assert one_cell([30.0] * 15, LENIENT, "mean") == (Outcome.PASS, "")


def test_a_row_that_falls_into_one_category_is_looked_at() -> None:
    frame = pd.DataFrame({"area": ["N"] * 20 + ["S"] * 40, "ill": ["yes"] * 20 + ["yes", "no"] * 20})
    judged = judge_cells(cell_statistics(frame, ["area", "ill"]), Policy()).set_index(["area", "ill"])
    assert judged.outcome["N", "yes"] is Outcome.REVIEW
    assert judged.reasons["N", "yes"] == "table.class-disclosure"
    assert judged.outcome["S", "yes"] is Outcome.PASS
    assert judged.outcome["All", "All"] is Outcome.PASS


def test_a_column_of_missing_values_is_judged_and_written_nowhere() -> None:
    """Fault 8: an all-missing column must not write into the caller's frame."""
    frame = pd.DataFrame({"area": ["N"] * 12, "pay": [np.nan] * 12})
    before = frame.copy()
    judged = judge_cells(cell_statistics(frame, ["area"], "pay", margins=False), Policy(), "mean")
    assert judged.units.tolist() == [0]
    pd.testing.assert_frame_equal(frame, before)


def test_all_rules_that_a_cell_breaks_are_named() -> None:
    _, reasons = one_cell([1000.0, 1.0], Policy())
    assert reasons.split(", ") == ["table.threshold", "table.dominance", "table.p-percent"]


def test_an_unknown_statistic_or_cells_without_values_are_refused() -> None:
    cells = pd.DataFrame({"area": ["N"], "n": [30], "units": [30]})
    with pytest.raises(BadTable, match="not a statistic"):
        judge_cells(cells, Policy(), "median")
    with pytest.raises(BadTable, match="lack total"):
        judge_cells(cells, Policy(), "mean")
