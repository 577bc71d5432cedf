"""One connection from the proxy: requests are read strictly, answers are sent with the gateway's own headers."""

import asyncio
import html
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

import h11

from hub_config.gateway.headers import Headers
from hub_config.gateway.policy import policy_headers
from hub_config.gateway.refusal import Refused
from hub_config.gateway.routes import Kind

PIECE: Final = 1 << 16
_LARGEST_HEAD: Final = 1 << 15
_IDLE_S: Final = 75.0
_BODY_S: Final = 120.0
# What is read of a refused upload, so that the refusal is heard.
_MOST_DRAINED: Final = 1 << 24
_PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Workspace</title>
<h1>{title}</h1><p>{message}</p><p><a href="/hub/home">Your projects</a></p></html>"""
_NO_BODY: Final = frozenset({204, 304})


class Gone(Exception):
    """The browser, or the proxy before it, has gone."""


@dataclass
class BrowserConnection:
    """One connection from the proxy."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    http: h11.Connection = field(
        default_factory=lambda: h11.Connection(h11.SERVER, max_incomplete_event_size=_LARGEST_HEAD)
    )

    _held: bytes = b""

    async def request(self) -> h11.Request | None:
        """The next request; None when there is no more. Raises h11.RemoteProtocolError."""
        event = await self._next(_IDLE_S)
        return event if isinstance(event, h11.Request) else None

    async def body(self) -> AsyncIterator[bytes]:
        """The pieces of the request's body."""
        while True:
            event = await self._next(_BODY_S)
            if isinstance(event, h11.Data):
                yield bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return
            else:
                raise Gone

    async def head(self, status: int, headers: Headers) -> None:
        """Begin an answer; sent together with what comes first of its body, which spares the proxy a turn."""
        self._held = self.http.send(h11.Response(status_code=status, headers=headers)) or b""

    async def piece(self, data: bytes) -> None:
        """More of an answer's body."""
        await self._send(h11.Data(data=data))

    async def end(self) -> None:
        """The answer is complete."""
        await self._send(h11.EndOfMessage())

    async def switch(self, headers: Headers) -> bytes:
        """Become a web socket; what the browser has sent already."""
        await self._send(h11.InformationalResponse(status_code=101, headers=headers))
        return bytes(self.http.trailing_data[0])

    async def whole(self, status: int, headers: Headers, body: bytes) -> None:
        """A whole answer."""
        length = [] if status in _NO_BODY else [(b"content-length", str(len(body)).encode("ascii"))]
        await self._send(
            h11.Response(status_code=status, headers=[*headers, *length]), h11.Data(data=body), h11.EndOfMessage()
        )

    async def refuse(self, refused: Refused, *, page: bool, more: Headers | None = None) -> None:
        """Say that a request is refused, as a page or as the lab's own client reads it."""
        if self.http.our_state is not h11.SEND_RESPONSE and self.http.our_state is not h11.IDLE:
            raise Gone
        await self._drain()
        if page:
            title = "Not now" if refused.status >= 429 else "Not allowed"
            body, kind = _PAGE.format(title=title, message=html.escape(refused.message)), b"text/html; charset=utf-8"
        else:
            body, kind = json.dumps({"message": refused.message, "reason": refused.message}), b"application/json"
        headers = [*policy_headers(Kind.REFUSED), (b"content-type", kind), (b"connection", b"close"), *(more or [])]
        await self.whole(refused.status, headers, body.encode())

    async def _drain(self) -> None:
        read = 0
        while self.http.their_state is h11.SEND_BODY and read < _MOST_DRAINED:
            event = await self._next(_BODY_S)
            if not isinstance(event, h11.Data):
                return
            read += len(event.data)

    async def _next(self, patience_s: float) -> object:
        while (event := self.http.next_event()) is h11.NEED_DATA:
            try:
                async with asyncio.timeout(patience_s):
                    data = await self.reader.read(PIECE)
            except (OSError, TimeoutError):
                raise Gone from None
            self.http.receive_data(data)
        return event

    async def _send(self, *events: h11.Event) -> None:
        data = self._held + b"".join(self.http.send(event) or b"" for event in events)
        self._held = b""
        if not data:
            return
        try:
            self.writer.write(data)
            await self.writer.drain()
        except OSError:
            raise Gone from None
