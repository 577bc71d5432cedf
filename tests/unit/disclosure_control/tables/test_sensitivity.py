"""Every rule on cells that are just safe and just unsafe; ACRO's faults 1, 2, 3 and 8 stay away."""

import numpy as np
import pandas as pd
import pytest

from disclosure_control.core.errors import BadTable
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from disclosure_control.tables.sensitivity import RULES_OF, judge_cells, judge_ratio
from disclosure_control.tables.statistics.cells import cell_statistics

LENIENT = Policy(min_units=1, dominance=(), p_percent=None, group_disclosure=False)


def one_cell(values: list[float], policy: Policy, statistic: str = "sum", **given: float) -> tuple[Outcome, str]:
    frame = pd.DataFrame({"area": ["N"] * len(values), "pay": values})
    cells = cell_statistics(frame, ["area"], "pay", margins=False, largest=policy.contributions)
    judged = judge_cells(cells, policy, statistic, **given)
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


def test_nobody_is_estimated_in_a_cell_where_all_contribute_nothing() -> None:
    policy = Policy(min_units=1, dominance=((1, 0.5),), p_percent=10, group_disclosure=False)
    assert one_cell([0.0] * 12, policy) == (Outcome.PASS, "")


def test_a_cell_of_one_contributor_breaks_the_rules_on_estimates_end_points_and_percentiles() -> None:
    alone = Policy(min_units=1, dominance=(), p_percent=10, group_disclosure=False)
    assert one_cell([100.0], alone) == (Outcome.FAIL, "table.p-percent")
    assert one_cell([100.0], alone, "percentile", quantile=0.95) == (Outcome.FAIL, "table.threshold")
    dominated = Policy(min_units=1, dominance=((1, 0.5),), p_percent=None, group_disclosure=True)
    assert one_cell([100.0], dominated) == (Outcome.FAIL, "table.dominance, table.identical-values")
    two = Policy(min_units=2, dominance=(), p_percent=None, group_disclosure=False)
    assert one_cell([100.0], two, "maximum") == (Outcome.FAIL, "table.threshold, table.end-point")
    assert one_cell([100.0, 90.0], two, "maximum") == (Outcome.FAIL, "table.end-point")


@pytest.mark.parametrize(("group_disclosure", "statistic"), [(False, "frequency"), (True, "sum")])
def test_categories_that_all_fall_into_are_looked_at_in_counts_and_only_if_the_policy_asks(
    group_disclosure: bool, statistic: str
) -> None:
    frame = pd.DataFrame({"a": ["N"] * 20 + ["S"] * 40, "b": ["yes"] * 40 + ["no"] * 20, "v": np.arange(60.0) + 100})
    policy = Policy(min_units=10, dominance=(), p_percent=None, group_disclosure=group_disclosure)
    judged = judge_cells(cell_statistics(frame, ["a", "b"], "v"), policy, statistic)
    assert not judged.reasons.str.contains("class-disclosure").any()


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


def test_in_three_dimensions_the_cells_that_differ_in_one_category_alone_are_compared() -> None:
    every = [(a, b, c) for a in "xy" for b in "pq" for c in "rs" if (a, b, c) != ("y", "p", "r")]
    frame = pd.DataFrame([cell for cell in every for _ in range(20)], columns=["a", "b", "c"])
    judged = judge_cells(cell_statistics(frame, ["a", "b", "c"]), Policy())
    looked_at = judged[judged.reasons == "table.class-disclosure"]
    assert set(looked_at[["a", "b", "c"]].itertuples(index=False, name=None)) == {
        ("x", "p", "r"),
        ("y", "q", "r"),
        ("y", "p", "s"),
    }


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
        judge_cells(cells, Policy(), "kurtosis")
    with pytest.raises(BadTable, match="lack total"):
        judge_cells(cells, Policy(), "mean")


@pytest.mark.parametrize(
    ("n", "share", "unsafe"), [(3, 0.74, True), (3, 0.75, False), (5, 0.94, True), (5, 0.95, False)]
)
def test_dominance_of_any_number_of_contributors(n: int, share: float, unsafe: bool) -> None:
    policy = Policy(min_units=1, dominance=((n, share),), p_percent=None, group_disclosure=False)
    values = [30.0, 25.0, 20.0, 12.0, 8.0, 5.0]
    assert ("table.dominance" in one_cell(values, policy)[1]) is unsafe


def test_a_rule_over_contributions_that_the_cells_lack_is_refused_and_not_skipped() -> None:
    cells = cell_statistics(pd.DataFrame({"area": ["N"] * 30, "pay": range(30)}), ["area"], "pay")
    with pytest.raises(BadTable, match=r"largest_3.*largest=3"):
        judge_cells(cells, Policy(dominance=[(3, 0.5)]), "sum")


def test_the_prior_posterior_rule_asks_for_more_than_its_p() -> None:
    """(10,50) is p% with p = 20: the rest must be 20 of the largest 100."""
    policy = Policy(min_units=1, dominance=(), p_percent=None, prior_posterior=(10, 50), group_disclosure=False)
    assert one_cell([100.0, 50.0, 20.0], policy) == (Outcome.PASS, "")
    assert one_cell([100.0, 50.0, 19.0], policy) == (Outcome.FAIL, "table.p-percent")


@pytest.mark.parametrize("statistic", ["minimum", "maximum"])
def test_end_points_are_somebodys_values_however_many_there_are(statistic: str) -> None:
    assert one_cell([float(i) for i in range(1, 200)], Policy(), statistic) == (Outcome.FAIL, "table.end-point")
    assert one_cell([1.0, 2.0], LENIENT, statistic) == (Outcome.PASS, "")


