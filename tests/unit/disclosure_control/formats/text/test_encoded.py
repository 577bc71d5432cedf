"""Packed words: what they unpack to, what stops a file, and what is left alone."""

import base64
import gzip
import hashlib
import random
import textwrap
import zlib

import pytest

from disclosure_control.core.content import Text
from disclosure_control.core.location import located
from disclosure_control.core.outcome import Outcome
from disclosure_control.formats.text.encoded import MANY, read_packed


def read(*lines: str):
    return read_packed([Text(located(f"line {i}"), line) for i, line in enumerate(lines, 1)])


def outcomes(*lines: str) -> list[Outcome]:
    return [finding.outcome for finding in read(*lines).findings if finding.rule == "artefact.packed"]


def noise(size: int) -> bytes:
    return random.Random(5).randbytes(size)  # noqa: S311 - bytes that say nothing


def test_what_is_unpacked_is_read_with_the_place_of_its_words() -> None:
    said = read("fine", "x " + base64.b64encode(gzip.compress(b"area,n\nNorth,120\nSouth,3\n")).decode())
    assert [str(table.where) for table in said.tables] == ["line 2, unpacked"]
    assert [column.cells for column in said.tables[0].columns] == [["North", "South"], ["120", "3"]]


def test_a_packed_file_is_read_as_one() -> None:
    said = read(base64.b64encode(b"SQLite format 3\0" + noise(100)).decode())
    assert [finding.rule for finding in said.findings] == ["artefact.packed", "artefact.denied"]
    assert said.findings[0].outcome is Outcome.FAIL


def test_words_of_one_kind_belong_together() -> None:
    word = base64.b64encode(zlib.compress(b"the number of a person is 17; " + noise(90).hex().encode())).decode()
    halves = [word[:80], word[80:]]
    assert any("number of a person" in text.text for text in read(*halves).texts)


ROWS = b"area,n,pay\n" + b"\n".join(b"North,%d,%d" % (i, i * 37 % 1000) for i in range(60))
SHORT = zlib.compress(ROWS)


@pytest.mark.parametrize(
    "lines",
    [
        [" ".join(textwrap.wrap(base64.b64encode(SHORT).decode(), 8))],
        [" ".join(textwrap.wrap(line, 4)) for line in textwrap.wrap(base64.b64encode(SHORT).decode(), 60)],
        [":".join(f"{byte:02x}" for byte in SHORT)],
        [f"{i:06x}: {SHORT[i : i + 16].hex(' ', 2)}" for i in range(0, len(SHORT), 16)],
        [f"w = [{', '.join(map(str, SHORT))}]"],
        [" ".join(map(str, ROWS))],
    ],
)
def test_words_that_are_written_apart(lines: list[str]) -> None:
    said = read(*lines)
    assert outcomes(*lines) == [Outcome.FAIL]
    assert any("North" in text.text for text in said.texts)


def test_bytes_that_say_nothing_are_for_a_person_then_stop() -> None:
    assert outcomes(base64.b64encode(noise(60)).decode()) == []
    assert outcomes(base64.b64encode(noise(MANY)).decode()) == [Outcome.REVIEW]
    assert outcomes(*(base64.b64encode(noise(3_000))[i : i + 76].decode() for i in range(0, 4_000, 76))) == [
        Outcome.FAIL
    ]


def test_digests_are_named_where_they_are_many_and_stop_nothing() -> None:
    digests = [hashlib.sha256(str(i).encode()).hexdigest() for i in range(100)]
    assert outcomes(*digests[:4]) == []
    assert outcomes(*digests) == [Outcome.REVIEW]


def test_a_bomb_is_opened_only_so_far() -> None:
    bomb = base64.b64encode(zlib.compress(zlib.compress(b"0" * 200_000_000, 9), 9)).decode()
    assert Outcome.FAIL in outcomes(base64.b64encode(zlib.compress(bomb.encode())).decode())


@pytest.mark.parametrize(
    "line",
    [
        "550e8400-e29b-41d4-a716-446655440000 " * 40,
        "=" * 400,
        " ".join(f"E0100{i:04d}" for i in range(400)),
        " ".join(f"{a}{b}{n}" for a in "ABCDE" for b in "ABCDE" for n in range(1, 9)),
        " ".join(str(32 + i * 37 % 59) for i in range(400)),
        "the cat sat and ate all its own big red hat but the dog ran far off and was not fed " * 9,
        "ACGTTGCATGTCGCATGATGCATGAGAGCT" * 20,
        "https://example.org/statistics/2019/released-tables/population-by-area-and-age/table-2019-03.csv " * 9,
        "1200000000000000000000000000 3.14159265358979323846264338327950288419716939937510",
        "sm.OLS(df['log_pay'],df[['age','age2','female','northEast2011','southWest2011']]).fit(cov_type='HC1') " * 20,
    ],
)
def test_ordinary_long_words_are_left_alone(line: str) -> None:
    assert read(line).findings == ()
