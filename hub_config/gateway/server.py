"""The gateway's process: takes connections from the proxy, and answers each request or refuses it."""

import asyncio
import socket
from typing import Final

from hub_config.gateway import http1
from hub_config.gateway.authorise import AuthorisedRequest, judge
from hub_config.gateway.downstream import BrowserConnection, Disconnected
from hub_config.gateway.headers import Headers
from hub_config.gateway.lab_assets import LabAssets
from hub_config.gateway.meter import CAPPED, Meter
from hub_config.gateway.proxy import Exchange, shown_cookie
from hub_config.gateway.refusal import Refusal
from hub_config.gateway.registry import OpenWorkspaces
from hub_config.gateway.routes import TABLE, Route
from hub_config.gateway.upstream import Servers

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
        self._servers = Servers()
        self._exchange = Exchange(self._servers, assets, meter)
        self._connections = 0

    async def serve(self, listening: socket.socket) -> None:
        """Answer until cancelled."""
        server = await asyncio.start_unix_server(self.connection, sock=listening, limit=http1.READ_AHEAD)
        tidying = asyncio.create_task(self._tidy())
        try:
            async with server:
                await server.serve_forever()
        finally:
            tidying.cancel()
            self._servers.forget(frozenset())

    async def _tidy(self) -> None:
        """Close what is kept for workspaces that are closed."""
        while True:
            await asyncio.sleep(_TIDY_S)
            self._servers.forget(self._workspaces.sockets())

    async def connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        self._connections += 1
        browser = BrowserConnection(reader, writer)
        try:
            if self._connections <= _MOST_CONNECTIONS:
                while await self._one(browser):
                    pass
                await browser.linger()
        except Disconnected:
            pass  # Nothing more can be said on this connection.
        finally:
            self._connections -= 1
            writer.close()

    async def _one(self, browser: BrowserConnection) -> bool:
        """Answer one request; whether another may follow."""
        try:
            request = await browser.request()
        except Refusal as refused:
            await browser.refuse(refused, page=False)
            return False
        if request is None:
            return False
        judged = None
        try:
            judged = judge(request.method, request.target, request.headers, self._workspaces.of, self._table)
            await self._exchange.answer(browser, judged)
        except Refusal as refused:
            await browser.refuse(refused, page=_wants_page(request.headers), more=_told(refused, judged))
            return False
        return browser.goes_on


def _told(refused: Refusal, judged: AuthorisedRequest | None) -> Headers:
    return shown_cookie(judged, CAPPED) if judged is not None and refused.status == _TOO_MANY else []


def _wants_page(sent: Headers) -> bool:
    return b"text/html" in dict(sent).get(b"accept", b"")
