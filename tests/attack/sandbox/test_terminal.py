"""A workspace and the terminal of whoever opened it: it cannot be opened, written to, or typed into.

Two sessions keep it away, the launcher's and bubblewrap's, and either alone does; the filter refuses keys besides.
"""

import json
import os
import pty
import select
import subprocess
import termios
from collections.abc import Iterator

import pytest

pytestmark = pytest.mark.sandbox

PYTHON = ["/opt/tre/venv/bin/python", "-I", "-c"]
WRITTEN = b"written by the room"
KEYS = b"keys\n"
# Prints how opening, writing and typing ended.
REACH = f"""
import errno, fcntl, json, os, termios
ended, opened = {{}}, []
def tried(name, attempt):
    try:
        attempt()
        ended[name] = "done"
    except (OSError, termios.error) as error:
        ended[name] = errno.errorcode[error.args[0]]
def open_it(path):
    opened.append(os.open(path, os.O_RDWR | os.O_NOCTTY))
tried("console", lambda: open_it("/dev/console"))
tried("open", lambda: open_it("/dev/tty"))
# Where none could be opened, those that were handed in.
for fd in opened or (0, 1, 2):
    tried("write", lambda: termios.tcgetattr(fd) and os.write(fd, {WRITTEN!r}))
    tried("type", lambda: [fcntl.ioctl(fd, 0x5412, bytes([key])) for key in {KEYS!r}])
print(json.dumps(ended))
"""
OWN, BUBBLEWRAPS = "session of the launcher", "session of bubblewrap"


class Terminal:
    """A terminal that opens a sandbox: what was shown on it, and what a next program would read as typed."""

    def __init__(self, outside) -> None:
        self._outside = outside
        self._screen, self._keyboard = pty.openpty()
        settings = termios.tcgetattr(self._keyboard)
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(self._keyboard, termios.TCSANOW, settings)

    def open(self, off: list[str]) -> dict[str, str]:
        """How the attempts of a sandbox ended that somebody opened with this terminal as their own."""
        done = subprocess.run(
            ["setsid", "--ctty", "--wait", *self._outside.command([*PYTHON, REACH], off=off)],
            env=self._outside.environment(),
            stdin=self._keyboard,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        report = json.loads(done.stdout)
        assert report["returncode"] == 0, report["log"]
        return json.loads(report["log"])

    def shown(self) -> bytes:
        return _waiting(self._screen)

    def typed(self) -> bytes:
        return _waiting(self._keyboard)

    def close(self) -> None:
        os.close(self._screen)
        os.close(self._keyboard)


def _waiting(end: int) -> bytes:
    said = b""
    while select.select([end], [], [], 0.2)[0]:
        said += os.read(end, 1000)
    return said


@pytest.fixture
def terminal(outside) -> Iterator[Terminal]:
    made = Terminal(outside)
    yield made
    made.close()


@pytest.mark.parametrize("off", [[], [OWN], [BUBBLEWRAPS], ["calls"]], ids=lambda off: (off or ["nothing"])[0])
def test_the_terminal_of_who_opened_it_is_out_of_reach(terminal, off):
    ended = terminal.open(off)
    assert ended["open"] == "ENXIO"
    assert ended["console"] == "ENOENT"
    assert ended["write"] != "done"
    assert ended["type"] != "done"
    assert terminal.shown() == b""
    assert terminal.typed() == b""


def test_without_sessions_of_its_own_it_writes_there(terminal):
    ended = terminal.open([OWN, BUBBLEWRAPS])
    assert (ended["open"], ended["write"]) == ("done", "done")
    assert WRITTEN in terminal.shown()
    # What is left is the filter.
    assert ended["type"] == "EPERM"
    assert terminal.typed() == b""


def test_without_sessions_and_filter_it_types_there(terminal):
    ended = terminal.open([OWN, BUBBLEWRAPS, "calls"])
    if ended["type"] == "EIO":
        pytest.skip("this kernel lets nobody type for others: dev.tty.legacy_tiocsti is 0")
    assert ended["type"] == "done"
    assert terminal.typed() == KEYS
