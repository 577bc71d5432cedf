"""Keeps the gateway running beside the hub: the hub opens its socket, starts it, and starts it again when it ends.

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

from hub_config.gateway.egress_store import Ledger, Note

SOCKET: Final = "gateway.sock"
_PAUSE_S: Final = 0.2
# More ends than this within a minute is more than an accident.
_MOST_ENDS: Final = 20
_MINUTE_S: Final = 60.0
_KEPT: Final = ("PATH", "PYTHONPATH", "LANG", "LD_LIBRARY_PATH")


class GatewayEnds(RuntimeError):
    """The gateway does not keep running."""


def keeper(folder: Path, note: Note, child: Callable[[list[str]], list[str]]) -> Callable[[], Awaitable[None]]:
    """What runs beside the hub for as long as it does.

    Args:
        folder: the hub's sockets.
        note: counts what a person was shown.
        child: a command as one that ends with the hub.
    """

    async def run() -> None:
        ledger = Ledger(folder, note)
        await ledger.start()
        path = folder / SOCKET
        path.unlink(missing_ok=True)
        try:
            with socket.socket(socket.AF_UNIX) as listening:
                listening.bind(str(path))
                path.chmod(0o600)
                listening.listen(512)
                await _keep(folder, listening, child)
        finally:
            await ledger.stop()

    return run


async def _keep(folder: Path, listening: socket.socket, child: Callable[[list[str]], list[str]]) -> None:
    descriptor = listening.fileno()
    command = child([sys.executable, "-m", "hub_config.gateway", str(folder), str(descriptor)])
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
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
        ends = [at for at in ends if clock() - at < _MINUTE_S] + [clock()]
        await asyncio.sleep(_PAUSE_S)
    raise GatewayEnds("The gateway ends again and again; its own words are above.")
