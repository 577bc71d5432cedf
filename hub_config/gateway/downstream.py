"""A connection from the proxy: requests are read strictly, responses are written with the gateway's own headers."""

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
from hub_config.gateway.refusal import Refusal, bad_request
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
_NOT_HTTP: Final = bad_request("it is not plain HTTP")


class Disconnected(Exception):
    """The browser, or the proxy before it, has gone."""


@dataclass
class BrowserConnection:
    """One connection from the proxy.

    Attributes:
        request: the request that is being answered.
        unread: bytes of its body that are still to come; None when nobody can know.
        started: its response has begun.
        complete: its response is complete.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    request: http1.Request | None = None
    unread: int | None = 0
    started: bool = False
    complete: bool = False

    _pending: bytes = b""
    _chunked: bool = False
    _closes: bool = False

    async def read_request(self) -> http1.Request | None:
        """The next request; None when there is no more. Raises Refusal when it is not HTTP."""
        self.request, self.unread, self.started, self.complete = None, None, False, False
        try:
            async with asyncio.timeout(_IDLE_S):
                head = await self.reader.readuntil(http1.END)
            self.request = http1.read_request(head)
        except asyncio.IncompleteReadError as error:
            if not error.partial:
                return None
            raise _NOT_HTTP from None
        except (asyncio.LimitOverrunError, http1.NotHttp):
            raise _NOT_HTTP from None
        except (OSError, TimeoutError):
            raise Disconnected from None
        self.unread, self._closes = self.request.length, self.request.closes
        return self.request

    @property
    def is_persistent(self) -> bool:
        """Whether another request may follow."""
        return self.complete and not self._closes and self.unread == 0

    async def body(self) -> AsyncIterator[bytes]:
        """The pieces of the request's body."""
        while self.unread:
            piece = await self._read(min(self.unread, http1.PIECE))
            if not piece:
                raise Disconnected
            self.unread -= len(piece)
            yield piece

    def start_response(self, status: int, headers: Headers, length: int | None) -> None:
        """Begin a response; sent together with what comes first of its body, which spares the proxy a turn."""
        self._chunked = length is None and status not in http1.NO_BODY
        if self._chunked:
            headers = [*headers, (b"transfer-encoding", b"chunked")]
        elif status not in http1.NO_BODY:
            headers = [*headers, (b"content-length", b"%d" % (length or 0))]
        if self._closes:
            headers = [*headers, (b"connection", b"close")]
        self._pending = _response_head(status, headers)
        self.started = True

    async def write_body(self, data: bytes) -> None:
        """More of a response's body, as much as was announced and no more."""
        await self._send(b"%x\r\n%b\r\n" % (len(data), data) if self._chunked and data else data)

    async def end_response(self) -> None:
        """The response is complete."""
        self.complete = True
        await self._send(b"0\r\n\r\n" if self._chunked else b"")

    async def switch_protocols(self, headers: Headers) -> None:
        """Become a web socket."""
        self.started = self._closes = True
        await self._send(_response_head(101, headers))

    async def respond(self, status: int, headers: Headers, body: bytes) -> None:
        """A whole response."""
        self.start_response(status, headers, len(body))
        self.complete = True
        await self._send(b"" if self.request is not None and self.request.method == "HEAD" else body)

    async def refuse(self, refusal: Refusal, *, page: bool, extra: Headers | None = None) -> None:
        """Say that a request is refused, as a page or as the lab's own client reads it; the last on this connection."""
        if self.started:
            raise Disconnected
        if self.unread is not None and self.unread <= _MOST_DRAINED:
            async for _ in self.body():
                pass
        if page:
            title = "Not now" if refusal.status >= 429 else "Not allowed"
            body, media_type = (
                _PAGE.format(title=title, message=html.escape(refusal.message)),
                b"text/html; charset=utf-8",
            )
        else:
            body, media_type = json.dumps({"message": refusal.message, "reason": refusal.message}), b"application/json"
        self._closes = True
        headers = [*policy_headers(Kind.REFUSED), (b"content-type", media_type), *(extra or [])]
        await self.respond(refusal.status, headers, body.encode())

    async def linger(self) -> None:
        """Say that this was all, and listen for a while to what is still being said.

        The proxy touches its connection once more when the body of its request has ended; were it closed by then, the
        proxy would take the answer for lost and say 503 in its place.
        """
        drained = 0
        with contextlib.suppress(OSError, RuntimeError, TimeoutError):
            self.writer.write_eof()
            async with asyncio.timeout(_LINGER_S):
                while drained < _MOST_DRAINED and (piece := await self.reader.read(http1.PIECE)):
                    drained += len(piece)

    async def _read(self, size: int) -> bytes:
        try:
            async with asyncio.timeout(_BODY_S):
                return await self.reader.read(size)
        except (OSError, TimeoutError):
            raise Disconnected from None

    async def _send(self, data: bytes) -> None:
        if self._pending:
            data, self._pending = self._pending + data, b""
        if not data:
            return
        try:
            self.writer.write(data)
            await self.writer.drain()
        except OSError:
            raise Disconnected from None


def _response_head(status: int, headers: Headers) -> bytes:
    try:
        return http1.write(b"HTTP/1.1 %d %b" % (status, _REASONS.get(status, b"")), headers, response=True)
    except http1.NotHttp:
        raise Disconnected from None
