"""A workspace asks its relay for everything that the hub can do: refused, and let through by an open table."""

import asyncio
import json
import os
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from hub_config.relay import relay
from hub_config.relay.routes import RelayedRequest, Target
from tests.attack.hub_config.readers import (
    Reading,
    chunks,
    first,
    last,
    line_by_line,
    nothing,
    targets,
    until_the_end,
    values,
    words,
)
from tests.attack.hub_config.test_relay_paths import TARGETS, request, sent_as, with_relay

ROUTES = [
    "GET /hub/api/users",
    "POST /hub/api/users",
    "GET /hub/api/users/ana",
    "GET /hub/api/users/ben",
    "POST /hub/api/users/eve",
    "PATCH /hub/api/users/ben",
    "DELETE /hub/api/users/ben",
    "GET /hub/api/users/ana/tokens",
    "POST /hub/api/users/ana/tokens",
    "DELETE /hub/api/users/ana/tokens/a1",
    "POST /hub/api/users/ana/server",
    "POST /hub/api/users/ana/servers/other",
    "DELETE /hub/api/users/ana/servers/pay",
    "GET /hub/api/users/ana/servers/pay/progress",
    "POST /hub/api/users/ben/servers/other",
    "POST /hub/api/users/ben/activity",
    "GET /hub/api/groups",
    "POST /hub/api/groups/checker",
    "POST /hub/api/groups/checker/users",
    "DELETE /hub/api/groups/checker",
    "GET /hub/api/proxy",
    "POST /hub/api/proxy",
    "PATCH /hub/api/proxy",
    "GET /hub/api/services",
    "GET /hub/api/services/airlock",
    "POST /hub/api/shutdown",
    "GET /hub/api/info",
    "GET /hub/api/authorizations/token/abc",
    "GET /hub/api/authorizations/cookie/name/value",
    "GET /hub/api/oauth2/authorize?client_id=service-airlock&response_type=code",
    "POST /hub/api/oauth2/authorize",
    "GET /hub/api/oauth2/token",
    "GET /hub/api/shares/ana/pay",
    "POST /hub/api/shares/ana/pay",
    "POST /hub/api/share-codes/ana/pay",
    "GET /hub/api/users/ana/shared",
    "GET /hub/login",
    "POST /hub/login",
    "GET /hub/logout",
    "GET /hub/home",
    "GET /hub/admin",
    "GET /hub/token",
    "GET /hub/spawn/ana/pay",
    "GET /hub/metrics",
    "GET /hub/health",
    "GET /hub/static/js/home.js",
    "POST /hub/security/csp-report",
    "GET /services/airlock/",
    "GET /services/airlock/workspace/requests",
    "GET /user/ben/other/api/status",
    "GET /api/routes",
    "DELETE /airlock/requests",
    "PUT /airlock/requests/r1",
]
FORGED = [
    "X-Forwarded-User: ben",
    "X-Forwarded-For: 127.0.0.1",
    "X-Forwarded-Host: hub",
    "X-Forwarded-Proto: https",
    "X-Real-IP: 127.0.0.1",
    "X-Scheme: https",
    "Forwarded: for=127.0.0.1",
    "X-Tre-Person: ben",
    "X-Tre-Project: other",
    "x_tre_person: ben",
    "X-HTTP-Method-Override: DELETE",
    "X-Original-URL: /hub/api/users",
    "X-Rewrite-URL: /hub/api/users",
    "Proxy-Authorization: Bearer x",
    "Cookie: jupyterhub-hub-login=x",
    "X-XSRFToken: x",
    "Referer: http://hub/hub/",
    "Origin: http://hub",
    "Upgrade: websocket",
    "Trailer: X-Tre-Person",
]
LOGIN = "GET /hub/login HTTP/1.1\nHost: x\nConnection: close"
SIZE, CHUNKED_SIZE = len(LOGIN) + 6, len(LOGIN) + 11  # as sent, with an end and each line's CR
POST = "POST /hub/api/oauth2/token HTTP/1.1\nHost: x\n"
# Ways to hide the second request, to /hub/login, inside the first. LF stands for CR LF.
SMUGGLED = {
    "pipelined": f"GET /hub/api HTTP/1.1\nHost: x\n\n{LOGIN}",
    "both lengths": f"{POST}Content-Length: {CHUNKED_SIZE}\nTransfer-Encoding: chunked\n\n0\n\n{LOGIN}",
    "two lengths": f"{POST}Content-Length: 0\nContent-Length: {SIZE}\n\n{LOGIN}",
    "a length with a sign": f"{POST}Content-Length: +{SIZE}\n\n{LOGIN}",
    "an odd coding": f"{POST}Transfer-Encoding: xchunked\n\n0\n\n{LOGIN}",
    "an odd chunk": f"{POST}Transfer-Encoding: chunked\n\n0x0;\n\n{LOGIN}",
    "a folded header": "GET /hub/api HTTP/1.1\nHost: x\nA: b\n GET /hub/login HTTP/1.1\nConnection: close",
    "a space before the colon": "GET /hub/api HTTP/1.1\nHost : x\nX-Tre-Person : ben\nConnection: close",
    "a header that ends early": "GET /hub/api HTTP/1.1\nHost: x\rGET /hub/login HTTP/1.1\nConnection: close",
    "two targets": "GET /hub/api /hub/login HTTP/1.1\nHost: x\nConnection: close",
    "no version": "GET /hub/login",
    "another version": "GET /hub/login HTTP/2.0\nHost: x\nConnection: close",
    "two hosts": "GET http://hub/hub/login HTTP/1.1\nHost: x\nHost: y\nConnection: close",
}
# By whom each would be let through: where it hides in a body, who takes it for one; and who obeys it.
LET_THROUGH: dict[str, tuple[Reading | None, Callable[[bytes], list[str]]]] = {
    "pipelined": (until_the_end, partial(targets, reading=nothing)),
    "both lengths": (first, partial(targets, reading=chunks)),
    "two lengths": (last, partial(targets, reading=first)),
    "a length with a sign": (first, partial(targets, reading=nothing)),
    "an odd coding": (until_the_end, partial(targets, reading=chunks)),
    "an odd chunk": (until_the_end, partial(targets, reading=chunks)),
    "a folded header": (nothing, line_by_line),
    "a space before the colon": (nothing, values),
    "a header that ends early": (nothing, line_by_line),
    "two targets": (nothing, words),
    "no version": (None, words),
    "another version": (None, words),
    "two hosts": (None, words),
}


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("r")


