"""The relay's limits and its way with headers, switched off one by one: each attack must then succeed.

The table of what is passed on is switched off in ``test_relay_routes``; ``controls`` says for each attack which is its
control.
"""

import asyncio
import json
import os
import socket
from pathlib import Path

import pytest
from tornado.iostream import IOStream
from tornado.web import RequestHandler

from hub_config.relay import relay
from hub_config.relay.routes import RelayedRequest, Target
from tests.attack.hub_config.test_relay_paths import METHODS, request, with_relay
from tests.attack.hub_config.test_relay_routes import send_descriptors

MANY = 200  # connections


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("r")


@pytest.mark.parametrize("method", METHODS)
def test_an_open_table_would_pass_on_other_methods(folder, monkeypatch, method):
    methods = []
    monkeypatch.setattr(
        relay,
        "route_request",
        lambda method, target, person: methods.append(method) or RelayedRequest(Target.HUB, target),
    )
    # Tornado, which reads the requests, has a list of its own, for whoever answers too.
    monkeypatch.setattr(RequestHandler, "SUPPORTED_METHODS", [*METHODS, "GET"])
    status, _, rest = request(folder, f"{method} /hub/api HTTP/1.1\nHost: x\nConnection: close")
    assert (status, methods) == (200, [method])
    assert method in {"HEAD", "CONNECT"} or b"/hub/api" in rest


def test_headers_without_a_target_would_tell_the_hub_the_secret(folder, monkeypatch):
    own = relay.headers
    monkeypatch.setattr(relay, "headers", lambda _, fields, **options: own(Target.AIRLOCK, fields, **options))
    _, _, rest = request(folder, "GET /hub/api/user HTTP/1.1\nHost: x\nConnection: close")
    assert json.loads(rest)["headers"]["authorization"] == "Bearer the-secret"


def test_a_large_body_would_go_on(folder, monkeypatch):
    monkeypatch.setattr(relay, "_MOST_BYTES", 4 << 20)
    size = 2 << 20
    head = f"POST /airlock/requests HTTP/1.1\nHost: x\nContent-Length: {size}\nConnection: close"
    status, _, rest = request(folder, head, b"x" * size)
    assert status == 200
    assert json.loads(rest)["headers"]["content-length"] == str(size)


def test_an_endless_head_would_be_read(folder, monkeypatch):
    monkeypatch.setattr(relay, "_MOST_HEAD", 1 << 20)
    head = "GET /hub/api HTTP/1.1\nHost: x\nConnection: close\nA: " + "x" * (1 << 17)
    status, _, rest = request(folder, head)
    assert status == 200
    assert b"/hub/api" in rest


def test_without_a_limit_every_connection_would_be_held(folder, monkeypatch):
    monkeypatch.setattr(relay, "_MOST_CONNECTIONS", 2 * MANY)

    async def act(address: Path) -> None:
        connections = [await asyncio.open_unix_connection(str(address)) for _ in range(MANY)]
        await asyncio.sleep(0.3)
        closed = sum(reader.at_eof() for reader, _ in connections)
        for _, writer in connections:
            writer.close()
        assert closed == 0

    asyncio.run(with_relay(folder, act))


def test_a_reader_that_takes_descriptors_would_be_left_with_them(folder, monkeypatch):
    inherited = []

    def read(self: IOStream, buf: bytearray | memoryview) -> int | None:
        try:
            data, descriptors, _, _ = socket.recv_fds(self.socket, len(buf), 100)
        except BlockingIOError:
            return None
        inherited.extend(descriptors)
        buf[: len(data)] = data
        return len(data)

    monkeypatch.setattr(IOStream, "read_from_fd", read)
    try:
        assert send_descriptors(folder) >= 60
    finally:
        for descriptor in inherited:
            os.close(descriptor)
