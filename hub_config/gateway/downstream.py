"""One connection from the proxy: requests are read strictly, answers are sent with the gateway's own headers."""

import asyncio
import contextlib
import html
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from hub_config.gateway import http1
from hub_config.gateway.headers import Headers
from hub_config.gateway.refusal import Refusal, malformed
from hub_config.gateway.routes import Kind
from hub_config.gateway.security_headers import policy_headers

_IDLE_S: Final = 75.0
_BODY_S: Final = 120.0
# What is read of a refused upload, so that the refusal is heard: whoever is cut off while speaking hears nothing.
_MOST_DRAINED: Final = 1 << 24
_LINGER_S: Final = 2.0
_PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Workspace</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<main><h1>{title}</h1><p>{message}</p><p><a href="/hub/home">Your projects</a></p></main></html>"""
_REASONS: Final = {status.value: status.phrase.encode("ascii") for status in HTTPStatus}
_NOT_HTTP: Final = malformed("it is not plain HTTP")


class Disconnected(Exception):
    """The browser, or the proxy before it, has gone."""


@dataclass
class BrowserConnection:
    """One connection from the proxy.

    Attributes:
        asked: the request that is being answered.
        unread: bytes of its body that are still to come; None when nobody can know.
        begun: its answer has begun.
        ended: its answer is complete.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    asked: http1.Request | None = None
    unread: int | None = 0
    begun: bool = False
    ended: bool = False

    _held: bytes = b""
    _chunked: bool = False
    _closes: bool = False

    async def request(self) -> http1.Request | None:
        """The next request; None when there is no more. Raises Refused when it is not HTTP."""
        self.asked, self.unread, self.begun, self.ended = None, None, False, False
        try:
            async with asyncio.timeout(_IDLE_S):
                head = await self.reader.readuntil(http1.END)
            self.asked = http1.read_request(head)
        except asyncio.IncompleteReadError as end:
            if not end.partial:
                return None
            raise _NOT_HTTP from None
        except (asyncio.LimitOverrunError, http1.NotHttp):
            raise _NOT_HTTP from None
        except (OSError, TimeoutError):
            raise Disconnected from None
        self.unread, self._closes = self.asked.length, self.asked.last
        return self.asked

    @property
    def goes_on(self) -> bool:
        """Whether another request may follow."""
        return self.ended and not self._closes and self.unread == 0

    async def body(self) -> AsyncIterator[bytes]:
        """The pieces of the request's body."""
        while self.unread:
            piece = await self._read(min(self.unread, http1.PIECE))
            if not piece:
                raise Disconnected
            self.unread -= len(piece)
            yield piece

    def head(self, status: int, headers: Headers, length: int | None) -> None:
        """Begin an answer; sent together with what comes first of its body, which spares the proxy a turn."""
        self._chunked = length is None and status not in http1.NO_BODY
        if self._chunked:
            headers = [*headers, (b"transfer-encoding", b"chunked")]
        elif status not in http1.NO_BODY:
            headers = [*headers, (b"content-length", b"%d" % (length or 0))]
        if self._closes:
            headers = [*headers, (b"connection", b"close")]
        self._held = _head(status, headers)
        self.begun = True

    async def piece(self, data: bytes) -> None:
        """More of an answer's body, as much as was announced and no more."""
        await self._send(b"%x\r\n%b\r\n" % (len(data), data) if self._chunked and data else data)

    async def end(self) -> None:
        """The answer is complete."""
        self.ended = True
        await self._send(b"0\r\n\r\n" if self._chunked else b"")

    async def switch(self, headers: Headers) -> None:
        """Become a web socket."""
        self.begun = self._closes = True
        await self._send(_head(101, headers))

    async def whole(self, status: int, headers: Headers, body: bytes) -> None:
        """A whole answer."""
        self.head(status, headers, len(body))
        self.ended = True
        await self._send(b"" if self.asked is not None and self.asked.method == "HEAD" else body)

    async def refuse(self, refused: Refusal, *, page: bool, more: Headers | None = None) -> None:
        """Say that a request is refused, as a page or as the lab's own client reads it; the last on this connection."""
        if self.begun:
            raise Disconnected
        if self.unread is not None and self.unread <= _MOST_DRAINED:
            async for _ in self.body():
                pass
        if page:
            title = "Not now" if refused.status >= 429 else "Not allowed"
            body, kind = _PAGE.format(title=title, message=html.escape(refused.message)), b"text/html; charset=utf-8"
        else:
            body, kind = json.dumps({"message": refused.message, "reason": refused.message}), b"application/json"
        self._closes = True
        headers = [*policy_headers(Kind.REFUSED), (b"content-type", kind), *(more or [])]
        await self.whole(refused.status, headers, body.encode())

    async def linger(self) -> None:
        """Say that this was all, and listen for a while to what is still being said.

        The proxy touches its connection once more when the body of its request has ended; were it closed by then, the
        proxy would take the answer for lost and say 503 in its place.
        """
        read = 0
        with contextlib.suppress(OSError, RuntimeError, TimeoutError):
            self.writer.write_eof()
            async with asyncio.timeout(_LINGER_S):
                while read < _MOST_DRAINED and (piece := await self.reader.read(http1.PIECE)):
                    read += len(piece)

    async def _read(self, most: int) -> bytes:
        try:
            async with asyncio.timeout(_BODY_S):
                return await self.reader.read(most)
        except (OSError, TimeoutError):
            raise Disconnected from None

    async def _send(self, data: bytes) -> None:
        if self._held:
            data, self._held = self._held + data, b""
        if not data:
            return
        try:
            self.writer.write(data)
            await self.writer.drain()
        except OSError:
            raise Disconnected from None


def _head(status: int, headers: Headers) -> bytes:
    try:
        return http1.write(b"HTTP/1.1 %d %b" % (status, _REASONS.get(status, b"")), headers, answer=True)
    except http1.NotHttp:
        raise Disconnected from None
