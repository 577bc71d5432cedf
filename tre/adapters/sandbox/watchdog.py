"""A limit on memory where the kernel gives none: look often, kill the largest process, then everything.

Weaker than a control group: it sees a burst only after it happened, so memory may pass the limit for a moment, and it
does not limit processor time. Memory-backed folders have their own sizes and come on top. What the kernel keeps for the
names of their files and for the buffers of sockets belongs to no process, so it is reckoned from how many there are.
"""

import contextlib
import os
import signal
import threading
from typing import Final

from tre.adapters.sandbox.processes import descendants, descriptors, memory, memory_files, shared_out_memory, sockets

# How fast two cores can touch new pages, at most: the nearer to the limit, the sooner the next look.
_BYTES_PER_SECOND: Final = 4 << 30
_SHORTEST_S: Final = 0.05
_LONGEST_S: Final = 0.5
# Above this share of the limit the whole sandbox goes, not only its largest process.
_END_SHARE: Final = 1.25
# What the kernel keeps for one file in memory, and may keep at most for one socket with its buffers full.
_FILE_BYTES: Final = 1 << 10
_SOCKET_BYTES: Final = 1 << 19


class Watchdog:
    """Watches the processes below one ``bwrap`` until told to stop."""

    def __init__(self, root: int, memory_bytes: int) -> None:
        """Begin to watch.

        Args:
            root: the process id of ``bwrap``, which the caller has not yet waited for.
            memory_bytes: what all processes below it may hold together.
        """
        self._root = root
        self._limit = memory_bytes
        self._stop = threading.Event()
        self._fired = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"sandbox-memory-{root}", daemon=True)
        self._thread.start()

    def out_of_memory(self) -> bool:
        """Whether anything was killed."""
        return self._fired.is_set()

    def close(self) -> None:
        """Stop watching."""
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        usage = 0
        try:
            while not self._stop.wait(min(_LONGEST_S, max(_SHORTEST_S, (self._limit - usage) / _BYTES_PER_SECOND))):
                usage = self._look()
        finally:
            # Should looking itself fail, nothing may run unwatched.
            if not self._stop.is_set():
                self._kill(self._root)

    def _look(self) -> int:
        pids = descendants(self._root)
        kernels = self._of_the_kernel(pids)
        if kernels > self._limit:
            self._fired.set()
            self._kill(self._root)
        usage = sum(memory(pid) for pid in pids) + kernels
        if usage > self._limit:
            sizes = {pid: shared_out_memory(pid) for pid in pids}
            usage = sum(sizes.values()) + memory_files(pids) * _FILE_BYTES
        if usage > self._limit:
            self._fired.set()
            largest = max(sizes, key=lambda pid: sizes[pid])
            self._kill(self._root if usage > self._limit * _END_SHARE else largest)
        return usage

    def _of_the_kernel(self, pids: list[int]) -> int:
        """Bytes that the kernel may keep for the processes: of sockets only when there could be too many."""
        names = memory_files(pids) * _FILE_BYTES
        if sum(map(descriptors, pids)) * _SOCKET_BYTES <= self._limit:
            return names
        full = sum(map(sockets, pids)) * _SOCKET_BYTES
        return full if full > self._limit else names

    @staticmethod
    def _kill(pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
