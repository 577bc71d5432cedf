"""Published worked examples of secondary suppression, attack and rounding."""

import numpy as np
import pandas as pd
import pytest

from disclosure_control.tables.attack.attacker import attack_table
from disclosure_control.tables.hierarchy import add_totals
from disclosure_control.tables.suppression.protection import protect_table, protection


def table_of(lines: dict[str, list[float]], columns: str, unsafe: set[tuple[str, str]]) -> pd.DataFrame:
    rows = [(a, b, v) for a, line in lines.items() for b, v in zip(columns, line, strict=True)]
    table = add_totals(pd.DataFrame(rows, columns=["a", "b", "v"]), ["a", "b"], ["v"])
    marks = [pair in unsafe for pair in zip(table.a, table.b, strict=True)]
    return table.assign(suppressed=np.where(marks, "primary", ""))


INVESTMENT = {"I": [20, 50, 10], "II": [8, 19, 22], "III": [17, 32, 12]}


def test_investment_of_enterprises_by_activity_and_region() -> None:
    """Fischetti and Salazar, Management Science 47 (2001), section 1: the table of Willenborg and De Waal (1996).

    The investment of activity II in region C, 22, is sensitive. Hiding it with the three cells of activities II and
    III in regions A and C, the attacker's linear programs give from 5 to 30 for it.
    """
    hidden = {("II", "C"), ("II", "A"), ("III", "A"), ("III", "C")}
    table = table_of(INVESTMENT, "ABC", hidden)
    margins = table[(table.a == "All") | (table.b == "All")].set_index(["a", "b"]).v
    assert margins.to_dict() == {
        ("I", "All"): 80, ("II", "All"): 49, ("III", "All"): 61,
        ("All", "A"): 45, ("All", "B"): 101, ("All", "C"): 44, ("All", "All"): 190,
    }  # fmt: skip
    attacked = attack_table(table, ["a", "b"], "v").set_index(["a", "b"])
    assert attacked.loc[("II", "C"), ["lower", "upper"]].tolist() == pytest.approx([5.0, 30.0])
    alone = attack_table(table_of(INVESTMENT, "ABC", {("II", "C")}), ["a", "b"], "v")
    assert alone[["lower", "upper", "exact"]].to_numpy(dtype=float) == pytest.approx(np.array([[22.0, 22.0, 1.0]]))


def test_the_cheapest_pattern_for_the_investment_table() -> None:
    """The same table: the optimum by value hides no more than the published pattern does."""
    found = protection(table_of(INVESTMENT, "ABC", {("II", "C")}), ["a", "b"], "v", method="optimal", share=0.1)
    assert found.optimal
    assert found.cost <= 22 + 8 + 17 + 12
    assert (found.tables[0].suppressed != "").sum() == 4


@pytest.mark.parametrize("lone", [False, True])
def test_singletons_of_sdctable(lone: bool) -> None:
    """sdcTable, tests of protectTable(): four regions with 1, 2, 1 and 0 records, those with one are unsafe.

    Without regard to singletons nothing more is hidden; when singletons are looked for, one cell more is.
    """
    counts = pd.DataFrame({"region": ["a", "b", "c", "d", "All"], "n": [1, 2, 1, 0, 4]})
    counts["units"] = counts.n if lone else 9
    counts["suppressed"] = np.where(counts.n == 1, "primary", "")
    counts["level_above"] = counts["level_below"] = 0.5
    safe = protect_table(counts, ["region"], "n", method="optimal")
    assert (safe.suppressed == "secondary").sum() == int(lone)


EASY = {
    "data1a": {"r1": [0, 1, 7, 1, 0], "r2": [2, 0, 0, 2, 8]},
    "data1b": {"r1": [1, 1, 7, 1, 0], "r2": [1, 0, 0, 2, 8]},
}


@pytest.mark.parametrize("name", EASY)
def test_zeros_do_not_protect_in_the_tables_of_easysdctable(name: str) -> None:
    """easySdcTable, vignette 'The problem of singletons and zeros' (Langsrud): small counts beside empty cells.

    Counts of one and two are unsafe, zeros are shown. No hidden count may be worked out, by an outsider or by the
    person behind a count of one.
    """
    unsafe = {(a, b) for a, line in EASY[name].items() for b, n in zip("ABHMW", line, strict=True) if 0 < n < 3}
    table = table_of(EASY[name], "ABHMW", unsafe).rename(columns={"v": "n"})
    small = table.b.eq("All") | table.a.eq("All")
    table.loc[small & table.n.between(1, 2), "suppressed"] = "primary"
    table = table.assign(units=table.n, level_above=0.5, level_below=0.5)
    safe = protect_table(table, ["a", "b"], "n", method="optimal")
    assert (safe.suppressed[safe.n == 0] == "").all()
    assert not attack_table(safe, ["a", "b"], "n").exact.any()
    for row in safe[(safe.units == 1)].itertuples():
        beside = attack_table(safe, ["a", "b"], "n", knowing=[(row.a, row.b)])
        # A total of one person is that same person, so only cells of the same kind are others.
        other = ((beside.a == "All") == (row.a == "All")) & ((beside.b == "All") == (row.b == "All"))
        line = beside[other & ((beside.a == row.a) | (beside.b == row.b))].merge(safe, on=["a", "b"])
        assert not line[line.suppressed == "primary"].exact.any()
