"""Workspaces on this machine: Jupyter's server in a bubblewrap sandbox, reached through unix sockets alone.

The hub's socket to the server is opened here, outside, and handed in; the server's way to the hub is a relay. Both are
gone when the workspace is. Who may have a workspace is decided in ``login.access``; what a sandbox is, in
``tre.adapters.sandbox``.
"""

import asyncio
import json
import secrets
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any, ClassVar, Final

import httpx
import traitlets
from jupyterhub.spawner import Spawner
from traitlets.config import Config

from hub_config.gateway.registry import OpenWorkspace
from hub_config.lab import environment, lockdown
from hub_config.login.access import NO_PROJECT, VisibleError, forbidden
from hub_config.process.installation import WORKSPACES, Installation, unix_url
from hub_config.process.log_tail import LogTail
from hub_config.relay.relay import Origin, Relay, Upstream
from tre.adapters.sandbox import PYTHON, SandboxProcess, launch, prepare_readable, prepare_writable
from tre.projects.workspace import Mount, Workspace
from tre.workspace.client import RELAY
from tre.workspace.paths import HOME

SERVER_SOCKET: Final = "server.sock"
TOO_LARGE: Final = "Its home holds more than it may. It can be opened to remove files."
# Where tre.request() looks for the relay inside.
SOCKET: Final = RELAY.name
RUN_INSIDE: Final = str(RELAY.parent)
_READY_EVERY_S: Final = 0.1
# jupyterhub-singleuser wants an address; the server does not use it.
_UNUSED_PORT: Final = 8888


