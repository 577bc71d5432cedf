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

from hub_config.gateway.configuration import GatewayConfiguration
from hub_config.gateway.lab_page import Lab
from hub_config.gateway.refusal import Refusal

_MAIN: Final = re.compile(r"/(main\.[0-9a-f]+\.js\?v=[0-9a-f]+)\"")
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".woff": "font/woff"}
_BYTES: Final = "application/octet-stream"
_BUILD_KEYS: Final = ("load", "extension", "style", "mimeExtension")
_NO_FILE: Final = "There is no such file in this installation's lab."


@dataclass(frozen=True)
class LabAssets:
    """The folders of an installed lab.

    Attributes:
        share: ``share/jupyter`` of the environment in which it is installed.
        server: the package of Jupyter's server, for its icons.
        bokeh: the package that draws dashboards.
        configuration: this environment's own extensions, which the workspace's own server sees as well, and the
            plugins that are switched off.
    """

    share: Path
    server: Path
    bokeh: Path
    configuration: GatewayConfiguration

    @classmethod
    def installed(cls, configuration: GatewayConfiguration) -> "LabAssets":
        """Those of this environment."""
        share = Path(sys.prefix) / "share" / "jupyter"
        return cls(share, _package("jupyter_server"), _package("bokeh"), configuration)

    @cached_property
    def _folders(self) -> Mapping[str, Path]:
        lab, static, own = self.share / "lab", self.server / "static", self.configuration.extensions
        return {
            "static/lab/": lab / "static",
            "static/favicons/": static / "favicons",
            "static/logo/": static / "logo",
            "static/style/": static / "style",
            **{f"lab/extensions/{name}/": own / name for name in _names(own)},
            "lab/extensions/": self.share / "labextensions",
            "lab/api/themes/": lab / "themes",
            "gateway/bokeh/": self.bokeh / "server" / "static" / "js",
            "gateway/": Path(__file__).parent,
        }

    @cached_property
    def lab(self) -> Lab:
        """What the lab's page needs to know. Raises Refusal when no lab is installed."""
        try:
            match = _MAIN.search((self.share / "lab" / "static" / "index.html").read_text())
        except OSError:
            match = None
        if match is None:
            raise Refusal(500, "JupyterLab is not installed beside the hub. An operator installs the extra 'hub'.")
        return Lab(match.group(1), self._extensions(), self.configuration.disabled)

    def read(self, path: str) -> tuple[bytes, str]:
        """A file's bytes and type. Raises Refusal when there is none."""
        for prefix, folder in self._folders.items():
            if path.startswith(prefix):
                return _read(folder, unquote(path.removeprefix(prefix)))
        raise Refusal(404, _NO_FILE)

    def _extensions(self) -> list[Mapping[str, str]]:
        folders = (self.share / "labextensions", self.configuration.extensions)
        return [extension for folder in folders for extension in _listing(folder, _names(folder))]


def _package(name: str) -> Path:
    spec = find_spec(name)
    return Path(spec.origin if spec and spec.origin else "").parent


def _names(folder: Path) -> list[str]:
    """The extensions in a folder: NAME, or @OWNER/NAME."""
    names = sorted(str(file.parent.relative_to(folder)) for file in folder.glob("**/package.json"))
    return [name for name in names if name.count("/") <= name.startswith("@")]


def _listing(folder: Path, names: Sequence[str]) -> list[Mapping[str, str]]:
    extensions: list[Mapping[str, str]] = []
    for name in names:
        build = json.loads((folder / name / "package.json").read_text()).get("jupyterlab", {}).get("_build")
        if build:
            extensions.append({"name": name, **{key: build[key] for key in _BUILD_KEYS if key in build}})
    return extensions


def _read(folder: Path, name: str) -> tuple[bytes, str]:
    path = (folder / name).resolve()
    media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or _BYTES
    # No page among them: the lab's page is built.
    if not path.is_relative_to(folder.resolve()) or path.suffix in {".py", ".html"} or not path.is_file():
        raise Refusal(404, _NO_FILE)
    return path.read_bytes(), media_type
