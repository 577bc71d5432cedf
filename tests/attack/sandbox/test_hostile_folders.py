"""A researcher's folder that tries to lead its reader elsewhere."""

import os
import shutil
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tre.adapters.sandbox.safe_read import copy_tree, read_bytes
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


# What each leaves in a copy that takes everything.
TRICKS = {
    link_to_file: lambda copy: SECRET in read(copy),
    link_to_folder: lambda copy: SECRET in read(copy),
    relative_link: lambda copy: SECRET in read(copy),
    second_name: lambda copy: SECRET in read(copy),
    pipe: lambda copy: stat.S_ISFIFO((copy / "pay.csv").stat().st_mode),
    unix_socket: lambda copy: stat.S_ISSOCK((copy / "pay.csv").stat().st_mode),
    folder_is_a_link: lambda copy: SECRET in read(copy),
    very_deep: lambda copy: (copy / "/".join(["d"] * 40)).is_dir(),
    endless_empty_folders: lambda copy: len(list(copy.iterdir())) == 30,
    terminal_codes_in_a_name: lambda copy: (copy / "pay\x1b[2J.csv").exists(),
    name_that_is_no_text: lambda copy: (copy / os.fsdecode(b"pay\xff.csv")).exists(),
    sparse_giant: lambda copy: (copy / "pay.csv").stat().st_size == 1 << 40,
}


def read(copy: Path) -> list[bytes]:
    return [place.read_bytes() for place in copy.rglob("*") if place.is_file()]


@pytest.mark.parametrize("trick", TRICKS)
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


@contextmanager
def swapped(home: Path, secret: Path) -> Iterator[Path]:
    """A file that is a file and a link to the secret by turns, as fast as can be."""
    target, stop = home / "outputs" / "pay.csv", threading.Event()

    def swap() -> None:
        while not stop.is_set():
            for make in (lambda p: p.write_bytes(b"ordinary"), lambda p: p.symlink_to(secret)):
                fresh = home / "fresh"
                make(fresh)
                fresh.replace(target)

    target.write_bytes(b"ordinary")
    thread = threading.Thread(target=swap)
    thread.start()
    try:
        yield target
    finally:
        stop.set()
        thread.join()


def test_swapping_a_file_for_a_link_while_it_is_copied_never_yields_the_secret(home, tmp_path):
    with swapped(home, tmp_path / "host" / "secret"):
        for number in range(300):
            destination = tmp_path / f"copy{number}"
            try:
                copy_tree(home, "outputs", destination, max_files=10, max_bytes=1000)
            except BadInput:
                continue
            assert (destination / "pay.csv").read_bytes() in {b"ordinary", b""}


def test_a_copy_that_looks_first_and_opens_then_yields_it(home, tmp_path):
    with swapped(home, tmp_path / "host" / "secret") as target:
        for _ in range(1_000_000):
            with suppress(OSError):
                if not target.is_symlink() and target.read_bytes() == SECRET:
                    return
    pytest.fail("the swaps were too slow")


@pytest.mark.parametrize("trick", TRICKS)
def test_a_copy_that_takes_everything_would_take_it(home, tmp_path, trick):
    trick(home / "outputs", tmp_path / "host")
    # Its second names stay what they are; a link is followed.
    shutil.copytree(home / "outputs", tmp_path / "copy", copy_function=lambda a, b: os.link(os.path.realpath(a), b))
    assert TRICKS[trick](tmp_path / "copy")


@pytest.mark.parametrize("trick", [link_to_file, relative_link, second_name, pipe])
def test_a_reader_that_opens_by_name_would_be_led_elsewhere(home, tmp_path, trick):
    trick(home / "outputs", tmp_path / "host")
    place = home / "outputs" / "pay.csv"
    if trick is pipe:
        # It would wait there for whoever writes.
        writer = threading.Thread(target=lambda: place.write_bytes(SECRET))
        writer.start()
    assert place.read_bytes() == SECRET
