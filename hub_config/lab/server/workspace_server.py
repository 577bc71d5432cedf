"""Jupyter's server inside a workspace. It listens on a unix socket that was opened outside and handed in.

It takes no address of its own: a listening unix socket, unlike a TCP one, cannot be turned into a way out. Run as a
program; what it does is told by its surroundings:

* ``WORKSPACE_LISTEN_FD``: the socket's number;
* ``WORKSPACE_WITHHELD``: names of Jupyter's services that are not offered, separated by spaces;
* ``PYTHONPATH``: where our packages are. What our panel asks for is answered by ``tre_lab``, beside this file.
"""

import os
import socket
import sys
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.serverapp import ServerApp
from jupyterhub.singleuser.extension import JupyterHubSingleUser
from tornado.web import HTTPError, authenticated

_LISTEN_FD = int(os.environ.pop("WORKSPACE_LISTEN_FD", "-1"))
_WITHHELD = frozenset(os.environ.pop("WORKSPACE_WITHHELD", "").split())


class Refusal(JupyterHandler):
    """Whole files do not leave through the browser."""

    def initialize(self, path: str = "") -> None:
        """Take the folder that a handler of files would be given, and make nothing of it."""

    @authenticated
    def get(self, path: str = "") -> None:  # noqa: ARG002
        """Refuse, and say which way files leave."""
        raise HTTPError(403, "Files leave a workspace through the airlock: send a request with tre.request(...).")


class WorkspaceServer(ServerApp):
    """Jupyter's server on an inherited socket, without the services that hand out files."""

    name = "jupyter-server"
    default_services = tuple(  # type: ignore[assignment]
        name for name in ServerApp.default_services if name not in _WITHHELD
    )

    def init_configurables(self) -> None:
        """Refuse whole files before anything is made from the configuration."""
        self.config.ContentsManager.files_handler_class = Refusal
        self.config.FileContentsManager.files_handler_class = Refusal
        super().init_configurables()

    def _find_http_port(self) -> None:
        """There is no port."""

    def _bind_http_server(self) -> None:
        listener: Any = socket.socket(fileno=_LISTEN_FD)
        listener.setblocking(False)
        self.http_server.add_socket(listener)


def main() -> None:
    """Serve until stopped."""
    os.set_inheritable(_LISTEN_FD, False)
    os.umask(0o077)
    # Python runs isolated here: nothing is imported from the home or the working folder.
    sys.path += [str(Path(__file__).resolve().parent), *os.environ.get("PYTHONPATH", "").split(":")]
    JupyterHubSingleUser.serverapp_class = WorkspaceServer
    JupyterHubSingleUser.launch_instance(sys.argv[1:])


if __name__ == "__main__":
    main()
