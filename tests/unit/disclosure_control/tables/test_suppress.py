"""Protection against subtraction, and the attacker who tries it."""

import numpy as np
import pandas as pd
import pytest

from disclosure_control.errors import BadTable, NotProtectable
from disclosure_control.policy import Policy
from disclosure_control.tables import suppress
from disclosure_control.tables.attack import attack_table
from disclosure_control.tables.cells import cell_statistics
from disclosure_control.tables.fast import Pattern
from disclosure_control.tables.judge import judge_cells
from disclosure_control.tables.need import Problem
from disclosure_control.tables.suppress import protect_table


def counts(table: dict[str, dict[str, int]]) -> pd.DataFrame:
    rows = [(a, b) for a, line in table.items() for b, n in line.items() for _ in range(n)]
    cells = cell_statistics(pd.DataFrame(rows, columns=["a", "b"]), ["a", "b"])
    return judge_cells(cells, Policy())


SMALL = {"x": {"p": 3, "q": 40, "r": 50}, "y": {"p": 60, "q": 30, "r": 20}, "z": {"p": 25, "q": 35, "r": 45}}


def test_an_attacker_subtracts_a_lone_suppressed_cell() -> None:
    judged = counts(SMALL)
    only_primary = judged.assign(suppressed=np.where((judged.a == "x") & (judged.b == "p"), "primary", ""))
    attacked = attack_table(only_primary, ["a", "b"])
    assert attacked.to_dict("records") == [{"a": "x", "b": "p", "lower": 3.0, "upper": 3.0, "exact": True}]


def test_the_attacker_never_reads_a_hidden_value() -> None:
    safe = protect_table(counts(SMALL), policy=Policy())
    blind = safe.assign(n=safe.n.where(safe.suppressed == ""))
    pd.testing.assert_frame_equal(attack_table(blind, ["a", "b"]), attack_table(safe, ["a", "b"]))


def test_protection_hides_enough_that_nothing_can_be_worked_out() -> None:
    safe = protect_table(counts(SMALL), ["a", "b"], policy=Policy())
    assert (safe.suppressed == "primary").sum() == 1
    assert (safe.suppressed == "secondary").sum() == 3
    attacked = attack_table(safe, ["a", "b"])
    assert not attacked.exact.any()
    hidden = attacked[(attacked.a == "x") & (attacked.b == "p")].iloc[0]
    assert hidden.upper >= 10
    assert hidden.lower <= 2


def test_a_safe_table_stays_as_it_is() -> None:
    safe = protect_table(counts({"x": {"p": 30, "q": 40}, "y": {"p": 50, "q": 60}}), policy=Policy())
    assert (safe.suppressed == "").all()
    assert attack_table(safe, ["a", "b"]).empty


def test_without_margins_nothing_links_the_cells() -> None:
    judged = counts(SMALL)
    inner = judged[(judged.a != "All") & (judged.b != "All")]
    assert protect_table(inner, policy=Policy()).suppressed.value_counts().to_dict() == {"": 8, "primary": 1}


def test_a_small_margin_is_hidden_too() -> None:
    table = {"x": {"p": 2, "q": 4}, "y": {"p": 60, "q": 30}, "z": {"p": 25, "q": 35}}
    safe = protect_table(counts(table), policy=Policy()).set_index(["a", "b"])
    assert safe.suppressed["x", "All"] == "primary"
    assert safe.suppressed["All", "All"] == ""


def test_what_cannot_be_protected_is_refused_and_never_shown() -> None:
    # The three in x could only be hidden behind y, whose whole total is less than the protection they need.
    frame = pd.DataFrame({"a": ["x"] * 3 + ["y"] * 20, "pay": [1000.0, 1001.0, 1002.0, *np.linspace(2, 3, 20)]})
    judged = judge_cells(cell_statistics(frame, ["a"], "pay"), Policy(), "sum")
    assert judged.reasons.tolist() == ["table.threshold", "", ""]
    with pytest.raises(NotProtectable):
        protect_table(judged, ["a"], policy=Policy())


def test_a_pattern_that_does_not_hold_is_caught_by_the_attacker(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(problem: Problem, *_: object) -> tuple[Pattern, float]:
        return Pattern(problem, problem.hidden_at_start), 0.0

    monkeypatch.setattr(suppress, "protect_at_the_optimum", nothing)
    with pytest.raises(NotProtectable, match="1 hidden cells can still be worked out"):
        protect_table(counts(SMALL), policy=Policy())


def test_totals_are_protected_by_the_rules_that_found_them_unsafe() -> None:
    random = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"a": np.repeat(list("xyz"), 60), "b": np.tile(list("pqr"), 60), "pay": random.uniform(10, 20, 180)}
    )
    frame.loc[0, "pay"] = 5_000.0
    judged = judge_cells(cell_statistics(frame, ["a", "b"], "pay"), Policy(), "sum")
    safe = protect_table(judged, ["a", "b"], policy=Policy())
    attacked = attack_table(safe, ["a", "b"], "total").set_index(["a", "b"])
    unsafe = safe[safe.suppressed == "primary"].set_index(["a", "b"])
    assert not unsafe.empty
    assert not attacked.exact.any()
    for labels, cell in unsafe.iterrows():
        # The Handbook's upper protection level of the p% rule, and of the (2, 0.90) rule.
        p_level = 0.1 * cell.largest - (cell.total - cell.largest - cell.second_largest)
        nk_level = (cell.largest + cell.second_largest) / 0.9 - cell.total
        assert attacked.upper[labels] >= cell.total + max(p_level, nk_level, 0) - 1e-3


def test_negative_values_leave_totals_unbounded_below() -> None:
    frame = pd.DataFrame({"a": ["x", "x", "y"] * 20, "b": ["p", "q", "p"] * 20, "pay": [-5.0, 3.0, 2.0] * 20})
    frame.loc[0, "pay"] = -900.0
    judged = judge_cells(cell_statistics(frame, ["a", "b"], "pay"), Policy(group_disclosure=False), "sum")
    safe = protect_table(judged, ["a", "b"], policy=Policy())
    assert not attack_table(safe, ["a", "b"], "total", lowest=None).exact.any()


def test_arguments_that_do_not_fit_are_refused() -> None:
    judged = counts(SMALL)
    with pytest.raises(BadTable, match="columns of labels"):
        protect_table(judged, ["a"], policy=Policy())
    with pytest.raises(BadTable, match="n or total"):
        protect_table(judged, ["a", "b"], value="units", policy=Policy())
    with pytest.raises(BadTable, match="lacks suppressed"):
        attack_table(judged, ["a", "b"])
    twice = pd.concat([judged, judged]).assign(suppressed="primary")
    with pytest.raises(BadTable, match="twice"):
        attack_table(twice, ["a", "b"])