@pytest.mark.parametrize(
    ("people", "quantile", "reasons"),
    [(200, 0.95, ""), (199, 0.95, "table.threshold"), (200, 0.05, ""), (20, 0.5, ""), (19, 0.5, "table.threshold")],
)
def test_a_percentile_needs_people_beyond_it(people: int, quantile: float, reasons: str) -> None:
    values = [float(i) for i in range(people)]
    assert one_cell(values, Policy(), "percentile", quantile=quantile)[1] == reasons


def test_which_percentile_must_be_said() -> None:
    for given in ({}, {"quantile": 0.0}, {"quantile": 1.0}):
        with pytest.raises(BadTable, match="which percentile"):
            one_cell([1.0, 2.0], Policy(), "percentile", **given)


@pytest.mark.parametrize("statistic", ["median", "mode"])
def test_positions_need_people_who_differ(statistic: str) -> None:
    assert one_cell([float(i) for i in range(10)], Policy(), statistic) == (Outcome.PASS, "")
    assert one_cell([float(i) for i in range(9)], Policy(), statistic) == (Outcome.FAIL, "table.threshold")
    assert one_cell([5.0] * 10, Policy(), statistic) == (Outcome.FAIL, "table.identical-values")
    assert one_cell([1000.0, *[1.0] * 19], Policy(), statistic)[0] is Outcome.PASS


def test_a_concentration_ratio_tells_the_largest_and_a_gini_index_does_not() -> None:
    skewed = [1000.0, *[1.0] * 19]
    assert "table.dominance" in one_cell(skewed, Policy(), "concentration")[1]
    assert one_cell(skewed, Policy(), "gini") == (Outcome.PASS, "")
    assert one_cell([1.0, 2.0], Policy(), "gini") == (Outcome.FAIL, "table.threshold")


@pytest.mark.parametrize("statistic", sorted(RULES_OF))
def test_every_statistic_keeps_the_threshold_and_the_rule_on_zeros(statistic: str) -> None:
    frame = pd.DataFrame({"a": ["x"] * 9 + ["y"] * 99, "b": ["p"] * 9 + ["q"] * 99, "pay": np.arange(108.0)})
    cells = cell_statistics(frame, ["a", "b"], "pay", margins=False)
    judged = judge_cells(cells, Policy(zero_cells_allowed=False), statistic, quantile=0.5).set_index(["a", "b"])
    assert "table.threshold" in judged.reasons["x", "p"]
    assert judged.reasons["x", "q"] == "table.zero"
    assert "table.threshold" not in judged.reasons["y", "q"]


def test_a_zero_that_everybody_knows_is_not_hidden() -> None:
    frame = pd.DataFrame({"sex": ["m"] * 20 + ["f"] * 40, "pregnant": ["no"] * 20 + ["no", "yes"] * 20})
    impossible = [{"sex": "m", "pregnant": "yes"}]
    policy = Policy(zero_cells_allowed=False)
    for cells, expected in (
        (cell_statistics(frame, ["sex", "pregnant"], impossible=impossible), ""),
        (cell_statistics(frame, ["sex", "pregnant"]), "table.zero"),
    ):
        judged = judge_cells(cells, policy).set_index(["sex", "pregnant"])
        assert judged.reasons["m", "yes"] == expected


def test_a_ratio_is_as_safe_as_its_less_safe_part() -> None:
    def judged(people: dict[str, int]) -> pd.DataFrame:
        return judge_cells(
            pd.DataFrame({"area": list(people), "n": people.values(), "units": people.values()}), Policy()
        )

    ratio = judge_ratio(judged({"N": 4, "S": 20}), judged({"N": 3, "S": 90}))
    assert ratio.outcome.tolist() == [Outcome.FAIL, Outcome.PASS]
    assert ratio.reasons.tolist() == ["table.threshold", ""]
    assert judge_ratio(judged({"N": 40}), judged({"N": 9})).outcome.tolist() == [Outcome.FAIL]
    with pytest.raises(BadTable, match="not the same"):
        judge_ratio(judged({"N": 40}), judged({"S": 40}))


def test_a_group_of_a_hierarchy_is_not_a_second_category() -> None:
    frame = pd.DataFrame({"area": ["NE"] * 20 + ["NE", "SE"] * 20, "ill": ["yes"] * 20 + ["no"] * 40})
    trees = {"area": {"North": ["NE"], "South": ["SE"]}}
    cells = cell_statistics(frame, ["area", "ill"], hierarchies=trees)
    judged = judge_cells(cells, Policy(), hierarchies=trees).set_index(["area", "ill"])
    assert judged.reasons["NE", "yes"] == "table.class-disclosure"
    assert judged.reasons["SE", "no"] == "table.class-disclosure"
    assert judged.reasons["NE", "no"] == ""


def test_a_policy_of_higher_n_works_through_the_weights() -> None:
    frame = pd.DataFrame({"area": ["N"] * 4, "pay": [50.0, 30.0, 15.0, 5.0], "w": [2.0, 1.0, 1.0, 1.0]})
    cells = cell_statistics(frame, ["area"], "pay", weight="w", margins=False, largest=3)
    assert cells[["largest", "second_largest", "largest_3", "total_absolute"]].values.tolist() == [[50, 50, 30, 150]]
    policy = Policy(min_units=1, dominance=[(3, 0.86)], p_percent=None, group_disclosure=False)
    assert judge_cells(cells, policy, "sum").reasons.tolist() == ["table.dominance"]
