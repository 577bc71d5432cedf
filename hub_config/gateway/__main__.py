"""``python -m hub_config.gateway FOLDER FD``: the gateway on a socket that the hub has opened. See ``keeper``."""

import asyncio
import contextlib
import signal
import socket
import sys
from pathlib import Path

import uvloop

from hub_config.gateway.lab_assets import LabFiles
from hub_config.gateway.meter import Meter
from hub_config.gateway.registry import RegistryReader
from hub_config.gateway.server import Gateway


async def main(folder: Path, descriptor: int) -> None:
    """Serve until SIGTERM; what was counted is sent on at the end."""
    listening = socket.socket(fileno=descriptor)
    listening.setblocking(False)
    meter = Meter(folder)
    gateway = Gateway(RegistryReader(folder), LabFiles.installed(), meter)
    counting = asyncio.create_task(meter.run())
    serving = asyncio.create_task(gateway.serve(listening))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await serving
    counting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await counting


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]), int(sys.argv[2])))
