"""The installation as its hub runs it: settings, folders, sockets and addresses, the airlock's secret."""

import secrets
import shutil
import socket
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

from hub_config.process.supervisor import SOCKET as GATEWAY
from hub_config.process.workspace_registry import WorkspaceRegistry
from tre.app import Tre
from tre.settings import Settings

# A unix socket's address may be 107 bytes long; names below the folder take up to 60.
_LONGEST_FOLDER: Final = 45
# Below the folder of sockets: one folder for each open workspace.
WORKSPACES: Final = "w"
PACKAGE: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Installation:
    """One running hub.

    Attributes:
        settings: how this installation is set up.
        app: the environment's one object; all rules are asked there.
        state: the hub's own files that stay: database, cookie secret.
        run: sockets of this run; entered by nobody else.
        registry: the workspaces that are open, for the gateway.
        airlock_port: where the airlock listens on this machine's loopback, which no sandbox reaches.
        relay_secret: by which the airlock knows what the relays say; new at every start.
    """

    settings: Settings
    app: Tre
    state: Path
    run: Path
    registry: WorkspaceRegistry
    airlock_port: int
    relay_secret: str = field(repr=False)

    @classmethod
    def prepare(cls, settings: Settings) -> "Installation":
        """Make the folders and choose what is new at every start."""
        state = settings.home / "hub"
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        run = _run_folder(state)
        return cls(
            settings=settings,
            app=Tre.open(settings),
            state=state,
            run=run,
            registry=WorkspaceRegistry(run),
            airlock_port=_free_port(),
            relay_secret=secrets.token_urlsafe(32),
        )

    @property
    def hub_socket(self) -> Path:
        """The hub's own address."""
        return self.run / "hub.sock"

    @property
    def gateway_socket(self) -> Path:
        """Where the proxy finds every workspace."""
        return self.run / GATEWAY

    @property
    def airlock_url(self) -> str:
        """The airlock's own address."""
        return f"http://127.0.0.1:{self.airlock_port}"

    @property
    def url(self) -> str:
        """Where people's browsers go."""
        return f"http://{self.settings.host}:{self.settings.port}"


def unix_url(path: Path | str) -> str:
    """The address of a unix socket as JupyterHub and its proxy write it."""
    return f"http+unix://{quote(str(path), safe='')}"


def _run_folder(state: Path) -> Path:
    folder = state / "run"
    if len(str(folder)) > _LONGEST_FOLDER:
        return Path(tempfile.mkdtemp(prefix="tre-hub-"))
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    # What a hub that was killed left behind; its workspaces ended with it.
    shutil.rmtree(folder / WORKSPACES, ignore_errors=True)
    return folder


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port
