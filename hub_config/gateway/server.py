"""The gateway's server: takes connections from the proxy, and answers each request or refuses it."""

import asyncio
import socket
from typing import Final

from hub_config.gateway import http1
from hub_config.gateway.authorise import AuthorisedRequest, authorise
from hub_config.gateway.downstream import BrowserConnection, Disconnected
from hub_config.gateway.headers import Headers
from hub_config.gateway.lab_assets import LabAssets
from hub_config.gateway.meter import CAPPED, Meter
from hub_config.gateway.proxy import Proxy, egress_cookie
from hub_config.gateway.refusal import Refusal
from hub_config.gateway.registry import OpenWorkspaces
from hub_config.gateway.routes import TABLE, Route
from hub_config.gateway.upstream import ServerPool

_MOST_CONNECTIONS: Final = 2000
_TOO_MANY: Final = 429
_TIDY_S: Final = 30.0


class Gateway:
    """Answers the proxy."""

    def __init__(
        self, workspaces: OpenWorkspaces, assets: LabAssets, meter: Meter, table: tuple[Route, ...] = TABLE
    ) -> None:
        """Prepare."""
        self._workspaces = workspaces
        self._table = table
        self._pool = ServerPool()
        self._proxy = Proxy(self._pool, assets, meter)
        self._connections = 0

    async def serve(self, listening: socket.socket) -> None:
        """Answer until cancelled."""
        server = await asyncio.start_unix_server(self.connection, sock=listening, limit=http1.READ_AHEAD)
        cleanup = asyncio.create_task(self._clean_up())
        try:
            async with server:
                await server.serve_forever()
        finally:
            cleanup.cancel()
            self._pool.close_others(frozenset())

    async def _clean_up(self) -> None:
        """Close what is kept for workspaces that are closed."""
        while True:
            await asyncio.sleep(_TIDY_S)
            self._pool.close_others(self._workspaces.sockets())

    async def connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        self._connections += 1
        browser = BrowserConnection(reader, writer)
        try:
            if self._connections <= _MOST_CONNECTIONS:
                while await self._respond(browser):
                    pass
                await browser.linger()
        except Disconnected:
            pass  # Nothing more can be said on this connection.
        finally:
            self._connections -= 1
            writer.close()

    async def _respond(self, browser: BrowserConnection) -> bool:
        """Answer one request; whether another may follow."""
        try:
            request = await browser.read_request()
        except Refusal as refusal:
            await browser.refuse(refusal, page=False)
            return False
        if request is None:
            return False
        authorised = None
        try:
            authorised = authorise(request.method, request.target, request.headers, self._workspaces.of, self._table)
            await self._proxy.respond(browser, authorised)
        except Refusal as refusal:
            await browser.refuse(refusal, page=_wants_page(request.headers), extra=_egress_headers(refusal, authorised))
            return False
        return browser.is_persistent


def _egress_headers(refusal: Refusal, authorised: AuthorisedRequest | None) -> Headers:
    return egress_cookie(authorised, CAPPED) if authorised is not None and refusal.status == _TOO_MANY else []


def _wants_page(request_headers: Headers) -> bool:
    return b"text/html" in dict(request_headers).get(b"accept", b"")
