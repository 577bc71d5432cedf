import hashlib
import os
from pathlib import Path

import pytest

from disclosure_control.checking import snapshot
from disclosure_control.checking.snapshot import take


@pytest.fixture
def private(tmp_path: Path) -> Path:
    folder = tmp_path / "private"
    folder.mkdir()
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    (made / "inner").mkdir(parents=True)
    (made / "a.txt").write_bytes(b"one")
    (made / "inner" / "b.txt").write_bytes(b"two")
    return made


def test_files_are_copied_with_the_digest_of_the_copy(folder: Path, private: Path) -> None:
    taken = take(folder, private)
    assert [file.name for file in taken.files] == ["a.txt", "inner/b.txt"]
    for file in taken.files:
        assert hashlib.sha256(file.path.read_bytes()).hexdigest() == file.sha256
    assert taken.findings == ()


def test_links_and_pipes_are_named_and_never_followed(folder: Path, private: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    (folder / "link.txt").symlink_to(secret)
    (folder / "folder-link").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.txt")
    taken = take(folder, private)
    assert {finding.where for finding in taken.findings} == {"link.txt", "folder-link", "pipe.txt"}
    assert {finding.rule for finding in taken.findings} == {"artefact.link"}
    assert len(taken.files) == 2


def test_a_link_given_as_the_folder_is_refused(folder: Path, private: Path, tmp_path: Path) -> None:
    (tmp_path / "door").symlink_to(folder)
    with pytest.raises(OSError, match="symbolic"):
        take(tmp_path / "door", private)


def test_a_single_file_can_be_taken(folder: Path, private: Path) -> None:
    assert [file.name for file in take(folder / "a.txt", private).files] == ["a.txt"]


@pytest.mark.parametrize(
    ("limit", "value"), [("MAX_FILES", 1), ("MAX_FILE_BYTES", 2), ("MAX_TOTAL_BYTES", 4), ("MAX_DEPTH", 0)]
)
def test_limits_are_said_and_kept(
    folder: Path, private: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(snapshot, limit, value)
    taken = take(folder, private)
    assert {finding.rule for finding in taken.findings} == {"artefact.too-big"}
    assert len(taken.files) < 2