@pytest.fixture
def open_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """The defence switched off: whatever is asked for is passed on."""
    monkeypatch.setattr(relay, "route_request", lambda method, target, person: RelayedRequest(Target.HUB, target))


def ask(folder: Path, route: str, extra: str = "") -> tuple[int, str, bytes]:
    length = "" if route.startswith("GET") else "\nContent-Length: 0"
    return request(folder, f"{route} HTTP/1.1\nHost: x\nConnection: close{length}{extra}")


@pytest.mark.parametrize("route", ROUTES)
def test_the_hub_is_not_reached(folder, route):
    status, _, rest = ask(folder, route)
    assert status == 403
    assert b"uri" not in rest


@pytest.mark.parametrize("route", ROUTES)
def test_an_open_table_would_let_it_through(folder, open_table, route):
    status, _, rest = ask(folder, route)
    assert status == 200
    assert route.split()[1].encode() in rest


def forwarded_headers(folder: Path, route: str, header: str) -> dict[str, str]:
    """The headers that reached the other side."""
    return json.loads(ask(folder, route, f"\n{header}")[2])["headers"]


@pytest.mark.parametrize("header", FORGED)
def test_a_forged_header_goes_no_further(folder, header):
    name = header.partition(":")[0].lower()
    assert name not in forwarded_headers(folder, "GET /hub/api/user", header)
    reached = forwarded_headers(folder, "GET /airlock/requests", header)
    assert (reached["x-tre-person"], reached["x-tre-project"]) == ("ana", "pay")
    assert name in {"x-tre-person", "x-tre-project"} or name not in reached


