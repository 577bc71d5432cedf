"""The hub's store of what workspaces have shown: answers the gateway's ``meter`` on a socket of its own."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tornado.log import app_log

from hub_config.gateway.meter import EGRESS_SOCKET

# Counts bytes of a person; the day's sum and its level.
EgressCount = Callable[[str, int], tuple[int, int]]
_LARGEST_LINE: Final = 1 << 12


class EgressStore:
    """Answers ``{"person": …, "bytes": …}`` with ``{"shown": …, "level": …}``, a line each."""

    def __init__(self, folder: Path, count: EgressCount) -> None:
        """Prepare."""
        self._path = folder / EGRESS_SOCKET
        self._count = count
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._respond, str(self._path), limit=_LARGEST_LINE)
        self._path.chmod(0o600)

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
        self._path.unlink(missing_ok=True)

    async def _respond(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = json.loads(await reader.readuntil(b"\n"))
            total, level = await asyncio.to_thread(self._count, request["person"], request["bytes"])
            writer.write(json.dumps({"shown": total, "level": int(level)}).encode() + b"\n")
            await writer.drain()
        except Exception:  # noqa: BLE001 - the edge: recorded; the gateway hears nothing and shows nothing more
            app_log.exception("What a workspace has shown could not be counted")
        finally:
            writer.close()
