"""Files by their SHA-256, under one folder: written whole or not at all, read back only if they still fit."""

import os
import secrets
from pathlib import Path

from tre.core import digest
from tre.core.errors import IntegrityError, NotFound


class FolderVault:
    """The ``Vault`` port on a folder."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``, making it if need be."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep these bytes and return their digest."""
        name = digest.of_bytes(data)
        path = self._path(name)
        if not path.exists():
            path.parent.mkdir(exist_ok=True, mode=0o700)
            write_whole(path, data)
        return name

    def get(self, name: str) -> bytes:
        """The bytes of this digest. Raises NotFound, or IntegrityError when they changed on the disk."""
        try:
            descriptor = os.open(self._path(name), os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            raise NotFound("The vault has no file of this digest.") from None
        with os.fdopen(descriptor, "rb") as file:
            data = file.read()
        if digest.of_bytes(data) != name:
            raise IntegrityError(f"A file of the vault was changed on the disk ({name[:12]}…).")
        return data

    def _path(self, name: str) -> Path:
        if len(name) != 64 or set(name) - set("0123456789abcdef"):
            raise NotFound("The vault has no file of this digest.")
        return self._folder / name[:2] / name[2:]


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, even if the machine stops."""
    partial = path.with_name(f".{path.name[:32]}.{secrets.token_hex(4)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
