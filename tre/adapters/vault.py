"""Files by their SHA-256, under one folder: written whole or not at all, read back only if they still fit.

No link is followed, neither as a file nor as a folder, and what is there under a digest but does not fit it is
replaced by the bytes that do.
"""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tre.core import digest
from tre.core.errors import IntegrityError, NotFound

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


class FolderVault:
    """The ``Vault`` port on a folder."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``, making it if need be."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep these bytes and return their digest. Raises IntegrityError when a link stands in the way."""
        name = digest.of_bytes(data)
        prefix, file_name = _parts(name)
        (self._folder / prefix).mkdir(exist_ok=True, mode=0o700)
        try:
            with _open_folder(self._folder / prefix) as folder:
                if _read_file(folder, file_name) != data:
                    _write_whole_at(folder, file_name, data)
        except (NotADirectoryError, IsADirectoryError):
            raise IntegrityError(f"Something else stands in the vault's place for a file ({name[:12]}…).") from None
        return name

    def get(self, name: str) -> bytes:
        """The bytes of this digest. Raises NotFound, or IntegrityError when they changed on the disk."""
        prefix, file_name = _parts(name)
        try:
            with _open_folder(self._folder / prefix) as folder:
                data = _read_file(folder, file_name)
        except OSError:
            data = None
        if data is None:
            raise NotFound("The vault has no file of this digest.")
        if digest.of_bytes(data) != name:
            raise IntegrityError(f"A file of the vault was changed on the disk ({name[:12]}…).")
        return data


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, even if the machine stops."""
    with _open_folder(path.parent) as folder:
        _write_whole_at(folder, path.name, data)


def _parts(name: str) -> tuple[str, str]:
    if len(name) != 64 or set(name) - set("0123456789abcdef"):
        raise NotFound("The vault has no file of this digest.")
    return name[:2], name[2:]


@contextmanager
def _open_folder(folder: Path) -> Iterator[int]:
    """The folder's own descriptor: what is done by it cannot be led elsewhere. Raises OSError for a link."""
    descriptor = os.open(folder, _FOLDER)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _read_file(folder: int, name: str) -> bytes | None:
    """What the plain file holds; None when there is none, or something that is no plain file."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read() if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None


def _write_whole_at(folder: int, name: str, data: bytes) -> None:
    partial = f".{name[:32]}.{secrets.token_hex(4)}"
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, name, src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)
    except OSError:
        with suppress(FileNotFoundError):
            os.unlink(partial, dir_fd=folder)
        raise
