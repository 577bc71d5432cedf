"""Tables that are safe alone, and what several of them give away together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from disclosure_control.core.finding import Finding
from disclosure_control.core.policy import Policy
from disclosure_control.tables.attack import linked_attack as linked_module
from disclosure_control.tables.attack import released_table as facts_module
from disclosure_control.tables.attack.linked_attack import attack_outputs
from disclosure_control.tables.attack.linked_tables import Output
from disclosure_control.tables.attack.released_table import COUNT, MEAN, SUM, ReleasedTable, make_released_table
from disclosure_control.tables.sensitivity import judge_cells
from disclosure_control.tables.statistics.cells import cell_statistics

POLICY = Policy(min_units=10)


def people(counts: dict[tuple[str, ...], int], columns: Sequence[str]) -> pd.DataFrame:
    """So many people of each combination of labels."""
    rows = [labels for labels, count in counts.items() for _ in range(count)]
    return pd.DataFrame(rows, columns=list(columns)).assign(who=range(len(rows)))


def table(
    frame: pd.DataFrame,
    by: Sequence[str],
    secondary: Sequence[tuple[str, ...]] = (),
    *,
    value: str | None = None,
    tells: int = COUNT,
    margins: bool = True,
    scheme: str = "people@1",
    statistic: str = "count",
) -> ReleasedTable:
    """The facts of a table whose unsafe cells are hidden, and these others."""
    by = list(by)
    whole = cell_statistics(frame, by, value, "who", margins=margins)
    judged = judge_cells(whole, POLICY, statistic)
    bad = judged["reasons"].str.contains("table")
    others = [label in set(secondary) for label in judged[by].itertuples(index=False, name=None)]
    judged["suppressed"] = np.where(bad, "primary", np.where(others, "secondary", ""))
    numbers = None if value is None else frame[value].to_numpy()
    return make_released_table(frame[by].astype(str), frame.who.to_numpy(), numbers, scheme, judged, tells, POLICY)


def findings(earlier: Sequence[ReleasedTable], *new: ReleasedTable) -> list[list[Finding]]:
    """What the outputs one, two, three give away, after those released before."""
    known = [Output(f"old {i}", [facts]) for i, facts in enumerate(earlier)]
    asked = [Output(name, [facts]) for name, facts in zip(["one", "two", "three"], new, strict=False)]
    return attack_outputs(known, asked)


def rules(said: Sequence[Sequence[Finding]]) -> list[list[str]]:
    """The rules of findings."""
    return [[finding.rule for finding in one] for one in said]


COUNTS = {
    ("N", "f"): 3,
    ("N", "m"): 40,
    ("E", "f"): 50,
    ("E", "m"): 60,
    ("S", "f"): 70,
    ("S", "m"): 80,
    ("W", "f"): 33,
    ("W", "m"): 44,
}
SQUARE = [("N", "m"), ("E", "f"), ("E", "m")]  # hides (N, f) together with it
OTHER = [("N", "m"), ("S", "f"), ("S", "m")]  # as does this


@pytest.fixture
def frame() -> pd.DataFrame:
    random = np.random.default_rng(4)
    made = people(COUNTS, ["area", "sex"])
    return made.assign(pay=random.uniform(10, 30, len(made)).round(2))


def test_what_one_table_hides_to_protect_and_another_shows_gives_the_cell_away(frame: pd.DataFrame) -> None:
    one = table(frame, ["area", "sex"], SQUARE)
    turned = table(frame.rename(columns={"sex": "gender"}), ["gender", "area"], [(b, a) for a, b in OTHER])
    said = findings([], one, turned)
    assert rules(said) == [[], ["table.linked-attack"]]
    (finding,) = said[1]
    assert finding.where == "gender f, area N of two"
    assert finding.counts == {"cells": 1, "exact": 1}
    assert "Together with one," in finding.why
    assert rules(findings([one], turned)) == [["table.linked-attack"]]


def test_the_same_table_again_and_the_same_pattern_are_no_news(frame: pd.DataFrame) -> None:
    one = table(frame, ["area", "sex"], SQUARE)
    assert rules(findings([one], one, table(frame, ["sex", "area"], [(b, a) for a, b in SQUARE]))) == [[], []]


def test_a_later_output_is_not_told_what_could_be_worked_out_before_it(frame: pd.DataFrame) -> None:
    first, second = table(frame, ["area", "sex"], SQUARE), table(frame, ["area", "sex"], OTHER)
    assert rules(findings([first, second], table(frame, ["area"]), first)) == [[], []]


def test_tables_of_other_people_or_of_other_numberings_do_not_meet(frame: pd.DataFrame) -> None:
    one = table(frame, ["area", "sex"], SQUARE)
    assert rules(findings([one], table(frame.assign(who=frame.who + 1_000), ["area", "sex"], OTHER))) == [[]]
    assert rules(findings([one], table(frame, ["area", "sex"], OTHER, scheme="people@2"))) == [[]]


def three_ways() -> pd.DataFrame:
    """Everybody in an area, a sex and a band, with few women in the north who are old."""
    random = np.random.default_rng(8)
    counts = {(a, s, b): int(random.integers(12, 40)) for a in "NES" for s in "fm" for b in ("old", "young")}
    return people(counts | {("N", "f", "old"): 2, ("N", "f", "young"): 3}, ["area", "sex", "band"])


def test_three_tables_together_do_what_no_two_of_them_do() -> None:
    """(N, f) is 5. One table hides the square, one shows the men of the north, one those of the east by band."""
    frame = three_ways()
    hidden = [("N", "m"), ("E", "f"), ("E", "m"), ("S", "f"), ("S", "m"), ("N", "All"), ("E", "All"), ("S", "All")]
    one = table(frame, ["area", "sex"], hidden)
    men = frame[frame.sex == "m"]
    two = table(men, ["area"], [("S",), ("E",)])
    north = frame[frame.area == "N"].assign(place="north")
    three = table(north, ["place"])
    for pair in ((one, two), (one, three), (two, three)):
        assert rules(findings([], *pair)) == [[], []]
    said = findings([], one, two, three)
    assert rules(said) == [[], [], ["table.linked-attack"]]
    (finding,) = said[2]
    assert finding.where == "area N, sex f of one"
    assert "Together with one; two," in finding.why


def test_outputs_that_are_not_needed_are_not_named(frame: pd.DataFrame) -> None:
    first = table(frame, ["area", "sex"], SQUARE)
    bystander = table(frame, ["area"])
    (finding,) = findings([first, bystander], table(frame, ["area", "sex"], OTHER))[0]
    assert "Together with old 0," in finding.why
    assert "old 1" not in finding.why


def test_another_project_is_named_but_not_what_it_asked(frame: pd.DataFrame) -> None:
    foreign = Output("a release of another project", [table(frame, ["area", "sex"], SQUARE).unnamed()], is_foreign=True)
    (finding,) = attack_outputs([foreign], [Output("mine", [table(frame, ["area", "sex"], OTHER)])])[0]
    assert finding.where == "area N, sex f of mine"
    shows = table(frame[frame.area == "E"], ["sex"])
    (finding,) = attack_outputs([foreign], [Output("mine", [shows])])[0]
    assert finding.where == "a cell of a release of another project"
    assert "sex" not in finding.where + finding.why


def test_totals_of_one_value_are_attacked_and_those_of_another_are_not(frame: pd.DataFrame) -> None:
    wide = frame.assign(tax=frame["pay"] / 5 + np.arange(len(frame)) % 3)
    money = {"tells": MEAN, "statistic": "mean"}
    one = table(wide, ["area", "sex"], SQUARE, value="pay", **money)
    assert rules(findings([one], table(wide, ["area", "sex"], OTHER, value="pay", **money))) == [
        ["table.linked-attack"]
    ]
    assert rules(findings([one], table(wide, ["area", "sex"], OTHER, value="tax", **money))) == [[]]
    assert rules(findings([one], table(wide, ["area", "sex"], OTHER))) == [[]]
    sums = table(wide.assign(wage=wide["pay"]), ["area", "sex"], OTHER, value="wage", tells=SUM, statistic="sum")
    assert rules(findings([one], sums)) == [["table.linked-attack"]]


def test_a_total_over_a_mean_tells_how_many(frame: pd.DataFrame) -> None:
    counts = table(frame, ["area", "sex"], SQUARE)
    mean = table(frame, ["area", "sex"], OTHER, value="pay", tells=MEAN, statistic="mean")
    total = table(frame, ["area", "sex"], OTHER, value="pay", tells=SUM, statistic="sum")
    assert rules(findings([counts], mean)) == [[]]
    assert rules(findings([counts], total)) == [[]]
    assert rules(findings([counts], mean, total)) == [[], ["table.linked-attack"]]


def test_a_cell_that_one_person_dominates_may_be_counted(frame: pd.DataFrame) -> None:
    rich = frame.copy()
    rich.loc[rich.index[rich.sex == "m"][50], "pay"] = 1e6
    several = table(rich, ["area", "sex"], SQUARE, value="pay", tells=MEAN | COUNT, statistic="mean")
    assert len(several.quantities[1].unsafe) > len(several.quantities[0].unsafe)
    assert rules(findings([several], table(rich, ["area", "sex"], SQUARE))) == [[]]


def test_negative_numbers_are_exact_or_free(frame: pd.DataFrame) -> None:
    signed = frame.assign(pay=frame["pay"] * np.where(frame.index % 2, 1, -1))
    sums = {"value": "pay", "tells": SUM, "statistic": "sum"}
    one, two = (table(signed, ["area", "sex"], hidden, **sums) for hidden in (SQUARE, OTHER))
    assert one.signed
    (finding,) = findings([one], two)[0]
    assert finding.counts["cells"] == finding.counts["exact"] > 0


def test_people_with_several_records_are_not_taken_for_one_another() -> None:
    """Everybody has a record of either kind, so that both kinds are of the same people."""
    once = people({("N",): 4, ("E",): 30, ("S",): 40}, ["area"])
    twice = pd.concat([once.assign(kind="a"), once.assign(kind="b")], ignore_index=True)
    both = table(twice, ["area", "kind"], [("E", "a"), ("E", "b")])
    assert len(np.unique(both.quantities[0].keys)) == len(both.shown)
    only = table(twice[twice.kind == "a"], ["area"], [("E",)], margins=True)
    assert rules(findings([both], only)) == [[]]
    assert rules(findings([both], table(twice, ["area", "kind"], [("S", "a"), ("S", "b")]))) == [
        ["table.linked-attack"]
    ]


def test_cells_of_the_same_people_in_one_table_are_not_one() -> None:
    frame = people({("N", "f"): 30, ("E", "f"): 30, ("E", "m"): 3, ("S", "m"): 20}, ["area", "sex"])
    one = table(frame, ["area", "sex"])
    assert len(np.unique(one.quantities[0].keys)) == len(one.shown)
    by_place = {str(one.place(i)): key for i, key in enumerate(one.quantities[0].keys)}
    women = table(frame[frame.area == "N"], ["area", "sex"])
    assert by_place["area N, sex All"] in women.quantities[0].keys


def test_a_table_without_margins_is_added_up_where_it_can_be(frame: pd.DataFrame) -> None:
    one = table(frame, ["area", "sex"], SQUARE)
    open_ones = table(frame[frame.area != "N"], ["area", "sex"], margins=False)
    derived = {str(open_ones.place(int(i))) for i in np.flatnonzero(open_ones.derived)}
    assert "area All, sex f" in derived
    assert rules(findings([one], open_ones)) == [["table.linked-attack"]]


def test_what_is_too_much_to_attack_is_said(frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = table(frame, ["area", "sex"], SQUARE), table(frame, ["area", "sex"], OTHER)
    with monkeypatch.context() as little:
        little.setattr(linked_module, "MOST_EFFORT", 1)
        said = findings([one], two)
        assert rules(said) == [["table.not-compared"]]
        assert said[0][0].where == "old 0"
    monkeypatch.setattr(facts_module, "MOST_CELLS", 3)
    large = table(frame, ["area", "sex"], OTHER)
    assert large.is_too_large
    assert ReleasedTable.from_bytes(large.to_bytes()).is_too_large
    assert rules(findings([one], large)) == [["table.not-compared"]]
    assert rules(findings([large], one)) == [["table.not-compared"]]
    assert rules(findings([], large)) == [[]]


def test_numbers_that_do_not_add_up_are_said(frame: pd.DataFrame) -> None:
    one, two = table(frame, ["area", "sex"], SQUARE), table(frame, ["area", "sex"], OTHER)
    two.quantities[0].values[:] = 9.0
    assert rules(findings([one], two)) == [["table.not-compared"]]


def test_overall_totals_alone_do_not_make_many_tables_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each table hides one cell, and none shows the total: what another one shows is the least it can be."""
    random = np.random.default_rng(3)
    size = 300
    frame = pd.DataFrame({f"c{i}": random.choice(list("abcd"), size) for i in range(6)}).assign(who=range(size))
    few = random.permutation(size)
    for i in range(6):
        frame.loc[few[8 * i : 8 * i + (8 if i else 1)], f"c{i}"] = "few"
    tables = [table(frame, [f"c{i}"], margins=False) for i in range(6)]
    ways = [(tables[1:], tables[0]), (tables[2:], tables[1]), (tables[:1], tables[1])]
    together = [rules(findings(*way)) for way in ways]
    assert together == [[["table.linked-attack"]], [[]], [["table.linked-attack"]]], "299 are shown by the first alone"
    monkeypatch.setattr(linked_module, "_MUCH", 0)
    assert [rules(findings(*way)) for way in ways] == together
