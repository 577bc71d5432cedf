"""The ends of a web socket's messages, found however the bytes come."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_config.gateway.frames import BadFrame, Frames, close_frame


def frame(kind: int, size: int, *, masked: bool = False, first: int = 0x80) -> bytes:
    mask = 0x80 if masked else 0
    if size < 126:
        head = bytes([first | kind, mask | size])
    elif size < 1 << 16:
        head = bytes([first | kind, mask | 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([first | kind, mask | 127]) + size.to_bytes(8, "big")
    return head + (b"abcd" if masked else b"") + b"x" * size


@settings(deadline=None)
@given(st.lists(st.sampled_from([0, 1, 125, 126, 127, 65535, 65536]), max_size=4), st.integers(1, 70000), st.booleans())
def test_ends_are_found_however_the_bytes_come(sizes, step, masked):
    data = b"".join(frame(2, size, masked=masked) for size in sizes)
    frames = Frames(masked=masked)
    for at in range(0, len(data), step):
        frames.feed(data[at : at + step])
    assert frames.at_boundary


def test_in_the_middle_is_not_between():
    frames = Frames(masked=False)
    frames.feed(frame(1, 300)[:-1])
    assert not frames.at_boundary
    assert frames.feed(b"x" + frame(1, 2) + frame(1, 9)[:4]) == 5
    assert frames.feed(b"x" * 7) == 7
    assert frames.at_boundary


@pytest.mark.parametrize(
    "data",
    [
        frame(1, 3, masked=True),  # a server must not mask
        frame(1, 3, first=0xC0),  # compressed, which was never agreed on
        frame(3, 3),
        frame(9, 126),  # a long ping
        frame(9, 3, first=0),  # a ping in pieces
        frame(8, 0) + frame(1, 3),  # something after the end
        b"\x82\x7f" + (1 << 40).to_bytes(8, "big"),
    ],
)
def test_what_is_no_frame_is_refused(data):
    with pytest.raises(BadFrame):
        Frames(masked=False).feed(data)


def test_the_gateways_last_word_is_a_frame():
    frames = Frames(masked=False)
    frames.feed(close_frame(1013, "No more today. " * 20))
    assert frames.closed
    assert frames.at_boundary
