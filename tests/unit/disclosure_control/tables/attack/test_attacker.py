"""The attacker: hierarchies, linked tables, margins left out, what somebody knows, rounded numbers."""

import numpy as np
import pandas as pd
import pytest

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.attack.attacker import Attacker, attack_table
from disclosure_control.tables.hierarchy import add_totals

GRID = {"x": [3, 40, 50], "y": [60, 30, 20], "z": [25, 35, 45]}


def grid(hidden: set[tuple[str, str]], value: str = "n") -> pd.DataFrame:
    rows = [(a, b, n) for a, line in GRID.items() for b, n in zip("pqr", line, strict=True)]
    table = add_totals(pd.DataFrame(rows, columns=["a", "b", value]), ["a", "b"], [value])
    marks = [pair in hidden for pair in zip(table.a, table.b, strict=True)]
    return table.assign(suppressed=np.where(marks, "primary", ""))


def intervals(attacked: pd.DataFrame, by: list[str]) -> dict[object, tuple[float, float, bool]]:
    return {
        tuple(line[: len(by)]): (line[-3], line[-2], line[-1]) for line in attacked.itertuples(index=False, name=None)
    }


def test_a_square_of_hidden_cells_moves_as_far_as_its_smallest_cells_let_it() -> None:
    found = intervals(attack_table(grid({("x", "p"), ("x", "q"), ("y", "p"), ("y", "q")})), ["a", "b"])
    assert found == {
        ("x", "p"): (0, 43, False),
        ("x", "q"): (0, 43, False),
        ("y", "p"): (20, 63, False),
        ("y", "q"): (27, 70, False),
    }


def test_a_group_of_the_hierarchy_gives_a_cell_away_that_the_margin_does_not() -> None:
    trees = {"a": {"G": ["x", "y"], "H": ["z", "w"]}}
    cells = pd.DataFrame({"a": list("xyzw"), "n": [3, 40, 5, 60]})
    table = add_totals(cells, ["a"], ["n"], trees).assign(suppressed="")
    table.loc[table.a.isin(["x", "z"]), "suppressed"] = "primary"
    assert attack_table(table, ["a"], hierarchies=trees).exact.all()
    flat = table[~table.a.isin(["G", "H"])]
    assert not attack_table(flat, ["a"]).exact.any()


def test_a_group_that_is_not_shown_still_links_what_is_above_and_below() -> None:
    trees = {"a": {"G": ["x", "y"], "H": ["z"]}}
    table = pd.DataFrame({"a": ["x", "y", "z", "All"], "n": [3, 40, 5, 48], "suppressed": ["primary", "", "", ""]})
    assert attack_table(table, ["a"], hierarchies=trees)[["lower", "upper"]].values.tolist() == [[3.0, 3.0]]


def test_a_cell_hidden_in_one_table_is_read_from_another() -> None:
    one = grid({("x", "All"), ("y", "All")})
    other = pd.DataFrame({"a": ["x", "y", "z", "All"], "c": "All", "n": [93, 110, 105, 308], "suppressed": ""})
    assert attack_table([one], ["a", "b"]).empty is False
    assert attack_table([one, other]).empty
    unlike = other.assign(suppressed=["primary", "", "", ""], n=[np.nan, 110, 105, 308])
    assert attack_table([one, unlike])["exact"].tolist() == [True]


def test_linked_tables_give_away_what_neither_does_alone() -> None:
    by_b = grid({("x", "p"), ("x", "All"), ("y", "p"), ("y", "All")})
    by_c = pd.DataFrame({"a": ["x", "y", "z", "All"] * 3, "c": ["u"] * 4 + ["v"] * 4 + ["All"] * 4}).assign(
        n=[50, 50, 50, 150, 43, 60, 55, 158, 93, 110, 105, 308], suppressed=""
    )
    by_c.loc[(by_c.c == "All") & by_c.a.isin(["x", "y"]), "suppressed"] = "secondary"
    assert not attack_table(by_b).exact.any()
    assert attack_table([by_b, by_c]).exact.all()


