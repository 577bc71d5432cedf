"""Blanks and letters: two files that differ in what nobody tells apart are released as the same bytes."""

import io
import json
import random
from collections.abc import Callable

import openpyxl
import pyarrow as pa
import pytest

from disclosure_control.core.content import ContentBuilder, FileContent
from disclosure_control.core.location import Location
from disclosure_control.formats.sniff import examine
from disclosure_control.formats.text.whitespace import note_blanks, note_padding
from tests.corpus.tables import arrow, feather

CHANCE = random.Random(4)  # noqa: S311 - the same files in every run
SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
WORDS = ["The", "mean", "pay", "of", "women", "in", "the", "north", "was", "higher", "than", "that", "men", "most"]


def hidden(examined: FileContent | ContentBuilder) -> list[str]:
    return [finding.why for finding in examined.findings if finding.rule == "artefact.hidden-content"]


def notebook(source: str, kind: str = "markdown", text: str = "", mime: str = "text/plain") -> bytes:
    cell: dict[str, object] = {"cell_type": kind, "source": source, "metadata": {}}
    if kind == "code":
        output = {"output_type": "display_data", "data": {mime: text}, "metadata": {}}
        cell |= {"outputs": [output] if text else [], "execution_count": None}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()


def workbook(cell: str) -> bytes:
    book = openpyxl.Workbook()
    for row in (["area", "mean"], [cell, 41.5], ["South", 38.9], ["", 12.5]):
        book.active.append(row)
    with io.BytesIO() as sink:
        book.save(sink)
        return sink.getvalue()


def column(cell: str) -> pa.Table:
    return pa.table({"area": [cell, "South", None], "mean": [41.5, 38.9, 12.5]})


