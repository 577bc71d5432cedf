"""Survival tables: computed from counts that are safe, and from nothing else."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from disclosure_control.core.errors import BadTable
from disclosure_control.core.policy import Policy
from disclosure_control.models.survival import Spells, life_table, spells_of


def spells(seed: int, n: int, censored: float) -> Spells:
    random = np.random.default_rng(seed)
    return Spells(random.exponential(20, n).round(1), random.random(n) >= censored)


def test_without_anybody_leaving_it_is_kaplan_and_meiers_at_the_ends_of_the_intervals() -> None:
    one = spells(1, 400, 0.0)
    table = life_table(one, np.arange(0, 200, 5.0), Policy())
    estimate = SurvfuncRight(one.time, one.event.astype(int))
    expected = [estimate.surv_prob[estimate.surv_times <= end][-1] for end in table["Time"]]
    assert len(table) > 5
    assert np.allclose(table["Surv prob"], expected)
    errors = [estimate.surv_prob_se[estimate.surv_times <= end][-1] for end in table["Time"][:-1]]
    assert np.allclose(table["Surv prob SE"][:-1], errors)


def test_a_life_table_worked_by_hand() -> None:
    """Of 100 people 20 have the event and 10 leave in the first interval, 30 and 40 in the second.

    Those who leave are watched for half the interval: 20/95, then 30/50.
    """
    time = np.repeat([1.0, 1.0, 3.0, 3.0], [20, 10, 30, 40])
    event = np.repeat([True, False, True, False], [20, 10, 30, 40])
    table = life_table(Spells(time, event), [0, 2, 4], Policy())
    assert table["num at risk"].tolist() == [100, 70]
    assert np.allclose(table["Surv prob"], [1 - 20 / 95, (1 - 20 / 95) * (1 - 30 / 50)])
    assert np.allclose(table["Surv prob SE"][0], (1 - 20 / 95) * np.sqrt(20 / (95 * 75)))


@settings(max_examples=200)
@given(st.integers(0, 10_000), st.integers(1, 400), st.sampled_from([0.0, 0.1, 0.5, 0.95, 1.0]), st.booleans())
def test_every_count_is_large_enough_and_everybody_is_in_one(seed: int, n: int, censored: float, zeros: bool) -> None:
    one = spells(seed, n, censored)
    policy = Policy(zero_cells_allowed=zeros)
    table = life_table(one, np.arange(0, 400, 2.5), policy)
    assert (table["num events"] >= 10).all()
    assert ((table["num censored"] >= 10) | ((table["num censored"] == 0) & zeros)).all()
    if len(table):
        assert table["num events"].sum() + table["num censored"].sum() == n
        assert table["num at risk"].iloc[0] == n
        assert table["Surv prob"].is_monotonic_decreasing
    else:
        left = n - int(one.event.sum())
        assert one.event.sum() < 10 or left < 10


@pytest.mark.parametrize(
    ("time", "event"),
    [
        ([-1.0, 2.0], [0, 1]),
        ([np.inf, 2.0], [0, 1]),
        ([1.0, 2.0], [0, 2]),
        (["soon", "late"], [0, 1]),
    ],
)
def test_times_and_status_that_mean_nothing_are_refused(time: list[object], event: list[int]) -> None:
    with pytest.raises(BadTable):
        spells_of(pd.Series(time), pd.Series(event), None)


def test_a_person_with_two_rows_is_refused() -> None:
    with pytest.raises(BadTable, match="one row a person"):
        spells_of(pd.Series([1.0, 2.0]), pd.Series([0, 1]), pd.Series(["p", "p"]))
    assert len(spells_of(pd.Series([1.0, np.nan]), pd.Series([0, 1]), pd.Series(["p", "p"])).time) == 1
