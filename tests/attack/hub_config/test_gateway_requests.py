"""A browser that tries to get past the gateway, with requests as bytes on the real socket.

Where a defence can be taken away, it is, and the attack must then succeed: so it is known to be one.
"""

import asyncio
import re
import socket
from urllib.parse import urlsplit

import pytest

from hub_config.gateway import authorise, headers, http1, target
from hub_config.gateway.routes import TABLE, Kind, Route
from hub_config.gateway.target import Address
from hub_config.gateway.upstream import ServerPool
from tests.attack.hub_config.readers import Reading, chunks, first, last, nothing, targets, until_the_end
from tests.gateway import BASE, OK, answered, head, status, within

EVERYTHING = (Route(frozenset({"GET", "POST", "HEAD"}), re.compile(r".*"), Kind.DATA, None), *TABLE)


@pytest.fixture
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("g")


def trusting(target: str) -> Address:
    """A reader that takes an address as it comes."""
    return Address(target, urlsplit(target).path, {})


WHOLE_FILES = ["files/pay.csv", "nbconvert/html/a.ipynb", "view/a.html", "api/contents/a.csv?download=1"]


@pytest.mark.parametrize("below", WHOLE_FILES)
def test_whole_files_do_not_pass(folder, below):
    async def act(world):
        response = await world.say(head(f"GET {BASE}{below}"))
        assert status(response) == 403
        assert b"through the airlock" in response
        assert not world.heard

    within(folder, act)


@pytest.mark.parametrize("below", WHOLE_FILES)
def test_whole_files_would_pass_without_the_table(folder, below, monkeypatch):
    if "?" in below:
        monkeypatch.setattr(authorise, "parse_target", trusting)

    async def act(world):
        assert status(await world.say(head(f"GET {BASE}{below}"))) == 200
        assert world.heard

    within(folder, act, OK, EVERYTHING)


DRESSED_UP = [
    "api/contents/../../files/pay.csv",
    "api/contents/%2e%2e/%2e%2e/files/pay.csv",
    "api/contents/..%2f..%2ffiles/pay.csv",
    "api/contents/..\\..\\files\\pay.csv",
    "api/contents/%252e%252e/files/pay.csv",
    "api/contents//files/pay.csv",
    "lab/./../files/pay.csv",
    "api/contents/a%00.csv",
    "api/contents/%c0%ae%c0%ae/files",
]


@pytest.mark.parametrize("below", DRESSED_UP)
def test_dressed_up_paths_do_not_pass(folder, below):
    async def act(world):
        assert status(await world.say(head(f"GET {BASE}{below}"))) == 400
        assert not world.heard

    within(folder, act)


@pytest.mark.parametrize("below", DRESSED_UP)
def test_dressed_up_paths_would_pass_a_reader_that_trusts_them(folder, below, monkeypatch):
    monkeypatch.setattr(authorise, "parse_target", trusting)

    async def act(world):
        await world.say(head(f"GET {BASE}{below}"))
        assert any(below.encode() in piece for piece in world.heard)

    within(folder, act, OK, EVERYTHING)


OTHER_WAYS = [
    "http://tre/user/ana/pay/api",
    "//tre/user/ana/pay/api",
    "/user/%61na/pay/api",
    "/USER/ana/pay/api",
    "user/ana/pay/api",
    "tre:80",
    "*",
]


@pytest.mark.parametrize("target", OTHER_WAYS)
def test_other_ways_to_write_an_address_do_not_pass(folder, target):
    async def act(world):
        assert status(await world.say(head(f"GET {target}"))) in {400, 404}
        assert not world.heard

    within(folder, act)


SMUGGLED = f"GET {BASE}files/pay.csv HTTP/1.1\r\nHost: tre\r\n\r\n".encode()


