"""A limit on what a sandbox's writable folders hold together, where no file system keeps quotas: measure, then end it.

``du`` measures, in a process of its own: it follows no link, and neither depth nor names of a hostile tree trouble it.
Between two looks more may be written than the limit allows; so the file system's own count of what is free, which costs
nothing, says when to look again. Whoever is over the limit already may open a workspace to tidy up, but not to grow.
"""

import contextlib
import os
import signal
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LOOK_S: Final = 1.0
# At the latest, as somebody else may free what was written here.
_MEASURE_EVERY_S: Final = 30.0
_MEASURE_PATIENCE_S: Final = 120.0
# A server writes its own small files, even for somebody who came to tidy up.
_ROOM_BYTES: Final = 16 << 20
_ROOM_FILES: Final = 2000


@dataclass(frozen=True)
class Amount:
    """How much there is: bytes on the disk, and files and folders."""

    bytes: int
    files: int

    def exceeds(self, most: "Amount") -> bool:
        """Whether it is more than ``most`` in either."""
        return self.bytes > most.bytes or self.files > most.files


class DiskWatch:
    """Watches what the folders of one sandbox hold, and ends it above the limit."""

    def __init__(self, root: int, folders: tuple[Path, ...], most: Amount) -> None:
        """Begin to watch.

        Args:
            root: the process id of ``bwrap``, which the caller has not yet waited for.
            folders: those that can be written from inside.
            most: what they may hold together.
        """
        self._root = root
        self._folders = folders
        self._most = most
        self._stop = threading.Event()
        self._fired = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"sandbox-disk-{root}", daemon=True)
        self._thread.start()

    def too_large(self) -> bool:
        """Whether the sandbox was ended for what it had written."""
        return self._fired.is_set()

    def close(self) -> None:
        """Stop watching."""
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        free, amount = self._free(), self._measure()
        most = Amount(
            max(self._most.bytes, amount.bytes + _ROOM_BYTES if amount.bytes > self._most.bytes else 0),
            max(self._most.files, amount.files + _ROOM_FILES if amount.files > self._most.files else 0),
        )
        since = 0.0
        while not self._stop.wait(_LOOK_S):
            since += _LOOK_S
            now = self._free()
            growth = Amount(free.bytes - now.bytes, free.files - now.files)
            margin = Amount((most.bytes - amount.bytes) // 2, (most.files - amount.files) // 2)
            if since < _MEASURE_EVERY_S and not growth.exceeds(margin):
                continue
            free, amount, since = now, self._measure(), 0.0
            if amount.exceeds(most) and not self._stop.is_set():
                self._fired.set()
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._root, signal.SIGKILL)
                return

    def _free(self) -> Amount:
        file_systems = [os.statvfs(folder) for folder in self._folders]
        return Amount(
            sum(file_system.f_bavail * file_system.f_frsize for file_system in file_systems),
            sum(file_system.f_ffree for file_system in file_systems),
        )

    def _measure(self) -> Amount:
        return Amount(self._du("--block-size=1"), self._du("--inodes"))

    def _du(self, unit: str) -> int:
        """One measurement; 0 when the sandbox ends meanwhile, more than any limit when it cannot be had."""
        command = ["nice", "-n", "10", "du", "--summarize", "--total", "--one-file-system", unit, "--"]
        with subprocess.Popen(
            [*command, *map(str, self._folders)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/"
        ) as measuring:
            waited = 0.0
            while measuring.poll() is None:
                waited += 0.05
                if self._stop.wait(0.05) or waited > _MEASURE_PATIENCE_S:
                    measuring.kill()
                    return 0 if self._stop.is_set() else 1 << 62
            output = measuring.stdout.read() if measuring.stdout else b""
        total = output.splitlines()[-1:] or [b""]
        number = total[0].split(b"\t")[0]
        return int(number) if number.isdigit() else 1 << 62
