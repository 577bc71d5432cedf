"""Limits and tables of relay, log and web socket, switched off one by one: each attack must then succeed."""

import asyncio
import json

import pytest

from hub_config import logtail, relay, routes
from hub_config.gateway import sockets
from hub_config.logtail import LogTail
from hub_config.routes import Passed, Target
from tests.attack.hub_config.test_gateway_answers import EVENTS, UPGRADE, switching
from tests.attack.hub_config.test_log_flood import LARGEST, flooded
from tests.attack.hub_config.test_relay_paths import request, with_relay
from tests.gateway import head, within


@pytest.fixture
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("l")


def test_a_web_socket_would_go_on_past_the_limit(folder, monkeypatch):
    monkeypatch.setattr(sockets, "CAPPED", 1 << 30)

    async def act(world):
        world.most = 3 << 20
        said = await world.say(head(EVENTS, *UPGRADE, close=False), patience_s=5.0)
        assert b"until tomorrow" not in said
        assert len(said) > 5 << 20

    frame = b"\x82\x7f" + (1 << 16).to_bytes(8, "big") + b"x" * (1 << 16)
    within(folder, act, switching(then=frame * 200))


def test_lines_without_number_would_all_be_kept(monkeypatch):
    monkeypatch.setattr(logtail, "_KEPT", 4 << 20)
    monkeypatch.setattr(logtail, "_SHOWN_LINES", 1 << 20)
    said, most = flooded(b"x" * 79 + b"\n")
    assert len(said.splitlines()) > 30
    assert most > LARGEST


def test_a_line_without_end_would_be_kept_with_the_signs_that_steer_a_terminal(monkeypatch):
    def as_it_is(self: LogTail, *, patience_s: float) -> str:
        self._thread.join(patience_s)
        return self._kept.decode(errors="replace")

    monkeypatch.setattr(logtail, "_KEPT", 4 << 20)
    monkeypatch.setattr(LogTail, "end", as_it_is)
    said, most = flooded(b"\x1b]0;evil\x07\xff\xfe")
    assert "\x1b" in said
    assert "\x07" in said
    assert len(said) > 1 << 16
    assert most > LARGEST


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_an_open_table_would_let_other_methods_through(folder, monkeypatch, method):
    monkeypatch.setattr(relay, "passed", lambda _, target, person: Passed(Target.HUB, target))
    status, _, _ = request(folder, f"{method} /hub/api HTTP/1.1\nHost: x\nConnection: close")
    assert status == 200


def test_the_hub_would_hear_the_airlocks_secret(folder, monkeypatch):
    given = routes.headers
    monkeypatch.setattr(relay, "headers", lambda _, sent, **who: given(Target.AIRLOCK, sent, **who))
    _, _, rest = request(folder, "GET /hub/api/user HTTP/1.1\nHost: x\nAuthorization: token mine\nConnection: close")
    assert json.loads(rest)["headers"]["authorization"] == "Bearer the-secret"


def test_a_large_body_would_pass(folder, monkeypatch):
    monkeypatch.setattr(relay, "_MOST_BYTES", 4 << 20)
    asked = f"POST /airlock/requests HTTP/1.1\nHost: x\nContent-Length: {2 << 20}\nConnection: close"
    status, _, rest = request(folder, asked, b"x" * (2 << 20))
    assert status == 200
    assert b"uri" in rest


def test_one_workspace_would_hold_every_descriptor_that_it_asks_for(folder, monkeypatch):
    monkeypatch.setattr(relay, "_MOST_CONNECTIONS", 1000)

    async def act(address):
        held = [await asyncio.open_unix_connection(str(address)) for _ in range(200)]
        await asyncio.sleep(0.3)
        closed = sum(reader.at_eof() for reader, _ in held)
        for _, writer in held:
            writer.close()
        assert closed == 0

    asyncio.run(with_relay(folder, act))
