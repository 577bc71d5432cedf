import csv
import io

import pandas as pd

from disclosure_control.core.policy import Policy
from disclosure_control.tables.grid import Grid, Layer, differences, frame_of, grid_of, same_text
from disclosure_control.tables.sensitivity import judge_cells
from disclosure_control.tables.statistics.cells import cell_statistics
from disclosure_control.tables.suppression.protection import protect_table


def counted() -> list[Layer]:
    """The counts of a protected table."""
    frame = pd.DataFrame({"a": ["x"] * 44 + ["y"] * 60, "b": ["p"] * 4 + ["q"] * 40 + ["p"] * 30 + ["q"] * 30})
    judged = judge_cells(cell_statistics(frame, ["a", "b"]), Policy())
    return [Layer("count", None, protect_table(judged, policy=Policy()))]


def parsed(grid: Grid) -> list[list[str]]:
    return list(csv.reader(io.StringIO(grid.to_csv().decode())))


def test_hidden_cells_are_marked_and_shown_cells_are_whole_numbers() -> None:
    lines = parsed(grid_of(counted(), ["a"], ["b"]))
    assert lines == [
        ["a", "p", "q", "All"],
        ["x", "[c]", "[c]", "44"],
        ["y", "[c]", "[c]", "60"],
        ["All", "34", "70", "104"],
    ]


def test_the_researcher_sees_missing_numbers_where_cells_are_hidden() -> None:
    table = frame_of(counted(), ["a"], ["b"])
    assert table.isna().sum().sum() == 4
    assert table.loc["y", "All"] == 60


def test_a_file_that_agrees_has_no_difference_and_rounding_is_none() -> None:
    grid = Grid((("a", "p"), ("x", "0.3333333333")))
    assert not list(differences(grid, [["a", "p"], ["x", "0.33333333330"]]))
    assert same_text("1e3", "1000", 1e-9)
    assert not same_text("12", "13", 1e-9)
    assert not same_text("[c]", "12", 1e-9)


def test_differences_name_places_by_the_grids_own_labels() -> None:
    grid = Grid((("a", "p", "q"), ("x", "12", "13"), ("y", "14", "15")))
    changed = [["a", "p", "q"], ["x", "12", "99"], ["y", "14", "15", "secret"]]
    assert [str(d.where) for d in differences(grid, changed)] == ["row x, column q", "row y, the number of columns"]
    assert "number of rows" in str(next(iter(differences(grid, changed[:2]))).where)
