"""What holds for every table: stricter never passes more, order is nothing, hidden cells stay hidden."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disclosure_control.core.errors import NotProtectable
from disclosure_control.core.policy import Policy
from disclosure_control.tables.attack.attacker import attack_table
from disclosure_control.tables.sensitivity import judge_cells
from disclosure_control.tables.statistics.cells import cell_statistics
from disclosure_control.tables.suppression.protection import protect_table

SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
POLICY = Policy(min_units=5)

values = st.integers(min_value=-500, max_value=5_000).map(float)
rows = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.integers(0, 30), st.one_of(st.none(), values)),
    min_size=1,
    max_size=150,
)
frames = rows.map(lambda found: pd.DataFrame(found, columns=["r", "c", "who", "pay"]).astype({"pay": "float64"}))
policies = st.builds(
    Policy,
    min_units=st.integers(1, 12),
    dominance=st.lists(st.tuples(st.sampled_from([1, 2]), st.floats(0.3, 0.95)), max_size=2).map(tuple),
    p_percent=st.one_of(st.none(), st.floats(1, 50)),
    group_disclosure=st.booleans(),
    zero_cells_allowed=st.booleans(),
)

pytestmark = pytest.mark.slow
statistics = st.sampled_from(["frequency", "count", "sum", "mean"])


@SETTINGS
@given(frames, policies, statistics, st.integers(0, 10), st.floats(0.5, 1.0))
def test_a_stricter_policy_never_passes_more(
    frame: pd.DataFrame, policy: Policy, statistic: str, more_units: int, share: float
) -> None:
    stricter = replace(
        policy,
        min_units=policy.min_units + more_units,
        dominance=tuple((n, k * share) for n, k in policy.dominance),
        p_percent=min(100.0, (policy.p_percent or 1.0) / share),
        group_disclosure=True,
        zero_cells_allowed=False,
    )
    cells = cell_statistics(frame, ["r", "c"], "pay", "who")
    lenient, strict = judge_cells(cells, policy, statistic), judge_cells(cells, stricter, statistic)
    assert (strict.outcome.astype(int) >= lenient.outcome.astype(int)).all()


@SETTINGS
@given(frames, policies, statistics, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(frame: pd.DataFrame, policy: Policy, statistic: str, random: object) -> None:
    order = list(range(len(frame)))
    random.shuffle(order)  # type: ignore[attr-defined]
    judged = [
        judge_cells(cell_statistics(one, ["r", "c"], "pay", "who"), policy, statistic)
        for one in (frame, frame.iloc[order])
    ]
    pd.testing.assert_frame_equal(*judged)


@SETTINGS
@given(frames)
def test_cells_are_what_pandas_counts(frame: pd.DataFrame) -> None:
    cells = cell_statistics(frame, ["r", "c"], "pay", "who", margins=False).set_index(["r", "c"])
    present = frame.dropna(subset="pay")
    for labels, group in present.groupby(["r", "c"]):
        by_unit = group.groupby("who").pay.sum().abs().sort_values(ascending=False)
        found = cells.loc[labels]
        assert (found.n, found.units) == (len(group), group.who.nunique())
        assert np.isclose(found.total, group.pay.sum())
        assert found.largest == by_unit.iloc[0]
        assert found.second_largest == (by_unit.iloc[1] if len(by_unit) > 1 else 0.0)
        assert (found.minimum, found.maximum, found.negatives) == (
            group.pay.min(),
            group.pay.max(),
            (group.pay < 0).sum(),
        )
    assert cells.n.sum() == len(present)
    assert cells.missing.sum() == len(frame) - len(present)


@SETTINGS
@given(frames, st.sampled_from(["frequency", "sum"]))
def test_hidden_cells_cannot_be_worked_out_from_margins(frame: pd.DataFrame, statistic: str) -> None:
    frame = frame.assign(pay=frame.pay.abs())
    cells = cell_statistics(frame, ["r", "c"], "pay", "who")
    value = "n" if statistic == "frequency" else "total"
    try:
        safe = protect_table(judge_cells(cells, POLICY, statistic), ["r", "c"], value, POLICY)
    except NotProtectable:
        return
    attacked = attack_table(safe, ["r", "c"], value)
    truth = safe[safe.suppressed != ""][value].fillna(0.0).to_numpy()
    assert not attacked.exact.any()
    assert (attacked.lower.to_numpy() <= truth + 1e-3).all()
    assert (attacked.upper.to_numpy() >= truth - 1e-3).all()
    shown = safe[(safe.suppressed == "") & (safe.units > 0)]
    assert (shown.units >= POLICY.min_units).all()


@SETTINGS
@given(frames)
def test_two_hidden_tables_are_consistent_with_other_truths(frame: pd.DataFrame) -> None:
    """An independent attacker: shown sums leave at least one free direction through every hidden cell."""
    cells = cell_statistics(frame, ["r", "c"], None, "who")
    try:
        safe = protect_table(judge_cells(cells, POLICY), ["r", "c"], "n", POLICY)
    except NotProtectable:
        return
    hidden = safe[safe.suppressed != ""].reset_index(drop=True)
    lines = []
    for name, other in (("r", "c"), ("c", "r")):
        for label in safe[other].unique():
            inside = (hidden[other] == label).to_numpy()
            lines.append(inside * np.where(hidden[name] == "All", -1.0, 1.0))
    matrix = np.array(lines).reshape(-1, len(hidden))
    _, singular, directions = np.linalg.svd(matrix) if len(hidden) else (None, np.zeros(0), np.zeros((0, 0)))
    free = directions[int((singular > 1e-9).sum()) :]
    assert (np.abs(free).max(axis=0, initial=0.0) > 1e-9).all()
