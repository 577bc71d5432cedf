"""The tail of a workspace's log, kept in memory: a researcher cannot fill the disk by printing."""

import threading
from typing import IO, Final

_MOST_BYTES: Final = 1 << 16
_SHOWN_LINES: Final = 30


class LogTail:
    """Reads a pipe to its end and keeps what came last."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        """Begin to read ``pipe``."""
        self._tail = b""
        self._pipe = pipe
        self._thread = threading.Thread(target=self._read, name="workspace-log", daemon=True)
        self._thread.start()

    def end(self, *, patience_s: float = 2.0) -> str:
        """The last lines, after waiting a moment for those under way; characters that steer a terminal are shown."""
        self._thread.join(patience_s)
        lines = self._tail.decode(errors="replace").splitlines()[-_SHOWN_LINES:]
        return "\n".join("".join(c if c.isprintable() else "?" for c in line) for line in lines)

    def _read(self) -> None:
        if self._pipe is None:
            return
        with self._pipe:
            while piece := self._pipe.read1(_MOST_BYTES):  # type: ignore[attr-defined]
                self._tail = (self._tail + piece)[-_MOST_BYTES:]
