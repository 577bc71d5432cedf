"""Places are values, and their words are made at the edge alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure_control.core.content import table_of
from disclosure_control.core.decoder import decode, encode
from disclosure_control.core.location import WHOLE, Location, Places, Spot, located, places

TEXTS = st.text(max_size=8)
NUMBERS = st.integers(0, 99)
LEVELS = st.builds(
    Location,
    part=st.lists(TEXTS, max_size=2).map(tuple),
    sheet=NUMBERS,
    cell=NUMBERS,
    table=NUMBERS,
    line=NUMBERS,
    last_line=NUMBERS,
    row=NUMBERS,
    column=NUMBERS,
    spot=st.sampled_from(Spot),
    labels=st.lists(st.tuples(TEXTS, TEXTS), max_size=2).map(tuple),
    span=st.none() | st.tuples(NUMBERS, NUMBERS),
    note=TEXTS,
)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (WHOLE, ""),
        (Location(line=3), "line 3"),
        (Location(line=3, column=2), "line 3, column 2"),
        (Location(line=2, last_line=90_001), "lines 2 to 90,001"),
        (Location(row=4, column=2), "row 4, column 2"),
        (Location(row=4), "row 4"),
        (Location(column=2), "column 2"),
        (Location(column=28, spot=Spot.CELLS), "column AB"),
        (Location(sheet=1, row=3, column=2, spot=Spot.CELLS), "sheet 1, cell B3"),
        (Location(row=3, column=2, spot=Spot.POINTS), "point 3, column 2"),
        (Location(row=3, column=2, spot=Spot.ITEMS), "item 3, key 2"),
        (Location(row=3, column=2, spot=Spot.KEYS), "key 3, part 2"),
        (Location(row=3, column=2, spot=Spot.NUMBERS), "row 3, number 2"),
        (Location(row=3, column=2, spot=Spot.NODES), "node 3"),
        (Location(row=3, column=2, spot=Spot.TURNED), "column 3, row 2"),
        (Location(cell=4, line=2), "cell 4, line 2"),
        (Location(cell=4, table=3, line=5, column=2), "cell 4, the table at line 3, line 5, column 2"),
        (Location(labels=(("area", "East"), ("health", "poor"))), "area East, health poor"),
        (Location(labels=(("row", "East"), ("", "high"), ("column", "n"))), "row East, high, column n"),
        (Location(line=3, span=(5, 14)), "line 3, characters 5–14"),
        (Location(line=3, note=" (not shown)"), "line 3 (not shown)"),
        (Location(part=("the model", "coef_")), "the model, coef_"),
        (Location(line=7).within(Location(part=("output 1",)).within(Location(cell=4))), "cell 4, output 1, line 7"),
    ],
)
def test_a_place_is_printed(place: Location, words: str) -> None:
    assert str(place) == words


def test_a_file_inside_a_file_has_its_own_place_and_that_of_the_outer_one() -> None:
    inner = Location(cell=2, line=1).within("file 3 of the archive")
    assert inner.first == located("file 3 of the archive")
    assert inner.levels == (located("file 3 of the archive"), Location(cell=2, line=1))
    assert WHOLE.within("a part") == located("a part")
    assert Location(line=1).within("") == Location(line=1)


def test_a_table_gives_the_places_of_its_cells_as_numbers() -> None:
    csv = table_of([["a", "n"], ["x", "3"]])
    assert csv.place(0, 2) == Location(line=2, column=2)
    sheet = table_of([["a", "n"], ["x", "3"]], where=Location(sheet=2), spot=Spot.CELLS, first=4)
    assert sheet.place(0, 2) == Location(sheet=2, row=4, column=2, spot=Spot.CELLS)
    assert str(sheet.place(-1, 1)) == "sheet 2, cell A3"
    inside = sheet.within("file 1 of the archive")
    assert str(inside.place(0, 2)) == "file 1 of the archive, sheet 2, cell B4"


@given(st.lists(LEVELS, min_size=1, max_size=4))
def test_a_place_survives_its_json_and_says_every_level_from_the_outside_in(levels: list[Location]) -> None:
    place = WHOLE
    for level in levels:
        place = level.within(place)
    assert decode(encode(place), Location) == place
    assert str(place) == ", ".join(filter(None, (str(level) for level in levels if level)))
    assert place.levels == tuple(filter(None, levels)) or place == WHOLE


@given(st.lists(LEVELS, max_size=6), st.integers(1, 4), st.integers(0, 5))
def test_places_that_are_left_out_are_counted(levels: list[Location], limit: int, before: int) -> None:
    some = places(levels, limit, before)
    assert len(some.locations) + some.more == len(levels) + before
    assert some.first(1).more + len(some.first(1).locations) == len(levels) + before
    assert decode(encode(some), Places) == some
