"""Which processes belong to a sandbox, and how much memory they hold, read from /proc.

Reads only; limiting and killing are left to ``watchdog`` and ``launch``.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
# Made by ``command`` where nobody inside can put anything else.
MEMORY_FOLDERS: Final = ("/tmp", "/dev/shm")  # noqa: S108
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def descendants(root: int) -> list[int]:
    """Every process below ``root``, parents before children, without ``root`` itself.

    Orphans inside a process namespace are handed to its first process, so a sandbox's are all found from the
    ``bwrap`` that opened it.
    """
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    pids: list[int] = []
    queue = list(children.get(root, ()))
    while queue:
        pid = queue.pop(0)
        pids.append(pid)
        queue += children.get(pid, ())
    return pids


def memory(pid: int) -> int:
    """Bytes resident for ``pid`` with shared pages counted whole; 0 when it has gone. Quick, and never too low."""
    try:
        return int((_PROC / str(pid) / "statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0


def shared_out_memory(pid: int) -> int:
    """Bytes for ``pid`` with each shared page split among those that share it (PSS).

    Falls back to :func:`memory` when the kernel does not tell.
    """
    try:
        text = (_PROC / str(pid) / "smaps_rollup").read_text()
    except OSError:
        return memory(pid)
    sizes = [int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")]
    return sizes[0] if sizes else memory(pid)


def descriptors(pid: int) -> int:
    """How many descriptors ``pid`` may have open: room for them, which is quick to read; 0 when it has gone."""
    try:
        text = (_PROC / str(pid) / "status").read_text(errors="replace")
    except OSError:
        return 0
    sizes = [int(line.split()[1]) for line in text.splitlines() if line.startswith("FDSize:")]
    return sizes[-1] if sizes else 0


def sockets(pid: int) -> int:
    """How many sockets ``pid`` has open. One that hides its descriptors is taken to have nothing but sockets."""
    folder = _PROC / str(pid) / "fd"
    count = 0
    try:
        for entry in os.scandir(folder):
            with contextlib.suppress(FileNotFoundError):
                count += os.readlink(entry).startswith("socket:")  # noqa: PTH115 - as quick as can be
    except FileNotFoundError:
        return 0
    except OSError:
        return descriptors(pid)
    return count


def memory_files(pids: list[int]) -> int:
    """How many files the memory-backed folders of a sandbox hold, as the youngest that can be read sees them."""
    for pid in reversed(pids):
        count = 0
        for place in MEMORY_FOLDERS:
            try:
                file_system = os.statvfs(f"/proc/{pid}/root{place}")
            except OSError:
                break
            count += file_system.f_files - file_system.f_ffree
        else:
            return count
    return 0


def _parents() -> Iterator[tuple[int, int]]:
    for entry in os.scandir(_PROC):
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                # The name in brackets may itself hold brackets and spaces; the fields follow the last one.
                fields = (_PROC / entry.name / "stat").read_text(errors="replace").rpartition(")")[2].split()
                yield int(entry.name), int(fields[1])
