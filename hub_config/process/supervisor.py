"""The gateway's supervisor: the hub opens its socket, starts it beside itself, and starts it again when it ends.

The socket stays open while the gateway is away, so that requests wait and none finds another way. When it cannot be
kept running the hub ends.
"""

import asyncio
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from tornado.log import app_log

from hub_config.gateway.configuration import GatewayConfiguration
from hub_config.process.egress_store import EgressCount, EgressStore

SOCKET: Final = "gateway.sock"
_PAUSE_S: Final = 0.2
# More ends than this within a minute is more than an accident.
_MOST_ENDS: Final = 20
_MINUTE_S: Final = 60.0
_VARIABLES: Final = ("PATH", "PYTHONPATH", "LANG", "LD_LIBRARY_PATH")

Command = list[str]


class GatewayFailure(RuntimeError):
    """The gateway does not keep running."""


def supervisor(
    folder: Path, configuration: GatewayConfiguration, count: EgressCount, child_command: Callable[[Command], Command]
) -> Callable[[], Awaitable[None]]:
    """What runs beside the hub for as long as it does.

    Args:
        folder: the hub's sockets.
        configuration: what the gateway is told at its start.
        count: counts what a person was shown.
        child: makes a command that ends with the hub.

    Returns:
        A function that runs until it is cancelled, and raises ``GatewayFailure`` when the gateway ends again and again.
    """

    async def run() -> None:
        store = EgressStore(folder, count)
        await store.start()
        configuration.write(folder)
        path = folder / SOCKET
        path.unlink(missing_ok=True)
        try:
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(str(path))
                path.chmod(0o600)
                listener.listen(512)
                await _supervise(folder, listener, child_command)
        finally:
            await store.stop()

    return run


async def _supervise(folder: Path, listener: socket.socket, child_command: Callable[[Command], Command]) -> None:
    descriptor = listener.fileno()
    command = child_command([sys.executable, "-m", "hub_config.gateway", str(folder), str(descriptor)])
    environment = {name: os.environ[name] for name in _VARIABLES if name in os.environ}
    clock = asyncio.get_running_loop().time
    ends: list[float] = []
    while len(ends) < _MOST_ENDS:
        process = await asyncio.create_subprocess_exec(*command, pass_fds=[descriptor], env=environment)
        try:
            status = await process.wait()
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
        app_log.error("The gateway ended with status %s; it is started again", status)
        ends = [end for end in ends if clock() - end < _MINUTE_S] + [clock()]
        await asyncio.sleep(_PAUSE_S)
    raise GatewayFailure("The gateway ends again and again; its own words are above.")
