"""The one way out of a workspace: a unix socket that passes on a few requests, to the hub and to the airlock.

Runs in the hub. Each workspace has its own, in a folder that only that workspace sees, so a request's origin is known
by where it arrived. What is passed on is decided in ``routes``.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.netutil import bind_unix_socket
from tornado.web import Application, RequestHandler

from hub_config.relay.routes import RESPONSE_HEADERS, Target, headers, route_request

_MOST_BYTES: Final = 1 << 20
_MOST_HEAD: Final = 1 << 14  # bytes
_MOST_CONNECTIONS: Final = 64
# A submission is answered after its checks.
_TIMEOUT_S: Final = 900.0
# Whoever sends a request byte by byte has this long for its head, and for its body.
_IDLE_S: Final = 60.0
_REFUSED: Final = "A workspace can reach the airlock and nothing else."
_UNAVAILABLE: Final = "The other side did not answer; try again, and tell an operator if it stays so."


@dataclass(frozen=True)
class Origin:
    """Whose workspace speaks."""

    person: str
    project: str


@dataclass(frozen=True)
class Upstream:
    """Who answers.

    Attributes:
        hub_socket: the hub's unix socket.
        airlock_url: the airlock's address on loopback.
        secret: what tells the airlock that a relay speaks.
    """

    hub_socket: Path
    airlock_url: str
    secret: str = field(repr=False)


class Relay:
    """The relay of one workspace."""

    def __init__(self, address: Path, origin: Origin, upstream: Upstream) -> None:
        """Prepare. The folder of ``address`` exists and will be shown read-only to that workspace alone."""
        self._socket = address
        self._clients = {
            Target.HUB: httpx.AsyncClient(
                transport=httpx.AsyncHTTPTransport(uds=str(upstream.hub_socket)),
                base_url="http://hub",
                timeout=_TIMEOUT_S,
                trust_env=False,
            ),
            Target.AIRLOCK: httpx.AsyncClient(base_url=upstream.airlock_url, timeout=_TIMEOUT_S, trust_env=False),
        }
        arguments = {"origin": origin, "secret": upstream.secret, "clients": self._clients}
        application = Application([(r".*", _Handler, arguments)], log_function=lambda handler: None)  # noqa: ARG005
        self._server = _Server(
            application,
            max_body_size=_MOST_BYTES,
            max_header_size=_MOST_HEAD,
            idle_connection_timeout=_IDLE_S,
            body_timeout=_IDLE_S,
        )

    def start(self) -> None:
        """Listen. Must be called where an event loop runs."""
        self._server.add_socket(bind_unix_socket(str(self._socket), mode=0o600))

    async def stop(self) -> None:
        """Listen no more, and end what is under way."""
        self._server.stop()
        await self._server.close_all_connections()
        for client in self._clients.values():
            await client.aclose()
        self._socket.unlink(missing_ok=True)


class _Server(HTTPServer):
    """One workspace cannot use up the hub's file descriptors."""

    def handle_stream(self, stream: IOStream, address: tuple[object, ...]) -> None:
        if len(self._connections) >= _MOST_CONNECTIONS:
            stream.close()
            return
        super().handle_stream(stream, address)


class _Handler(RequestHandler):
    """Passes one request on, or refuses it."""

    def initialize(self, origin: Origin, secret: str, clients: dict[Target, httpx.AsyncClient]) -> None:
        self._origin = origin
        self._secret = secret
        self._clients = clients

    def set_default_headers(self) -> None:
        self.clear_header("Server")

    def check_xsrf_cookie(self) -> None:
        """No cookie is passed on, so there is none to forge."""

    async def prepare(self) -> None:
        """Answer every method here; nothing reaches the handlers of single methods."""
        method = self.request.method or ""
        relayed = route_request(method, self.request.uri or "", person=self._origin.person)
        if relayed is None:
            self._respond(403, _REFUSED)
            return
        request_headers = headers(
            relayed.target,
            self.request.headers,
            person=self._origin.person,
            project=self._origin.project,
            secret=self._secret,
        )
        try:
            response = await self._clients[relayed.target].request(
                method, relayed.path, headers=request_headers, content=self.request.body
            )
        except httpx.HTTPError:
            self._respond(502, _UNAVAILABLE)
            return
        self.set_status(response.status_code)
        for name, value in response.headers.items():
            if name.lower() in RESPONSE_HEADERS:
                self.set_header(name, value)
        self.finish(response.content)

    def _respond(self, status: int, message: str) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish({"status": status, "message": message})
