"""One request and its answer, by kind. Bodies are streamed and counted on the way."""

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
from hub_config.gateway.routes import Kind, largest_answer
from hub_config.gateway.security_headers import content_type, policy_headers
from hub_config.gateway.upstream import ServerConnection, Servers
from hub_config.gateway.websocket import pass_socket

SHOWN_COOKIE: Final = "tre-shown"
_FREE: Final = LEVELS[0]


class Exchange:
    """Answers requests that were judged."""

    def __init__(self, servers: Servers, assets: LabAssets, meter: Meter) -> None:
        """Prepare."""
        self._servers = servers
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

    async def answer(self, browser: BrowserConnection, judged: AuthorisedRequest) -> None:
        """Answer one request. Raises Refused before anything was answered, Gone afterwards."""
        await self._by_kind[judged.route.kind](browser, judged)

    async def _file(self, browser: BrowserConnection, judged: AuthorisedRequest) -> None:
        data, kind = self._assets.read(judged.path)
        policy = policy_headers(Kind.FILE, judged.host, judged.workspace.base)
        await _no_body(browser)
        await browser.whole(200, [*policy, (b"content-type", kind.encode("ascii"))], data)

    async def _dashboard(self, browser: BrowserConnection, judged: AuthorisedRequest) -> None:
        _, port, name = judged.path.split("/")
        built = dashboard.build(judged.workspace.base, port, name).encode()
        policy = policy_headers(Kind.DASHBOARD, judged.host, judged.workspace.base)
        await _no_body(browser)
        await browser.whole(200, [*policy, (b"content-type", b"text/html; charset=utf-8")], built)

    async def _page(self, browser: BrowserConnection, judged: AuthorisedRequest) -> None:
        await self._meter.check(judged.workspace.person)
        await _no_body(browser)
        connection, answer = await self._ask(judged)
        try:
            if answer.status != 200:
                await self._redirect(browser, judged, answer)
                return
            text = (await _whole(connection, answer, lab_page.MOST_BYTES)).decode(errors="replace")
        finally:
            self._servers.keep(judged.workspace.socket, connection)
        built = lab_page.build(lab_page.server_settings(text), self._assets.lab, judged.workspace.base).encode()
        cleaned = headers.to_browser(answer.headers, judged.workspace.base)
        own = [item for item in cleaned if item[0] in {b"set-cookie", b"x-jupyterhub-version"}]
        told = await self._count(judged, len(built))
        policy = policy_headers(Kind.PAGE, judged.host, judged.workspace.base)
        await browser.whole(200, [*own, *policy, *told, (b"content-type", b"text/html; charset=utf-8")], built)

    async def _login(self, browser: BrowserConnection, judged: AuthorisedRequest) -> None:
        await _no_body(browser)
        connection, answer = await self._ask(judged)
        try:
            await self._redirect(browser, judged, answer)
        finally:
            connection.close()

    async def _redirect(self, browser: BrowserConnection, judged: AuthorisedRequest, answer: http1.Response) -> None:
        """Pass a redirect on without its body; anything else is an error, said in words of our own."""
        cleaned = headers.to_browser(answer.headers, judged.workspace.base)
        if not 300 <= answer.status < 400 or b"location" not in headers.names(cleaned):
            status = answer.status if 400 <= answer.status < 600 else 502
            raise Refusal(status, f"The workspace's server refused this ({answer.status}).")
        kept = [item for item in cleaned if item[0] != b"content-type"]
        told = await self._count(judged, sum(len(value) for _, value in kept))
        policy = policy_headers(Kind.LOGIN, judged.host, judged.workspace.base)
        await browser.whole(302, [*kept, *policy, *told], b"")

    async def _data(self, browser: BrowserConnection, judged: AuthorisedRequest) -> None:
        await self._meter.check(judged.workspace.person, saving=judged.route.kind is Kind.SAVE)
        if "content-length" in judged.said:
            connection, answer = await self._send_body(browser, judged)
        else:
            await _no_body(browser)
            connection, answer = await self._ask(judged)
        try:
            await self._pass_answer(browser, judged, connection, answer)
        finally:
            self._servers.keep(judged.workspace.socket, connection)

    async def _pass_answer(
        self,
        browser: BrowserConnection,
        judged: AuthorisedRequest,
        connection: ServerConnection,
        answer: http1.Response,
    ) -> None:
        kept = headers.to_browser(answer.headers, judged.workspace.base)
        said = dict(kept).get(b"content-type", b"")
        most = largest_answer(judged.route, judged.address.query)
        if answer.length is not None and answer.length > most:
            raise Refusal(403, f"This is larger than a workspace shows at once ({most >> 20} MiB). {AIRLOCK}")
        first = sum(len(value) for name, value in kept if name in {b"location", b"set-cookie"})
        told = await self._count(judged, first)
        sent: Headers = [item for item in kept if item[0] != b"content-type"]
        sent += policy_headers(judged.route.kind, judged.host, judged.workspace.base)
        sent += [*told, (b"content-type", content_type(judged.route.kind, said))]
        browser.head(answer.status, sent, answer.length)
        async for piece in _pieces(connection, answer, most):
            level = await self._counted(judged, len(piece))
            if level >= CAPPED and judged.route.kind is not Kind.SAVE:
                raise Disconnected
            await browser.piece(piece)
        await browser.end()

    async def _counted(self, judged: AuthorisedRequest, size: int) -> int:
        try:
            return await self._meter.count(judged.workspace.person, size)
        except Refusal:
            raise Disconnected from None

    async def _count(self, judged: AuthorisedRequest, size: int) -> Headers:
        """Count, and tell the browser how far the day has come if it does not know."""
        return shown_cookie(judged, await self._meter.count(judged.workspace.person, size))

    async def _ask(self, judged: AuthorisedRequest) -> tuple[ServerConnection, http1.Response]:
        given = headers.to_server(judged.headers, judged.said)
        if judged.method not in {"GET", "DELETE"}:
            given.append((b"content-length", b"0"))
        return await self._servers.ask(judged.workspace.socket, judged.method, judged.address.target, given)

    async def _send_body(
        self, browser: BrowserConnection, judged: AuthorisedRequest
    ) -> tuple[ServerConnection, http1.Response]:
        given = headers.to_server(judged.headers, judged.said)
        given.append((b"content-length", judged.said["content-length"].encode("ascii")))
        connection = await self._servers.begin(
            judged.workspace.socket, judged.method, judged.address.target, given, again=False
        )
        try:
            with suppress(OSError):  # The server may answer before it has heard all.
                async for piece in browser.body():
                    await connection.send(piece)
            found = await connection.answer()
            if found.status < 200:
                raise Refusal(502, "The workspace's server answered with something else.")
        except BaseException:
            connection.close()
            raise
        return connection, found

    async def _socket(self, browser: BrowserConnection, judged: AuthorisedRequest) -> None:
        await self._meter.check(judged.workspace.person)
        await pass_socket(browser, judged, self._servers, self._meter)


