"""Connections to the servers inside: opened as needed, kept for the next request, believed in nothing."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from hub_config.gateway import http1
from hub_config.gateway.headers import Headers
from hub_config.gateway.refusal import Refusal

_MOST_IDLE: Final = 8
_CONNECT_S: Final = 10.0
# Sending a request to the airlock is answered after its check, which may take a quarter of an hour.
_ANSWER_S: Final = 1_000.0
_SILENT: Final = "The workspace's server does not answer. Close the workspace and open it again."
_BROKEN = (asyncio.IncompleteReadError, asyncio.LimitOverrunError, http1.NotHttp, OSError, TimeoutError)
_SWITCHING: Final = 101


class _Counted(asyncio.StreamReaderProtocol):
    """Counts what has come, so that what nobody asked for is noticed."""

    came = 0

    def data_received(self, data: bytes) -> None:
        """More has come."""
        self.came += len(data)
        super().data_received(data)


@dataclass
class ServerConnection:
    """One connection to a workspace's server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    protocol: _Counted
    _taken: int = 0
    _complete: bool = False

    async def send(self, data: bytes) -> None:
        """Send a part of a request."""
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self) -> http1.Response:
        """The head of an answer, or 101; other words in between are not listened to. Raises Refused."""
        self._complete = False
        while True:
            try:
                async with asyncio.timeout(_ANSWER_S):
                    head = await self.reader.readuntil(http1.END)
                self._taken += len(head)
                answer = http1.read_answer(head)
            except _BROKEN:
                raise Refusal(502, _SILENT) from None
            if answer.status >= 200 or answer.status == _SWITCHING:
                self._complete = answer.length == 0
                return answer

    async def body(self, answer: http1.Response) -> AsyncIterator[bytes]:
        """The pieces of an answer's body. Raises Refused when it is not HTTP, or ends too soon."""
        if answer.chunked:
            chunks = http1.Chunks()
            while not chunks.complete:
                try:
                    piece = chunks.feed(await self._read(http1.PIECE))
                except http1.NotHttp:
                    raise Refusal(502, _SILENT) from None
                if piece:
                    yield piece
        elif answer.length is None:
            while piece := await self._read(http1.PIECE, may_end=True):
                yield piece
        else:
            left = answer.length
            while left:
                piece = await self._read(min(left, http1.PIECE))
                left -= len(piece)
                yield piece
        self._complete = not answer.last

    async def _read(self, most: int, *, may_end: bool = False) -> bytes:
        try:
            async with asyncio.timeout(_ANSWER_S):
                piece = await self.reader.read(most)
        except (OSError, TimeoutError):
            raise Refusal(502, _SILENT) from None
        if not piece and not may_end:
            raise Refusal(502, _SILENT)
        self._taken += len(piece)
        return piece

    @property
    def reusable(self) -> bool:
        """Whether another request may follow: all was said and heard, and nothing unasked has come."""
        return self._complete and self._taken == self.protocol.came and not self.reader.at_eof()

    def close(self) -> None:
        """Close without waiting."""
        self.writer.close()


class Servers:
    """The connections to all workspaces, by socket."""

    def __init__(self) -> None:
        """Begin with none."""
        self._idle: dict[str, list[ServerConnection]] = defaultdict(list)

    async def begin(self, socket: str, method: str, target: str, headers: Headers, *, again: bool) -> ServerConnection:
        """A connection on which a request's head was sent; a kept one only for what may be asked ``again``."""
        head = _head(method, target, headers)
        while again and self._idle[socket]:
            kept = self._idle[socket].pop()
            if not kept.reusable:
                kept.close()
                continue
            await kept.send(head)
            return kept
        fresh = await self._open(socket)
        await fresh.send(head)
        return fresh

    async def ask(
        self, socket: str, method: str, target: str, headers: Headers
    ) -> tuple[ServerConnection, http1.Response]:
        """Ask for something that has no body, and hear the head of the answer."""
        for last in (False, True):
            connection = None
            try:
                connection = await self.begin(socket, method, target, headers, again=not last)
                found = await connection.answer()
            except (Refusal, OSError):
                if connection is not None:
                    connection.close()
                # The server may have closed a kept connection at this moment; what changes something is not repeated.
                if last or method != "GET":
                    raise Refusal(502, _SILENT) from None
                continue
            if found.status != _SWITCHING:
                return connection, found
            connection.close()
        raise Refusal(502, _SILENT)

    def keep(self, socket: str, connection: ServerConnection) -> None:
        """Keep a connection for the next request, or close it."""
        if connection.reusable and len(self._idle[socket]) < _MOST_IDLE:
            self._idle[socket].append(connection)
        else:
            connection.close()

    def forget(self, still_open: frozenset[str]) -> None:
        """Close the kept connections of workspaces that are closed."""
        for socket in set(self._idle) - still_open:
            for connection in self._idle.pop(socket):
                connection.close()

    async def _open(self, socket: str) -> ServerConnection:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=http1.READ_AHEAD, loop=loop)
        protocol = _Counted(reader, loop=loop)
        try:
            async with asyncio.timeout(_CONNECT_S):
                transport, _ = await loop.create_unix_connection(lambda: protocol, socket)
        except (OSError, TimeoutError):
            raise Refusal(503, _SILENT) from None
        return ServerConnection(reader, asyncio.StreamWriter(transport, protocol, reader, loop), protocol)


def _head(method: str, target: str, headers: Headers) -> bytes:
    try:
        return http1.write(f"{method} {target} HTTP/1.1".encode("ascii"), headers, answer=False)
    except (http1.NotHttp, UnicodeEncodeError):
        raise Refusal(400, "The gateway does not accept this request: it cannot be passed on as it is.") from None
