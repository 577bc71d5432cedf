"""Read a folder that a researcher controls, from outside, without being led anywhere else.

Inside, they may swap a file for a symbolic link, a pipe or a huge file at any moment. So every step goes through a
descriptor of the folder before it, links are never followed, only ordinary files with one name are read, and what is
checked is what was opened. It copies bytes and judges none; what the files hold is for the airlock.
"""

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from tre.core.errors import BadInput

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK, opening a pipe would wait for somebody to write.
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_DEPTH: Final = 16
_PIECE: Final = 1 << 20
_HINT: Final = "Put ordinary files into the outputs folder and submit again."


def copy_tree(root: Path, relative: str, destination: Path, *, max_files: int, max_bytes: int) -> list[str]:
    """Copy the ordinary files below ``root/relative`` into ``destination``, which must not exist yet.

    All or nothing: on refusal ``destination`` is removed again.

    Args:
        root: a folder of ours; what is below it is not trusted.
        relative: the folder to copy, as the researcher names it.
        destination: made new, readable by this process only.
        max_files: how many files at most.
        max_bytes: how many bytes at most, all files together.

    Returns:
        The files copied, relative to ``destination``, sorted.

    Raises:
        BadInput: something is not an ordinary file, the folder is missing, or there is too much.
    """
    with contextlib.ExitStack() as stack:
        folder = _open_folder(stack, root, relative)
        destination.mkdir(mode=0o700, parents=True)
        copy = _Copy(destination, os.fstat(folder).st_dev, max_files, max_bytes)
        try:
            copy.folder(folder, PurePosixPath())
        except BaseException:
            shutil.rmtree(destination)
            raise
    return sorted(copy.done)


def read_bytes(root: Path, relative: str, *, max_bytes: int) -> bytes:
    """The bytes of one ordinary file below ``root``.

    Raises:
        BadInput: it is missing, is no ordinary file, or is larger than ``max_bytes``.
    """
    place = PurePosixPath(relative)
    with contextlib.ExitStack() as stack:
        folder = _open_folder(stack, root, str(place.parent))
        fd = _open_file(folder, place.name, place, os.fstat(folder).st_dev)
        with os.fdopen(fd, "rb") as file:
            content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise _too_large(max_bytes)
    return content


@dataclass
class _Copy:
    destination: Path
    device: int
    max_files: int
    max_bytes: int
    done: list[str] = field(default_factory=list)
    copied_bytes: int = 0
    seen: int = 0

    def folder(self, fd: int, place: PurePosixPath) -> None:
        if len(place.parts) > _DEPTH:
            raise _refusal(place, f"folders are nested deeper than {_DEPTH}")
        for name in self._names(fd, place):
            self._entry(fd, name, place / name)

    def _names(self, fd: int, place: PurePosixPath) -> Iterator[str]:
        with os.scandir(fd) as entries:
            for entry in entries:
                self.seen += 1
                # Folders count too, or a tree of empty ones would have no end.
                if self.seen > 2 * self.max_files:
                    raise _too_many(self.max_files)
                _check_name(entry.name, place)
                yield entry.name

    def _entry(self, parent: int, name: str, place: PurePosixPath) -> None:
        try:
            fd = os.open(name, _FOLDER, dir_fd=parent)
        except NotADirectoryError:
            self._file(parent, name, place)
            return
        except OSError as error:
            raise _refusal(place, "it is a link or cannot be opened") from error
        try:
            _check_device(fd, self.device, place)
            (self.destination / place).mkdir(mode=0o700)
            self.folder(fd, place)
        finally:
            os.close(fd)

    def _file(self, parent: int, name: str, place: PurePosixPath) -> None:
        if len(self.done) >= self.max_files:
            raise _too_many(self.max_files)
        fd = _open_file(parent, name, place, self.device)
        with os.fdopen(fd, "rb") as source, (self.destination / place).open("xb") as copy:
            while piece := source.read(_PIECE):
                self.copied_bytes += len(piece)
                if self.copied_bytes > self.max_bytes:
                    raise _too_large(self.max_bytes)
                copy.write(piece)
        self.done.append(str(place))


def _open_folder(stack: contextlib.ExitStack, root: Path, relative: str) -> int:
    place = PurePosixPath(relative)
    if place.is_absolute() or ".." in place.parts or "\0" in relative:
        raise BadInput("The folder must be named relative to the workspace's home, without '..'.", hint=_HINT)
    fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    stack.callback(os.close, fd)
    device = os.fstat(fd).st_dev
    for part in place.parts:
        _check_name(part, place)
        try:
            fd = os.open(part, _FOLDER, dir_fd=fd)
        except OSError as error:
            raise _refusal(place, "there is no such folder, or it is a link") from error
        stack.callback(os.close, fd)
        _check_device(fd, device, place)
    return fd


def _open_file(parent: int, name: str, place: PurePosixPath, device: int) -> int:
    try:
        fd = os.open(name, _FILE, dir_fd=parent)
    except OSError as error:
        raise _refusal(place, "it is a link or cannot be opened") from error
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise _refusal(place, "it is not an ordinary file")
        if status.st_nlink != 1:
            raise _refusal(place, "the file has a second name (a hard link)")
        _check_device(fd, device, place)
    except BadInput:
        os.close(fd)
        raise
    return fd


def _check_device(fd: int, device: int, place: PurePosixPath) -> None:
    if os.fstat(fd).st_dev != device:
        raise _refusal(place, "it lies on another file system")


def _check_name(name: str, place: PurePosixPath) -> None:
    if not name.isprintable() or len(name.encode(errors="surrogateescape")) > 255 or not _is_text(name):
        raise _refusal(place, "a name in it holds characters that cannot be shown")


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refusal(place: PurePosixPath, why: str) -> BadInput:
    text = str(place).encode("unicode_escape").decode()
    return BadInput(f"{text} cannot be taken out of the workspace: {why}.", hint=_HINT)


def _too_many(max_files: int) -> BadInput:
    return BadInput(f"There are more than {max_files} files.", hint="Submit fewer files at once.")


def _too_large(max_bytes: int) -> BadInput:
    return BadInput(f"The files are larger than {max_bytes} bytes together.", hint="Submit less at once.")
