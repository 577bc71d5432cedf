"""JSON in whatever form: its tables, and the numbers beside them."""

from typing import Any

import pytest

from disclosure_control.core.content import TableKind
from disclosure_control.formats.tabular.json_tables import tables_in


def cells(document: Any) -> list[list[list[str]]]:
    """Each table as the header and cells of its columns."""
    return [[[c.header, *c.cells] for c in table.columns] for table in tables_in(document).tables]


@pytest.mark.parametrize(
    ("document", "columns"),
    [
        ([{"a": 1, "b": "x"}, {"a": 2}], [["a", "1", "2"], ["b", "x", ""]]),
        ([{"a": {"b": 1}}, {"a": {"b": 2}}], [["a.b", "1", "2"]]),
        ([[1, 2.5], [3, None]], [["", "1", "3"], ["", "2.5", ""]]),
        ([["a", "b"], [1, 2], [3, 4]], [["a", "1", "3"], ["b", "2", "4"]]),
        ({"a": [1, 2], "b": [3, 4]}, [["a", "1", "2"], ["b", "3", "4"]]),
        ({"k": [1, 2], "l": [3, 4], "m": [5, 6]}, [["", "k", "l", "m"], ["", "1", "3", "5"], ["", "2", "4", "6"]]),
        ({"k": {"a": 1}, "l": {"a": 2}}, [["", "k", "l"], ["a", "1", "2"]]),
        ({"a": {str(i): i for i in range(9)}, "b": {str(i): 0 for i in range(9)}},
         [["", *map(str, range(9))], ["a", *map(str, range(9))], ["b", *"0" * 9]]),
    ],
)  # fmt: skip
def test_every_form_is_a_table(document: Any, columns: list[list[str]]) -> None:
    assert cells(document) == [columns]
    assert cells({"deep": [{"x": document}]}) == [columns]


def test_names_with_a_number_each_may_be_settings() -> None:
    (table,) = tables_in({"North": 12, "South": 3, "East": 4}).tables
    assert table.kind is TableKind.LISTED


def test_what_stands_in_no_table_is_still_read() -> None:
    document = {"pay": [3.5, 4.5], "more": {"text": "x", "n": 7, "deep": [[8], [9, 10]]}, "one": [{"m": True, "q": 11}]}
    assert sorted(" ".join(tables_in(document).numbers).split()) == ["10", "11", "3.5", "4.5", "7", "8", "9"]


def test_lists_inside_rows_are_looked_at_on_their_own() -> None:
    rows = [{"id": i, "points": [{"x": i}, {"x": -i}]} for i in range(3)]
    assert len(tables_in(rows).tables) == 4


def test_tables_beyond_the_most_keep_their_numbers() -> None:
    read = tables_in([[{"x": i}, {"x": i + 1_000}] for i in range(300)])
    assert len(read.tables) == 200
    assert {"299", "1299"} <= set(" ".join(read.numbers).split())
