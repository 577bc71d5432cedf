"""A workspace that tries to reach past its relay, with requests as bytes on the real socket."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets, bind_unix_socket
from tornado.web import Application, RequestHandler

from hub_config.relay.relay import Origin, Relay, Upstream

SOCKET = "hub.sock"
TARGETS = [
    "/hub/api/../login",
    "/hub/api/%2e%2e/login",
    "/hub//api",
    "/hub/api/",
    "/hub/api/user/",
    "/hub/api?next=/hub/login",
    "/hub/api/user?x=1",
    "/hub/api/user#x",
    "/hub/api;x",
    "/hub/api/users/ana/activity/../../ben/activity",
    "/hub/api/users/%61na/activity",
    "/hub/api/users/ANA/activity",
    "/airlock/../hub/login",
    "/airlock/requests/../../../hub/api",
    "/airlock/%2e%2e/release",
    "/airlock/requests?person=ben",
    "/airlock//requests",
    "/airlock/requests\\x",
    "/airlock/r\u00e9quests",
    "http://hub/hub/api",
    "//hub/hub/api",
    "/HUB/API",
]
METHODS = ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "CONNECT", "TRACE", "get"]


class Echo(RequestHandler):
    """An upstream that tells what reached it."""

    def prepare(self) -> None:
        self.set_header("Set-Cookie", "session=1")
        self.set_header("X-JupyterHub-Version", "6")
        self.finish({"uri": self.request.uri, "headers": {k.lower(): v for k, v in self.request.headers.items()}})


async def with_relay(folder: Path, act: Callable[[Path], Awaitable[None]]) -> None:
    echo = Application([(r".*", Echo)])
    hub, airlock = HTTPServer(echo), HTTPServer(echo)
    hub.add_socket(bind_unix_socket(str(folder / "upstream.sock")))
    tcp = bind_sockets(0, "127.0.0.1")
    airlock.add_sockets(tcp)
    upstream = Upstream(folder / "upstream.sock", f"http://127.0.0.1:{tcp[0].getsockname()[1]}", "the-secret")
    relay = Relay(folder / SOCKET, Origin("ana", "pay"), upstream)
    relay.start()
    try:
        await act(folder / SOCKET)
    finally:
        await relay.stop()
        hub.stop()
        airlock.stop()


def sent_as(head: str, body: bytes = b"") -> bytes:
    """A request's bytes, whose lines end here with LF alone and there with CR LF."""
    return head.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + body


async def say(address: Path, head: str, body: bytes = b"") -> tuple[int, str, bytes]:
    reader, writer = await asyncio.open_unix_connection(str(address))
    writer.write(sent_as(head, body))
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    top, _, rest = answer.partition(b"\r\n\r\n")
    return int(top.split()[1]) if top else 0, top.decode("latin-1").lower(), rest


def request(folder: Path, head: str, body: bytes = b"") -> tuple[int, str, bytes]:
    responses: list[tuple[int, str, bytes]] = []

    async def act(address: Path) -> None:
        responses.append(await say(address, head, body))

    asyncio.run(with_relay(folder, act))
    return responses[0]


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("r")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_dressed_up_paths_are_refused(folder, method, target):
    status, _, rest = request(folder, f"{method} {target} HTTP/1.1\nHost: x\nContent-Length: 0\nConnection: close")
    assert status in {400, 403}
    assert b"uri" not in rest


@pytest.mark.parametrize("method", METHODS)
def test_other_methods_are_refused(folder, method):
    status, _, _ = request(folder, f"{method} /hub/api HTTP/1.1\nHost: x\nConnection: close")
    assert status in {0, 400, 403, 405}


def test_who_speaks_is_known_by_the_socket_and_not_by_what_is_said(folder):
    head = (
        "POST /airlock/requests HTTP/1.1\nHost: x\nX-TRE-Person: ben\nX-TRE-Project: other\nX-Forwarded-For: 10.0.0.1\n"
        "Authorization: Bearer guess\nCookie: a=b\nContent-Length: 2\nConnection: close"
    )
    status, top, rest = request(folder, head, b"{}")
    assert status == 200
    reached = json.loads(rest)
    assert reached["uri"] == "/services/airlock/workspace/requests"
    assert reached["headers"]["x-tre-person"] == "ana"
    assert reached["headers"]["x-tre-project"] == "pay"
    assert reached["headers"]["authorization"] == "Bearer the-secret"
    assert not {"cookie", "x-forwarded-for"} & set(reached["headers"])
    assert "set-cookie" not in top


def test_the_hub_never_hears_the_airlocks_secret(folder):
    status, top, rest = request(
        folder, "GET /hub/api/user HTTP/1.1\nHost: x\nAuthorization: token mine\nConnection: close"
    )
    assert status == 200
    assert json.loads(rest)["headers"]["authorization"] == "token mine"
    assert b"the-secret" not in rest
    assert "x-jupyterhub-version: 6" in top


def test_two_requests_hidden_in_one_are_judged_each(folder):
    first = "GET /hub/api HTTP/1.1\nHost: x\nContent-Length: 4\nTransfer-Encoding: chunked\n\n0\n\n"
    head = f"{first}GET /hub/login HTTP/1.1\nHost: x"
    status, _, rest = request(folder, head + "\nConnection: close")
    assert b"/hub/login" not in rest
    assert status in {0, 200, 400, 403}


def test_a_large_body_is_refused(folder):
    head = f"POST /airlock/requests HTTP/1.1\nHost: x\nContent-Length: {2 << 20}\nConnection: close"
    status, _, rest = request(folder, head)
    assert status in {0, 400, 413}
    assert b"uri" not in rest


def test_one_workspace_cannot_use_up_the_hubs_descriptors(folder):
    async def act(address: Path) -> None:
        connections = [await asyncio.open_unix_connection(str(address)) for _ in range(200)]
        await asyncio.sleep(0.3)
        closed = sum(reader.at_eof() for reader, _ in connections)
        for _, writer in connections:
            writer.close()
        assert closed >= 200 - 64

    asyncio.run(with_relay(folder, act))


def test_an_airlock_that_is_down_is_said_to_be_down(folder):
    async def act() -> None:
        relay = Relay(folder / SOCKET, Origin("ana", "pay"), Upstream(folder / "none", "http://127.0.0.1:1", "s"))
        relay.start()
        status, _, _ = await say(folder / SOCKET, "GET /airlock/requests HTTP/1.1\nHost: x\nConnection: close")
        assert status == 502
        await relay.stop()
        assert not (folder / SOCKET).exists()

    asyncio.run(act())
