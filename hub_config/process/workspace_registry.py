"""The registry of open workspaces: written by the hub into a file that the gateway reads (``gateway.registry``)."""

import json
from dataclasses import asdict
from pathlib import Path

from hub_config.gateway.registry import FILE, OpenWorkspace


class WorkspaceRegistry:
    """The workspaces that are open, in a folder that nobody but the hub and its gateway enters."""

    def __init__(self, folder: Path) -> None:
        """Begin with none: a hub that starts has no workspace."""
        self._path = folder / FILE
        self._workspaces: dict[str, OpenWorkspace] = {}
        self._write()

    def add(self, workspace: OpenWorkspace) -> None:
        """A workspace is open."""
        self._workspaces[workspace.socket] = workspace
        self._write()

    def remove(self, socket: Path) -> None:
        """The workspace that listened there is closed."""
        if self._workspaces.pop(str(socket), None) is not None:
            self._write()

    def _write(self) -> None:
        replacement = self._path.with_suffix(".new")
        replacement.touch(mode=0o600)
        replacement.write_text(json.dumps([asdict(workspace) for workspace in self._workspaces.values()]))
        replacement.replace(self._path)
