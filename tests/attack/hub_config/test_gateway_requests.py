"""A browser that tries to get past the gateway, with requests as bytes on the real socket.

Where a defence can be taken away, it is, and the attack must then succeed: so it is known to be one.
"""

import asyncio
import re
import socket
from urllib.parse import urlsplit

import pytest

from hub_config.gateway import address, headers, judge
from hub_config.gateway.address import Address
from hub_config.gateway.routes import TABLE, Kind, Route
from tests.gateway import BASE, OK, head, status, within

EVERYTHING = (Route(frozenset({"GET", "POST", "HEAD"}), re.compile(r".*"), Kind.DATA, None), *TABLE)


@pytest.fixture
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("g")


WHOLE_FILES = ["files/pay.csv", "nbconvert/html/a.ipynb", "view/a.html", "api/contents/a.csv?download=1"]


@pytest.mark.parametrize("below", WHOLE_FILES)
def test_whole_files_do_not_pass(folder, below):
    async def act(world):
        said = await world.say(head(f"GET {BASE}{below}"))
        assert status(said) == 403
        assert b"through the airlock" in said
        assert not world.heard

    within(folder, act)


@pytest.mark.parametrize("below", WHOLE_FILES[:3])
def test_whole_files_would_pass_without_the_table(folder, below):
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
    def trusting(target: str) -> Address:
        return Address(target, urlsplit(target).path, {})

    monkeypatch.setattr(judge.address, "read", trusting)

    async def act(world):
        await world.say(head(f"GET {BASE}{below}"))
        assert any(below.encode() in piece for piece in world.heard)

    within(folder, act, OK, EVERYTHING)


@pytest.mark.parametrize(
    "target", ["http://tre/user/ana/pay/api", "//tre/user/ana/pay/api", "/user/%61na/pay/api", "/USER/ana/pay/api", "*"]
)
def test_other_ways_to_write_an_address_do_not_pass(folder, target):
    async def act(world):
        assert status(await world.say(head(f"GET {target}"))) in {400, 404}
        assert not world.heard

    within(folder, act)


SMUGGLED = f"GET {BASE}files/pay.csv HTTP/1.1\r\nHost: tre\r\n\r\n".encode()


@pytest.mark.parametrize(
    "framing",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Content-Length: 0", f"Content-Length: {len(SMUGGLED)}"),
        ("Content-Length: +0",),
        ("Content-Length: 0x0",),
        ("Content-Length: 0, 5",),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding : chunked",),
        ("Transfer-Encoding:\x0bchunked",),
        ("Expect: 100-continue", "Content-Length: 5"),
    ],
)
def test_a_request_hidden_behind_another_is_judged_or_refused(folder, framing):
    async def act(world):
        first = head(f"PUT {BASE}api/contents/a.txt", *framing, close=False)
        said = await world.say(first + b"0\r\n\r\n" + SMUGGLED, patience_s=1.0)
        assert not any(b"files/pay.csv" in piece for piece in world.heard)
        assert b" 200 " not in said.split(b"\r\n")[0]

    within(folder, act)


def test_a_line_that_ends_early_hides_nothing(folder):
    async def act(world):
        first = head(f"PUT {BASE}api/contents/a.txt", "X: y\nTransfer-Encoding: chunked", close=False)
        said = await world.say(first + b"0\r\n\r\n" + SMUGGLED, patience_s=1.0)
        assert not any(b"files/pay.csv" in piece for piece in world.heard)
        assert b"HTTP/1.1 4" in said

    within(folder, act)


def test_two_requests_on_one_connection_are_judged_each(folder):
    async def act(world):
        said = await world.say(head(f"GET {BASE}api", close=False) + SMUGGLED, patience_s=2.0)
        assert said.count(b"HTTP/1.1 200") == 1
        assert said.count(b"HTTP/1.1 403") == 1
        assert not any(b"files/pay.csv" in piece for piece in world.heard)

    within(folder, act)


def test_a_body_cannot_become_a_request_of_its_own(folder):
    async def act(world):
        await world.say(head(f"PUT {BASE}api/contents/a.txt", f"Content-Length: {len(SMUGGLED)}") + SMUGGLED)
        heard = b"".join(world.heard)
        assert heard.index(b"content-length: %d" % len(SMUGGLED)) < heard.index(b"files/pay.csv")
        assert heard.count(b"\r\n\r\n") == 2

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
    monkeypatch.setattr(headers, "to_server", lambda sent, _: list(sent))

    async def act(world):
        await world.say(head(f"GET {BASE}api", *FORGED))
        assert b"x-tre-person" in b"".join(world.heard).lower()

    within(folder, act)


@pytest.mark.parametrize(
    "line", ["Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site", "Service-Worker: script"]
)
def test_a_page_of_another_host_reaches_nothing(folder, line):
    async def act(world):
        for asked in (f"GET {BASE}api", f"DELETE {BASE}api/contents/a", f"GET {BASE}static/lab/style.js"):
            assert status(await world.say(head(asked, line))) == 403
        assert not world.heard

    within(folder, act)


def test_a_head_without_end_is_not_listened_to(folder):
    async def act(world):
        said = await world.say(b"GET / HTTP/1.1\r\nHost: tre\r\nX: " + b"x" * (1 << 20), patience_s=5.0)
        assert status(said) in {0, 400, 431}

    within(folder, act)


def test_the_longest_address_is_short(folder):
    async def act(world):
        assert status(await world.say(head(f"GET {BASE}api/contents/{'a' * address.MOST_CHARACTERS}"))) == 414

    within(folder, act)


@pytest.mark.parametrize(
    "path", ["/", "/hub/api", "/user/ben/other/api", "/user/ana/", "/user/ana/pay", "/services/airlock/"]
)
def test_there_is_nothing_beside_the_open_workspaces(folder, path):
    async def act(world):
        assert status(await world.say(head(f"GET {path}"))) == 404

    within(folder, act)


@pytest.mark.parametrize("asked", [f"PUT {BASE}files/a", f"PUT {BASE}api/contents/a.txt"])
def test_an_answer_is_heard_by_a_proxy_that_touches_its_connection_once_more(folder, asked):
    async def act(world):
        def ask() -> bytes:
            with socket.socket(socket.AF_UNIX) as proxy:
                proxy.settimeout(5.0)
                proxy.connect(str(world.folder / "g.sock"))
                proxy.sendall(head(asked, "Content-Length: 2") + b"{}")
                said = b""
                while piece := proxy.recv(1 << 16):
                    said += piece
                proxy.send(b"")
                return said

        assert status(await asyncio.to_thread(ask)) in {200, 403}

    within(folder, act)
