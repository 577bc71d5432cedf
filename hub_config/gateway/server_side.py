"""Connections to the servers inside: opened as needed, kept for the next request, believed in nothing."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import h11

from hub_config.gateway.headers import Headers
from hub_config.gateway.refusal import Refused

PIECE: Final = 1 << 16
_LARGEST_HEAD: Final = 1 << 15
_MOST_IDLE: Final = 8
_CONNECT_S: Final = 10.0
# Sending a request to the airlock is answered after its check, which may take a quarter of an hour.
_ANSWER_S: Final = 1_000.0
_SILENT: Final = "The workspace's server does not answer. Close the workspace and open it again."
_BROKEN = (h11.ProtocolError, OSError, TimeoutError)


@dataclass
class ServerConnection:
    """One connection to a workspace's server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    http: h11.Connection

    async def send(self, *events: h11.Event) -> None:
        """Send parts of a request."""
        for event in events:
            if data := self.http.send(event):
                self.writer.write(data)
        await self.writer.drain()

    async def answer(self) -> h11.Response | h11.InformationalResponse:
        """The head of an answer, or 101; other words in between are not listened to. Raises Refused."""
        while True:
            event = await self.next()
            if isinstance(event, h11.Response):
                return event
            if isinstance(event, h11.InformationalResponse):
                if event.status_code == 101:
                    return event
                continue
            raise Refused(502, _SILENT)

    async def next(self) -> object:
        """What comes next. Raises Refused when it is not HTTP, or when nothing comes."""
        try:
            while (event := self.http.next_event()) is h11.NEED_DATA:
                async with asyncio.timeout(_ANSWER_S):
                    self.http.receive_data(await self.reader.read(PIECE))
        except _BROKEN:
            raise Refused(502, _SILENT) from None
        return event

    @property
    def reusable(self) -> bool:
        """Whether another request may follow: all was said and heard, and nothing unasked has come."""
        done = self.http.our_state is h11.DONE and self.http.their_state is h11.DONE
        return done and not self.http.trailing_data[0] and not self.reader.at_eof()

    def close(self) -> None:
        """Close without waiting."""
        self.writer.close()


class Servers:
    """The connections to all workspaces, by socket."""

    def __init__(self) -> None:
        """Begin with none."""
        self._idle: dict[str, list[ServerConnection]] = defaultdict(list)

    async def begin(self, socket: str, request: h11.Request, *, again: bool) -> ServerConnection:
        """A connection on which ``request``'s head was sent; a kept one only for what may be asked ``again``."""
        while again and self._idle[socket]:
            kept = self._idle[socket].pop()
            if kept.reader.at_eof():
                kept.close()
                continue
            kept.http.start_next_cycle()
            await kept.send(request)
            return kept
        fresh = await self._open(socket)
        await fresh.send(request)
        return fresh

    async def ask(
        self, socket: str, method: str, target: str, headers: Headers
    ) -> tuple[ServerConnection, h11.Response]:
        """Ask for something that has no body, and hear the head of the answer."""
        request = h11.Request(method=method, target=target, headers=headers)
        for last in (False, True):
            connection = None
            try:
                connection = await self.begin(socket, request, again=not last)
                await connection.send(h11.EndOfMessage())
                found = await connection.answer()
            except (Refused, OSError):
                if connection is not None:
                    connection.close()
                # The server may have closed a kept connection at this moment; what changes something is not repeated.
                if last or method != "GET":
                    raise Refused(502, _SILENT) from None
                continue
            if isinstance(found, h11.Response):
                return connection, found
            connection.close()
        raise Refused(502, _SILENT)

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
        try:
            async with asyncio.timeout(_CONNECT_S):
                reader, writer = await asyncio.open_unix_connection(socket, limit=PIECE)
        except (OSError, TimeoutError):
            raise Refused(503, _SILENT) from None
        return ServerConnection(reader, writer, h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEAD))
