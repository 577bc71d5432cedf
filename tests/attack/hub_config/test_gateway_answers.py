"""A workspace's server that has been taken over, and answers the gateway with whatever it likes."""

import asyncio
import base64
import hashlib

import pytest

from hub_config.gateway.routes import LARGEST_FILE
from tests.gateway import BASE, OK, answered, head, status, within

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = base64.b64encode(
    hashlib.sha1(f"{KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode(), usedforsecurity=False).digest()
).decode()
UPGRADE = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {KEY}")
EVENTS = f"GET {BASE}api/events/subscribe"


@pytest.fixture
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("g")


def answer(*lines: str, body: bytes = b"{}", code: str = "200 OK") -> bytes:
    length = [] if any("Transfer" in line for line in lines) else [f"Content-Length: {len(body)}"]
    return "\r\n".join([f"HTTP/1.1 {code}", *lines, *length, "", ""]).encode() + body


def switching(*more: str, accept: str = ACCEPT, then: bytes = b"") -> bytes:
    lines = ["HTTP/1.1 101 x", "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {accept}", *more]
    return "\r\n".join([*lines, "", ""]).encode() + then


DANGEROUS = (
    "Set-Cookie: jupyterhub-session-id=x; Path=/",
    'Clear-Site-Data: "*"',
    "Service-Worker-Allowed: /",
    "Refresh: 0; url=http://evil.example",
    "Access-Control-Allow-Origin: *",
    "Content-Security-Policy: default-src *",
    "Link: <http://evil.example>; rel=preload",
    "Content-Disposition: attachment",
    "Content-Type: text/html",
)


def test_an_answer_is_stripped_and_is_never_a_page(folder):
    async def act(world):
        response = (await world.say(head(f"GET {BASE}api"))).lower()
        for word in (b"session-id", b"clear-site", b"worker-allowed", b"refresh", b"evil", b"attachment", b"text/html"):
            assert word not in response
        assert response.count(b"content-security-policy") == 1
        assert b"content-type: text/plain" in response

    within(folder, act, answer(*DANGEROUS, body=b"<script>1</script>"))


@pytest.mark.parametrize("below", ["", "lab", "oauth_callback?code=1", "api"])
@pytest.mark.parametrize("where", ["http://evil.example/?all", "//evil.example", "/hub/logout", "/user/ben/other/"])
def test_a_redirect_elsewhere_is_refused(folder, below, where):
    async def act(world):
        response = await world.say(head(f"GET {BASE}{below}"))
        assert status(response) == 502
        assert b"evil" not in response

    within(folder, act, answer(f"Location: {where}", code="302 Found"))


def test_a_page_of_its_own_is_not_passed_on(folder):
    async def act(world):
        for below in ("lab", "", "oauth_callback"):
            response = await world.say(head(f"GET {BASE}{below}", "Accept: text/html"))
            assert status(response) == 502
            assert b"evil" not in response

    within(folder, act, answer("Content-Type: text/html", body=b'<meta http-equiv=refresh content="0;url=//evil">'))


NOT_PLAIN = {
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    "a folded line": b"HTTP/1.1 200 OK\r\nX: a\r\n b: c\r\nContent-Length : 2\r\n\r\n{}",
    "compressed": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    "no HTTP": b"not HTTP at all\r\n\r\n{}",
    "another protocol": b"HTTP/1.1 101 x\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n{}",
    "a long head": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: " + b"x" * (1 << 17) + b"\r\n\r\n{}",
}


@pytest.mark.parametrize("said_inside", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_an_answer_that_is_not_plain_http_is_refused(folder, said_inside):
    async def act(world):
        assert status(await world.say(head(f"GET {BASE}api"))) == 502

    within(folder, act, said_inside)


def test_an_unasked_answer_reaches_nobody(folder):
    async def act(world):
        for _ in range(3):
            response = await world.say(head(f"GET {BASE}api"))
            assert b"second" not in response
            await asyncio.sleep(0.05)

    within(folder, act, OK + answer(body=b"second"))


def test_a_large_file_is_not_shown(folder):
    async def act(world):
        response = await world.say(head(f"GET {BASE}api/contents/a.bin?type=file&format=base64&content=1"))
        assert status(response) == 403
        assert b"through the airlock" in response
        assert status(await world.say(head(f"GET {BASE}api/contents/a.ipynb?type=notebook&content=1"))) == 200

    within(folder, act, answer("Content-Type: application/json", body=b"x" * (LARGEST_FILE + 1)))


def test_what_is_shown_is_counted_and_ends_at_the_limit(folder):
    async def act(world):
        world.most = 5 << 20
        request = head(f"GET {BASE}api/contents/a.ipynb?type=notebook&content=1")
        responses = [await world.say(request) for _ in range(10)]
        assert status(responses[0]) == 200
        assert status(responses[-1]) == 429
        assert b"tre-shown=capped" in responses[-1]
        assert b"until tomorrow" in responses[-1]
        assert sum(map(len, responses)) < world.most + (2 << 20)
        assert status(await world.say(head(f"GET {BASE}static/favicons/favicon.ico"))) == 200, "the lab itself goes on"
        assert status(await world.say(head(EVENTS, *UPGRADE, close=False), answered)) == 429

    within(folder, act, answer("Content-Type: application/json", body=b"x" * (1 << 20)))


def test_without_a_limit_all_of_it_is_shown(folder):
    async def act(world):
        request = head(f"GET {BASE}api/contents/a.ipynb?type=notebook&content=1")
        assert {status(await world.say(request)) for _ in range(10)} == {200}

    within(folder, act, answer("Content-Type: application/json", body=b"x" * (1 << 20)))


def test_a_web_socket_passes_and_is_counted(folder):
    async def act(world):
        response = await world.say(
            head(EVENTS, *UPGRADE, close=False), lambda response: response.endswith(b"\x82\x03abc")
        )
        assert status(response) == 101
        assert response.endswith(b"\x82\x03abc")

    within(folder, act, switching(then=b"\x82\x03abc"))


@pytest.mark.parametrize(
    "said_inside",
    [
        switching(accept="AAAA"),
        switching("Sec-WebSocket-Extensions: permessage-deflate"),
        switching("Sec-WebSocket-Protocol: evil"),
        answer(body=b"a page"),
        answer(code="302 Found"),
    ],
)
def test_a_web_socket_on_other_terms_is_refused(folder, said_inside):
    async def act(world):
        assert status(await world.say(head(EVENTS, *UPGRADE, close=False), answered)) == 502

    within(folder, act, said_inside)


NO_SOCKETS = {
    "of another address": head(f"GET {BASE}api", *UPGRADE, close=False),
    "of a whole file": head(f"GET {BASE}files/a", *UPGRADE, close=False),
    "not asked for": head(EVENTS),
    "another protocol": head(EVENTS, "Upgrade: h2c", "Connection: Upgrade", close=False),
    "with a body": head(EVENTS, *UPGRADE, "Content-Length: 3", close=False) + b"abc",
    "with chunks": head(EVENTS, *UPGRADE, "Transfer-Encoding: chunked", close=False) + b"0\r\n\r\n",
    "by another method": head(f"POST {BASE}api/events/subscribe", *UPGRADE, close=False),
    "for another host": head(EVENTS, *UPGRADE, "Origin: http://evil.example", close=False),
}


@pytest.mark.parametrize("raw_request", NO_SOCKETS.values(), ids=NO_SOCKETS)
def test_what_is_not_a_web_socket_does_not_become_one(folder, raw_request):
    async def act(world):
        response = await world.say(raw_request, answered)
        assert status(response) in {400, 403, 404, 405, 411}
        assert not world.heard

    within(folder, act, switching())


@pytest.mark.parametrize(
    "first", [b"GET /user/ana/pay/files/pay.csv HTTP/1.1\r\nHost: x\r\n\r\n", b"\x82\x03abc", b"\xc1\x80abcd"]
)
def test_a_request_through_an_open_web_socket_goes_nowhere(folder, first):
    async def act(world):
        await world.say(head(EVENTS, *UPGRADE, close=False) + first)
        assert not any(first in piece for piece in world.heard)

    within(folder, act, switching())


@pytest.mark.parametrize("then", [b"HTTP/1.1 200 OK\r\n\r\n<script>", b"\x82\x83abcdxyz", b"\xc2\x03abc"])
def test_a_server_that_does_not_speak_in_frames_is_cut_off(folder, then):
    async def act(world):
        response = await world.say(head(EVENTS, *UPGRADE, close=False))
        assert not response.partition(b"\r\n\r\n")[2]

    within(folder, act, switching(then=then))


def test_a_web_socket_ends_at_the_limit_with_a_reason(folder):
    async def act(world):
        world.most = 3 << 20
        response = await world.say(head(EVENTS, *UPGRADE, close=False))
        assert b"until tomorrow" in response[-125:]
        assert len(response) < 5 << 20

    frame = b"\x82\x7f" + (1 << 16).to_bytes(8, "big") + b"x" * (1 << 16)
    within(folder, act, switching(then=frame * 200))
