"""Whose rights a sandbox has outside: never root's. The files that it may read or write are made to fit.

An ordinary user opens sandboxes as themselves. Root opens them as ``SANDBOX_ID``, an id that owns nothing else. How the
rights are given up is in ``launcher``.
"""

import os
import stat
from pathlib import Path
from typing import Final

# Below the traditional "nobody" (65534), which other programs also use.
SANDBOX_ID: Final = 65533


def drop_to(sandbox_id: int = SANDBOX_ID) -> int | None:
    """The id to become before opening a sandbox, or None when there is nothing to give up."""
    return sandbox_id if os.geteuid() == 0 else None


def prepare_writable(path: Path, *, sandbox_id: int = SANDBOX_ID) -> None:
    """Let a sandbox write below ``path``: a folder made by us, with whatever we put in it.

    Symbolic links are not followed. Does nothing for an ordinary user, who owns it already.
    """
    if drop_to(sandbox_id) is not None:
        _change_owner(path, sandbox_id, sandbox_id)


def prepare_readable(path: Path, *, sandbox_id: int = SANDBOX_ID) -> None:
    """Let a sandbox read below ``path``, and nobody else who could not before: by group, without writing."""
    if drop_to(sandbox_id) is None:
        return
    _change_owner(path, -1, sandbox_id)
    for place in (path, *path.rglob("*")):
        mode = place.lstat().st_mode
        if not stat.S_ISLNK(mode):
            place.chmod(stat.S_IMODE(mode) & 0o707 | (0o050 if stat.S_ISDIR(mode) else 0o040))


def _change_owner(path: Path, uid: int, gid: int) -> None:
    os.chown(path, uid, gid, follow_symlinks=False)
    if path.is_dir() and not path.is_symlink():
        for _, folders, files, fd in os.fwalk(path, follow_symlinks=False):
            for name in (*folders, *files):
                os.chown(name, uid, gid, dir_fd=fd, follow_symlinks=False)
