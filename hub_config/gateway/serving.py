"""The gateway's process: takes connections from the proxy, and answers each request or refuses it."""

import asyncio
import socket
from typing import Final

import h11

from hub_config.gateway.browser_side import BrowserConnection, Gone
from hub_config.gateway.exchange import Exchange, shown_cookie
from hub_config.gateway.files import LabFiles
from hub_config.gateway.headers import Headers
from hub_config.gateway.judge import Judged, judge
from hub_config.gateway.meter import CAPPED, Meter
from hub_config.gateway.open_workspaces import Read
from hub_config.gateway.refusal import Refused, malformed
from hub_config.gateway.routes import TABLE, Route
from hub_config.gateway.server_side import Servers

_MOST_CONNECTIONS: Final = 2000
_TOO_MANY: Final = 429
_TIDY_S: Final = 30.0


class Gateway:
    """Answers the proxy."""

    def __init__(self, workspaces: Read, files: LabFiles, meter: Meter, table: tuple[Route, ...] = TABLE) -> None:
        """Prepare."""
        self._workspaces = workspaces
        self._table = table
        self._servers = Servers()
        self._exchange = Exchange(self._servers, files, meter)
        self._connections = 0

    async def serve(self, listening: socket.socket) -> None:
        """Answer until cancelled."""
        server = await asyncio.start_unix_server(self.connection, sock=listening)
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
                    browser.http.start_next_cycle()
        except (Gone, h11.LocalProtocolError):
            pass  # Nothing more can be said on this connection.
        finally:
            self._connections -= 1
            writer.close()

    async def _one(self, browser: BrowserConnection) -> bool:
        """Answer one request; whether another may follow."""
        try:
            request = await browser.request()
        except h11.RemoteProtocolError:
            await browser.refuse(malformed("it is not plain HTTP"), page=False)
            return False
        if request is None:
            return False
        sent = list(request.headers)
        judged = None
        try:
            judged = self._judge(request, sent)
            await self._exchange.answer(browser, judged)
        except Refused as refused:
            await browser.refuse(refused, page=_wants_page(sent), more=_told(refused, judged))
            return False
        except h11.RemoteProtocolError:
            return False
        return browser.http.our_state is h11.DONE and browser.http.their_state is h11.DONE

    def _judge(self, request: h11.Request, sent: Headers) -> Judged:
        # Bytes of HTTP/1.0 and 1.1 alone come here.
        if request.http_version != b"1.1":
            raise malformed("it is not HTTP/1.1")
        target = request.target.decode("latin-1")
        return judge(request.method.decode("latin-1"), target, sent, self._workspaces.of, self._table)


def _told(refused: Refused, judged: Judged | None) -> Headers:
    return shown_cookie(judged, CAPPED) if judged is not None and refused.status == _TOO_MANY else []


def _wants_page(sent: Headers) -> bool:
    return b"text/html" in dict(sent).get(b"accept", b"")
