"""Which workspaces are open, as a file that the hub writes and the gateway reads. Nobody else enters its folder."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
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


class RegistryWriter:
    """The hub's side."""

    def __init__(self, folder: Path) -> None:
        """Begin with none: a hub that starts has no workspace."""
        self._path = folder / FILE
        self._open: dict[str, OpenWorkspace] = {}
        self._write()

    def add(self, workspace: OpenWorkspace) -> None:
        """A workspace is open."""
        self._open[workspace.socket] = workspace
        self._write()

    def remove(self, socket: Path) -> None:
        """The workspace that listened there is closed."""
        if self._open.pop(str(socket), None) is not None:
            self._write()

    def _write(self) -> None:
        new = self._path.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(json.dumps([asdict(workspace) for workspace in self._open.values()]))
        new.replace(self._path)


class RegistryReader:
    """The gateway's side."""

    def __init__(self, folder: Path) -> None:
        """Read when first asked."""
        self._path = folder / FILE
        self._seen: tuple[int, int] | None = None
        self._open: Mapping[str, OpenWorkspace] = {}

    def of(self, path: str) -> OpenWorkspace | None:
        """The workspace to which a path belongs, compared as it was sent; None when there is none."""
        base = "/".join(path.split("/", 4)[:4]) + "/"
        return self._now().get(base)

    def sockets(self) -> frozenset[str]:
        """Where the servers of the open workspaces listen."""
        return frozenset(workspace.socket for workspace in self._now().values())

    def _now(self) -> Mapping[str, OpenWorkspace]:
        state = self._path.stat()
        seen = (state.st_ino, state.st_mtime_ns)
        if seen != self._seen:
            workspaces = [OpenWorkspace(**item) for item in json.loads(self._path.read_text())]
            self._open = {workspace.base: workspace for workspace in workspaces}
            self._seen = seen
        return self._open