FILES: dict[str, Callable[[str], bytes]] = {
    "x.txt": lambda said: f"In {said}.\n".encode(),
    "x.md": lambda said: f"# {said}\n".encode(),
    "x.py": lambda said: f"# {said}\n".encode(),
    "x.csv": lambda said: f"area,mean\n{said},41.5\nSouth,38.9\n".encode(),
    "x.tsv": lambda said: f"area\tmean\n{said}\t41.5\nSouth\t38.9\n".encode(),
    "x.json": lambda said: json.dumps({said: [said, "\u041d\u041e\n\u041d\u041e"]}).encode(),
    "x.html": lambda said: f"<p>In {said}</p><pre>{said}</pre><table><tr><td>{said}</td></tr></table>".encode(),
    "x.ipynb": notebook,
    "x.xlsx": workbook,
    "x.parquet": lambda said: arrow(column(said)),
    "x.feather": lambda said: feather(column(said)),
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_space_is_released_as_the_ordinary_one(name: str) -> None:
    plain = examine(name, FILES[name]("North East"))
    assert plain.clean
    assert hidden(plain) == []
    for space in SPACES:
        other = examine(name, FILES[name](f"North{space}East"))
        assert other.clean == plain.clean, ascii(space)
        assert bool(hidden(other)) is (space not in "\u00a0\u2009\u202f"), ascii(space)


@pytest.mark.parametrize("name", FILES)
def test_letters_that_look_like_those_of_their_word_are_released_as_these(name: str) -> None:
    plain = examine(name, FILES[name]("North East"))
    other = examine(name, FILES[name]("N\u043erth E\u0430st"))
    assert other.clean == plain.clean
    assert {*hidden(other)} == {"Words mix letters of several alphabets that look alike."}


@pytest.mark.parametrize("said", ["\u041c\u043e\u0441\u043a\u0432\u0430", "\u03a7\u00b2 \u2265 \u03b1", "\u03b2x"])
def test_words_of_other_alphabets_stay(said: str) -> None:
    read = examine("x.txt", f"{said}\n".encode())
    assert read.clean == f"{said}\n".encode()
    assert hidden(read) == []
    assert said in json.loads(examine("x.json", json.dumps({"a": f"\n{said}"}).encode()).clean or b"")["a"]


@pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.xlsx", "x.parquet", "x.feather"])
def test_cells_keep_one_blank_between_words(name: str) -> None:
    clean = [examine(name, FILES[name](said)).clean for said in ("North East", " North   East  ")]
    assert clean[0] == clean[1]


@pytest.mark.parametrize("write", [arrow, feather])
def test_empty_cells_and_missing_ones_are_the_same(write: Callable[[pa.Table], bytes]) -> None:
    ending = "parquet" if write is arrow else "feather"
    one, other = (examine(f"x.{ending}", write(column(cell))) for cell in ("", None))  # type: ignore[arg-type]
    assert one.clean == other.clean


def test_a_page_keeps_the_blanks_of_what_is_preformatted_but_for_ends_of_lines() -> None:
    clean = examine("x.html", b"<p>a  b\n\n c&nbsp; d</p><pre>x   y  \n  z\t\n</pre>").clean or b""
    assert b"<p>a b c d</p>\n<pre>x   y\n  z</pre>" in clean


@pytest.mark.parametrize("name", ["x.py", "x.md", "x.sql"])
def test_ends_of_lines_are_cut_in_files(name: str) -> None:
    assert examine(name, b"a = 1 \t\n\nb = 2  \n").clean == examine(name, b"a = 1\n\nb = 2\n").clean


def test_ends_of_lines_are_cut_in_notebooks_but_for_hard_breaks() -> None:
    def source(content: bytes) -> str:
        return str(json.loads(examine("x.ipynb", content).clean or b"")["cells"][0]["source"])

    assert source(notebook("a = 1  \nb = 2\t\n\n\n", "code")) == "a = 1\nb = 2"
    assert source(notebook("one   \ntwo  \n\nthree  ")) == "one  \ntwo\n\nthree"
    plain, other = (examine("x.ipynb", notebook("a", "code", text)) for text in ("x\n y\n", "x \t\n y   \n\n\n"))
    assert plain.clean == other.clean
    breaks = examine("x.ipynb", notebook("a", "code", "x    \ny  \n", "text/markdown")).clean or b""
    assert b'"x  \\ny\\n"' in breaks
    assert b"display_data" not in (examine("x.ipynb", notebook("a", "code", " \n\n")).clean or b"")


def test_many_lines_that_end_in_tabs_and_spaces_are_named() -> None:
    lines = [f"x = {n}" + CHANCE.choice([" \t", "\t ", "\t\t ", " \t "]) for n in range(20)]
    for name, content in (("x.py", "\n".join(lines).encode()), ("x.ipynb", notebook("\n".join(lines), "code"))):
        (why,) = hidden(examine(name, content))
        assert why == "Tabs and spaces are mixed between words or at the ends of lines, where they look alike."
    assert hidden(examine("x.py", "\n".join(lines[:15]).encode())) == []
    tabbed = "\n".join(f"\tx{n}  \ty\t# note " for n in range(40))
    assert hidden(examine("x.py", tabbed.encode())) == []
    indented = "\n".join(f"\t  x{n} = 1" for n in range(40))
    assert hidden(examine("x.py", indented.encode())) == []


def lines_of(gaps: Callable[[int], str], count: int = 40) -> list[tuple[str, str]]:
    made = []
    for n in range(count):
        words = [word + gaps(i) for i, word in enumerate(CHANCE.sample(WORDS, 12))]
        made.append((f"line {n}", "".join(words).strip()))
    return made


def test_single_and_double_spaces_by_no_order_are_named_and_habits_are_not() -> None:
    def why(parts: list[tuple[str, str]]) -> list[str]:
        reading = ContentBuilder()
        note_blanks(parts, reading)
        return hidden(reading)

    assert why(lines_of(lambda _: CHANCE.choice(["  ", " "]))) == [
        "Words stand one or two spaces apart by no order that is seen."
    ]
    assert why(lines_of(lambda _: " ")) == []
    assert why(lines_of(lambda i: ".  " if i == 5 else " ", 200)) == []
    assert why(lines_of(lambda i: "  " if i == 1 else " ", 200)) == []
    table = [
        (f"line {n}", f"{CHANCE.choice(['North', 'South'])}  {'one two':9}  {'three':6}  four") for n in range(200)
    ]
    assert why(table) == []


def test_a_log_is_not_named() -> None:
    levels = [f"{n} {CHANCE.choice(['INFO  ', 'ERROR ', 'DEBUG '])}read the part of the view" for n in range(300)]
    assert hidden(examine("x.log", "\n".join(levels).encode())) == []


def test_columns_whose_blanks_tell_cells_apart_are_named_and_padded_ones_are_not() -> None:
    def why(cells: list[str]) -> list[str]:
        reading = ContentBuilder()
        note_padding({Location(column=1): cells, Location(column=2): ["a"] * len(cells)}, reading)
        return [finding.where for finding in reading.findings]

    assert why([f"North{CHANCE.choice(['', ' '])}" for _ in range(100)]) == ["column 1"]
    assert why([f"Area {n}{' ' * CHANCE.choice([0, 1, 2, 3])}" for n in range(200)]) == ["column 1"]
    assert why([f"Area {n}".ljust(20) for n in range(200)]) == []
    assert why(["North ", " South", *(["North"] * 90)]) == []


def test_a_mix_of_usual_spaces_is_named_where_there_are_many() -> None:
    mixed = "a" + "".join(CHANCE.choice("\u00a0\u202f") + "b" for _ in range(30))
    assert hidden(examine("x.txt", mixed.encode())) == ["The text mixes kinds of spaces that look alike."]
    assert hidden(examine("x.txt", "5\u202f000\u00a0kg, 7\u202f000\u00a0kg".encode())) == []
    assert hidden(examine("x.txt", ("a\u00a0" * 30).encode())) == []
    assert hidden(examine("x.txt", "\u65e5\u672c\u3000\u8a9e".encode())) == []