class SandboxSpawner(Spawner):  # type: ignore[misc]
    """One workspace: a person, a project, a sandbox."""

    installation: ClassVar[Installation]
    workspace: Workspace | None = None

    _process: SandboxProcess | None = None
    _relay: Relay | None = None
    _tail: LogTail | None = None
    _folder: Path | None = None

    @traitlets.default("port")
    def _default_port(self) -> int:
        return _UNUSED_PORT

    def get_env(self) -> dict[str, str]:
        """What the server needs to know of the hub; nothing of this process's own environment."""
        self.hub_connect_url = unix_url(f"{RUN_INSIDE}/{SOCKET}")
        values = {name: str(value) for name, value in super().get_env().items() if name.startswith("JUPYTERHUB_")}
        values["JUPYTERHUB_ROOT_DIR"] = HOME
        values["JUPYTER_CONFIG_PATH"] = f"{RUN_INSIDE}/jupyter"
        values["JUPYTER_RUNTIME_DIR"] = "/tmp/jupyter"  # noqa: S108 - inside
        if self.workspace is not None:
            rules = environment.idle_rules(self.installation.settings)
            values |= environment.environment(self.workspace.limits, rules, values["JUPYTERHUB_SERVICE_PREFIX"])
        values["WORKSPACE_WITHHELD"] = " ".join(lockdown.WITHHELD_SERVICES)
        return values

    async def start(self) -> str:
        """Open the sandbox and wait until its server answers.

        Raises:
            VisibleError: 403 without leave for this project; 500 with the end of the log when the server dies early.
        """
        if self.workspace is None:
            raise forbidden(NO_PROJECT)
        self._folder = self.installation.run / WORKSPACES / secrets.token_hex(8)
        run_folder = self._folder / "shown"
        run_folder.mkdir(parents=True, mode=0o700)
        _write_config(run_folder)
        origin = Origin(str(self.workspace.person), str(self.workspace.project))
        upstream = Upstream(self.installation.hub_socket, self.installation.airlock_url, self.installation.relay_secret)
        self._relay = Relay(run_folder / SOCKET, origin, upstream)
        prepare_readable(run_folder)
        self._relay.start()
        # Root's sandboxes have another id, which must be able to connect.
        prepare_writable(run_folder / SOCKET)
        address = self._folder / SERVER_SOCKET
        await asyncio.to_thread(self._open, self.workspace, address, run_folder)
        await self._until_ready(address)
        person = str(self.workspace.person)
        self.installation.registry.add(OpenWorkspace(self.server.base_url, str(address), person))
        # For the hub and its proxy every workspace is where the gateway is.
        self.server.connect_url = unix_url(self.installation.gateway_socket)
        return unix_url(self.installation.gateway_socket)

    def _open(self, workspace: Workspace, address: Path, run_folder: Path) -> None:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(address))
            address.chmod(0o600)
            listener.listen(128)
            self._process = launch(
                workspace,
                [PYTHON, "-I", f"{environment.SERVER_INSIDE}/workspace_server.py"],
                env={**self.get_env(), "WORKSPACE_LISTEN_FD": str(listener.fileno())},
                mounts=[Mount(environment.SERVER_FOLDER, environment.SERVER_INSIDE), Mount(run_folder, RUN_INSIDE)],
                pass_fds=[listener.fileno()],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        self._tail = LogTail(self._process.stdout)
        self.log.info("Workspace %s opened, limits by %s", self._log_name, self._process.limits_mode.value)

    async def _until_ready(self, address: Path) -> None:
        transport = httpx.AsyncHTTPTransport(uds=str(address))
        async with httpx.AsyncClient(transport=transport, base_url="http://workspace", trust_env=False) as client:
            while True:
                if self._process is None or self._process.poll() is not None:
                    raise self._early_end()
                try:
                    response = await client.get(f"{self.server.base_url}api", timeout=1.0)
                except httpx.HTTPError:
                    await asyncio.sleep(_READY_EVERY_S)
                    continue
                if response.is_success:
                    return
                await asyncio.sleep(_READY_EVERY_S)

    def _early_end(self) -> VisibleError:
        end = self._tail.end() if self._tail else ""
        self.log.error("The server of %s ended before it was ready. The end of its log:\n%s", self._log_name, end)
        return VisibleError(500, "The workspace could not be opened. An operator finds the reason in the hub's log.")

    async def poll(self) -> int | None:
        """None while it runs, else its status; cleans up after one that ended by itself.

        The hub asks every few seconds, so this is also where a workspace ends whose person may not go on: membership,
        accreditation or project have ended since it was opened, or who has not worked in it for long.
        """
        process = self._process
        if process is None:
            return 0
        status = process.poll()
        reason = await self._closing_reason() if status is None else ""
        if reason:
            self.log.warning("Workspace %s is closed: %s", self._log_name, reason)
            status = 0
        if status is not None:
            await self._close(reason or (TOO_LARGE if process.too_large() else ""))
        return status

    async def _closing_reason(self) -> str:
        if self.workspace is None:
            return ""
        person, project = str(self.workspace.person), str(self.workspace.project)
        reason = await asyncio.to_thread(self.installation.app.workspaces.reason_to_close, person, project)
        record, rules = self.orm_spawner, environment.idle_rules(self.installation.settings)
        return reason or environment.idle_reason(record.last_activity, record.started, rules)

    async def stop(self, now: bool = False) -> None:  # noqa: ARG002
        """Kill everything inside; the home stays."""
        await self._close()

    async def _close(self, reason: str = "") -> None:
        process, relay, folder = self._process, self._relay, self._folder
        self._process = self._relay = self._folder = None
        if process is not None:
            await asyncio.to_thread(process.kill)
        if relay is not None:
            await relay.stop()
        if folder is not None:
            self.installation.registry.remove(folder / SERVER_SOCKET)
            shutil.rmtree(folder, ignore_errors=True)
        workspace, self.workspace = self.workspace, None
        if workspace is not None:
            await asyncio.to_thread(
                self.installation.app.workspaces.close, str(workspace.person), str(workspace.project), reason
            )


def _write_config(run_folder: Path) -> None:
    folder = run_folder / "jupyter"
    (folder / "labconfig").mkdir(parents=True)
    config: dict[str, Any] = lockdown.SERVER
    (folder / "jupyter_server_config.json").write_text(json.dumps(config))
    (folder / "labconfig" / "page_config.json").write_text(json.dumps(lockdown.page_config()))


def apply(c: Config, installation: Installation) -> None:
    """Run workspaces in sandboxes on this machine."""
    # A class of its own, because the values of a configuration are copied and an installation cannot be.
    c.JupyterHub.spawner_class = type("BoundSpawner", (SandboxSpawner,), {"installation": installation})
    c.SandboxSpawner.disable_user_config = True
    c.SandboxSpawner.default_url = "/lab"
    c.SandboxSpawner.start_timeout = 120
    c.SandboxSpawner.http_timeout = 60
    c.SandboxSpawner.poll_interval = installation.settings.workspace_poll_s
    # A page that is open is not somebody who works, so what passes the proxy is not counted; the server inside tells.
    c.JupyterHub.last_activity_interval = 10**9
