"""Tables in plain text: what is read as one, with its names and places, and what is not."""

import numpy as np
import pandas as pd
import pytest

from disclosure_control.core.content import TableKind
from disclosure_control.core.location import Location
from disclosure_control.formats.text.text_tables import tables_in_text

AREAS = pd.DataFrame({"area": ["North", "South West", "East"], "n": [120, 3, 44], "mean": [1.25, 20.5, 3.0]})
COLUMNS = [["area", "North", "South West", "East"], ["n", "120", "3", "44"], ["mean", "1.25", "20.5", "3.0"]]


def columns(text: str) -> list[list[list[str]]]:
    return [[[c.header, *c.cells] for c in table.columns] for table in tables_in_text(text.split("\n"))]


def test_a_frame_is_read_with_its_names() -> None:
    (table,) = columns(f"Here it is:\n{AREAS.to_string(index=False)}\nThat was it.")
    assert [column[0] for column in table] == ["area", "n", "mean"]
    assert table[1][1:] == ["120", "3", "44"]
    assert [float(cell) for cell in table[2][1:]] == [1.25, 20.5, 3.0]


def test_groups_that_are_named_once_are_read_with_names_from_two_lines() -> None:
    frame = pd.DataFrame({"area": ["N", "N", "S", "S"], "sex": ["f", "m", "f", "m"], "n": [12, 3, 40, 50]})
    (table,) = columns(str(frame.set_index(["area", "sex"])))
    assert [column[0] for column in table] == ["area", "sex", "n"]
    assert table[2] == ["n", "12", "3", "40", "50"]


@pytest.mark.parametrize(
    "text",
    [
        "| area | n | mean |\n|:--|--:|--:|\n| North | 120 | 1.25 |\n| South West | 3 | 20.5 |\n| East | 44 | 3.0 |",
        "area | n | mean\n---|---|---\nNorth | 120 | 1.25\nSouth West | 3 | 20.5\nEast | 44 | 3.0",
        AREAS.assign(mean=AREAS["mean"].astype(str)).style.hide(axis="index").to_latex(hrules=True),
        "┌────┐\n│ area ┆ n ┆ mean │\n│ --- ┆ --- ┆ --- │\n│ str ┆ i64 ┆ f64 │\n╞═══╡\n│ North ┆ 120 ┆ 1.25 │\n"
        "│ South West ┆ 3 ┆ 20.5 │\n│ East ┆ 44 ┆ 3.0 │\n└────┘",
    ],
)
def test_tables_with_lines_between_the_cells(text: str) -> None:
    assert columns(text) == [COLUMNS]
    assert [table.kind for table in tables_in_text(text.split("\n"))] == [TableKind.TABLE]


def test_a_matrix_of_numpy() -> None:
    assert columns(str(np.array([[177, 3], [9, 211]]))) == [[["", "177", "9"], ["", "3", "211"]]]


def test_places_are_lines_of_the_text_across_borders() -> None:
    text = "x\n+---+---+\n| a | n |\n+===+===+\n| N | 1 |\n+---+---+\n| S | 2 |\n+---+---+"
    (table,) = tables_in_text(text.split("\n"), Location(cell=4))
    assert str(table.place(1, 2)) == "cell 4, the table at line 3, line 7, column 2"


@pytest.mark.parametrize(
    "text",
    [
        "We looked at 30 people in 2011 and  found that 4\nwere older than  50, while 7 were not,\nand  so until 2019.",
        "\n".join(f"2026-01-01 10:00:{i:02d} INFO step {i} loss {i / 7:.3f}" for i in range(40)),
        "1 Introduction ........ 3\n2 Methods ............. 5\n3 Results ............. 9",
        "Package    Version\n---------- -------\nnumpy      2.1.0\npandas     3.0.1",
        "if a | b:\n    return a | b | 3",
        "\\begin{itemize}\n\\item this & that \\\\\n\\end{itemize}",
        "",
    ],
)
def test_what_is_no_table(text: str) -> None:
    assert columns(text) == []
