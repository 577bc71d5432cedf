"""Which mechanism limits a sandbox on this machine, chosen once per sandbox and reported.

In order: control groups version 2 when delegated, version 1, and else a watchdog on memory. Limits on a single process
(core files, open files, size of a file), on the number of processes and on what the writable folders hold always apply
as well. The size of the address
space is never limited: Java and Arrow reserve far more than they use.
"""

import resource
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tre.adapters.sandbox import cgroups
from tre.adapters.sandbox.disk import Amount, DiskWatch
from tre.adapters.sandbox.mode import Mode
from tre.adapters.sandbox.watchdog import Watchdog
from tre.projects.workspace import Limits

OPEN_FILES: Final = 4096


def per_process(limits: Limits) -> dict[int, int]:
    """Limits on each process: resource number to value."""
    return {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_FSIZE: limits.file_bytes,
    }


@dataclass
class Limiter:
    """The limit on all processes of one sandbox together."""

    limits: Limits
    group: cgroups.Group | None
    watchdog: Watchdog | None = None
    disk: DiskWatch | None = None

    @classmethod
    def create(cls, limits: Limits, *, allow_cgroups: bool = True) -> "Limiter":
        """Prepare before the sandbox starts."""
        return cls(limits, cgroups.create(limits) if allow_cgroups else None)

    @property
    def mode(self) -> Mode:
        """What limits this sandbox."""
        return self.group.mode if self.group else Mode.WATCHDOG

    @property
    def entrances(self) -> tuple[Path, ...]:
        """Files in which the sandbox's first process writes 0, before it gives up any right."""
        return self.group.entrances if self.group else ()

    def started(self, pid: int, writable: tuple[Path, ...] = ()) -> None:
        """Begin to watch what ``pid`` writes into ``writable``, and its memory when no control group does."""
        if writable:
            self.disk = DiskWatch(pid, writable, Amount(self.limits.home_bytes, self.limits.home_files))
        if self.group is None:
            self.watchdog = Watchdog(pid, self.limits.memory_bytes)

    def out_of_memory(self) -> bool:
        """Whether a process was killed for memory."""
        if self.group is not None:
            return self.group.out_of_memory()
        return self.watchdog is not None and self.watchdog.out_of_memory()

    def too_large(self) -> bool:
        """Whether it was ended for what it had written."""
        return self.disk is not None and self.disk.too_large()

    def close(self) -> None:
        """Kill what is left of the control group and remove it; stop watching."""
        if self.group is not None:
            self.group.remove()
        if self.watchdog is not None:
            self.watchdog.close()
        if self.disk is not None:
            self.disk.close()
