"""Marked cells are the cells that a finding speaks of, and the evidence's beyond the places that a finding can name."""

import pytest

from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import Location, places
from disclosure_control.core.outcome import Outcome
from tre.web.previews.delimited import Delimited
from tre.web.previews.highlights import Flag, flags

TABLE = Delimited(b"area,fair,good,poor,All\nEast,33,47,4,84\nNorth,38,64,21,123\nAll,71,111,25,207\n", ",")
TWO = Delimited(b"area,sex,fair,poor\nEast,f,3,4\nEast,m,5,6\nWest,f,7,8\n", ",")


def finding(where, outcome=Outcome.FAIL, rule="table.threshold"):
    return make_finding(rule, where, "Too few people.", outcome=outcome, todo="Merge.")


def cell(*labels):
    """The place of a cell by its labels."""
    return Location(labels=tuple(labels))


EAST, NORTH, SOUTH = ("area", "East"), ("area", "North"), ("area", "South")
GOOD, POOR = ("health", "good"), ("health", "poor")


def marked(table, *where, **given):
    return {(flag.row, flag.column) for flag in flags(table, [finding(where, **given)])}


@pytest.mark.parametrize(
    ("where", "cells"),
    [
        ([Location(line=2, column=4)], {(0, 3)}),
        ([Location(line=1, column=1)], {(-1, 0)}),
        ([Location(line=99, column=1), Location(line=2, column=99)], set()),
        ([Location(line=2, column=4).within("file 1 of the archive")], set()),
        ([cell(EAST, POOR)], {(0, 3)}),
        ([cell(EAST, POOR), cell(NORTH, GOOD)], {(0, 3), (1, 2)}),
        ([cell(EAST)], set()),
        ([cell(SOUTH, POOR)], set()),
        (["area East, health poor"], set()),  # what old findings say in words is not read back
        (["area East, health"], set()),
        ([""], set()),
        ([], set()),
    ],
)
def test_a_place_is_found_again(where, cells):
    assert marked(TABLE, *where) == cells


def test_a_row_of_two_labels_is_found_by_both():
    assert marked(TWO, cell(EAST, ("sex", "m"), POOR)) == {(1, 3)}


def test_the_only_column_of_figures_is_marked_by_the_row_alone():
    table = Delimited(b"area,n\nEast,4\nWest,84\n", ",")
    assert marked(table, cell(EAST)) == {(0, 1)}


def test_what_passes_marks_nothing():
    assert marked(TABLE, Location(line=2, column=4), outcome=Outcome.PASS) == set()


def test_the_evidence_names_cells_for_which_a_finding_has_no_room():
    one = finding(places([cell(EAST, POOR), cell(NORTH, POOR)], limit=1))
    named = {"table.threshold": [("East", "poor"), ("North", "poor")], "table.other": [("All", "fair")]}
    assert flags(TABLE, [one], named) == [Flag(0, 3, 0), Flag(1, 3, 0)]
