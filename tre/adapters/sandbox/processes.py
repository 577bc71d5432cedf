"""Which processes belong to a sandbox, and how much memory they hold, read from /proc.

Reads only; limiting and killing are left to ``watchdog`` and ``launch``.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def descendants(root: int) -> list[int]:
    """Every process below ``root``, parents before children, without ``root`` itself.

    Orphans inside a process namespace are handed to its first process, so a sandbox's are all found from the
    ``bwrap`` that opened it.
    """
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found: list[int] = []
    waiting = list(children.get(root, ()))
    while waiting:
        pid = waiting.pop(0)
        found.append(pid)
        waiting += children.get(pid, ())
    return found


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


def _parents() -> Iterator[tuple[int, int]]:
    for entry in os.scandir(_PROC):
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                # The name in brackets may itself hold brackets and spaces; the fields follow the last one.
                fields = (_PROC / entry.name / "stat").read_text(errors="replace").rpartition(")")[2].split()
                yield int(entry.name), int(fields[1])
