"""A web socket as a tunnel between browser and workspace: agreed on in its plainest form, passed on and counted."""

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable
from typing import Final

from hub_config.gateway import headers, http1
from hub_config.gateway.authorise import AuthorisedRequest
from hub_config.gateway.downstream import BrowserConnection
from hub_config.gateway.frames import BadFrame, Frames, close_frame
from hub_config.gateway.meter import CAPPED, Meter
from hub_config.gateway.refusal import Refusal
from hub_config.gateway.upstream import ServerConnection, ServerPool

_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
_PIECE: Final = 1 << 16
_TRY_LATER: Final = 1013
_ENOUGH: Final = "Nothing more is shown until tomorrow (UTC)."
# A frame that has begun when the limit is reached may end within this.
_MOST_AFTER: Final = 1 << 20
_NO_SOCKET: Final = "The workspace's server did not agree to a web socket."


async def tunnel(browser: BrowserConnection, request: AuthorisedRequest, pool: ServerPool, meter: Meter) -> None:
    """Agree with the server, then with the browser; then pass on until one of them ends.

    Raises:
        Refusal: the server does not agree, or agrees to more than it was asked.
    """
    upgrade = headers.upgrade_headers(request.fields, request.route.protocols)
    head = [*headers.request_headers(request.headers, request.fields), *upgrade]
    server = await pool.send_head(request.workspace.socket, "GET", request.address.target, head, reuse=False)
    try:
        response = await server.read_response()
        handshake = _handshake(response, request)
        await browser.switch_protocols(handshake)
        await _forward_both(browser, server, request.workspace.person, meter)
    except OSError:
        raise Refusal(502, _NO_SOCKET) from None
    finally:
        server.close()


def _handshake(response: http1.Response, request: AuthorisedRequest) -> headers.Headers:
    fields = dict(response.headers)
    if response.status != 101:
        status = response.status if 400 <= response.status < 600 else 502
        raise Refusal(status, _NO_SOCKET)
    key = request.fields["sec-websocket-key"].encode("ascii")
    accept = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
    protocol = fields.get(b"sec-websocket-protocol")
    offer = headers.offered_protocols(request.fields, request.route.protocols)
    if fields.get(b"sec-websocket-accept") != accept or fields.get(b"upgrade", b"").lower() != b"websocket":
        raise Refusal(502, _NO_SOCKET)
    if b"sec-websocket-extensions" in fields or (protocol is not None and protocol.decode("latin-1") not in offer):
        raise Refusal(502, _NO_SOCKET)
    upgrade = [(b"connection", b"Upgrade"), (b"upgrade", b"websocket"), (b"sec-websocket-accept", accept)]
    return upgrade if protocol is None else [*upgrade, (b"sec-websocket-protocol", protocol)]


async def _forward_both(browser: BrowserConnection, server: ServerConnection, person: str, meter: Meter) -> None:
    up = asyncio.create_task(_up(browser, server))
    down = asyncio.create_task(_down(browser, server, person, meter))
    try:
        await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (up, down):
            task.cancel()
        await asyncio.gather(up, down, return_exceptions=True)


async def _up(browser: BrowserConnection, server: ServerConnection) -> None:
    frames = Frames(masked=True)

    async def forward(data: bytes) -> bool:
        frames.feed(data)
        server.writer.write(data)
        await server.writer.drain()
        return True

    await _forward(browser.reader, forward)


async def _down(browser: BrowserConnection, server: ServerConnection, person: str, meter: Meter) -> None:
    frames = Frames(masked=False)
    excess = 0

    async def forward(data: bytes) -> bool:
        nonlocal excess
        was_at_boundary = frames.at_boundary
        end = frames.feed(data)
        allowed = await meter.count(person, len(data)) < CAPPED
        if not allowed and (end or was_at_boundary):
            browser.writer.write(data[:end] + close_frame(_TRY_LATER, _ENOUGH))
        else:
            excess += 0 if allowed else len(data)
            allowed = excess < _MOST_AFTER
            browser.writer.write(data)
        await browser.writer.drain()
        return allowed

    await _forward(server.reader, forward)


async def _forward(reader: asyncio.StreamReader, forward: Callable[[bytes], Awaitable[bool]]) -> None:
    """Pass on what comes until nothing does, or until ``forward`` says that it is enough."""
    try:
        while (data := await _read(reader)) and await forward(data):
            pass
    except (BadFrame, OSError, Refusal):
        return


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(_PIECE)
    except OSError:
        return b""
