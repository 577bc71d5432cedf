"""A last answer is heard by a proxy that touches its connection once more afterwards."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_unix_socket
from tornado.web import Application, RequestHandler

from hub_config.process import connection_close

REQUEST = b"POST / HTTP/1.1\r\nHost: tre\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"


class Refusing(RequestHandler):
    def post(self) -> None:
        self.set_status(403)


@contextmanager
def served(path: str, *, defended: bool) -> Iterator[None]:
    """A server in a thread of its own."""
    ready, loop = threading.Event(), asyncio.new_event_loop()

    async def begin() -> HTTPServer:
        application = Application([("/", Refusing)], log_function=lambda _: None)
        if defended:
            connection_close.apply(application)
        server = HTTPServer(application)
        server.add_socket(bind_unix_socket(path))
        return server

    def run() -> None:
        server = loop.run_until_complete(begin())
        ready.set()
        loop.run_forever()
        server.stop()
        loop.run_until_complete(server.close_all_connections())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait(10)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def ask_and_touch(path: str, patience_s: float) -> bytes:
    """The answer, read to its end; then what the proxy does when the body of its request has ended."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(patience_s)
        client.connect(path)
        client.sendall(REQUEST)
        response = b""
        while piece := client.recv(1 << 16):
            response += piece
        client.send(b"")
        return response


@pytest.fixture
def path(tmp_path_factory):
    return str(tmp_path_factory.mktemp("l") / "s")


def test_the_answer_is_heard_and_its_end_is_told_at_once(path):
    with served(path, defended=True):
        assert b" 403 " in ask_and_touch(path, patience_s=connection_close.LINGER_S / 2)


def test_without_it_the_proxy_finds_a_closed_connection(path):
    with served(path, defended=False), pytest.raises(BrokenPipeError):
        ask_and_touch(path, patience_s=5.0)


def test_a_connection_that_goes_on_is_left_alone(path):
    with served(path, defended=True), socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.settimeout(5.0)
        for _ in range(3):
            client.sendall(REQUEST.replace(b"Connection: close\r\n", b""))
            assert b" 403 " in client.recv(1 << 16)


def test_it_is_closed_for_good_a_moment_later(path, monkeypatch):
    monkeypatch.setattr(connection_close, "LINGER_S", 0.05)
    with served(path, defended=True), socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.settimeout(5.0)
        client.sendall(REQUEST)
        while client.recv(1 << 16):
            pass
        with pytest.raises(BrokenPipeError):
            for _ in range(200):
                client.send(b"")
                threading.Event().wait(0.02)
