"""The lab's own files, read from this installation: what the browser runs does not come from the workspace."""

import json
import mimetypes
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from hub_config.gateway.lab_page import Lab
from hub_config.gateway.refusal import Refusal
from hub_config.lab.lockdown import DISABLED_EXTENSIONS

_MAIN: Final = re.compile(r"/(main\.[0-9a-f]+\.js\?v=[0-9a-f]+)\"")
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".woff": "font/woff"}
_PLAIN: Final = "application/octet-stream"
# The panel of this environment, which the workspace's own server sees as well.
OURS: Final = Path(__file__).parents[1] / "lab" / "server" / "labextensions"
_NOT_HERE: Final = "There is no such file in this installation's lab."


@dataclass(frozen=True)
class LabFiles:
    """The folders of an installed lab.

    Attributes:
        share: ``share/jupyter`` of the environment in which it is installed.
        server: the package of Jupyter's server, for its icons.
        bokeh: the package that draws dashboards.
    """

    share: Path
    server: Path
    bokeh: Path

    @classmethod
    def installed(cls) -> "LabFiles":
        """Those of this environment."""
        return cls(Path(sys.prefix) / "share" / "jupyter", _package("jupyter_server"), _package("bokeh"))

    @cached_property
    def _folders(self) -> Mapping[str, Path]:
        lab, static = self.share / "lab", self.server / "static"
        return {
            "static/lab/": lab / "static",
            "static/favicons/": static / "favicons",
            "static/logo/": static / "logo",
            "static/style/": static / "style",
            **{f"lab/extensions/{name}/": OURS / name for name in _names(OURS)},
            "lab/extensions/": self.share / "labextensions",
            "lab/api/themes/": lab / "themes",
            "gateway/bokeh/": self.bokeh / "server" / "static" / "js",
            "gateway/": Path(__file__).parent,
        }

    @cached_property
    def lab(self) -> Lab:
        """What the lab's page needs to know. Raises Refused when no lab is installed."""
        try:
            found = _MAIN.search((self.share / "lab" / "static" / "index.html").read_text())
        except OSError:
            found = None
        if found is None:
            raise Refusal(500, "JupyterLab is not installed beside the hub. An operator installs the extra 'hub'.")
        return Lab(found.group(1), self._extensions(), DISABLED_EXTENSIONS)

    def read(self, path: str) -> tuple[bytes, str]:
        """A file's bytes and type. Raises Refused when there is none."""
        for prefix, folder in self._folders.items():
            if path.startswith(prefix):
                return _read(folder, unquote(path.removeprefix(prefix)))
        raise Refusal(404, _NOT_HERE)

    def _extensions(self) -> list[Mapping[str, str]]:
        installed = self.share / "labextensions"
        return [*_listed(installed, _names(installed)), *_listed(OURS, _names(OURS))]


def _package(name: str) -> Path:
    found = find_spec(name)
    return Path(found.origin if found and found.origin else "").parent


def _names(folder: Path) -> list[str]:
    """The extensions in a folder: NAME, or @OWNER/NAME."""
    names = sorted(str(file.parent.relative_to(folder)) for file in folder.glob("**/package.json"))
    return [name for name in names if name.count("/") <= name.startswith("@")]


def _listed(folder: Path, names: Sequence[str]) -> list[Mapping[str, str]]:
    found: list[Mapping[str, str]] = []
    for name in names:
        built = json.loads((folder / name / "package.json").read_text()).get("jupyterlab", {}).get("_build")
        if built:
            kept = {key: built[key] for key in ("load", "extension", "style", "mimeExtension") if key in built}
            found.append({"name": name, **kept})
    return found


def _read(folder: Path, name: str) -> tuple[bytes, str]:
    path = (folder / name).resolve()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or _PLAIN
    # No page among them: the lab's page is built.
    if not path.is_relative_to(folder.resolve()) or path.suffix in {".py", ".html"} or not path.is_file():
        raise Refusal(404, _NOT_HERE)
    return path.read_bytes(), kind
