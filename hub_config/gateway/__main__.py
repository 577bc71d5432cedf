"""``python -m hub_config.gateway FOLDER FD``: the gateway on a socket that the hub has opened, until SIGTERM."""

import asyncio
import contextlib
import signal
import socket
import sys
from pathlib import Path

import uvloop

from hub_config.gateway.configuration import GatewayConfiguration
from hub_config.gateway.lab_assets import LabAssets
from hub_config.gateway.meter import Meter
from hub_config.gateway.registry import OpenWorkspaces
from hub_config.gateway.server import Gateway


async def main(folder: Path, descriptor: int) -> None:
    """Serve until SIGTERM; what was counted is sent on at the end."""
    listener = socket.socket(fileno=descriptor)
    listener.setblocking(False)
    meter = Meter(folder)
    assets = LabAssets.installed(GatewayConfiguration.read(folder))
    gateway = Gateway(OpenWorkspaces(folder), assets, meter)
    counter = asyncio.create_task(meter.run())
    server = asyncio.create_task(gateway.serve(listener))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await server
    counter.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await counter


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]), int(sys.argv[2])))
