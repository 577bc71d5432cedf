"""Ordinary copies of ordinary folders; the hostile ones are in tests/attack/sandbox."""

from pathlib import Path

import pytest

from tre.adapters.sandbox.safe_read import copy_tree, read_bytes
from tre.core.errors import BadInput


@pytest.fixture
def home(tmp_path: Path) -> Path:
    outputs = tmp_path / "home" / "outputs"
    (outputs / "tables").mkdir(parents=True)
    (outputs / "tables" / "pay.csv").write_text("region,n\nN,12\n")
    (outputs / "über.txt").write_text("text")
    return tmp_path / "home"


def copy(home: Path, relative: str = "outputs", *, max_files: int = 10, max_bytes: int = 1000) -> list[str]:
    return copy_tree(home, relative, home.parent / "copy", max_files=max_files, max_bytes=max_bytes)


def test_files_arrive_as_they_were(home):
    assert copy(home) == ["tables/pay.csv", "über.txt"]
    assert (home.parent / "copy" / "tables" / "pay.csv").read_text() == "region,n\nN,12\n"


def test_the_copy_is_for_its_maker_alone(home):
    copy(home)
    assert (home.parent / "copy").stat().st_mode & 0o077 == 0


def test_a_folder_may_be_nested_or_the_whole_home(home):
    assert copy(home, "outputs/tables") == ["pay.csv"]


def test_an_empty_folder_copies_to_nothing(home):
    (home / "empty").mkdir()
    assert copy(home, "empty") == []


def test_limits_are_inclusive(home):
    assert len(copy(home, max_files=2, max_bytes=18)) == 2


@pytest.mark.parametrize(("files", "size"), [(1, 1000), (10, 17)])
def test_too_much_is_refused_and_nothing_is_left(home, files, size):
    with pytest.raises(BadInput):
        copy(home, max_files=files, max_bytes=size)
    assert not (home.parent / "copy").exists()


@pytest.mark.parametrize("relative", ["missing", "/etc", "../home", "outputs/../..", "outputs/über.txt", "a\0b"])
def test_other_places_are_refused(home, relative):
    with pytest.raises(BadInput):
        copy(home, relative)


def test_an_existing_destination_is_left_alone(home):
    (home.parent / "copy").mkdir()
    (home.parent / "copy" / "kept").touch()
    with pytest.raises(FileExistsError):
        copy(home)
    assert (home.parent / "copy" / "kept").exists()


def test_one_file_is_read(home):
    assert read_bytes(home, "outputs/über.txt", max_bytes=4) == b"text"
    with pytest.raises(BadInput):
        read_bytes(home, "outputs/über.txt", max_bytes=3)
    with pytest.raises(BadInput):
        read_bytes(home, "outputs/tables", max_bytes=3)
