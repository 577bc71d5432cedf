"""A web socket between browser and workspace: agreed on in the plainest form, then passed on and counted."""

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable
from typing import Final

from hub_config.gateway import headers, http1
from hub_config.gateway.authorise import AuthorisedRequest
from hub_config.gateway.downstream import BrowserConnection
from hub_config.gateway.frames import BadFrame, Frames, closing
from hub_config.gateway.meter import CAPPED, Meter
from hub_config.gateway.refusal import Refusal
from hub_config.gateway.upstream import ServerConnection, Servers

_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
_PIECE: Final = 1 << 16
_TRY_LATER: Final = 1013
_ENOUGH: Final = "Nothing more is shown until tomorrow (UTC)."
# A frame that has begun when the limit is reached may end within this.
_MOST_AFTER: Final = 1 << 20
_NO_SOCKET: Final = "The workspace's server did not agree to a web socket."


async def pass_socket(browser: BrowserConnection, judged: AuthorisedRequest, servers: Servers, meter: Meter) -> None:
    """Agree with the server, then with the browser; then pass on until one of them ends.

    Raises:
        Refused: the server does not agree, or agrees to more than it was asked.
    """
    given = headers.to_server(judged.headers, judged.said) + headers.to_socket(judged.said, judged.route.protocols)
    server = await servers.begin(judged.workspace.socket, "GET", judged.address.target, given, again=False)
    try:
        answer = await server.answer()
        agreed = _agreed(answer, judged)
        await browser.switch(agreed)
        await _pass_on(browser, server, judged.workspace.person, meter)
    except OSError:
        raise Refusal(502, _NO_SOCKET) from None
    finally:
        server.close()


def _agreed(answer: http1.Response, judged: AuthorisedRequest) -> headers.Headers:
    said = dict(answer.headers)
    if answer.status != 101:
        status = answer.status if 400 <= answer.status < 600 else 502
        raise Refusal(status, _NO_SOCKET)
    key = judged.said["sec-websocket-key"].encode("ascii")
    accept = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
    protocol = said.get(b"sec-websocket-protocol")
    offered = headers.offered(judged.said, judged.route.protocols)
    if said.get(b"sec-websocket-accept") != accept or said.get(b"upgrade", b"").lower() != b"websocket":
        raise Refusal(502, _NO_SOCKET)
    if b"sec-websocket-extensions" in said or (protocol is not None and protocol.decode("latin-1") not in offered):
        raise Refusal(502, _NO_SOCKET)
    made = [(b"connection", b"Upgrade"), (b"upgrade", b"websocket"), (b"sec-websocket-accept", accept)]
    return made if protocol is None else [*made, (b"sec-websocket-protocol", protocol)]


async def _pass_on(browser: BrowserConnection, server: ServerConnection, person: str, meter: Meter) -> None:
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

    async def passed(data: bytes) -> bool:
        frames.feed(data)
        server.writer.write(data)
        await server.writer.drain()
        return True

    await _each(browser.reader, passed)


async def _down(browser: BrowserConnection, server: ServerConnection, person: str, meter: Meter) -> None:
    frames = Frames(masked=False)
    over = 0

    async def passed(data: bytes) -> bool:
        nonlocal over
        was_between = frames.between
        end = frames.feed(data)
        goes_on = await meter.count(person, len(data)) < CAPPED
        if not goes_on and (end or was_between):
            browser.writer.write(data[:end] + closing(_TRY_LATER, _ENOUGH))
        else:
            over += 0 if goes_on else len(data)
            goes_on = over < _MOST_AFTER
            browser.writer.write(data)
        await browser.writer.drain()
        return goes_on

    await _each(server.reader, passed)


async def _each(reader: asyncio.StreamReader, passed: Callable[[bytes], Awaitable[bool]]) -> None:
    """Pass on what comes until nothing does, or until ``passed`` says that it is enough."""
    try:
        while (data := await _read(reader)) and await passed(data):
            pass
    except (BadFrame, OSError, Refusal):
        return


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(_PIECE)
    except OSError:
        return b""
