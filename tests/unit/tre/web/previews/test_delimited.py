"""Rows are where a parser of the whole says they are, however they are read; a column in numbers."""

import csv
import io

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from tre.web.previews.column import order_by, summary
from tre.web.previews.delimited import CUT, MAX_CELL, Delimited

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0", exclude_categories=("Cs",)), max_size=6)
TABLES = st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=8))


def written(rows, delimiter=","):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


@given(TABLES, st.sampled_from([",", "\t"]), st.integers(0, 9), st.integers(0, 9))
def test_windows_are_what_was_written(rows, delimiter, start, count):
    table = Delimited(written(rows, delimiter), delimiter)
    assert table.header == rows[0]
    assert table.rows == len(rows) - 1
    wanted = list(enumerate(rows[1:]))[start : start + count]
    assert table.window(start, count) == wanted
    for number in range(len(rows[0])):
        assert table.column(number) == [row[number] for row in rows[1:]]


@given(TABLES)
def test_an_order_only_moves_rows(rows):
    table = Delimited(written(rows), ",")
    for descending in (False, True):
        order = order_by(table.column(0), descending=descending)
        assert sorted(order.tolist()) == list(range(table.rows))
        assert sorted(table.window(0, 100, order)) == table.window(0, 100)


def test_numbers_are_ordered_as_numbers_and_what_is_missing_comes_last():
    cells = ["10", "9", "", "[c]", "1,000", "-3", "b", "a"]
    assert [cells[i] for i in order_by(cells, descending=False)] == ["-3", "9", "10", "1,000", "a", "b", "", "[c]"]
    assert [cells[i] for i in order_by(cells, descending=True)][:3] == ["1,000", "10", "9"]
    assert [cells[i] for i in order_by(cells, descending=True)][-2:] == ["", "[c]"]


@pytest.mark.parametrize("data", [b"", b"\n", b"a", b'"', b'a,b\n"x\ny",1', b'a,b\n1,2"\n3,4\n', b"a,b\n1\n1,2,3\n"])
def test_bytes_of_any_form_are_shown_and_nothing_is_left_out(data):
    table = Delimited(data, ",")
    shown = "".join([*table.header, *("".join(row) for _, row in table.window(0, 10))])
    assert set("xy123") & set(data.decode()) <= set(shown)
    for number in range(len(table.header)):
        assert len(table.column(number)) == table.rows


def test_what_is_no_text_is_no_table():
    with pytest.raises(ValueError, match="utf-8"):
        Delimited(b"a,b\n\xff,2\n", ",")


def test_a_very_long_cell_is_cut_and_says_so():
    table = Delimited(b"a\n" + b"x" * (MAX_CELL + 1) + b"\n", ",")
    assert table.window(0, 1)[0][1][0].endswith(CUT)


def test_a_column_in_numbers():
    found = summary("n", ["15", "0", "[c]", "", "7", "1,000"])
    assert (found.type, found.rows, found.missing, found.redacted) == ("whole numbers", 6, 1, 1)
    assert (found.minimum, found.minimum_not_zero, found.maximum, found.sum) == (0, 7, 1000, 1022)
    assert (found.divisible_by_5, found.numbers) == (3, 4)
    assert summary("x", ["0.5", "2"]).type == "numbers"
    assert summary("x", ["0.5", "2"]).divisible_by_5 is None
    assert summary("x", ["a", "2"]).type == "text"
    assert summary("x", ["", "[c]"]).type == "nothing"
    assert summary("x", ["0", "0"]).minimum_not_zero is None
    assert summary("x", ["1e999", "2"]).type == "text"


def test_a_million_rows_have_an_index_of_a_number_each():
    table = Delimited(b"n\n" + b"1\n" * 1_000_000, ",")
    assert table.rows == 1_000_000
    assert table.window(999_999, 5) == [(999_999, ["1"])]
    assert table.window(1_000_000, 5) == []
    assert isinstance(table.size_bytes, int)
    assert np.isclose(table.size_bytes, 10_000_000, rtol=0.01)
