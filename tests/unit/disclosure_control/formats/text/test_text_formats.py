"""Plain text, JSON and notebooks: every text is read, and the rebuild holds nothing else."""

import json
from typing import Any

import pytest

from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.sniff import examine
from disclosure_control.formats.tabular import json_file
from disclosure_control.formats.text import plain_text


def test_text_is_rebuilt_with_what_is_seen() -> None:
    examined = plain_text.examine("\ufeffOne\u200b line\r\n\r\nCafe\u0301  \n\n".encode())
    assert examined.clean == "One line\n\nCafé\n".encode()
    assert [(str(text.where), text.text) for text in examined.texts] == [("line 1", "One line"), ("line 3", "Café  ")]
    assert [finding.where for finding in examined.findings] == ["line 1"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a\x00b", "a\x85b".encode(), "a\x9b31mb".encode()])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        plain_text.examine(content)
    assert refused.value.rule == "artefact.mismatch"


@pytest.mark.parametrize("ending", ["txt", "log", "md", "rst"])
def test_a_log_is_rebuilt_as_a_terminal_shows_it(ending: str) -> None:
    examined = examine(f"a.{ending}", b"10%\r100%\n\x1b[32mdone\x1b[0m\x1b[8ms3cret\x1b[0m\n")
    assert examined.clean == b"100%\ndone\n"
    assert [finding.where for finding in examined.findings] == ["line 2 (not shown)"]
    assert [str(text.where) for text in examined.texts if "s3cret" in text.text] == ["line 2 (not shown)"]


@pytest.mark.parametrize("name", ["a.py", "a.csv", "a.tsv", "a.json", "a.yaml", "a.sql"])
def test_what_steers_a_terminal_is_refused_where_no_log_is(name: str) -> None:
    for steering in (b"\x1b[31m", b"\b", b"a\rb"):
        with pytest.raises(Unreadable):
            examine(name, b'"a' + steering + b'"\n')


def test_json_is_rebuilt_without_what_is_not_seen_in_keys_and_texts() -> None:
    hidden = "".join(chr(0xE0000 + ord(c)) for c in "s3cret")
    document = {"a\u200b": ["b" + hidden, "\x1b[8mc", "d\\u001b\n"]}
    for ascii_only in (True, False):
        examined = examine("a.json", json.dumps(document, ensure_ascii=ascii_only).encode())
        assert examined.clean is not None
        assert json.loads(examined.clean) == {"a": ["b", "[8mc", "d\\u001b\n"]}
        assert [finding.where for finding in examined.findings] == ["string 1; string 2; string 3"]
        assert [str(text.where) for text in examined.texts if text.text == "s3cret"] == ["string 2, what is not seen"]
    with pytest.raises(Unreadable):
        examine("a.json", json.dumps({"a": 1, "a\u200b": 2}).encode())


def test_json_gives_every_key_string_and_long_number() -> None:
    document = {"name": ["Ann", {"nhs": 9434765919}], "n": 4, "x": None}
    examined = json_file.examine(json.dumps(document).encode())
    assert [text.text for text in examined.texts] == ["name", "Ann", "nhs", "9434765919", "n", "x"]
    assert examined.clean is not None
    assert json.loads(examined.clean) == document


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": 1, "a": 2}', b"[NaN]", b"[" * 200_000, b"1e999", b'"\x00"'])
def test_json_that_is_read_in_two_ways_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        json_file.examine(content)


def book(*cells: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | more).encode()


def code(*outputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": ["x = 1\n", "x"], "metadata": {}, "outputs": list(outputs), **more}


SHOWN = {
    "output_type": "execute_result",
    "metadata": {},
    "data": {"text/plain": ["12 people"], "text/html": "<b>shown</b><!-- s3cret -->"},
}


def test_a_notebook_is_rebuilt_from_sources_and_plain_text() -> None:
    examined = examine(
        "a.ipynb",
        book(
            code(SHOWN, {"output_type": "stream", "name": "stdout", "text": "done"}, metadata={"hidden": "s3cret"}),
            {"cell_type": "markdown", "source": "# Title", "attachments": {"a.png": {"image/png": "s3cret"}}},
            metadata={"papermill": {"parameters": {"who": "s3cret"}}},
        ),
    )
    assert examined.clean is not None
    assert b"s3cret" not in examined.clean
    assert b"12 people" in examined.clean
    assert b"<b>shown</b>" in examined.clean
    assert sum("s3cret" in text.text for text in examined.texts) == 4
    where = {finding.where for finding in examined.findings}
    assert where == {
        "cell 1, output 1 (text/html), line 1: a comment",
        "cell 2, attachments; the metadata: papermill",
    }


STEERED = "one\x1b[8ms3cret\x1b[0m\r\ntwo\bo\x1b]0;s3cret\x07"


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "stream", "name": "stdout", "text": STEERED.splitlines(keepends=True)},
        {"output_type": "execute_result", "metadata": {}, "data": {"text/plain": STEERED}},
        {"output_type": "display_data", "metadata": {}, "data": {"text/markdown": STEERED}},
        {"output_type": "display_data", "metadata": {}, "data": {"text/latex": STEERED}},
    ],
)
def test_an_output_is_rebuilt_as_it_is_seen(output: dict[str, Any]) -> None:
    examined = examine("a.ipynb", book(code(output)))
    assert examined.clean is not None
    assert b"s3cret" not in examined.clean
    assert b"\\u00" not in examined.clean
    kept = json.loads(examined.clean)["cells"][0]["outputs"][0]
    assert [kept.get("text"), *kept.get("data", {}).values()][-1] == "one\ntwo"
    places = [str(text.where) for text in examined.texts if "s3cret" in text.text]
    assert places == ["cell 1, output 1, line 1 (not shown)", "cell 1, output 1, line 2 (not shown)"]
    assert [finding.where for finding in examined.findings] == ["; ".join(places)]


def test_a_source_is_rebuilt_without_signs_that_steer_and_a_lone_return_ends_a_line() -> None:
    examined = examine("a.ipynb", book({"cell_type": "markdown", "source": "a\x1b[8mb\rc\bd", "metadata": {}}))
    assert examined.clean is not None
    assert json.loads(examined.clean)["cells"][0]["source"] == "a[8mb\ncd"
    assert [finding.where for finding in examined.findings] == ["cell 1, line 1; cell 1, line 2"]


def test_a_traceback_is_read_without_its_colours() -> None:
    error = {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["\x1b[31ms3\x1b[0mcret"]}
    examined = examine("a.ipynb", book(code(error)))
    assert [str(text.where) for text in examined.texts if "s3cret" in text.text] == ["cell 1, output 1 (traceback)"]


def test_a_traceback_is_read_and_left_and_left_out() -> None:
    error = {"output_type": "error", "ename": "KeyError", "evalue": "'s3cret'", "traceback": ["line", "s3cret"]}
    examined = examine("a.ipynb", book(code(error)))
    assert any("s3cret" in text.text for text in examined.texts)
    assert examined.clean is not None
    assert b"s3cret" not in examined.clean


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"{}",
        book(nbformat=3),
        book({"cell_type": "widget", "source": ""}),
        book({"cell_type": "code", "source": 5}),
        book(code("text")),  # type: ignore[arg-type]
        book({"cell_type": "code", "source": "", "outputs": {}}),
    ],
)
def test_what_is_no_notebook_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        examine("a.ipynb", content)