CHUNKED = b"0\r\n\r\n" + SMUGGLED
ALL, WHOLE = len(CHUNKED), len(SMUGGLED)
# What a request says of its length, and two readers of whom the first takes all that follows for its body and the
# second does not.
FRAMINGS: dict[tuple[str, ...], tuple[Reading, Reading]] = {
    (f"Content-Length: {ALL}", "Transfer-Encoding: chunked"): (first, chunks),
    ("Transfer-Encoding: chunked", f"Content-Length: {ALL}"): (first, chunks),
    (f"Content-Length: {ALL}", "Transfer-Encoding: xchunked"): (first, chunks),
    (f"Content-Length: {ALL}", "Transfer-Encoding : chunked"): (first, chunks),
    ("Transfer-Encoding: xchunked",): (until_the_end, chunks),
    ("Transfer-Encoding: chunked, identity",): (until_the_end, chunks),
    ("Transfer-Encoding : chunked",): (until_the_end, chunks),
    ("Transfer-Encoding:\x0bchunked",): (until_the_end, chunks),
    ("Content-Length: 0", f"Content-Length: {WHOLE}"): (last, first),
    (f"Content-Length: 0, {WHOLE}",): (last, first),
    (f"Content-Length: +{WHOLE}",): (first, nothing),
    (f"Content-Length: {WHOLE:#x}",): (last, first),
    ("Expect: 100-continue", f"Content-Length: {WHOLE}"): (first, nothing),
}


def hidden(framing: tuple[str, ...]) -> bytes:
    """A request with another behind it that one of the two readers takes for its body."""
    body = CHUNKED if any("Transfer-Encoding" in line for line in framing) else SMUGGLED
    return head(f"PUT {BASE}api/contents/a.txt", *framing, close=False) + body


@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_request_hidden_behind_another_is_judged_or_refused(folder, framing):
    async def act(world):
        response = await world.say(hidden(framing))
        assert not any(b"files/pay.csv" in piece for piece in world.heard)
        assert b" 200 " not in response.split(b"\r\n")[0]

    within(folder, act)


EARLY = ("X: y\nTransfer-Encoding: chunked",)


def test_a_line_that_ends_early_hides_nothing(folder):
    async def act(world):
        response = await world.say(hidden(EARLY))
        assert not any(b"files/pay.csv" in piece for piece in world.heard)
        assert b"HTTP/1.1 4" in response

    within(folder, act)


@pytest.mark.parametrize(("framing", "readers"), [*FRAMINGS.items(), (EARLY, (until_the_end, chunks))])
def test_two_readers_who_trust_what_they_read_would_let_it_through(framing, readers):
    judging, obeying = readers
    assert targets(hidden(framing), judging) == [f"{BASE}api/contents/a.txt"]
    assert f"{BASE}files/pay.csv" in targets(hidden(framing), obeying)


UPLOAD = head(f"PUT {BASE}api/contents/a.txt", f"Content-Length: {WHOLE}") + SMUGGLED


def test_a_body_cannot_become_a_request_of_its_own(folder):
    async def act(world):
        await world.say(UPLOAD)
        for reading in (first, last):
            assert targets(b"".join(world.heard), reading) == [f"{BASE}api/contents/a.txt"]

    within(folder, act)


def test_a_body_would_become_one_if_its_length_were_lost(folder, monkeypatch):
    send_head = ServerPool.send_head

    async def forgetful(self, socket, method, target, headers, **given):
        return await send_head(self, socket, method, target, [h for h in headers if h[0] != b"content-length"], **given)

    monkeypatch.setattr(ServerPool, "send_head", forgetful)

    async def act(world):
        await world.say(UPLOAD)
        assert f"{BASE}files/pay.csv" in targets(b"".join(world.heard), nothing)

    within(folder, act)


def test_two_requests_on_one_connection_are_judged_each(folder):
    def both(response: bytes) -> bool:
        return response.count(b"HTTP/1.1 ") == 2

    async def act(world):
        response = await world.say(head(f"GET {BASE}api", close=False) + SMUGGLED, both)
        assert response.count(b"HTTP/1.1 200") == 1
        assert response.count(b"HTTP/1.1 403") == 1
        assert not any(b"files/pay.csv" in piece for piece in world.heard)

    within(folder, act)


