"""Worked examples of the Handbook on Statistical Disclosure Control, 2nd edition, and of GaussSuppression.

The Handbook (Hundepool and others, 2nd ed.) is quoted from its published source, github.com/sdcTools/HandbookSDC:
section 4.2 at commit 15f4d44, sections 5.2 and 5.5 at commit 6a9f79c. GaussSuppression is quoted from its vignette
"Small count frequency table suppression" on CRAN.
"""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from disclosure_control.core.policy import Policy
from disclosure_control.tables.attack.attacker import attack_table
from disclosure_control.tables.attack.differencing import compare, fingerprint_cells
from disclosure_control.tables.hierarchy import add_totals
from disclosure_control.tables.protection_level import upper_levels
from disclosure_control.tables.rounding import round_table
from disclosure_control.tables.sensitivity import judge_cells
from disclosure_control.tables.statistics.cells import cell_statistics
from disclosure_control.tables.suppression.protection import protection


def policy(dominance: tuple[tuple[int, float], ...] = (), p_percent: float | None = None) -> Policy:
    return Policy(min_units=1, dominance=dominance, p_percent=p_percent, group_disclosure=False)


def cell_of(values: list[float], weights: list[float] | None = None) -> pd.DataFrame:
    frame = pd.DataFrame({"region": "X", "turnover": values, "w": weights or 1.0})
    return cell_statistics(frame, ["region"], "turnover", weight="w" if weights else None, margins=False)


def reasons(cell: pd.DataFrame, rules: Policy) -> str:
    return str(judge_cells(cell, rules, "sum").reasons[0])


def test_a_second_contributor_estimates_the_first_where_one_dominance_rule_sees_nothing() -> None:
    """Handbook, 4.2.1, example 1: X = 100,000, x1 = 50,000, x2 = 49,000; safe by (1, 90), overestimated by 2 % only."""
    cell = cell_of([50_000, 49_000, 1_000])
    assert reasons(cell, policy(dominance=((1, 0.90),))) == ""
    assert reasons(cell, policy(p_percent=2)) == ""
    assert reasons(cell, policy(p_percent=2.001)) == "table.p-percent"


def test_the_dominance_rule_overprotects() -> None:
    """Handbook, 4.2.1, example 2: X = 110,000, x1 = 52,000, x2 = 50,000; safe at p = 10 (15.4 %), not by (2, 90.9)."""
    cell = cell_of([52_000, 50_000, 8_000])
    assert reasons(cell, policy(p_percent=10)) == ""
    assert reasons(cell, policy(p_percent=15.3)) == ""
    assert reasons(cell, policy(p_percent=15.4)) == "table.p-percent"
    assert reasons(cell, policy(dominance=((2, 100 / 110),))) == "table.dominance"


@pytest.mark.parametrize(("k", "p"), [(80, 25.0), (95, 5.26)])
def test_what_is_safe_by_dominance_is_safe_by_the_p_percent_that_replaces_it(k: int, p: float) -> None:
    """Handbook, 4.2.1, "How to obtain the p parameter": (2, 80) gives p = 25 and (2, 95) gives p = 5.26."""
    assert round(100 * (100 - k) / k, 2) == p
    random = np.random.default_rng(k)
    safe = 0
    for _ in range(60):
        cell = cell_of([float(x) for x in np.exp(random.normal(3, 1, random.integers(3, 12)))])
        if not reasons(cell, policy(dominance=((2, k / 100),))):
            safe += 1
            assert reasons(cell, policy(p_percent=p)) == ""
    assert safe > 5


def test_prior_and_posterior_knowledge_is_a_p_percent_rule() -> None:
    """Handbook, 4.2.1, "The (p,q)-rule": it is the p%-rule with p* = 100 p/q; unsafe when the rest is below p/q x1."""
    rules = Policy(min_units=1, dominance=(), p_percent=None, prior_posterior=(10, 50), group_disclosure=False)
    assert rules.strictest_p_percent == 20.0
    assert reasons(cell_of([100, 50, 20]), rules) == ""
    assert reasons(cell_of([100, 50, 19]), rules) == "table.p-percent"


def test_a_weighted_contribution_stands_for_as_many_as_its_weight() -> None:
    """Handbook, 4.2.1, "Sampling weights": 100, weight 4, and 10, weight 7: 470; the largest are 100, 100."""
    cell = cell_of([100, 10], [4, 7]).iloc[0]
    assert (cell.total, cell.largest, cell.second_largest) == (470, 100, 100)


def test_a_weight_of_two_makes_an_intruder_who_is_not_there() -> None:
    """Handbook, 4.2.1: 100 with weight 2 and 1 with weight 3 estimate 203, sensitive for any p above 3."""
    cell = cell_of([100, 1], [2, 3])
    assert cell.total[0] == 203
    assert reasons(cell, policy(p_percent=3)) == ""
    assert reasons(cell, policy(p_percent=3.01)) == "table.p-percent"


