"""Worked examples that tau-Argus itself was run on: its developers' own tests, and its Python interface's tutorial.

The tests are github.com/sdcTools/checkTauArgus at commit 4ecec34, inst/tests/Batch (``test_batch_ex1.R`` and
``test_batch_ex2.R`` hold what tau-Argus must answer); the tutorial is github.com/lverweijen/piargus at commit
ee8d393, docs/source/tutorial.md, with its data from examples/data/microdata.csv at commit 03e37be.
"""

import pandas as pd
import pytest

from disclosure_control.core.policy import Policy
from disclosure_control.tables.attack.attacker import attack_table
from disclosure_control.tables.hierarchy import add_totals
from disclosure_control.tables.sensitivity import judge_cells
from disclosure_control.tables.statistics.cells import cell_statistics
from disclosure_control.tables.suppression.protection import Protection, protection

STATUS = {"": "s", "primary": "u", "secondary": "x"}
ORDER = [(region, gender) for region in ("All", "A", "B", "C", "D") for gender in ("All", "male", "female")]
EXPECTED = [
    "s",
    "s",
    "s",
    "s",
    "x",
    "u",
    "s",
    "s",
    "s",
    "s",
    "x",
    "x",
    "s",
    "s",
    "s",
]  # both tests expect this, in ORDER

PEOPLE = {("A", "male"): 895, ("A", "female"): 137, ("B", "male"): 753, ("B", "female"): 973,
          ("C", "male"): 569, ("C", "female"): 486, ("D", "male"): 540, ("D", "female"): 793}  # fmt: skip

INCOME = {
    ("A", "female"): "77.38 112.02",
    ("A", "male"): "112.39 69.17 156.80 91.58 76.83 68.09 138.54 102.96 104.51 88.92 109.28 96.26 163.35 85.81 145.87 "
    "110.25 86.39 131.79",
    (
        "B",
        "female",
    ): "95.89 81.57 80.94 110.28 122.59 112.91 118.77 103.45 74.78 101.05 139.90 107.33 33.88 94.58 98.31 "
    "103.01 178.10 93.44 148.02",
    ("B", "male"): "87.70 141.30 105.04 97.34 144.70 116.03 80.69 80.24 113.03 93.59 123.38 101.96 90.74 100.32",
    ("C", "female"): "95.19 146.46 76.82 107.72 100.74 90.32 91.93 103.05 144.17 100.96",
    ("C", "male"): "101.97 47.60 133.43 79.86 149.10 73.45 87.57 124.55 120.18 117.65 76.87 79.93",
    ("D", "female"): "82.37 92.64 125.19 139.06 127.57 88.15 113.25 102.78 140.40 104.50 78.97 88.22 139.08 92.14",
    ("D", "male"): "128.96 61.33 82.88 82.78 120.12 124.65 101.29 93.67 100.52 86.49 135.37",
}


def statuses(found: Protection) -> list[str]:
    """What happened to each cell, in tau-Argus's order of rows."""
    table = found.tables[0].set_index(["region", "gender"]).suppressed
    return [STATUS[table[cell]] for cell in ORDER]


def test_a_table_of_counts_of_the_developers() -> None:
    """Example 1: counts by region and gender, region A's women unsafe by hand, ``MAN(20)``, ``OPT``."""
    rows = pd.DataFrame([(*cell, n) for cell, n in PEOPLE.items()], columns=["region", "gender", "freq"])
    table = add_totals(rows, ["region", "gender"], ["freq"])
    assert table.loc[(table.region == "All") & (table.gender == "All"), "freq"].item() == 5146
    unsafe = (table.region == "A") & (table.gender == "female")
    marked = table.assign(suppressed=unsafe.map({True: "primary", False: ""}))
    found = protection(marked, ["region", "gender"], "freq", method="optimal", share=0.2)
    assert found.optimal
    assert statuses(found) == EXPECTED
    seen = attack_table(found.tables[0], ["region", "gender"], "freq").set_index(["region", "gender"])
    assert seen.loc[("A", "female"), "upper"] >= 1.2 * 137


def test_a_table_of_values_from_the_microdata_of_the_developers() -> None:
    """Example 2: 100 records, a value by region and gender, ``FREQ(5,20)|P(20,5)``, ``OPT``."""
    rows = [(*cell, float(value)) for cell, values in INCOME.items() for value in values.split()]
    frame = pd.DataFrame(rows, columns=["region", "gender", "num1"])
    assert len(frame) == 100
    rules = Policy(min_units=5, dominance=(), p_percent=20, group_disclosure=False)
    judged = judge_cells(cell_statistics(frame, ["region", "gender"], "num1"), rules, "sum")
    total = judged[(judged.region == "All") & (judged.gender == "All")].total.item()
    assert total == pytest.approx(10484.95)
    found = protection(judged, policy=rules, method="optimal", share=0.2)
    assert found.optimal
    assert statuses(found) == EXPECTED


def test_the_table_of_the_tutorial() -> None:
    """Income by activity and region, ``P(10)``, ``OPT``: every cell unsafe, and every margin but the total hidden.

    The lone contributors of (C, Dam) and (A, City) force the margins: whoever knows one cell would work out the rest.
    """
    frame = pd.DataFrame(
        [
            ("A", "Dam", 49.93), ("C", "Dam", 48.44), ("A", "Dam", 43.20),
            ("C", "City", 31.38), ("A", "City", 49.46), ("C", "City", 42.02),
        ],
        columns=["sbi", "regio", "income"],
    )  # fmt: skip
    rules = Policy(min_units=1, dominance=(), p_percent=10, group_disclosure=False)
    judged = judge_cells(cell_statistics(frame, ["sbi", "regio"], "income"), rules, "sum")
    found = protection(judged, policy=rules, method="optimal")
    table = found.tables[0].set_index(["sbi", "regio"])
    assert table.total.round(2).to_dict() == {
        ("A", "City"): 49.46, ("A", "Dam"): 93.13, ("A", "All"): 142.59,
        ("C", "City"): 73.40, ("C", "Dam"): 48.44, ("C", "All"): 121.84,
        ("All", "City"): 122.86, ("All", "Dam"): 141.57, ("All", "All"): 264.43,
    }  # fmt: skip
    assert table.suppressed.map(STATUS).to_dict() == {
        ("A", "City"): "u", ("A", "Dam"): "u", ("A", "All"): "x",
        ("C", "City"): "u", ("C", "Dam"): "u", ("C", "All"): "x",
        ("All", "City"): "x", ("All", "Dam"): "x", ("All", "All"): "s",
    }  # fmt: skip
