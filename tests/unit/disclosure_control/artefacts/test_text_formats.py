"""Plain text, JSON and notebooks: every text is read, and the rebuild holds nothing else."""

import json
from typing import Any

import pytest

from disclosure_control.artefacts import json_file, plain_text
from disclosure_control.artefacts.sniff import examine
from disclosure_control.errors import Unreadable


def test_text_is_rebuilt_with_what_is_seen() -> None:
    examined = plain_text.examine("\ufeffOne\u200b line\r\n\r\nCafe\u0301  \n\n".encode())
    assert examined.clean == "One line\n\nCafé\n".encode()
    assert [(text.where, text.text) for text in examined.texts] == [("line 1", "One line"), ("line 3", "Café  ")]
    assert [finding.where for finding in examined.findings] == ["line 1"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a\x00b", b"a\x1b[31mred", "a\x85b".encode()])
def test_text_that_steers_a_terminal_or_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        plain_text.examine(content)
    assert refused.value.rule == "artefact.mismatch"


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
        "attachments of cell 2; the metadata: papermill",
    }


def test_a_traceback_is_read_and_left_out() -> None:
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