FORGED = (
    "X-Forwarded-For: 10.0.0.1",
    "X-TRE-Person: ben",
    "Forwarded: for=x",
    "X-Forwarded-Host: evil",
    "Range: bytes=0-1",
)


def test_forged_headers_do_not_pass(folder):
    async def act(world):
        assert status(await world.say(head(f"GET {BASE}api", *FORGED))) == 200
        heard = b"".join(world.heard).lower()
        for line in FORGED:
            assert line.partition(":")[0].lower().encode() not in heard

    within(folder, act)


def test_forged_headers_would_pass_a_gateway_that_hands_all_on(folder, monkeypatch):
    monkeypatch.setattr(headers, "request_headers", lambda fields, _: list(fields))

    async def act(world):
        await world.say(head(f"GET {BASE}api", *FORGED))
        assert b"x-tre-person" in b"".join(world.heard).lower()

    within(folder, act)


@pytest.mark.parametrize(
    "line", ["Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site", "Service-Worker: script"]
)
def test_a_page_of_another_host_reaches_nothing(folder, line):
    async def act(world):
        for raw_request in (f"GET {BASE}api", f"DELETE {BASE}api/contents/a", f"GET {BASE}static/lab/style.js"):
            assert status(await world.say(head(raw_request, line))) == 403
        assert not world.heard

    within(folder, act)


ENDLESS = b"GET " + BASE.encode() + b"api HTTP/1.1\r\nHost: tre\r\nX: " + b"x" * (1 << 20)


def test_a_head_without_end_is_not_listened_to(folder):
    async def act(world):
        response = await world.say(ENDLESS)
        assert status(response) in {400, 431}
        assert not world.heard

    within(folder, act)


def test_a_head_would_be_listened_to_for_as_long_as_it_goes_on(folder, monkeypatch):
    monkeypatch.setattr(http1, "LARGEST_HEAD", 1 << 22)
    monkeypatch.setattr(http1, "READ_AHEAD", 1 << 22)
    monkeypatch.setattr(headers, "_LARGEST_HEADER", 1 << 22)

    async def act(world):
        assert status(await world.say(ENDLESS + b"\r\nConnection: close\r\n\r\n")) == 200

    within(folder, act)


def test_the_longest_address_is_short(folder):
    async def act(world):
        assert status(await world.say(head(f"GET {BASE}api/contents/{'a' * target.MOST_CHARACTERS}"))) == 414

    within(folder, act)


METHODS = ["HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "COPY", "LINK", "PURGE", "get"]


@pytest.mark.parametrize("method", METHODS)
def test_methods_beside_the_table_do_not_pass(folder, method):
    async def act(world):
        raw_request = head(f"{method} {BASE}api/contents/a", "Content-Length: 0")
        assert status(await world.say(raw_request, answered)) in {400, 405}
        assert not world.heard

    within(folder, act)


BESIDE = ["/", "/hub/api", "/user/ben/other/api", "/user/ana/", "/user/ana/pay", "/services/airlock/"]


@pytest.mark.parametrize("path", BESIDE)
def test_there_is_nothing_beside_the_open_workspaces(folder, path):
    async def act(world):
        assert status(await world.say(head(f"GET {path}"))) == 404

    within(folder, act)


@pytest.mark.parametrize("raw_request", [f"PUT {BASE}files/a", f"PUT {BASE}api/contents/a.txt"])
def test_an_answer_is_heard_by_a_proxy_that_touches_its_connection_once_more(folder, raw_request):
    async def act(world):
        def ask() -> bytes:
            with socket.socket(socket.AF_UNIX) as proxy:
                proxy.settimeout(5.0)
                proxy.connect(str(world.folder / "g.sock"))
                proxy.sendall(head(raw_request, "Content-Length: 2") + b"{}")
                response = b""
                while piece := proxy.recv(1 << 16):
                    response += piece
                proxy.send(b"")
                return response

        assert status(await asyncio.to_thread(ask)) in {200, 403}

    within(folder, act)
