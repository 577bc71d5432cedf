"""Differencing: small differences are found whatever their form, and nothing else is."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from pyroaring import BitMap

from disclosure_control.core.errors import BadEvidence, BadTable
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from disclosure_control.tables.attack.differencing import Fingerprint, Numbering, compare, fingerprint_cells, hash_units

POLICY = Policy(min_units=10)


def everybody(size: int = 400, seed: int = 2) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"area": random.choice(list("NSWE"), size), "sex": random.choice(list("fm"), size)})
    return frame.assign(who=np.arange(size, dtype=np.uint32), age=random.integers(16, 80, size))


def made(frame: pd.DataFrame, by: list[str], hidden: list[tuple[str, ...]] | None = None) -> Fingerprint:
    return fingerprint_cells(frame[by].astype(str), frame.who.to_numpy(), "people", hidden or [])


def pairs(new: Fingerprint, old: Fingerprint, fewest: int = 10) -> set[tuple[str, str, bool]]:
    """Every pair of sets, one inside the other with a few units less, found by trying all."""
    found = set()
    for i, j in product(range(len(new.cells)), range(len(old.cells))):
        one, two = new.members(i), old.members(j)
        for inner, outer, larger in ((two, one, True), (one, two, False)):
            if inner.issubset(outer) and 0 < len(outer) - len(inner) < fewest:
                found.add((new.cells[i], old.cells[j], larger))
    return found


def told(new: Fingerprint, old: Fingerprint, fewest: int = 10) -> int:
    findings = compare(new, {"old": old}, Policy(min_units=fewest))
    return findings[0].counts["differences"] if findings else 0


def test_a_table_of_all_but_four_is_found_with_the_outputs_and_cells() -> None:
    frame = everybody(5_000)
    new, old = made(frame[4:], ["area"]), made(frame, ["area"])
    (finding,) = compare(new, {"req-1/table_1": old}, POLICY, "table_2")
    assert finding.rule == "table.differencing"
    assert finding.outcome is Outcome.FAIL
    assert "area All of req-1/table_1 less area All of table_2" in finding.where


def test_the_same_table_again_and_other_categories_are_nothing() -> None:
    frame = everybody()
    assert compare(made(frame, ["area"]), {"a": made(frame, ["area"]), "b": made(frame, ["sex"])}, POLICY) == []
    assert compare(made(frame, ["area"]), {}, POLICY) == []


def test_a_cell_and_the_sum_along_a_margin() -> None:
    frame = everybody()
    moved = frame.assign(area=frame.area.where(frame.who != frame.who[frame.area == "N"].iloc[0], "S"))
    assert told(made(moved, ["area"]), made(frame, ["area", "sex"])) >= 2


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("fewest", [2, 5, 10, 40])
def test_what_is_found_is_what_trying_all_pairs_finds(seed: int, fewest: int) -> None:
    frame = everybody(300, seed)
    random = np.random.default_rng(seed)
    some = frame[random.random(300) > 0.02]
    new = made(some.assign(band=(some.age // 10).astype(str)), ["band", "sex"])
    other = frame[random.random(300) > 0.01]
    old = made(other.assign(band=((other.age + 1) // 10).astype(str)), ["band", "sex"])
    assert told(new, old, fewest) == len(pairs(new, old, fewest))
    assert told(old, new, fewest) == len(pairs(old, new, fewest))


def test_suppressed_cells_are_known_only_together() -> None:
    frame = everybody()
    hidden = [("N", "f"), ("S", "f"), ("N", "m"), ("S", "m")]
    one = made(frame, ["area", "sex"], hidden)
    assert "area N, sex f" not in one.cells
    rest = one.cells.index("the suppressed cells of area N, sex All by sex")
    assert one.members(rest) == BitMap(frame.who[frame.area == "N"])
    margins = [("N", "f"), ("N", "All"), ("All", "f"), ("W", "All")]
    two = made(frame, ["area", "sex"], margins)
    assert "area N, sex All" not in two.cells
    assert "area W, sex All" in two.cells  # all its cells are shown, so it can be added up


def test_a_suppressed_table_does_not_raise_what_nobody_can_subtract() -> None:
    frame = everybody()
    few = frame.assign(area=np.where(frame.who < 5, "X", frame.area))
    open_table, shut = made(few, ["area"]), made(few, ["area"], [("X",), ("N",)])
    assert "area X" in open_table.cells
    assert "area X" not in shut.cells
    others = made(frame[5:], ["area"])
    assert told(others, open_table) > 0


def test_numbers_that_are_not_alike_are_not_compared() -> None:
    frame = everybody(50)
    old = fingerprint_cells(frame[["area"]], frame.who.to_numpy(), "other people")
    (finding,) = compare(made(frame, ["area"]), {"old": old}, POLICY)
    assert (finding.rule, finding.outcome) == ("table.not-compared", Outcome.REVIEW)
    nobody = fingerprint_cells(frame[["area"]], None, "people")
    assert [one.rule for one in compare(nobody, {"old": made(frame, ["area"])}, POLICY)] == ["table.not-compared"]


def test_a_fingerprint_survives_its_bytes_and_nothing_else_does() -> None:
    one = made(everybody(), ["area", "sex"], [("N", "f"), ("S", "f")])
    data = one.to_bytes()
    again = Fingerprint.from_bytes(data)
    assert (again.scheme, again.cells) == (one.scheme, one.cells)
    assert all(again.members(i) == one.members(i) for i in range(len(one.cells)))
    assert compare(again, {"one": one}, POLICY) == []
    empty = fingerprint_cells(everybody()[["area"]][:0], np.empty(0, dtype=np.uint32), "people")
    assert Fingerprint.from_bytes(empty.to_bytes()).cells == ()
    assert compare(empty, {"one": one}, POLICY) == []
    for broken in (b"", data[:40], data[:-1], data + b"x", b"X" + data[1:], data[:60] + b"\xff" * 8 + data[68:-8]):
        with pytest.raises(BadEvidence):
            Fingerprint.from_bytes(broken)


def test_units_are_numbered_by_place_or_by_themselves() -> None:
    known = Numbering("pay@1", pd.Index(["c", "a", "b"]))
    assert known.of(pd.Series(["a", "c"])).tolist() == [1, 0]
    with pytest.raises(BadTable, match="1 rows"):
        known.of(pd.Series(["a", "z"]))
    assert hash_units(pd.Series(["a", "b"])).tolist() == hash_units(pd.Series(["b", "a"])).tolist()[::-1]
    assert hash_units(pd.Series([1, 2])).tolist() == hash_units(pd.Series(["1", "2"])).tolist()
