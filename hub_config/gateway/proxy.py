"""The reverse proxy: a request and its response, by kind. Bodies are streamed and counted on the way."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Final

from hub_config.gateway import dashboard, headers, http1, lab_page
from hub_config.gateway.authorise import AuthorisedRequest
from hub_config.gateway.downstream import BrowserConnection, Disconnected
from hub_config.gateway.headers import Headers
from hub_config.gateway.lab_assets import LabAssets
from hub_config.gateway.meter import CAPPED, LEVELS, Meter
from hub_config.gateway.refusal import AIRLOCK, Refusal
from hub_config.gateway.routes import Kind, largest_response
from hub_config.gateway.security_headers import content_type, policy_headers
from hub_config.gateway.upstream import ServerConnection, ServerPool
from hub_config.gateway.websocket import tunnel

EGRESS_COOKIE: Final = "tre-shown"
_FREE: Final = LEVELS[0]


class Proxy:
    """Responds to requests that were authorised."""

    def __init__(self, pool: ServerPool, assets: LabAssets, meter: Meter) -> None:
        """Prepare."""
        self._pool = pool
        self._assets = assets
        self._meter = meter
        self._by_kind: dict[Kind, Callable[[BrowserConnection, AuthorisedRequest], Awaitable[None]]] = {
            Kind.PAGE: self._page,
            Kind.DASHBOARD: self._dashboard,
            Kind.FILE: self._file,
            Kind.LOGIN: self._login,
            Kind.DATA: self._data,
            Kind.SAVE: self._data,
            Kind.IMAGE: self._data,
            Kind.SOCKET: self._socket,
        }

    async def respond(self, browser: BrowserConnection, request: AuthorisedRequest) -> None:
        """Answer one request. Raises Refusal before anything was answered, Disconnected afterwards."""
        await self._by_kind[request.route.kind](browser, request)

    async def _file(self, browser: BrowserConnection, request: AuthorisedRequest) -> None:
        data, media_type = self._assets.read(request.path)
        policy = policy_headers(Kind.FILE, request.host, request.workspace.base)
        await _no_body(browser)
        await browser.respond(200, [*policy, (b"content-type", media_type.encode("ascii"))], data)

    async def _dashboard(self, browser: BrowserConnection, request: AuthorisedRequest) -> None:
        _, port, name = request.path.split("/")
        page = dashboard.build(request.workspace.base, port, name).encode()
        policy = policy_headers(Kind.DASHBOARD, request.host, request.workspace.base)
        await _no_body(browser)
        await browser.respond(200, [*policy, (b"content-type", b"text/html; charset=utf-8")], page)

    async def _page(self, browser: BrowserConnection, request: AuthorisedRequest) -> None:
        await self._meter.check(request.workspace.person)
        await _no_body(browser)
        connection, response = await self._ask(request)
        try:
            if response.status != 200:
                await self._redirect(browser, request, response)
                return
            text = (await _whole(connection, response, lab_page.MOST_BYTES)).decode(errors="replace")
        finally:
            self._pool.release(request.workspace.socket, connection)
        page = lab_page.build(lab_page.server_settings(text), self._assets.lab, request.workspace.base).encode()
        allowed = headers.response_headers(response.headers, request.workspace.base)
        own = [item for item in allowed if item[0] in {b"set-cookie", b"x-jupyterhub-version"}]
        cookie = await self._count(request, len(page))
        policy = policy_headers(Kind.PAGE, request.host, request.workspace.base)
        await browser.respond(200, [*own, *policy, *cookie, (b"content-type", b"text/html; charset=utf-8")], page)

    async def _login(self, browser: BrowserConnection, request: AuthorisedRequest) -> None:
        await _no_body(browser)
        connection, response = await self._ask(request)
        try:
            await self._redirect(browser, request, response)
        finally:
            connection.close()

    async def _redirect(self, browser: BrowserConnection, request: AuthorisedRequest, response: http1.Response) -> None:
        """Pass a redirect on without its body; anything else is an error, in words of our own."""
        allowed = headers.response_headers(response.headers, request.workspace.base)
        if not 300 <= response.status < 400 or b"location" not in headers.names(allowed):
            status = response.status if 400 <= response.status < 600 else 502
            raise Refusal(status, f"The workspace's server refused this ({response.status}).")
        fields = [item for item in allowed if item[0] != b"content-type"]
        cookie = await self._count(request, sum(len(value) for _, value in fields))
        policy = policy_headers(Kind.LOGIN, request.host, request.workspace.base)
        await browser.respond(302, [*fields, *policy, *cookie], b"")

    async def _data(self, browser: BrowserConnection, request: AuthorisedRequest) -> None:
        await self._meter.check(request.workspace.person, saving=request.route.kind is Kind.SAVE)
        if "content-length" in request.fields:
            connection, response = await self._send_body(browser, request)
        else:
            await _no_body(browser)
            connection, response = await self._ask(request)
        try:
            await self._forward(browser, request, connection, response)
        finally:
            self._pool.release(request.workspace.socket, connection)

    async def _forward(
        self,
        browser: BrowserConnection,
        request: AuthorisedRequest,
        connection: ServerConnection,
        response: http1.Response,
    ) -> None:
        fields = headers.response_headers(response.headers, request.workspace.base)
        media_type = dict(fields).get(b"content-type", b"")
        limit = largest_response(request.route, request.address.query)
        if response.length is not None and response.length > limit:
            raise Refusal(403, f"This is larger than a workspace shows at once ({limit >> 20} MiB). {AIRLOCK}")
        first = sum(len(value) for name, value in fields if name in {b"location", b"set-cookie"})
        cookie = await self._count(request, first)
        response_fields: Headers = [item for item in fields if item[0] != b"content-type"]
        response_fields += policy_headers(request.route.kind, request.host, request.workspace.base)
        response_fields += [*cookie, (b"content-type", content_type(request.route.kind, media_type))]
        browser.start_response(response.status, response_fields, response.length)
        async for piece in _pieces(connection, response, limit):
            level = await self._count_body(request, len(piece))
            if level >= CAPPED and request.route.kind is not Kind.SAVE:
                raise Disconnected
            await browser.write_body(piece)
        await browser.end_response()

    async def _count_body(self, request: AuthorisedRequest, size: int) -> int:
        try:
            return await self._meter.count(request.workspace.person, size)
        except Refusal:
            raise Disconnected from None

    async def _count(self, request: AuthorisedRequest, size: int) -> Headers:
        """Count, and tell the browser how far the day has come if it does not know."""
        return egress_cookie(request, await self._meter.count(request.workspace.person, size))

    async def _ask(self, request: AuthorisedRequest) -> tuple[ServerConnection, http1.Response]:
        upstream_headers = headers.request_headers(request.headers, request.fields)
        if request.method not in {"GET", "DELETE"}:
            upstream_headers.append((b"content-length", b"0"))
        return await self._pool.request(
            request.workspace.socket, request.method, request.address.target, upstream_headers
        )

    async def _send_body(
        self, browser: BrowserConnection, request: AuthorisedRequest
    ) -> tuple[ServerConnection, http1.Response]:
        upstream_headers = headers.request_headers(request.headers, request.fields)
        upstream_headers.append((b"content-length", request.fields["content-length"].encode("ascii")))
        connection = await self._pool.send_head(
            request.workspace.socket, request.method, request.address.target, upstream_headers, reuse=False
        )
        try:
            with suppress(OSError):  # The server may answer before it has heard all.
                async for piece in browser.body():
                    await connection.send(piece)
            response = await connection.read_response()
            if response.status < 200:
                raise Refusal(502, "The workspace's server answered with something else.")
        except BaseException:
            connection.close()
            raise
        return connection, response

    async def _socket(self, browser: BrowserConnection, request: AuthorisedRequest) -> None:
        await self._meter.check(request.workspace.person)
        await tunnel(browser, request, self._pool, self._meter)


def egress_cookie(request: AuthorisedRequest, level: int) -> Headers:
    """The cookie by which the lab's page knows how far the day has come; none when it knows."""
    level_name = LEVELS[level]
    is_current = any(
        f"{EGRESS_COOKIE}={level_name}".encode() in value for name, value in request.headers if name == b"cookie"
    )
    is_set = any(f"{EGRESS_COOKIE}=".encode() in value for name, value in request.headers if name == b"cookie")
    if is_current or (level_name == _FREE and not is_set):
        return []
    ending = "; Max-Age=0" if level_name == _FREE else ""
    return [
        (
            b"set-cookie",
            f"{EGRESS_COOKIE}={level_name}; Path={request.workspace.base}; SameSite=Strict{ending}".encode(),
        )
    ]


async def _no_body(browser: BrowserConnection) -> None:
    async for _ in browser.body():
        raise Refusal(400, "The gateway does not accept this request: it has a body.")


async def _pieces(connection: ServerConnection, response: http1.Response, limit: int) -> AsyncIterator[bytes]:
    size = 0
    try:
        async for piece in connection.body(response):
            size += len(piece)
            if size > limit:
                raise Disconnected
            yield piece
    except Refusal:
        raise Disconnected from None


async def _whole(connection: ServerConnection, response: http1.Response, limit: int) -> bytes:
    try:
        return b"".join([piece async for piece in _pieces(connection, response, limit)])
    except Disconnected:
        raise Refusal(502, "The workspace's server answered with too much.") from None
