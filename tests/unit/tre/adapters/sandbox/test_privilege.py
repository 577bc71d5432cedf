"""Root prepares folders for the sandbox's id; an ordinary user has nothing to prepare."""

import os
from pathlib import Path

import pytest

from tre.adapters.sandbox.privilege import SANDBOX_ID, drop_to, prepare_readable, prepare_writable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "folder" / "deep").mkdir(parents=True, mode=0o700)
    (tmp_path / "folder" / "deep" / "file").write_text("x")
    (tmp_path / "folder" / "deep" / "file").chmod(0o600)
    (tmp_path / "elsewhere").write_text("x")
    (tmp_path / "elsewhere").chmod(0o600)
    (tmp_path / "folder" / "link").symlink_to(tmp_path / "elsewhere")
    return tmp_path / "folder"


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@as_root
def test_root_gives_writable_folders_away_without_following_links(folder):
    prepare_writable(folder)
    assert {place.lstat().st_uid for place in (folder, *folder.rglob("*"))} == {SANDBOX_ID}
    assert (folder.parent / "elsewhere").stat().st_uid == 0


@as_root
def test_readable_files_stay_roots_and_can_be_read_by_group_alone(folder):
    prepare_readable(folder)
    file = (folder / "deep" / "file").stat()
    assert (file.st_uid, file.st_gid, file.st_mode & 0o777) == (0, SANDBOX_ID, 0o640)
    assert (folder.parent / "elsewhere").stat().st_mode & 0o777 == 0o600


@as_root
def test_root_always_gives_up_its_rights():
    assert drop_to() == SANDBOX_ID


@pytest.mark.skipif(os.geteuid() == 0, reason="as an ordinary user")
def test_an_ordinary_user_changes_nothing(folder):
    prepare_writable(folder)
    prepare_readable(folder)
    assert drop_to() is None
    assert (folder / "deep" / "file").stat().st_mode & 0o777 == 0o600