@pytest.mark.parametrize("header", FORGED)
def test_with_every_header_kept_it_would_go_on(folder, monkeypatch, header):
    monkeypatch.setattr(relay, "headers", lambda target, fields, **_: dict(fields))
    name, _, value = header.partition(": ")
    assert forwarded_headers(folder, "GET /hub/api/user", header)[name.lower()] == value


@pytest.mark.parametrize("how", SMUGGLED)
def test_nothing_is_smuggled_past_the_table(folder, how):
    _, _, rest = request(folder, SMUGGLED[how])
    assert b'"/hub/login' not in rest
    assert b"ben" not in rest


@pytest.mark.parametrize("how", SMUGGLED)
def test_readers_who_trust_what_they_read_would_be_led_to_the_second_request(how):
    judging, obeying = LET_THROUGH[how]
    data = sent_as(SMUGGLED[how])
    if judging is not None:
        assert targets(data, judging)[0] in {"/hub/api", "/hub/api/oauth2/token"}
        assert len(targets(data, judging)) == 1
    assert {"/hub/login", "ben"} & set(obeying(data))


def test_an_open_table_would_pass_on_the_second_request(folder, open_table):
    assert b'"/hub/login' in request(folder, SMUGGLED["pipelined"])[2]


@pytest.mark.parametrize(
    "head", ["GET /hub/api HTTP/1.1\nHost: x\nA: " + "x" * (1 << 17), "GET /" + "x" * (1 << 17) + " HTTP/1.1\nHost: x"]
)
def test_an_endless_head_is_cut_off(folder, head):
    try:
        status, _, rest = request(folder, head)
    except (ConnectionError, BrokenPipeError):
        return
    assert status in {0, 400, 431}
    assert b"uri" not in rest


@pytest.mark.parametrize(
    "part", [b"GET /hub/api HT", b"POST /hub/api/oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx"]
)
@pytest.mark.parametrize("held", [True, False])
def test_who_sends_byte_by_byte_is_cut_off(folder, monkeypatch, part, held):
    monkeypatch.setattr(relay, "_IDLE_S", 0.3 if held else 60.0)

    async def act(address: Path) -> None:
        reader, writer = await asyncio.open_unix_connection(str(address))
        writer.write(part)
        try:
            ended = await asyncio.wait_for(reader.read(), 1.5)
        except TimeoutError:
            ended = None
        writer.close()
        assert (ended is not None) == held

    asyncio.run(with_relay(folder, act))


def send_descriptors(folder: Path) -> int:
    """Send 60 of them along with a request; how many were open in this process once it was answered."""
    counts = []

    async def act(address: Path) -> None:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(address))
            before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
            text = b"GET /hub/api HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            socket.send_fds(client, [text], [0, 1, 2] * 20)
            client.setblocking(False)
            loop = asyncio.get_running_loop()
            assert (await asyncio.wait_for(loop.sock_recv(client, 1000), 5)).startswith(b"HTTP/1.1 200")
            counts.append(len(os.listdir("/proc/self/fd")) - before)  # noqa: PTH208

    asyncio.run(with_relay(folder, act))
    return counts[0]


def test_descriptors_sent_to_the_relay_stay_with_their_sender(folder):
    assert send_descriptors(folder) <= 3


@pytest.mark.parametrize("target", TARGETS)
def test_an_open_table_would_let_dressed_up_paths_through(folder, open_table, target):
    status, _, rest = ask(folder, f"GET {target}")
    assert status == 200
    assert b"uri" in rest
