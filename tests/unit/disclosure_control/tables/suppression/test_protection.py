"""Protection against subtraction, and the attacker who tries it."""

import numpy as np
import pandas as pd
import pytest

from disclosure_control.core.errors import BadTable, NotProtectable
from disclosure_control.core.policy import Policy
from disclosure_control.tables.attack.attacker import attack_table
from disclosure_control.tables.hierarchy import add_totals
from disclosure_control.tables.sensitivity import judge_cells
from disclosure_control.tables.statistics.cells import cell_statistics
from disclosure_control.tables.suppression import protection as suppress
from disclosure_control.tables.suppression.heuristic import Pattern
from disclosure_control.tables.suppression.protection import protect_table, protection
from disclosure_control.tables.suppression.requirements import Problem


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

    monkeypatch.setattr(suppress, "find_optimal_pattern", nothing)
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


def ready(lines: dict[str, list[float]], unsafe: set[tuple[str, str]], **columns: object) -> pd.DataFrame:
    """A ready table of numbers: rows by p, q, r and margins."""
    rows = [(a, b, v) for a, line in lines.items() for b, v in zip("pqr", line, strict=False)]
    table = add_totals(pd.DataFrame(rows, columns=["a", "b", "v"]), ["a", "b"], ["v"])
    marks = [pair in unsafe for pair in zip(table.a, table.b, strict=True)]
    return table.assign(suppressed=np.where(marks, "primary", ""), **columns)


READY = {"x": [5.0, 40.0, 50.0], "y": [60.0, 30.0, 20.0], "z": [25.0, 35.0, 45.0]}


def hidden(safe: pd.DataFrame) -> set[tuple[str, str]]:
    away = safe[safe.suppressed != ""]
    return set(zip(away.a, away.b, strict=True))


@pytest.mark.parametrize("method", ["optimal", "fast", "auto"])
def test_a_ready_table_is_protected_without_microdata(method: str) -> None:
    found = protection(ready(READY, {("x", "p")}), ["a", "b"], "v", method=method, share=1.0)
    assert hidden(found.tables[0]) == {("x", "p"), ("x", "q"), ("z", "p"), ("z", "q")}
    assert found.cost == 5 + 40 + 25 + 35
    assert found.optimal is (method != "fast")


def test_levels_of_a_ready_table_may_be_given() -> None:
    # Only y has room for forty more in p.
    table = ready(READY, {("x", "p")}, level_above=40.0, level_below=0.0)
    away = hidden(protect_table(table, ["a", "b"], "v", method="optimal"))
    assert ("y", "p") in away
    assert ("z", "p") not in away


def test_cost_decides_what_is_hidden() -> None:
    table = ready({"x": [5.0, 400.0, 50.0], "y": [60.0, 300.0, 20.0]}, {("x", "p")}, n=[9, 1, 9, 9, 1, 9] + [20] * 6)
    by_value = protect_table(table, ["a", "b"], "v", method="optimal", share=1.0)
    assert hidden(by_value) == {(a, b) for a in "xy" for b in "pr"}
    by_count = protect_table(table, ["a", "b"], "v", method="optimal", share=1.0, cost="count")
    assert hidden(by_count) == {(a, b) for a in "xy" for b in "pq"}
    assert protection(table, ["a", "b"], "v", method="optimal", share=1.0, cost="cells").cost == 4
    with pytest.raises(BadTable, match="cost="):
        protect_table(table, ["a", "b"], "v", cost="weight")
    with pytest.raises(BadTable, match="no column of counts"):
        protect_table(table.drop(columns="n"), ["a", "b"], "v", cost="count")


def test_published_cells_stay_shown_and_protect_nobody() -> None:
    table = ready(READY, {("x", "p")})
    safe = protect_table(table, ["a", "b"], "v", method="optimal", share=1.0, published=[("x", "q"), ("z", "p")])
    assert not hidden(safe) & {("x", "q"), ("z", "p")}
    assert not attack_table(safe, ["a", "b"], "v").exact.any()
    known = protect_table(table, ["a", "b"], "v", published=[("x", "p")])
    assert hidden(known) == set()
    with pytest.raises(BadTable, match="one label for each"):
        protect_table(table, ["a", "b"], "v", published=[("x",)])


