"""A gateway in this process, before a workspace's server whose every byte a test decides."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hub_config.gateway.configuration import GatewayConfiguration
from hub_config.gateway.lab_assets import LabAssets
from hub_config.gateway.meter import Meter
from hub_config.gateway.registry import OpenWorkspace, OpenWorkspaces
from hub_config.gateway.routes import TABLE, Route
from hub_config.gateway.server import Gateway
from hub_config.lab import environment, lockdown
from hub_config.process.egress_store import EgressStore
from hub_config.process.workspace_registry import WorkspaceRegistry

PATIENCE_S = 30.0
BASE = "/user/ana/pay/"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
Answer = Callable[[bytes], bytes]


CONFIGURATION = GatewayConfiguration(environment.EXTENSIONS_FOLDER, lockdown.DISABLED_EXTENSIONS)


def lab_assets() -> LabAssets:
    """The lab that is installed here, as the hub's gateway has it."""
    return LabAssets.installed(CONFIGURATION)


@dataclass
class World:
    """A running gateway.

    Attributes:
        heard: what the server inside was sent, a piece a read.
        shown: the bytes that were counted.
        most: from how many on nothing more is shown.
    """

    folder: Path
    heard: list[bytes] = field(default_factory=list)
    shown: int = 0
    most: int = 1 << 40

    def note(self, person: str, size: int) -> tuple[int, int]:
        self.shown += size
        return self.shown, 2 if self.shown >= self.most else 0

    async def say(self, data: bytes, until: Callable[[bytes], bool] | None = None) -> bytes:
        """Send bytes on a fresh connection; all that is answered before it closes, or until enough has happened."""
        reader, writer = await asyncio.open_unix_connection(str(self.folder / "g.sock"))
        writer.write(data)
        said = b""
        end = time.monotonic() + PATIENCE_S
        try:
            while not (until and until(said)) and time.monotonic() < end:
                try:
                    async with asyncio.timeout(0.05):
                        piece = await reader.read(1 << 16)
                except TimeoutError:
                    continue
                if not piece:
                    break
                said += piece
        except ConnectionResetError:
            pass
        writer.close()
        return said


def head(line: str, *more: str, close: bool = True) -> bytes:
    """The head of a request."""
    lines = [f"{line} HTTP/1.1", *([] if any(item.lower().startswith("host:") for item in more) else ["Host: tre"])]
    return "\r\n".join([*lines, *more, *(["Connection: close"] if close else []), "", ""]).encode("latin-1")


def status(said: bytes) -> int:
    """The status of an answer; 0 when there was none."""
    return int(said.split()[1]) if said else 0


def answered(said: bytes) -> bool:
    """Whether the head of an answer is there."""
    return b"\r\n\r\n" in said


@asynccontextmanager
async def world(folder: Path, answer: Answer | bytes = OK, table: tuple[Route, ...] = TABLE) -> AsyncIterator[World]:
    """Start both; ``answer`` makes what the server says to each piece that it hears."""
    made = World(folder)

    async def server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(1 << 16):
                made.heard.append(piece)
                writer.write(answer(piece) if callable(answer) else answer)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    store = EgressStore(folder, made.note)
    await store.start()
    inside = await asyncio.start_unix_server(server, str(folder / "w.sock"))
    WorkspaceRegistry(folder).add(OpenWorkspace(BASE, str(folder / "w.sock"), "ana"))
    meter = Meter(folder)
    gateway = Gateway(OpenWorkspaces(folder), lab_assets(), meter, table)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(folder / "g.sock"))
    listening.listen(128)
    listening.setblocking(False)
    serving = asyncio.create_task(gateway.serve(listening))
    try:
        yield made
        await meter.save()
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        inside.close()
        await store.stop()


def within(folder: Path, act: Callable[[World], Awaitable[None]], *given: object) -> None:
    """Do something to a gateway that runs meanwhile."""

    async def run() -> None:
        async with world(folder, *given) as running:  # type: ignore[arg-type]
            await act(running)

    asyncio.run(run())
