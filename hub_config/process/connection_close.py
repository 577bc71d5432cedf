"""A lingering close: a connection is closed a moment after its last response, so that the proxy reads the response.

Jupyter's proxy asks for each connection to a unix socket to be closed after its answer, and touches it once more when
the body of its own request has ended. Where it is closed by then, the proxy takes the answer for lost and says 503 in
its place: a person who is refused would be told that the service does not work.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Any, Final

from tornado.iostream import IOStream
from tornado.web import Application

LINGER_S: Final = 1.0
_Start = Callable[[object, Any], Any]


def apply(application: Application) -> None:
    """Let every connection that ``application`` answers linger."""
    start: _Start = application.start_request

    def start_request(server: object, connection: Any) -> Any:
        linger(connection.stream)
        return start(server, connection)

    application.start_request = start_request  # type: ignore[assignment]


def linger(stream: IOStream) -> None:
    """Close ``stream`` for writing when it is told to close, and wholly a moment later."""
    if "close" in vars(stream):
        return
    close = stream.close
    is_closing = False

    def close_later(exc_info: Any = False) -> None:
        nonlocal is_closing
        if is_closing or exc_info or stream.closed() or stream.writing():
            close(exc_info)
            return
        is_closing = True
        with contextlib.suppress(OSError):
            stream.socket.shutdown(socket.SHUT_WR)
        asyncio.get_running_loop().call_later(LINGER_S, close)

    stream.close = close_later  # type: ignore[method-assign]
