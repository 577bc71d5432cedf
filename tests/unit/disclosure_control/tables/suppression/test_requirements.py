"""What a pattern must do, cell by cell: levels, demands, costs and what is never hidden."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from disclosure_control.core.policy import Policy
from disclosure_control.tables.hierarchy import add_totals
from disclosure_control.tables.lp import Vector
from disclosure_control.tables.protection_level import upper_levels
from disclosure_control.tables.suppression.constraints import Sums, find_sums
from disclosure_control.tables.suppression.protection import protect_table
from disclosure_control.tables.suppression.requirements import costs_of, fixed_cells, make_requirements

LENIENT = Policy(dominance=(), p_percent=None)
SQUARE = add_totals(
    pd.DataFrame({"a": ["x", "x", "y", "y"], "b": ["p", "q", "p", "q"], "v": [5.0, 0.0, 7.0, 9.0]}), ["a", "b"], ["v"]
)


def sums_of(table: pd.DataFrame) -> tuple[Sums, Vector]:
    sums, rows = find_sums([table], ["a", "b"], None)
    return sums, np.asarray(rows[0])


def test_levels_follow_every_rule_of_the_policy() -> None:
    """Handbook on SDC, 2nd ed., table 4.2: the upper protection levels."""
    cell = pd.DataFrame({"total_absolute": [110.0], "largest": [100.0], "second_largest": [5.0]})
    assert upper_levels(cell, "total", LENIENT, 0.1).tolist() == [10.0]
    assert upper_levels(cell, "total", replace(LENIENT, p_percent=50.0), 0.1).tolist() == [45.0]
    assert upper_levels(cell, "total", replace(LENIENT, dominance=((1, 0.5),)), 0.1).tolist() == [90.0]
    assert upper_levels(cell, "total", replace(LENIENT, dominance=((2, 0.5),)), 0.1).tolist() == [100.0]
    assert upper_levels(cell, "total", replace(LENIENT, prior_posterior=(20.0, 40.0)), 0.1).tolist() == [45.0]
    counts_only = pd.DataFrame({"n": [3, 30], "units": [3, 30]})
    assert upper_levels(counts_only, "n", Policy(min_units=10), 0.1).tolist() == [7.0, 1.0]


def test_totals_without_contributions_get_a_share_of_their_number() -> None:
    assert upper_levels(pd.DataFrame({"total": [200.0, -30.0]}), "total", LENIENT, 0.1).tolist() == [20.0, 3.0]


def test_a_cell_whose_number_gives_no_level_gets_a_hundredth_of_the_median() -> None:
    numbers = pd.DataFrame({"v": [0.0, np.nan, 20.0, 40.0]})
    assert upper_levels(numbers, "v", LENIENT, 0.1).tolist() == pytest.approx([0.3, 0.3, 2.0, 4.0])
    assert upper_levels(pd.DataFrame({"v": [0.0, 0.0]}), "v", LENIENT, 0.1).tolist() == [1.0, 1.0]
    nobody = pd.DataFrame(
        {"total_absolute": [np.nan, 80.0], "largest": [np.nan, 50.0], "second_largest": [np.nan, 10.0]}
    )
    assert upper_levels(nobody, "total", LENIENT, 0.1).tolist() == pytest.approx([0.8, 5.0])


def test_every_unsafe_cell_must_move_both_ways_by_its_own_level() -> None:
    sums, rows = sums_of(SQUARE)
    primary = np.zeros(sums.size, dtype=bool)
    primary[rows[0]] = True
    above, below = np.full(sums.size, 3.0), np.full(sums.size, 2.0)
    requirements = make_requirements(sums, primary, above, below, np.zeros(sums.size, dtype=bool))
    demands = list(
        zip(requirements.cell, requirements.sign, requirements.protection_level, requirements.frozen, strict=True)
    )
    assert demands == [(rows[0], 1.0, 3.0, -1), (rows[0], -1.0, 2.0, -1)]
    below[:] = 0.0
    assert make_requirements(sums, primary, above, below, np.zeros(sums.size, dtype=bool)).sign.tolist() == [1.0]


def test_a_lone_contributor_is_asked_about_in_every_sum_but_not_about_himself() -> None:
    # (x, p) and the margin of x hold the same one contributor, (y, p) another.
    sums, rows = sums_of(SQUARE)
    at = {label: int(row) for label, row in zip(zip(SQUARE.a, SQUARE.b, strict=True), rows, strict=True)}
    unsafe = [at["x", "p"], at["x", "All"], at["y", "p"]]
    primary = np.zeros(sums.size, dtype=bool)
    primary[unsafe] = True
    level = np.ones(sums.size)
    requirements = make_requirements(sums, primary, level, level, primary)
    known = {(int(c), int(f)) for c, f in zip(requirements.cell, requirements.frozen, strict=True) if f >= 0}
    assert known == {(at["y", "p"], at["x", "p"]), (at["x", "p"], at["y", "p"])}


def test_a_cell_that_must_seem_lower_gets_partners_that_can_make_up_for_it() -> None:
    # To fall by four, x in p needs a partner in its column that can rise and in its row one that can rise as well; what
    # limits is how far the fourth cell can fall: only the one with 9 can by as much as is asked for.
    rows = {("x", "p"): 20.0, ("x", "q"): 1.0, ("y", "p"): 1.0, ("y", "q"): 3.0, ("z", "p"): 1.0, ("z", "q"): 9.0}
    table = add_totals(pd.DataFrame([(*at, v) for at, v in rows.items()], columns=["a", "b", "v"]), ["a", "b"], ["v"])
    unsafe = (table.a == "x") & (table.b == "p")
    marked = table.assign(suppressed=np.where(unsafe, "primary", ""), level_above=0.0, level_below=4.0)
    safe = protect_table(marked, ["a", "b"], "v", method="optimal")
    assert set(safe.loc[safe.suppressed != "", ["a", "b"]].itertuples(index=False, name=None)) == {
        ("x", "p"), ("x", "q"), ("z", "p"), ("z", "q"),
    }  # fmt: skip


def test_hiding_costs_what_a_cell_holds_without_regard_to_sign() -> None:
    cells = pd.DataFrame({"total": [-5.0, 8.0, np.nan], "total_absolute": [9.0, 8.0, np.nan], "n": [4, 2, 0]})
    values = np.zeros(4)
    assert costs_of(cells, values, "total", "value").tolist() == pytest.approx([9.0, 8.0, 9e-6, 0.0])
    assert costs_of(cells.drop(columns="total_absolute"), values, "total", "value")[0] == 5.0
    assert costs_of(cells, values, "n", "value").tolist() == pytest.approx([4.0, 2.0, 4e-6, 0.0])
    assert costs_of(cells, values, "total", "cells").tolist() == [1.0, 1.0, 1.0, 0.0]
    assert costs_of(cells, values, "total", "count").tolist() == pytest.approx([4.0, 2.0, 4e-6, 0.0])


@pytest.mark.parametrize("counted", [False, True])
def test_empty_cells_the_total_and_published_cells_are_never_hidden_for_others(counted: bool) -> None:
    # By its count a cell is empty, whatever its number; without counts, by its number.
    table = SQUARE.assign(n=[4, 3, 0, 2, 3, 4, 4, 5, 9]) if counted else SQUARE
    sums, rows = sums_of(table)
    values, primary = np.zeros(sums.size), np.zeros(sums.size, dtype=bool)
    values[rows] = table.v
    cells = table.iloc[np.argsort(rows)].reset_index(drop=True)
    known = int(rows[0])
    fixed = fixed_cells(sums, cells, values, primary, [known])
    total = int(rows[((table.a == "All") & (table.b == "All")).to_numpy()][0])
    empty = int(rows[(table.n == 0 if counted else table.v == 0).to_numpy()][0])
    assert set(np.flatnonzero(fixed)) == {known, total, empty}
    primary[empty] = True
    assert not fixed_cells(sums, cells, values, primary, [known])[empty]
