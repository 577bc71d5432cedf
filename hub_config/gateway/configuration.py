"""The gateway's start file: what this installation's hub tells it, written before each start and read once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE: Final = "gateway.json"


@dataclass(frozen=True)
class GatewayConfiguration:
    """What the gateway cannot know by itself.

    Attributes:
        extensions: the folder of this environment's own extensions of JupyterLab.
        disabled: the plugins of JupyterLab that are switched off.
    """

    extensions: Path
    disabled: Sequence[str]

    def write(self, folder: Path) -> None:
        """Write it into the hub's folder of sockets, which nobody else enters."""
        path = folder / FILE
        path.touch(mode=0o600)
        path.write_text(json.dumps({"extensions": str(self.extensions), "disabled": list(self.disabled)}))

    @classmethod
    def read(cls, folder: Path) -> "GatewayConfiguration":
        """Read what the hub wrote.

        Raises:
            OSError: there is no such file.
            KeyError: a value is missing.
            ValueError: it is not JSON.
        """
        values = json.loads((folder / FILE).read_text())
        return cls(Path(values["extensions"]), tuple(values["disabled"]))