def test_one_who_knows_a_cell_subtracts_it() -> None:
    hidden = {("x", "p"), ("x", "q"), ("y", "p"), ("y", "q")}
    attacked = attack_table(grid(hidden), knowing=[("x", "q")])
    assert len(attacked) == 3
    assert attacked.exact.all()
    assert intervals(attacked, ["a", "b"])[("x", "p")] == (3.0, 3.0, True)


def test_margins_that_are_left_out_say_nothing() -> None:
    table = grid({("x", "p")})
    inner = table[(table.a != "All") & (table.b != "All")]
    assert attack_table(inner)[["lower", "upper", "exact"]].values.tolist() == [[0.0, np.inf, False]]


def test_combinations_that_a_table_leaves_out_are_empty() -> None:
    table = grid({("x", "p")})
    table = table[~((table.a == "x") & (table.b == "q"))].assign(n=lambda t: t.n)
    table.loc[table.a.eq("x") & table.b.eq("All"), "n"] -= 40
    table.loc[table.a.eq("All") & table.b.eq("q"), "n"] -= 40
    table.loc[table.a.eq("All") & table.b.eq("All"), "n"] -= 40
    assert attack_table(table).lower.tolist() == [3.0]


def test_numbers_that_may_be_negative_are_exact_or_without_limit() -> None:
    square = grid({("x", "p"), ("x", "q"), ("y", "p"), ("y", "q"), ("z", "r")}, "v")
    found = intervals(attack_table(square, ["a", "b"], "v", lowest=None), ["a", "b"])
    assert found[("x", "p")] == (-np.inf, np.inf, False)
    assert found[("z", "r")][2]
    alone = pd.DataFrame({"a": ["x"], "v": [1.0], "suppressed": ["primary"]})
    assert not attack_table(alone, ["a"], "v", lowest=None).exact.any()


def test_whole_numbers_narrow_an_interval() -> None:
    table = pd.DataFrame({"a": ["x", "y", "All"], "n": [0, 1, 1], "suppressed": ["primary", "primary", ""]})
    assert attack_table(table, ["a"])[["lower", "upper"]].values.tolist() == [[0, 1], [0, 1]]


def test_rounded_numbers_leave_room_and_strange_ones_are_refused() -> None:
    table = grid({("x", "p")}, "v")
    rounded = table.assign(v=(table.v / 10).round() * 10)
    with pytest.raises(BadTable, match="do not add up"):
        attack_table(rounded, ["a", "b"], "v")
    found = attack_table(rounded, ["a", "b"], "v", rounded_to=10)
    assert found.lower[0] <= 3 <= found.upper[0]
    assert not found.exact[0]
    impossible = grid({("x", "p"), ("x", "q"), ("y", "p"), ("y", "q")}, "v")
    impossible.loc[(impossible.a == "x") & (impossible.b == "All"), "v"] = 10.0
    with pytest.raises(BadTable, match="do not add up"):
        attack_table(impossible, ["a", "b"], "v")


def test_asking_whether_intervals_are_wide_enough_agrees_with_the_intervals() -> None:
    attacker = Attacker(grid({("x", "p"), ("x", "q"), ("y", "p"), ("y", "q")}, "v"), ["a", "b"], "v")
    low, high, _ = attacker.intervals()
    fresh = Attacker(grid({("x", "p"), ("x", "q"), ("y", "p"), ("y", "q")}, "v"), ["a", "b"], "v")
    assert not fresh.too_narrow(low, high).any()
    assert fresh.too_narrow(low, high + 1).all()
    assert fresh.too_narrow(low - 1, high).all()
    assert not fresh.too_narrow(np.full(4, np.nan), np.full(4, np.nan)).any()


def test_tables_without_labels_or_numbers_are_refused() -> None:
    with pytest.raises(BadTable, match="lacks v"):
        attack_table(grid(set()), ["a", "b"], "v")
    with pytest.raises(BadTable, match="none of the columns"):
        attack_table([grid(set()), pd.DataFrame({"n": [1], "suppressed": [""]})], ["a", "b"])
