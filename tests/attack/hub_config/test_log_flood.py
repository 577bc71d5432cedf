"""A workspace whose server prints without end: the hub reads it, keeps its end, and neither fills nor stands still."""

import os
import threading
import tracemalloc

import pytest

from hub_config.process import log_tail
from hub_config.process.log_tail import LogTail

FLOOD = 64 << 20
LARGEST = 2 << 20


def flooded(line: bytes) -> tuple[str, int]:
    """What is kept of a flood of one line, and the most memory that it took."""
    read, write = os.pipe()
    tracemalloc.start()
    tail = LogTail(os.fdopen(read, "rb"))

    def flood() -> None:
        piece = line * ((1 << 16) // len(line) or 1)
        with os.fdopen(write, "wb", buffering=0) as pipe:
            for _ in range(FLOOD // len(piece)):
                pipe.write(piece)
            pipe.write(b"\nthe end\n")

    writer = threading.Thread(target=flood)
    writer.start()
    writer.join(60)
    assert not writer.is_alive(), "what is printed is read, or the workspace would stand still"
    text = tail.end(patience_s=30)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return text, most


def test_lines_without_number_leave_their_end():
    text, most = flooded(b"x" * 79 + b"\n")
    assert text.endswith("the end")
    assert len(text.splitlines()) <= 30
    assert most < LARGEST


def test_a_line_without_end_and_signs_that_steer_a_terminal_leave_a_bounded_text():
    text, most = flooded(b"\x1b]0;evil\x07\xff\xfe")
    assert "\x1b" not in text
    assert "\x07" not in text
    assert len(text) <= 1 << 16
    assert most < LARGEST


@pytest.mark.parametrize("line", [b"x" * 79 + b"\n", b"\x1b]0;evil\x07\xff\xfe"])
def test_without_a_bound_a_flood_would_fill_memory(monkeypatch, line):
    monkeypatch.setattr(log_tail, "_MOST_BYTES", 2 * LARGEST)
    _, most = flooded(line)
    assert most >= LARGEST


def test_a_line_would_be_kept_with_the_signs_that_steer_a_terminal(monkeypatch):
    def as_it_is(self: LogTail, *, patience_s: float) -> str:
        self._thread.join(patience_s)
        return self._tail.decode(errors="replace")

    monkeypatch.setattr(LogTail, "end", as_it_is)
    text, _ = flooded(b"\x1b]0;evil\x07\xff\xfe")
    assert "\x1b" in text
    assert "\x07" in text
