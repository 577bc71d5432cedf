"""Connections to the servers inside, in a pool: opened as needed, kept for the next request, believed in nothing."""

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
_RESPONSE_S: Final = 1_000.0
_SILENT: Final = "The workspace's server does not answer. Close the workspace and open it again."
_BROKEN = (asyncio.IncompleteReadError, asyncio.LimitOverrunError, http1.NotHttp, OSError, TimeoutError)
_SWITCHING: Final = 101


class _CountingProtocol(asyncio.StreamReaderProtocol):
    """Counts what has come, so that what nobody asked for is noticed."""

    received = 0

    def data_received(self, data: bytes) -> None:
        """More has come."""
        self.received += len(data)
        super().data_received(data)


@dataclass
class ServerConnection:
    """One connection to a workspace's server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    protocol: _CountingProtocol
    _consumed: int = 0
    _complete: bool = False

    async def send(self, data: bytes) -> None:
        """Send a part of a request."""
        self.writer.write(data)
        await self.writer.drain()

    async def read_response(self) -> http1.Response:
        """The head of a response, or 101; other words in between are not listened to. Raises Refusal."""
        self._complete = False
        while True:
            try:
                async with asyncio.timeout(_RESPONSE_S):
                    head = await self.reader.readuntil(http1.END)
                self._consumed += len(head)
                response = http1.read_response(head)
            except _BROKEN:
                raise Refusal(502, _SILENT) from None
            if response.status >= 200 or response.status == _SWITCHING:
                self._complete = response.length == 0
                return response

    async def body(self, response: http1.Response) -> AsyncIterator[bytes]:
        """The pieces of a response's body. Raises Refusal when it is not HTTP, or ends too soon."""
        if response.chunked:
            chunks = http1.Chunks()
            while not chunks.complete:
                try:
                    piece = chunks.feed(await self._read(http1.PIECE))
                except http1.NotHttp:
                    raise Refusal(502, _SILENT) from None
                if piece:
                    yield piece
        elif response.length is None:
            while piece := await self._read(http1.PIECE, may_end=True):
                yield piece
        else:
            remaining = response.length
            while remaining:
                piece = await self._read(min(remaining, http1.PIECE))
                remaining -= len(piece)
                yield piece
        self._complete = not response.closes

    async def _read(self, size: int, *, may_end: bool = False) -> bytes:
        try:
            async with asyncio.timeout(_RESPONSE_S):
                piece = await self.reader.read(size)
        except (OSError, TimeoutError):
            raise Refusal(502, _SILENT) from None
        if not piece and not may_end:
            raise Refusal(502, _SILENT)
        self._consumed += len(piece)
        return piece

    @property
    def reusable(self) -> bool:
        """Whether another request may follow: all was said and heard, and nothing unasked has come."""
        return self._complete and self._consumed == self.protocol.received and not self.reader.at_eof()

    def close(self) -> None:
        """Close without waiting."""
        self.writer.close()


class ServerPool:
    """The connections to all workspaces, by socket."""

    def __init__(self) -> None:
        """Begin with none."""
        self._idle: dict[str, list[ServerConnection]] = defaultdict(list)

    async def send_head(
        self, socket: str, method: str, target: str, headers: Headers, *, reuse: bool
    ) -> ServerConnection:
        """A connection on which a request's head was sent; an idle one only where ``reuse`` allows it."""
        head = _request_head(method, target, headers)
        while reuse and self._idle[socket]:
            connection = self._idle[socket].pop()
            if not connection.reusable:
                connection.close()
                continue
            await connection.send(head)
            return connection
        connection = await self._open(socket)
        await connection.send(head)
        return connection

    async def request(
        self, socket: str, method: str, target: str, headers: Headers
    ) -> tuple[ServerConnection, http1.Response]:
        """Ask for something that has no body, and read the head of the response."""
        for final in (False, True):
            connection = None
            try:
                connection = await self.send_head(socket, method, target, headers, reuse=not final)
                response = await connection.read_response()
            except (Refusal, OSError):
                if connection is not None:
                    connection.close()
                # The server may have closed an idle connection at this moment; what changes something is not repeated.
                if final or method != "GET":
                    raise Refusal(502, _SILENT) from None
                continue
            if response.status != _SWITCHING:
                return connection, response
            connection.close()
        raise Refusal(502, _SILENT)

    def release(self, socket: str, connection: ServerConnection) -> None:
        """Keep a connection for the next request, or close it."""
        if connection.reusable and len(self._idle[socket]) < _MOST_IDLE:
            self._idle[socket].append(connection)
        else:
            connection.close()

    def close_others(self, open_sockets: frozenset[str]) -> None:
        """Close the idle connections of workspaces that are closed."""
        for socket in set(self._idle) - open_sockets:
            for connection in self._idle.pop(socket):
                connection.close()

    async def _open(self, socket: str) -> ServerConnection:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=http1.READ_AHEAD, loop=loop)
        protocol = _CountingProtocol(reader, loop=loop)
        try:
            async with asyncio.timeout(_CONNECT_S):
                transport, _ = await loop.create_unix_connection(lambda: protocol, socket)
        except (OSError, TimeoutError):
            raise Refusal(503, _SILENT) from None
        return ServerConnection(reader, asyncio.StreamWriter(transport, protocol, reader, loop), protocol)


def _request_head(method: str, target: str, headers: Headers) -> bytes:
    try:
        return http1.write(f"{method} {target} HTTP/1.1".encode("ascii"), headers, response=False)
    except (http1.NotHttp, UnicodeEncodeError):
        raise Refusal(400, "The gateway does not accept this request: it cannot be passed on as it is.") from None
