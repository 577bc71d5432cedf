"""Checks of single files and folders, with the real worker."""

import json
from pathlib import Path

import pytest

from disclosure_control.checking import check, worker
from disclosure_control.checking.check import check_folder, check_path
from disclosure_control.checking.messages import Examine, Examined
from disclosure_control.checking.worker import Worker, WorkerFailed
from disclosure_control.core.content import Text
from disclosure_control.core.errors import DisclosureError
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy


def test_a_file_without_evidence_is_never_a_pass(tmp_path: Path) -> None:
    path = tmp_path / "result.csv"
    path.write_text("area,mean\nN,1.5\nS,2.5\n")
    report = check_path(path, Policy())
    (file,) = report.files
    assert (file.outcome, file.clean, file.media_type) == (Outcome.REVIEW, b"area,mean\nN,1.5\nS,2.5\n", "text/csv")
    assert [finding.rule for finding in file.findings] == ["table.reads-as", "evidence.none"]


def test_a_folder_is_read_to_its_depth_and_an_empty_one_is_no_pass(tmp_path: Path) -> None:
    assert check_path(tmp_path, Policy()).outcome is Outcome.REVIEW
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "note.txt").write_text("Call 01632 960 983.")
    report = check_path(tmp_path, Policy())
    assert report.file("a/b/note.txt").outcome is Outcome.FAIL


def test_the_files_name_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "patient_943_476_5919.txt").write_text("Nothing.")
    (file,) = check_path(tmp_path, Policy()).files
    assert "pii.nhs-number" in {finding.rule for finding in file.findings}


def test_a_path_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DisclosureError, match="cannot be opened"):
        check_folder(tmp_path / "missing", Policy())


def test_a_worker_that_fails_on_one_file_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("A line.")
    real = Worker.ask

    def ask(self: Worker, request: Examine, timeout_s: float | None = None) -> Examined:
        if request.name == "a.txt":
            raise WorkerFailed("as if it had crashed")
        return real(self, request, timeout_s)

    monkeypatch.setattr(Worker, "ask", ask)
    report = check_path(tmp_path, Policy())
    assert [(file.outcome, file.clean is None) for file in report.files] == [
        (Outcome.FAIL, True),
        (Outcome.REVIEW, False),
    ]


PLAIN: dict[str, object] = {"media_type": "text/plain", "findings": [], "texts": []}
FINDING = {"rule": "evidence.none", "outcome": 1, "locations": [], "why": "W.", "todo": "T."}


def test_the_answer_that_the_next_test_breaks_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("A line.")
    answer = PLAIN | {"findings": [FINDING], "clean": "QSBsaW5lLg=="}
    monkeypatch.setattr(worker, "_read_line", lambda pipe, timeout_s: json.dumps(answer).encode())
    (file,) = check_path(tmp_path, Policy()).files
    assert (file.outcome, file.clean) == (Outcome.REVIEW, b"A line.")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        PLAIN | {"findings": [{"rule": "all.fine"}]},
        PLAIN | {"findings": [FINDING | {"rule": "all.fine"}]},
        PLAIN | {"findings": [FINDING | {"outcome": -1}]},
        PLAIN | {"texts": [["only two", "parts"]]},
        PLAIN | {"clean": "not base64!"},
        PLAIN | {"verified": True},
    ],
)
def test_an_answer_that_a_taken_over_worker_could_give_fails_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: dict[str, object]
) -> None:
    (tmp_path / "a.txt").write_text("A line.")
    monkeypatch.setattr(worker, "_read_line", lambda pipe, timeout_s: json.dumps(answer).encode())
    (file,) = check_path(tmp_path, Policy()).files
    assert file.outcome is Outcome.FAIL
    assert file.clean is None


def test_a_scan_that_breaks_fails_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(texts: list[Text]) -> list[object]:
        raise RuntimeError("as a library may")

    (tmp_path / "a.txt").write_text("A line.")
    monkeypatch.setattr(check, "scan_texts", broken)
    (file,) = check_path(tmp_path, Policy()).files
    assert "check.crashed" in {finding.rule for finding in file.findings}
    assert file.outcome is Outcome.FAIL
