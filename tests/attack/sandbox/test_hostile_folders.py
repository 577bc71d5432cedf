"""A researcher's folder that tries to lead its reader elsewhere."""

import os
import shutil
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tre.adapters.sandbox.beneath import copy_tree, read_bytes
from tre.core.errors import BadInput

SECRET = b"a secret of the host"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home" / "outputs").mkdir(parents=True)
    (tmp_path / "host").mkdir()
    (tmp_path / "host" / "secret").write_bytes(SECRET)
    return tmp_path / "home"


def link_to_file(out: Path, host: Path) -> None:
    (out / "pay.csv").symlink_to(host / "secret")


def link_to_folder(out: Path, host: Path) -> None:
    (out / "tables").symlink_to(host)


def relative_link(out: Path, host: Path) -> None:
    (out / "pay.csv").symlink_to("../../host/secret")


def second_name(out: Path, host: Path) -> None:
    (out / "pay.csv").hardlink_to(host / "secret")


def pipe(out: Path, host: Path) -> None:
    os.mkfifo(out / "pay.csv")


def unix_socket(out: Path, host: Path) -> None:
    here = Path.cwd()
    os.chdir(out)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("pay.csv")
    os.chdir(here)


def folder_is_a_link(out: Path, host: Path) -> None:
    out.rmdir()
    out.symlink_to(host)


def very_deep(out: Path, host: Path) -> None:
    (out / "/".join(["d"] * 40)).mkdir(parents=True)


def endless_empty_folders(out: Path, host: Path) -> None:
    for number in range(30):
        (out / str(number)).mkdir()


def terminal_codes_in_a_name(out: Path, host: Path) -> None:
    (out / "pay\x1b[2J.csv").touch()


def name_that_is_no_text(out: Path, host: Path) -> None:
    (out / os.fsdecode(b"pay\xff.csv")).touch()


def sparse_giant(out: Path, host: Path) -> None:
    with (out / "pay.csv").open("wb") as file:
        file.truncate(1 << 40)


@pytest.mark.parametrize(
    "trick",
    [
        link_to_file,
        link_to_folder,
        relative_link,
        second_name,
        pipe,
        unix_socket,
        folder_is_a_link,
        very_deep,
        endless_empty_folders,
        terminal_codes_in_a_name,
        name_that_is_no_text,
        sparse_giant,
    ],
)
def test_a_trick_is_refused_and_leaves_nothing(home, tmp_path, trick: Callable[[Path, Path], None]):
    trick(home / "outputs", tmp_path / "host")
    with pytest.raises(BadInput) as refused:
        copy_tree(home, "outputs", tmp_path / "copy", max_files=10, max_bytes=1 << 20)
    assert str(refused.value).isprintable()
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("trick", [link_to_file, relative_link, second_name, pipe])
def test_a_single_file_is_read_with_the_same_care(home, tmp_path, trick):
    trick(home / "outputs", tmp_path / "host")
    with pytest.raises(BadInput):
        read_bytes(home, "outputs/pay.csv", max_bytes=1000)


def test_swapping_a_file_for_a_link_while_it_is_copied_never_yields_the_secret(home, tmp_path):
    target, stop = home / "outputs" / "pay.csv", threading.Event()

    def swap() -> None:
        while not stop.is_set():
            for make in (lambda p: p.write_bytes(b"ordinary"), lambda p: p.symlink_to(tmp_path / "host" / "secret")):
                fresh = home / "fresh"
                make(fresh)
                fresh.replace(target)

    target.write_bytes(b"ordinary")
    thread = threading.Thread(target=swap)
    thread.start()
    try:
        for number in range(300):
            destination = tmp_path / f"copy{number}"
            try:
                copy_tree(home, "outputs", destination, max_files=10, max_bytes=1000)
            except BadInput:
                continue
            assert (destination / "pay.csv").read_bytes() in {b"ordinary", b""}
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("trick", [link_to_file, link_to_folder, relative_link, second_name, folder_is_a_link])
def test_a_copy_that_follows_links_would_take_the_secret(home, tmp_path, trick):
    trick(home / "outputs", tmp_path / "host")
    shutil.copytree(home / "outputs", tmp_path / "copy")
    assert SECRET in [place.read_bytes() for place in (tmp_path / "copy").rglob("*") if place.is_file()]