def test_a_weighted_cell_may_be_safe_though_the_estimate_is_exact() -> None:
    """Handbook, 4.2.1: two contributions of 100 with weights 1 and 9 estimate 1000, which is not sensitive."""
    cell = cell_of([100, 100], [1, 9])
    assert cell.total[0] == 1000
    assert reasons(cell, policy(p_percent=10)) == ""


def test_the_interval_of_a_suppressed_cell() -> None:
    """Handbook, 4.2.2, example 3 (Geurts, 1992, table 10): cell (1, 1) is from 3 to 6."""
    lines = {"1": [6, 1], "2": [0, 3], "3": [3, 3]}
    cells = pd.DataFrame([(a, b, v) for a, line in lines.items() for b, v in zip("12", line, strict=True)])
    table = add_totals(cells.set_axis(["a", "b", "v"], axis=1), ["a", "b"], ["v"])
    hidden = table.a.isin(["1", "2"]) & (table.b != "All")
    found = attack_table(table.assign(suppressed=np.where(hidden, "primary", "")), ["a", "b"], "v").set_index(
        ["a", "b"]
    )
    assert found.loc[("1", "1"), ["lower", "upper"]].tolist() == pytest.approx([3, 6])


def test_the_upper_protection_level_of_a_dominance_rule() -> None:
    """Handbook, 4.2.2, example 4: 300, 20, 10 is unsafe by (1, 85); the bound must reach 100/85 x1 = 352.94."""
    cell, rules = cell_of([300, 20, 10]), policy(dominance=((1, 0.85),))
    assert reasons(cell, rules) == "table.dominance"
    assert 330 + upper_levels(cell, "total", rules, 0.1)[0] >= 352.94
    assert upper_levels(cell, "total", rules, 0.1)[0] == pytest.approx(30.0)  # a tenth of x1 is asked for in any case
    assert upper_levels(cell, "total", policy(dominance=((1, 0.50),)), 0.1)[0] == pytest.approx(300 / 0.50 - 330)


def test_the_upper_protection_level_of_the_p_percent_rule() -> None:
    """Handbook, 4.2.2, example 5: p/100 x1 - (X - x1 - x2), here 20 % of 300 less the 10 that others give."""
    assert upper_levels(cell_of([300, 20, 10]), "total", policy(p_percent=20), 0.1)[0] == pytest.approx(50.0)


AREAS = {"Area A": [1, 0], "Area B": [3, 3], "Area C": [12, 20]}


def population() -> pd.DataFrame:
    rows = [(a, sex, n) for a, line in AREAS.items() for sex, n in zip(["Male", "Female"], line, strict=True)]
    return add_totals(pd.DataFrame(rows, columns=["area", "sex", "n"]), ["area", "sex"], ["n"])


def of_cells(table: pd.DataFrame) -> dict[tuple[str, str], int]:
    return dict(zip(zip(table.area, table.sex, strict=True), table.rounded, strict=True))


def test_conventional_rounding() -> None:
    """Handbook, 5.5, "Conventional rounding": population by sex to base 5.

    The Handbook prints 35 for the total of area C, 32, whose nearest multiple of 5 is 30; every other cell is as here.
    """
    rounded = of_cells(round_table(population(), ["area", "sex"], base=5, method="conventional"))
    assert rounded == {
        ("Area A", "Male"): 0, ("Area A", "Female"): 0, ("Area A", "All"): 0,
        ("Area B", "Male"): 5, ("Area B", "Female"): 5, ("Area B", "All"): 5,
        ("Area C", "Male"): 10, ("Area C", "Female"): 20, ("Area C", "All"): 30,
        ("All", "Male"): 15, ("All", "Female"): 25, ("All", "All"): 40,
    }  # fmt: skip


def test_random_rounding_to_base_three() -> None:
    """Handbook, 5.5, "Random rounding": 1 becomes 0 with 2/3 and 3 with 1/3; 5 becomes 6 with 2/3; multiples stay."""
    rows = [(f"{value}-{i}", value) for value in range(7) for i in range(2_000)]
    table = pd.DataFrame(rows, columns=["area", "n"])
    rounded = round_table(table, ["area"], base=3, method="random", secret=b"s" * 32)
    shares = {
        value: {to: count / 2_000 for to, count in Counter(group.rounded).items()}
        for value, group in rounded.groupby("n")
    }
    near = {0: {0: 1}, 1: {0: 2 / 3, 3: 1 / 3}, 2: {3: 2 / 3, 0: 1 / 3}, 3: {3: 1}}
    near |= {4: {3: 2 / 3, 6: 1 / 3}, 5: {6: 2 / 3, 3: 1 / 3}, 6: {6: 1}}
    for value, expected in near.items():
        assert shares[value] == pytest.approx(expected, abs=0.05)


