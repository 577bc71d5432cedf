"""A process that is killed at its n-th write: to the database, the vault or a package.

The child is forked, opens the installation itself, and counts each place at which something is about to be written: a
statement that writes, a commit, a new file, a synchronisation, a file moved into place, a folder made. At the n-th it
ends itself with SIGKILL: nothing it holds is flushed or closed.
"""

import os
import signal
import traceback
from collections.abc import Callable

from sqlalchemy import event

from tests.airlock import Airlock
from tests.stores import stores

_FILE_CALLS = ("fsync", "replace", "rename", "mkdir", "rmdir", "unlink")
_WRITING = ("INSERT", "UPDATE", "DELETE")


class Counter:
    """Counts writes and kills this process at one of them."""

    def __init__(self, fatal: int) -> None:
        self.count = 0
        self._fatal = fatal

    def write(self) -> None:
        """Something is about to be written."""
        self.count += 1
        if self.count == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, airlock: Airlock) -> None:
        """Count the writes of this process from now on."""
        engine = stores(airlock).database.engine
        event.listen(engine, "before_cursor_execute", self._statement)
        event.listen(engine, "commit", lambda _: self.write())
        for name in _FILE_CALLS:
            setattr(os, name, self._counted(getattr(os, name)))
        opened = os.open

        def open_(path: object, flags: int, *rest: object, **more: object) -> int:
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                self.write()
            return opened(path, flags, *rest, **more)  # type: ignore[arg-type]

        os.open = open_  # type: ignore[assignment]

    def _statement(self, _: object, __: object, statement: str, *___: object) -> None:
        if statement.lstrip().upper().startswith(_WRITING):
            self.write()

    def _counted(self, call: Callable[..., object]) -> Callable[..., object]:
        def counted(*given: object, **named: object) -> object:
            self.write()
            return call(*given, **named)

        return counted


def run_and_kill(open_airlock: Callable[[], Airlock], act: Callable[[Airlock], object], fatal: int) -> bool:
    """Run ``act`` in a process of its own, killed at its write number ``fatal``; False when it ended before that.

    Raises:
        AssertionError: the process failed by itself.
    """
    child = os.fork()
    if child == 0:
        code = 1
        try:
            airlock = open_airlock()
            assert stores(airlock).requests.requests() is not None  # everything is open before the first write counts
            Counter(fatal).watch(airlock)
            act(airlock)
            code = 0
        except BaseException:  # noqa: BLE001 - a forked test process must never return into pytest
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the process failed by itself"
    return False
