"""The worker's tasks, in this process."""

import base64
import json
from pathlib import Path

from disclosure_control.tasks import TASKS

COMMON = {"views": {}, "unit": "person_id"}


def test_a_file_is_examined_with_its_texts_and_rebuild(tmp_path: Path) -> None:
    path = tmp_path / "0"
    path.write_text("One line.\r\n")
    answer = TASKS["examine"]({"path": str(path), "name": "a.txt", "min_units": 10, **COMMON})
    assert json.loads(json.dumps(answer)) == answer
    assert base64.b64decode(answer["clean"]) == b"One line.\n"
    assert answer["texts"] == [["line 1", "One line.", "prose", None]]


def test_a_file_that_cannot_be_read_is_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "0"
    path.write_bytes(b"\x80\x04\x95")
    answer = TASKS["examine"]({"path": str(path), "name": "model.pkl", "min_units": 10, **COMMON})
    assert [finding["rule"] for finding in answer["findings"]] == ["artefact.unknown"]
    assert "clean" not in answer


def test_more_text_than_is_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "0"
    path.write_text(("word " * 20_000 + "\n") * 210)
    answer = TASKS["examine"]({"path": str(path), "name": "a.txt", "min_units": 10, **COMMON})
    assert "pii.truncated" in [finding["rule"] for finding in answer["findings"]]
    assert sum(len(text[1]) for text in answer["texts"]) <= 20_000_000


def test_a_record_that_cannot_be_read_is_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "0"
    path.write_text("{}")
    answer = TASKS["manifest"]({"path": str(path), **COMMON})
    assert answer["entries"] == []
    assert [finding["rule"] for finding in answer["findings"]] == ["evidence.unreadable"]
