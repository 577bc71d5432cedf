"""The workspaces that are open, read from the registry that the hub writes (``process.workspace_registry``)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE: Final = "open.json"


@dataclass(frozen=True)
class OpenWorkspace:
    """One open workspace.

    Attributes:
        base: its address for browsers, ``/user/.../``.
        socket: where its server listens.
        person: whose it is.
    """

    base: str
    socket: str
    person: str


class OpenWorkspaces:
    """The gateway's view of the registry."""

    def __init__(self, folder: Path) -> None:
        """Read when first asked."""
        self._path = folder / FILE
        self._version: tuple[int, int] | None = None
        self._workspaces: Mapping[str, OpenWorkspace] = {}

    def of(self, path: str) -> OpenWorkspace | None:
        """The workspace to which a path belongs, compared as it was sent; None when there is none."""
        base = "/".join(path.split("/", 4)[:4]) + "/"
        return self._current().get(base)

    def sockets(self) -> frozenset[str]:
        """Where the servers of the open workspaces listen."""
        return frozenset(workspace.socket for workspace in self._current().values())

    def _current(self) -> Mapping[str, OpenWorkspace]:
        status = self._path.stat()
        version = (status.st_ino, status.st_mtime_ns)
        if version != self._version:
            workspaces = [OpenWorkspace(**entry) for entry in json.loads(self._path.read_text())]
            self._workspaces = {workspace.base: workspace for workspace in workspaces}
            self._version = version
        return self._workspaces
