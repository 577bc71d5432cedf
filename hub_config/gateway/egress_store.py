"""Where the gateway's counts are kept: the hub's side of ``meter``. Runs in the hub."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tornado.log import app_log

from hub_config.gateway.meter import LEDGER

# Counts bytes of a person; the day's sum and its level.
Note = Callable[[str, int], tuple[int, int]]
_MOST_LINE: Final = 1 << 12


class Ledger:
    """Answers ``{"person": …, "bytes": …}`` with ``{"shown": …, "level": …}``, a line each."""

    def __init__(self, folder: Path, note: Note) -> None:
        """Prepare."""
        self._path = folder / LEDGER
        self._note = note
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._answer, str(self._path), limit=_MOST_LINE)
        self._path.chmod(0o600)

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
        self._path.unlink(missing_ok=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = json.loads(await reader.readuntil(b"\n"))
            shown, level = await asyncio.to_thread(self._note, asked["person"], asked["bytes"])
            writer.write(json.dumps({"shown": shown, "level": int(level)}).encode() + b"\n")
            await writer.drain()
        except Exception:  # noqa: BLE001 - the edge: recorded; the gateway hears nothing and shows nothing more
            app_log.exception("What a workspace has shown could not be counted")
        finally:
            writer.close()
