"""The gateway's defences, switched off one by one: each attack must then succeed, so it is known to be one.

Where the attack stands beside its control already, in ``test_gateway_requests`` and ``test_gateway_answers``, it is not
here; ``controls`` says for each attack which is its control.
"""

import asyncio
import re
from collections.abc import Callable

import pytest

from hub_config.gateway import authorise, headers, http1, proxy, target, websocket
from hub_config.gateway.frames import Frames
from hub_config.gateway.registry import OpenWorkspaces
from hub_config.gateway.routes import LARGEST_FILE, Kind, Route
from hub_config.gateway.upstream import ServerConnection, ServerPool
from tests.attack.hub_config.test_gateway_answers import (
    DANGEROUS,
    EVENTS,
    NO_SOCKETS,
    NOT_PLAIN,
    UPGRADE,
    answer,
    switching,
)
from tests.attack.hub_config.test_gateway_requests import BESIDE, EVERYTHING, METHODS, OTHER_WAYS
from tests.attack.hub_config.test_gateway_requests import trusting as trusting_reader
from tests.gateway import BASE, OK, answered, head, status, within


@pytest.fixture
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("g")


@pytest.fixture
def off(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Replace one defence."""
    return monkeypatch.setattr


def test_an_answer_would_keep_its_headers_and_be_a_page(folder, off):
    off(headers, "response_headers", lambda response, _: list(response))
    off(proxy, "content_type", lambda _, media_type: media_type)

    async def act(world):
        response = (await world.say(head(f"GET {BASE}api"))).lower()
        for word in (b"session-id", b"clear-site", b"worker-allowed", b"refresh", b"evil", b"attachment", b"text/html"):
            assert word in response

    within(folder, act, answer(*DANGEROUS, body=b"<script>1</script>"))


@pytest.mark.parametrize("where", ["http://evil.example/?all", "//evil.example", "/hub/logout", "/user/ben/other/"])
def test_a_redirect_would_lead_elsewhere(folder, off, where):
    off(headers, "location", lambda value, _: value)

    async def act(world):
        response = await world.say(head(f"GET {BASE}"))
        assert status(response) == 302
        assert f"location: {where}".encode() in response

    within(folder, act, answer(f"Location: {where}", code="302 Found"))


def test_a_page_of_its_own_would_be_passed_on(folder, off):
    off(proxy, "content_type", lambda _, media_type: media_type)

    async def act(world):
        response = await world.say(head(f"GET {BASE}lab", "Accept: text/html"))
        assert status(response) == 200
        assert b"text/html" in response
        assert b"evil" in response

    inside = answer("Content-Type: text/html", body=b'<meta http-equiv=refresh content="0;url=//evil">')
    within(folder, act, inside, EVERYTHING)


def trusting(head: bytes) -> http1.Response:
    """A reader that makes an answer of anything."""
    return http1.Response(200, [], 2, chunked=False, closes=True)


@pytest.mark.parametrize("said_inside", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_an_answer_that_is_not_plain_http_would_be_passed_on(folder, off, said_inside):
    off(http1, "read_response", trusting)
    off(http1, "READ_AHEAD", 1 << 20)

    async def act(world):
        response = await world.say(head(f"GET {BASE}api"), lambda response: response.endswith(b"{}"))
        assert status(response) == 200
        assert response.endswith(b"{}")

    within(folder, act, said_inside)


def test_an_unasked_answer_would_reach_the_next_request(folder, off):
    off(ServerConnection, "reusable", True)

    def release(self: ServerPool, socket: str, connection: ServerConnection) -> None:
        self._idle[socket].append(connection)

    off(ServerPool, "release", release)

    async def act(world):
        response = b""
        for _ in range(3):
            response += await world.say(head(f"GET {BASE}api"))
            await asyncio.sleep(0.05)
        assert b"second" in response

    within(folder, act, OK + answer(body=b"second"))


def test_a_large_file_would_be_shown(folder, off):
    off(proxy, "largest_response", lambda row, _: row.largest)

    async def act(world):
        raw_request = f"GET {BASE}api/contents/a.bin?type=file&format=base64&content=1"
        assert status(await world.say(head(raw_request))) == 200

    within(folder, act, answer("Content-Type: application/json", body=b"x" * (LARGEST_FILE + 1)))


@pytest.mark.parametrize(
    "inside",
    [
        switching(accept="AAAA"),
        switching("Sec-WebSocket-Extensions: permessage-deflate"),
        switching("Sec-WebSocket-Protocol: evil"),
    ],
)
def test_a_web_socket_on_other_terms_would_open(folder, off, inside):
    off(websocket, "_handshake", lambda response, _: list(response.headers))

    async def act(world):
        assert status(await world.say(head(EVENTS, *UPGRADE, close=False), answered)) == 101

    within(folder, act, inside)


@pytest.mark.parametrize("raw_request", NO_SOCKETS.values(), ids=NO_SOCKETS)
def test_anything_would_become_a_web_socket(folder, off, raw_request):
    off(headers, "check_request", lambda fields: {name.decode(): value.decode() for name, value in fields})
    off(headers, "is_upgrade", lambda _: True)
    off(headers, "upgrade_headers", lambda fields, _: [(b"upgrade", fields.get("upgrade", "websocket").encode())])
    off(websocket, "_handshake", lambda response, _: list(response.headers))
    off(http1, "_framing", lambda _: (False, None))
    anything = Route(frozenset({"GET", "POST"}), re.compile(".*"), Kind.SOCKET, None)

    async def act(world):
        assert status(await world.say(raw_request, answered)) == 101
        assert world.heard

    within(folder, act, switching(), (anything,))


@pytest.mark.parametrize("first", [b"GET /user/ana/pay/files/pay.csv HTTP/1.1\r\nHost: x\r\n\r\n", b"\x82\x03abc"])
def test_bytes_that_are_no_frames_would_reach_the_server(folder, off, first):
    off(Frames, "feed", lambda _, data: len(data))

    async def act(world):
        def passed_on(_: bytes) -> bool:
            return any(first in piece for piece in world.heard)

        await world.say(head(EVENTS, *UPGRADE, close=False) + first, passed_on)
        assert passed_on(b"")

    within(folder, act, switching())


@pytest.mark.parametrize("then", [b"HTTP/1.1 200 OK\r\n\r\n<script>", b"\x82\x83abcdxyz", b"\xc2\x03abc"])
def test_a_server_that_does_not_speak_in_frames_would_be_heard(folder, off, then):
    off(Frames, "feed", lambda _, data: len(data))

    async def act(world):
        response = await world.say(head(EVENTS, *UPGRADE, close=False), lambda response: then in response)
        assert then in response

    within(folder, act, switching(then=then))


@pytest.mark.parametrize(
    "line", ["Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site", "Service-Worker: script"]
)
def test_a_page_of_another_host_would_be_answered(folder, off, line):
    if line.startswith("Origin"):
        off(headers, "_check_origin", lambda _: None)
    else:
        off(headers, "check_same_site", lambda _: None)

    async def act(world):
        assert status(await world.say(head(f"GET {BASE}api", line))) == 200

    within(folder, act)


def test_a_long_address_would_pass(folder, off):
    below = "a" * target.MOST_CHARACTERS
    off(target, "MOST_CHARACTERS", 1 << 20)

    async def act(world):
        assert status(await world.say(head(f"GET {BASE}api/contents/{below}"))) == 200

    within(folder, act)


def test_without_a_limit_a_web_socket_would_show_all_of_it(folder):
    frame = b"\x82\x7f" + (1 << 16).to_bytes(8, "big") + b"x" * (1 << 16)

    async def act(world):
        def all_of_it(response: bytes) -> bool:
            return len(response) >= 200 * len(frame)

        assert all_of_it(await world.say(head(EVENTS, *UPGRADE, close=False), all_of_it))

    within(folder, act, switching(then=frame * 200))


def anything(data: bytes) -> http1.Request:
    """A reader to whom every method and every target is one."""
    line, *lines = data.decode().strip().split("\r\n")
    fields = [(name.lower().encode(), value.encode()) for name, _, value in (line.partition(": ") for line in lines)]
    return http1.Request(line.split()[0], line.split()[1], fields, 0, closes=True)


@pytest.mark.parametrize("target", [*BESIDE, *OTHER_WAYS])
def test_an_address_beside_the_open_workspaces_would_be_taken_for_one(folder, off, target):
    off(http1, "read_request", anything)
    off(http1, "_REQUEST", re.compile(b".*", re.DOTALL))
    off(authorise, "parse_target", trusting_reader)
    off(OpenWorkspaces, "of", lambda self, path: next(iter(self._current().values())))

    async def act(world):
        assert status(await world.say(head(f"GET {target}"))) == 200
        assert any(target.encode() in piece for piece in world.heard)

    within(folder, act, OK, EVERYTHING)


@pytest.mark.parametrize("method", METHODS)
def test_a_table_of_every_method_would_pass_them_on(folder, off, method):
    off(http1, "read_request", anything)
    off(http1, "_REQUEST", re.compile(b".*", re.DOTALL))
    every = Route(frozenset(METHODS), re.compile(".*"), Kind.DATA, None)

    async def act(world):
        def passed_on(_: bytes) -> bool:
            return any(piece.startswith(method.encode()) for piece in world.heard)

        await world.say(head(f"{method} {BASE}api/contents/a", "Content-Length: 0"), passed_on)
        assert passed_on(b"")

    within(folder, act, OK, (every,))
