"""Frames of a web socket, followed without reading them: pure. So a connection can be ended between two.

RFC 6455, section 5.2. No extension is ever agreed on, so a frame that uses one is an error.
"""

import struct
from dataclasses import dataclass
from typing import Final

_CLOSE: Final = 0x8
_OPCODES: Final = frozenset({0x0, 0x1, 0x2, 0x8, 0x9, 0xA})
_CONTROL_MOST: Final = 125
_LENGTH_BYTES: Final = {126: 2, 127: 8}
# More than a client should send at once, or a server show.
MOST_BYTES: Final = 1 << 28


class BadFrame(Exception):
    """Bytes that are not a frame as RFC 6455 has it."""


@dataclass
class Frames:
    """Follows one direction of a connection.

    Attributes:
        masked: whether each frame must be masked: a browser's must, a server's must not.
        closed: whether the side has said that it ends.
    """

    masked: bool
    closed: bool = False
    _left: int = 0
    _head: bytes = b""

    @property
    def at_boundary(self) -> bool:
        """Whether the last frame is complete and the next has not begun."""
        return not self._left and not self._head

    def feed(self, data: bytes) -> int:
        """Follow the next bytes; how many of them belong to frames that are complete. Raises BadFrame."""
        position = complete = 0
        while position < len(data):
            if self._left:
                step = min(self._left, len(data) - position)
                self._left -= step
                position += step
                complete = position if self.at_boundary else complete
                continue
            missing = self._head_length() - len(self._head)
            self._head += data[position : position + missing]
            position += missing
            if len(self._head) == 2:
                self._check()
            if len(self._head) == self._head_length():
                self._begin()
                complete = position if self.at_boundary else complete
        return complete

    def _head_length(self) -> int:
        if len(self._head) < 2:
            return 2
        return 2 + _LENGTH_BYTES.get(self._head[1] & 0x7F, 0) + (4 if self.masked else 0)

    def _check(self) -> None:
        first, second = self._head
        opcode, length = first & 0x0F, second & 0x7F
        if first & 0x70 or opcode not in _OPCODES or bool(second & 0x80) is not self.masked or self.closed:
            raise BadFrame
        if opcode >= _CLOSE and (not first & 0x80 or length > _CONTROL_MOST):
            raise BadFrame

    def _begin(self) -> None:
        opcode, length = self._head[0] & 0x0F, self._head[1] & 0x7F
        if extended := _LENGTH_BYTES.get(length):
            length = int.from_bytes(self._head[2 : 2 + extended], "big")
        if length > MOST_BYTES:
            raise BadFrame
        self.closed = opcode == _CLOSE
        self._left, self._head = length, b""


def close_frame(code: int, reason: str) -> bytes:
    """A server's frame that ends a connection, with its reason in at most 123 bytes."""
    body = struct.pack("!H", code) + reason.encode()[:123]
    return bytes([0x80 | _CLOSE, len(body)]) + body