def test_waived_cells_are_shown_unless_they_protect_others() -> None:
    table = ready(READY, {("x", "p"), ("x", "q")})
    assert hidden(protect_table(table, ["a", "b"], "v", waived=[("x", "p"), ("x", "q")])) == set()
    safe = protect_table(table, ["a", "b"], "v", method="optimal", share=1.0, waived=[("x", "q")])
    assert safe.set_index(["a", "b"]).suppressed["x", "q"] == "secondary"


def test_a_lone_contributor_cannot_subtract_himself() -> None:
    # Whoever is alone in q knows its 6, and so knows what else is hidden beside it.
    table = ready({"x": [5.0, 6.0, 50.0], "y": [60.0, 30.0, 20.0]}, {("x", "p"), ("x", "q")}, units=20)
    table.loc[(table.a == "x") & (table.b == "q"), "units"] = 1
    for method in ("optimal", "fast"):
        safe = protect_table(table, ["a", "b"], "v", method=method)
        attacked = attack_table(safe, ["a", "b"], "v", knowing=[("x", "q")])
        assert not attacked[(attacked.a == "x") & (attacked.b == "p")].exact.any()
        crowd = protect_table(table.assign(units=20), ["a", "b"], "v", method=method)
        assert attack_table(crowd, ["a", "b"], "v", knowing=[("x", "q")]).exact.any()


def test_linked_tables_are_protected_together() -> None:
    one = ready(READY, {("x", "p")})
    other = one[one.b == "All"].drop(columns="b").assign(c="All")
    parts = [other.assign(c=c, v=other.v * share) for c, share in (("u", 0.25), ("w", 0.75))]
    linked = pd.concat([other, *parts], ignore_index=True)
    linked.loc[(linked.a == "y") & (linked.c == "u"), "suppressed"] = "primary"
    safe = protect_table([one, linked], ["a", "b", "c"], "v", method="optimal", share=1.0)
    assert len(safe) == 2
    shared = [table[table.get("b", "All").eq("All") if "b" in table else table.c.eq("All")] for table in safe]
    assert shared[0].suppressed.tolist() == shared[1].suppressed.tolist()
    assert not attack_table(safe, ["a", "b", "c"], "v").exact.any()


def test_a_hierarchy_is_protected_at_every_level() -> None:
    trees = {"a": {"G": ["x", "y"], "H": ["z", "w"]}}
    rows = [(a, b, float(10 + i)) for i, (a, b) in enumerate((a, b) for a in "xyzw" for b in "pq")]
    table = add_totals(pd.DataFrame(rows, columns=["a", "b", "v"]), ["a", "b"], ["v"], trees).assign(suppressed="")
    table.loc[(table.a == "x") & (table.b == "p"), "suppressed"] = "primary"
    safe = protect_table(table, ["a", "b"], "v", hierarchies=trees, method="optimal", share=1.0)
    assert not attack_table(safe, ["a", "b"], "v", hierarchies=trees).exact.any()
    with pytest.raises(BadTable, match="do not add up"):
        protect_table(table, ["a", "b"], "v")


def test_a_time_limit_still_gives_a_protected_table() -> None:
    random = np.random.default_rng(5)
    lines = {f"r{i}": random.integers(1, 100, 3).astype(float).tolist() for i in range(12)}
    unsafe = {(f"r{i}", "p") for i in range(0, 12, 3)}
    found = protection(ready(lines, unsafe), ["a", "b"], "v", method="optimal", time_limit_s=0.0, share=0.5)
    assert not attack_table(found.tables[0], ["a", "b"], "v").exact.any()
    assert found.bound <= found.cost
    assert found.optimal is False


def test_the_same_table_gives_the_same_pattern_whatever_the_order_of_hashes() -> None:
    judged = counts(SMALL)
    patterns = [protect_table(judged, policy=Policy()).suppressed.tolist() for _ in range(3)]
    assert patterns[0] == patterns[1] == patterns[2]


def test_ready_tables_that_do_not_fit_are_refused() -> None:
    table = ready(READY, {("x", "p")})
    with pytest.raises(BadTable, match="which columns hold the labels"):
        protect_table(table)
    with pytest.raises(BadTable, match="no column 'w'"):
        protect_table(table, ["a", "b"], "w")
    with pytest.raises(BadTable, match="which cells are unsafe"):
        protect_table(table.drop(columns="suppressed"), ["a", "b"], "v")
    with pytest.raises(BadTable, match="none of the columns"):
        protect_table(table, ["c"], "v")
    with pytest.raises(BadTable, match="method="):
        protect_table(table, ["a", "b"], "v", method="best")
