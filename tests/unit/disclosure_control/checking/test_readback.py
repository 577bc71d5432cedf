"""What would be released is read again, and judged where it says more than the file did."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from disclosure_control.checking import readback, worker_tasks
from disclosure_control.checking.messages import Examine, Examined
from disclosure_control.checking.readback import WHERE, output_readback, with_readback
from disclosure_control.core.content import FileContent, Fitted, Text, TextKind, table_of
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.location import located
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from disclosure_control.formats.sniff import examine


def content(
    clean: bytes | None = b"rebuilt", media_type: str = "text/plain", texts: tuple[str, ...] = (), **parts: object
) -> FileContent:
    read = tuple(Text(located(f"line {i}"), text) for i, text in enumerate(texts, 1))
    return (
        FileContent(media_type, (), read, clean, **parts)
        if "findings" not in parts
        else FileContent(media_type, parts["findings"], read, clean)
    )


def again(first: FileContent, second: FileContent | Unreadable, original: bytes = b"file") -> FileContent:
    def read(name: str, clean: bytes) -> FileContent:
        assert (name, clean) == ("x.txt", first.clean)
        if isinstance(second, Unreadable):
            raise second
        return second

    return with_readback("x.txt", first, original, read)


def test_a_text_that_only_the_rebuilt_file_has_is_added_with_its_place() -> None:
    merged = again(content(texts=("433147", "8939", "one  two")), content(texts=("433147 8939", "one two", "8939")))
    assert [(str(text.where), text.text) for text in merged.texts[3:]] == [(f"{WHERE}, line 1", "433147 8939")]


def test_tables_models_and_numbers_are_added_once() -> None:
    old, new = table_of([["a"], ["1"]], where="t"), table_of([["a"], ["2"]], where="t")
    model, other = Fitted(located("m"), 3), Fitted(located("m"), 4)
    first = content(tables=(old,), models=(model,), numbers=("1 2",))
    second = content(tables=(old, new), models=(Fitted(located("elsewhere"), 3), other), numbers=("1 2", "3"))
    merged = again(first, second)
    assert [str(table.where) for table in merged.tables] == ["t", f"{WHERE}, t"]
    assert [(str(model.where), model.parameters) for model in merged.models] == [("m", 3), (f"{WHERE}, m", 4)]
    assert merged.numbers == ("1 2", "3")


def test_the_same_finding_is_not_said_twice_but_what_must_be_gone_always_is() -> None:
    points, hidden = make_finding("figure.points", "a"), make_finding("artefact.hidden-content", "line 1")
    formula = make_finding("artefact.formula", "line 2")
    first = content(findings=(points, hidden))
    second = content(findings=(make_finding("figure.points", "b"), hidden, formula))
    added = again(first, second).findings[2:]
    assert [(finding.rule, finding.where) for finding in added] == [
        ("artefact.hidden-content", f"{WHERE}, line 1"),
        ("artefact.formula", f"{WHERE}, line 2"),
    ]


@pytest.mark.parametrize(
    ("second", "rule"),
    [
        (Unreadable("no"), "artefact.unreadable"),
        (Unreadable("no", rule="artefact.too-big"), "artefact.unreadable"),
        (Unreadable("no", rule="artefact.mismatch"), "artefact.mismatch"),
        (content(media_type="text/html"), "artefact.mismatch"),
        (content(clean=None), "artefact.unreadable"),
    ],
)
def test_what_cannot_be_read_again_as_it_is_stops_the_file(second: FileContent | Unreadable, rule: str) -> None:
    (finding,) = again(content(), second).findings
    assert (finding.rule, finding.outcome, finding.where) == (rule, Outcome.FAIL, str(WHERE))


@pytest.mark.parametrize(("clean", "original"), [(None, b"file"), (b"same", b"same")])
def test_what_is_not_rebuilt_or_the_same_is_not_read_again(clean: bytes | None, original: bytes) -> None:
    def never(name: str, content: bytes) -> FileContent:
        raise AssertionError

    first = content(clean)
    assert with_readback("x.txt", first, original, never) is first


def test_a_verified_output_is_read_again_but_for_its_figures() -> None:
    findings, texts = output_readback(
        {"t.csv": b"area,n\nNorth,50\nSouth,60\n", "t.png": b""}, ["North", "area", "n"], examine
    )
    assert findings == {"t.csv": []}
    assert [(text.text, text.kind) for text in texts] == [("South", TextKind.LABEL)]
    findings, _ = output_readback({"t.csv": b"\x00"}, [], examine)
    assert [finding.outcome for finding in findings["t.csv"]] == [Outcome.FAIL]


def examined(path: Path, name: str) -> Examined:
    return worker_tasks.examine_file(Examine(str(path), name, Policy.load("default").values, {}, "x"))


@pytest.fixture
def checked(tmp_path: Path) -> Callable[[str, bytes], list[Finding]]:
    def check(name: str, file: bytes) -> list[Finding]:
        (tmp_path / "file").write_bytes(file)
        return examined(tmp_path / "file", name).findings

    return check


def test_a_page_that_was_read_badly_is_judged_by_its_rebuilt_form(
    checked: Callable[[str, bytes], list[Finding]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader misses what is rebuilt, as two parsers of one page once did; the second reading does not."""

    def careless(name: str, file: bytes) -> FileContent:
        read = examine(name, file)
        return FileContent(read.media_type, read.findings, (), read.clean) if b"<wbr>" in file else read

    monkeypatch.setattr(worker_tasks, "examine", careless)
    secret = base64.b64encode(b"943 476 5919 female 31 Midwest " * 4).decode().replace("=", "")
    page = f"<p>{secret[:60]}<wbr>{secret[60:]}</p>"
    said = {finding.rule: finding.where for finding in checked("x.html", page.encode())}
    assert str(WHERE) in said["artefact.packed"]
    monkeypatch.setattr(worker_tasks, "with_readback", lambda name, first, content, examine: first)
    assert "artefact.packed" not in {finding.rule for finding in checked("x.html", page.encode())}


def test_notebooks_and_archives_are_read_again_as_a_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names: list[str] = []

    def noted(name: str, file: bytes) -> FileContent:
        names.append(name)
        return examine(name, file)

    monkeypatch.setattr(worker_tasks, "examine", noted)
    cell = {"cell_type": "markdown", "metadata": {}, "source": "one"}
    book = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()
    (tmp_path / "file").write_bytes(book)
    answer = examined(tmp_path / "file", "x.ipynb")
    assert names == ["x.ipynb", "x.ipynb"]
    assert not any(str(WHERE) in finding.where for finding in answer.findings)
    assert readback.WHERE == WHERE
