"""Broken and hostile files of every format: the worker answers on each, in time, and none is let through.

The seeds are the planted corpus. What is written in pictures is not read here, since that is another program's work.
``MUTATED_FILES=10000`` in the environment asks for that many of each format in the heavy test.
"""

import io
import os
import random
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import pytest
from PIL import Image

from disclosure_control.checking import worker as limited
from disclosure_control.checking.messages import Examine
from disclosure_control.checking.worker import Worker
from disclosure_control.core.outcome import Outcome, combine
from disclosure_control.core.policy import Policy
from disclosure_control.formats.registry import FORMATS
from tests import corpus
from tests.attack.disclosure_control.mutations import mutated

POLICY = Policy.load("default").values
SERVE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from pathlib import Path;"
    "from disclosure_control.formats.images import ocr; ocr.PROGRAM = Path('/not/read/here');"
    "from disclosure_control.checking.worker_tasks import serve; serve()"
)
# Files a format: many are more than 10,000 together.
FEW, MANY = 12, int(os.environ.get("MUTATED_FILES", "400"))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
TIMEOUT_S = 60.0
LARGEST = 200_000  # bytes of a seed


@pytest.fixture(scope="module")
def seeds() -> dict[str, list[bytes]]:
    """The corpus by the ending of its files' names."""
    found: dict[str, list[bytes]] = {}
    for case in [*corpus.leaks(), *corpus.twins(), *corpus.ordinary()]:
        if len(case.content) <= LARGEST:
            found.setdefault(PurePosixPath(case.name).suffix.lower(), []).append(case.content)
    return found


@contextmanager
def working() -> Iterator[Worker]:
    with pytest.MonkeyPatch.context() as patch, Worker(TIMEOUT_S) as running:
        patch.setattr(limited, "_SERVE", SERVE)
        yield running


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A worker of this test's own, of which nothing is spent."""
    with working() as running:
        yield running


@pytest.fixture(scope="module")
def one_for_all() -> Iterator[Worker]:
    """A worker takes seconds to start; one that fails is replaced, and its test fails."""
    with working() as running:
        yield running


def answered(worker: Worker, path: Path, name: str, content: bytes) -> Outcome:
    """What is said of a file; fails where the worker crashes, hangs or says nothing."""
    path.write_bytes(content)
    answer = worker.ask(Examine(str(path), name, POLICY, {}, "x"))
    return combine(finding.outcome for finding in answer.findings)


def fuzzed(worker: Worker, folder: Path, kind: str, ending: str, seeds: list[bytes], times: int) -> None:
    chance = random.Random(f"{kind} {times}")  # noqa: S311 - the same files in every run
    for i in range(times):
        content = mutated(chance, seeds)
        outcome = answered(worker, folder / "file", f"x{ending}", content)
        assert outcome > Outcome.PASS, f"{kind}, file {i}, {len(content)} bytes"


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_some_broken_files_are_answered_and_none_passes(kind, seeds, one_for_all, tmp_path: Path) -> None:
    for ending in kind.endings[:1]:
        fuzzed(one_for_all, tmp_path, kind.name, ending, seeds.get(ending) or [b"", *kind.magic], FEW)


@pytest.mark.heavy
@pytest.mark.timeout(14_400)
@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_many_broken_files_are_answered_and_none_passes(kind, seeds, worker, tmp_path: Path) -> None:
    ending = kind.endings[0]
    fuzzed(worker, tmp_path, kind.name, ending, seeds.get(ending) or [b"", *kind.magic], MANY)


def deep_json() -> bytes:
    return b'{"a":' * 100_000 + b"1" + b"}" * 100_000


def entities() -> bytes:
    lines = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    return f'<!DOCTYPE svg [<!ENTITY l0 "lol">{lines}]><svg xmlns="http://www.w3.org/2000/svg">&l11;</svg>'.encode()


def deep_xml() -> bytes:
    return SVG + b"<g>" * 200_000 + b"</g>" * 200_000 + b"</svg>"


def used_bomb() -> bytes:
    """Each part draws the one before it ten times."""
    uses = (f'<g id="g{i}">' + f'<use href="#g{i - 1}"/>' * 10 + "</g>" for i in range(1, 12))
    return SVG + b'<rect id="g0" width="1" height="1"/>' + "".join(uses).encode() + b"</svg>"


def wide_picture() -> bytes:
    with io.BytesIO() as sink:
        Image.new("1", (30_000, 30_000)).save(sink, "PNG")
        return sink.getvalue()


def archive(name: str, size: int, times: int = 1) -> bytes:
    with io.BytesIO() as sink:
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as made:
            for i in range(times):
                made.writestr(name.format(i), b"0" * size)
        return sink.getvalue()


def packed_text() -> bytes:
    """A PNG whose text unpacks to a gigabyte."""
    body = b"Comment\0\0" + zlib.compress(b"0" * 1_000_000_000, 9)
    plain = next(case.content for case in corpus.twins() if case.name == "clean.png")
    chunk = len(body).to_bytes(4, "big") + b"zTXt" + body + zlib.crc32(b"zTXt" + body).to_bytes(4, "big")
    return plain[:33] + chunk + plain[33:]


def long_pdf() -> bytes:
    """A page whose drawing unpacks to 400 MB."""
    stream = zlib.compress(b"0 0 m " * 66_000_000, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n" % len(stream) + stream + b"\nendstream",
    ]
    body = b"".join(b"%d 0 obj%sendobj\n" % (i, one) for i, one in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 5>>\nstartxref\n0\n%%EOF\n"


BOMBS = {
    "deep.json": deep_json,
    "entities.svg": entities,
    "deep.svg": deep_xml,
    "uses.svg": used_bomb,
    "itself.svg": lambda: SVG + b'<g id="a"><use href="#a"/></g></svg>',
    "huge.svg": lambda: SVG.replace(b'"9"', b'"900000000"') + b"</svg>",
    "wide.png": wide_picture,
    "text.png": packed_text,
    "bomb.zip": lambda: archive("a{}.csv", 100_000_000, 10),
    "many.zip": lambda: archive("{}.csv", 1, 5_000),
    "bomb.xlsx": lambda: archive("xl/{}.xml", 500_000_000),
    "bomb.docx": lambda: archive("word/{}.xml", 500_000_000),
    "long.pdf": long_pdf,
    "deep.html": lambda: b"<div>" * 300_000,
    "wide.csv": lambda: b"a," * 3_000_000 + b"a\n" + b"1," * 3_000_000 + b"1\n",
    "cells.html": lambda: b"<table><tr>" + b"<td>1" * 2_000_000,
}


ALIKE = ("bomb.docx", "many.zip")  # others of their kind are in the quick run


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.heavy] * (name in ALIKE)) for name in BOMBS])
def test_a_bomb_is_stopped_within_the_limits(name: str, worker: Worker, tmp_path: Path) -> None:
    assert answered(worker, tmp_path / "file", name, BOMBS[name]()) is Outcome.FAIL