def test_controlled_rounding() -> None:
    """Handbook, 5.5, "Controlled rounding": a solution to base 5 is printed; ours adds up and is no further away."""
    printed = {"Area A": [5, 0, 5], "Area B": [0, 5, 5], "Area C": [10, 20, 30], "All": [15, 25, 40]}
    table = round_table(population(), ["area", "sex"], base=5, method="controlled")
    rounded = of_cells(table)
    sexes = ["Male", "Female", "All"]
    for area in printed:
        assert rounded[area, "Male"] + rounded[area, "Female"] == rounded[area, "All"]
    for sex in sexes:
        assert sum(rounded[area, sex] for area in AREAS) == rounded["All", sex]
    of_book = {(area, sex): n for area, line in printed.items() for sex, n in zip(sexes, line, strict=True)}
    book = sum(abs(row.n - of_book[row.area, row.sex]) for row in table.itertuples())
    assert (table.n - table.rounded).abs().sum() <= book
    assert ((table.n - table.rounded).abs() < 5).all()


def people(counts: dict[str, list[int]], columns: list[str], names: tuple[str, str]) -> pd.DataFrame:
    rows = [(a, b) for a, line in counts.items() for b, n in zip(columns, line, strict=True) for _ in range(n)]
    return pd.DataFrame(rows, columns=list(names))


def test_a_count_of_one_identifies() -> None:
    """Handbook, 5.2, "Marital status by sex": the one single woman is at risk of being identified."""
    counts = {"Married": [38, 17], "Divorced": [7, 4], "Single": [3, 1]}
    frame = people(counts, ["Male", "Female"], ("status", "sex"))
    judged = judge_cells(cell_statistics(frame, ["status", "sex"]), Policy(min_units=2)).set_index(["status", "sex"])
    unsafe = judged.index[judged.reasons.str.contains("table.threshold")].tolist()
    assert unsafe == [("Single", "Female")]


def test_a_group_that_falls_into_one_category() -> None:
    """Handbook, 5.2, "Marital status by hours worked": all married people work full time."""
    counts = {"Married": [6, 0], "Divorced": [5, 1], "Single": [2, 2]}
    frame = people(counts, ["Full time", "Part time"], ("status", "hours"))
    judged = judge_cells(cell_statistics(frame, ["status", "hours"]), Policy(min_units=1)).set_index(
        ["status", "hours"]
    )
    told = judged.index[judged.reasons.str.contains("table.class-disclosure")].tolist()
    assert told == [("Married", "Full time")]


def test_geographical_differencing() -> None:
    """Handbook, 5.2, "geographical differencing": two areas that differ by 2, 1 and 2 people."""
    hours = ["More than 30", "16-30", "15 or less"]
    old = {"Male": [52, 130, 39], "Female": [55, 140, 49]}
    new = {"Male": [50, 128, 39], "Female": [54, 140, 49]}
    frame = people(old, hours, ("sex", "hours"))
    place = frame.groupby(["sex", "hours"]).cumcount()
    last = [new[sex][hours.index(band)] for sex, band in zip(frame.sex, frame.hours, strict=True)]
    kept = (place < pd.Series(last)).to_numpy()
    numbers = np.arange(len(frame), dtype=np.uint32)
    wide = fingerprint_cells(frame, numbers, "people")
    narrow = fingerprint_cells(frame[kept].reset_index(drop=True), numbers[kept], "people")
    where = compare(narrow, {"1991": wide}, Policy(min_units=3), "2001")[0].where
    for cell in ("sex Male, hours More than 30", "sex Female, hours More than 30", "sex Male, hours 16-30"):
        assert f"{cell} of 1991 less {cell} of 2001" in where
    assert "hours 15 or less of 1991" not in where


def test_the_first_table_of_gausssuppression() -> None:
    """GaussSuppression, vignette, "An initial basic example" (maxN = 1): the zero and three more cells are hidden."""
    lines = {"young": [5, 2, 0], "old": [6, 3, 4]}
    rows = [(a, g, n) for a, line in lines.items() for g, n in zip(["Spain", "Iceland", "Portugal"], line, strict=True)]
    table = add_totals(pd.DataFrame(rows, columns=["age", "geo", "freq"]), ["age", "geo"], ["freq"])
    table["suppressed"] = np.where((table.age == "young") & (table.geo == "Portugal"), "primary", "")
    table["level_above"] = table["level_below"] = 1.0
    safe = protection(table, ["age", "geo"], "freq", method="optimal").tables[0]
    hidden = safe[safe.suppressed != ""]
    assert set(zip(hidden.age, hidden.geo, strict=True)) == {
        ("young", "Iceland"), ("young", "Portugal"), ("old", "Iceland"), ("old", "Portugal"),
    }  # fmt: skip
    assert not attack_table(safe, ["age", "geo"], "freq").exact.any()
