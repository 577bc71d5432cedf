"""The planted corpus: every leak is stopped and its place named; what would be released hides nothing."""

import io
import re
import zipfile
import zlib
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from disclosure_control import Report, check_path
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from tests import corpus

MOST_FALSE_ALARMS = 0.03


def checked(cases: list[corpus.Case], folder: Path) -> Report:
    for case in cases:
        (folder / case.name).write_bytes(case.content)
    return check_path(folder, Policy.load("default"))


@pytest.fixture(scope="module")
def leaks() -> list[corpus.Case]:
    return list(corpus.leaks())


@pytest.fixture(scope="module")
def report(leaks: list[corpus.Case], tmp_path_factory: pytest.TempPathFactory) -> Report:
    return checked(leaks, tmp_path_factory.mktemp("leaks"))


def test_every_leak_is_stopped_and_its_place_is_named(leaks: list[corpus.Case], report: Report) -> None:
    assert len(leaks) >= 260
    assert len({case.name for case in leaks}) == len(leaks)
    missed = {}
    for case in leaks:
        file = report.file(case.name)
        said = [finding for finding in file.findings if finding.rule == case.rule and case.place in finding.where]
        if file.outcome is Outcome.PASS or not said:
            missed[case.name] = [(finding.rule, finding.where[:150], finding.why[:60]) for finding in file.findings]
    assert not missed


def test_no_finding_shows_what_was_planted(report: Report) -> None:
    for file in report.files:
        for finding in file.findings:
            said = f"{finding.where} {finding.why} {finding.todo}"
            assert corpus.MARKER not in said, file.name
            assert corpus.NHS not in said, file.name


def test_what_would_be_released_holds_nothing_hidden(leaks: list[corpus.Case], report: Report) -> None:
    rebuilt = [case for case in leaks if case.hidden and report.file(case.name).clean is not None]
    assert len(rebuilt) >= 150
    for case in rebuilt:
        for part in parts_of(report.file(case.name).clean or b""):
            assert corpus.MARKER.encode() not in part, case.name
            assert corpus.MARKER.encode("utf-16-le") not in part, case.name
            assert corpus.NHS.encode() not in part, case.name


def test_clean_twins_and_ordinary_outputs_are_seldom_stopped(tmp_path: Path) -> None:
    cases = [*corpus.twins(), *corpus.ordinary()]
    assert len(list(corpus.ordinary())) >= 40
    report = checked(cases, tmp_path)
    failed = {
        file.name: [(f.rule, f.where, f.why) for f in file.findings if f.outcome is Outcome.FAIL]
        for file in report.files
        if file.outcome is Outcome.FAIL
    }
    assert len(failed) <= MOST_FALSE_ALARMS * len(cases), failed
    assert all(file.clean for file in report.files if file.name not in failed)


@pytest.mark.heavy
def test_a_rebuilt_file_is_rebuilt_the_same_again(tmp_path: Path) -> None:
    twins = [case for case in corpus.twins() if not case.name.endswith((".gif", ".jpg"))]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = checked(twins, tmp_path / "a")
    second = checked([corpus.Case(file.name, file.clean or b"") for file in first.files], tmp_path / "b")
    for file in second.files:
        hidden = [finding for finding in file.findings if finding.rule == "artefact.hidden-content"]
        assert not hidden, (file.name, hidden)
        assert content_of(file.clean) == content_of(first.file(file.name).clean), file.name


def content_of(clean: bytes | None) -> object:
    """What a file holds, whatever way its bytes are packed."""
    return Counter(parts_of(clean or b"")[1:]) or clean


def parts_of(content: bytes) -> list[bytes]:
    """A file's bytes, and whatever is packed inside them."""
    parts = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                parts += [info.filename.encode(), archive.read(info)]
    if content.startswith(b"PAR1"):
        table = pq.read_table(pa.BufferReader(content))
        parts.append(str((table.schema.metadata, table.to_pydict())).encode())
    if content.startswith(b"ARROW1"):
        table = pa.ipc.open_file(pa.BufferReader(content)).read_all()
        parts.append(str((table.schema.metadata, table.to_pydict())).encode())
    for match in re.finditer(rb"stream\r?\n|IDAT|zTXt|iCCP", content):
        try:
            parts.append(zlib.decompressobj().decompress(content[match.end() :], 50_000_000))
        except zlib.error:
            continue
    return parts
