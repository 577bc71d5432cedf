"""``tre up``: hub, proxy, airlock and workspaces as one program to start and one to stop."""

import asyncio
import os
import signal
import sys
from typing import Final

from jupyterhub.app import JupyterHub
from traitlets import Callable

from hub_config.process import connection_close
from hub_config.process.installation import PACKAGE
from tre.adapters.sandbox import probe
from tre.core.errors import Unavailable
from tre.settings import Settings

CONFIG: Final = PACKAGE / "jupyterhub_config.py"


class Hub(JupyterHub):  # type: ignore[misc]
    """JupyterHub that says when it is ready."""

    name = "jupyterhub"
    gateway = Callable(help="The gateway's supervisor, which runs as long as the hub does.").tag(config=True)
    _supervisor: asyncio.Task[None] | None = None

    def init_tornado_application(self) -> None:
        """Make the hub's pages, whose refusals are heard through the proxy."""
        super().init_tornado_application()
        connection_close.apply(self.tornado_application)

    async def start(self) -> None:
        """Start, then tell where."""
        self._supervisor = asyncio.create_task(self.gateway())
        self._supervisor.add_done_callback(self._end)
        await super().start()
        sys.stderr.write(f"\nThe TRE is ready at {self.bind_url.rstrip('/')}/  (Ctrl-C stops it)\n\n")

    def _end(self, supervisor: "asyncio.Task[None]") -> None:
        """Without the gateway there is no hub."""
        if not supervisor.cancelled() and (error := supervisor.exception()) is not None:
            self.log.error("The hub ends: %s", error)
            os.kill(os.getpid(), signal.SIGTERM)


def run(settings: Settings) -> int:
    """Serve until SIGINT or SIGTERM; 0 when all of it was stopped.

    Raises:
        Unavailable: workspaces cannot be isolated on this machine, and the settings do not allow that.
    """
    _check_isolation(settings)
    # The configuration file reads them again, in the same words.
    os.environ.update(settings.as_environment())
    Hub.launch_instance(["-f", str(CONFIG), "--log-level", "WARN"])
    return 0


def _check_isolation(settings: Settings) -> None:
    failed = [capability for capability in probe() if capability.needed and not capability.ok]
    if failed and not settings.allow_no_isolation:
        raise Unavailable(
            f"Workspaces cannot be isolated on this machine: {failed[0].name}: {failed[0].detail}.", hint=failed[0].fix
        )