def shown_cookie(judged: AuthorisedRequest, level: int) -> Headers:
    """The cookie by which the lab's page knows how far the day has come; none when it knows."""
    word = LEVELS[level]
    known = any(f"{SHOWN_COOKIE}={word}".encode() in value for name, value in judged.headers if name == b"cookie")
    spoken_of = any(f"{SHOWN_COOKIE}=".encode() in value for name, value in judged.headers if name == b"cookie")
    if known or (word == _FREE and not spoken_of):
        return []
    ending = "; Max-Age=0" if word == _FREE else ""
    return [(b"set-cookie", f"{SHOWN_COOKIE}={word}; Path={judged.workspace.base}; SameSite=Strict{ending}".encode())]


async def _no_body(browser: BrowserConnection) -> None:
    async for _ in browser.body():
        raise Refusal(400, "The gateway does not accept this request: it has a body.")


async def _pieces(connection: ServerConnection, answer: http1.Response, most: int) -> AsyncIterator[bytes]:
    read = 0
    try:
        async for piece in connection.body(answer):
            read += len(piece)
            if read > most:
                raise Disconnected
            yield piece
    except Refusal:
        raise Disconnected from None


async def _whole(connection: ServerConnection, answer: http1.Response, most: int) -> bytes:
    try:
        return b"".join([piece async for piece in _pieces(connection, answer, most)])
    except Disconnected:
        raise Refusal(502, "The workspace's server answered with too much.") from None
