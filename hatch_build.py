"""Puts the JavaScript that the TRE runs into wheel and sdist: Jupyter's proxy with what it needs, and htmx.

It is taken from ``node_modules``, where ``npm ci`` has put the versions of ``package-lock.json`` after comparing their
digests. Each package keeps its licence beside it. Node itself is a package of PyPI. A clone without ``node_modules``
gives a wheel that checks files but opens no TRE, and says so.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HOW: Final = "Run 'sh infra/local/install.sh', or 'npm ci' where package-lock.json is."
HTMX: Final = "node_modules/htmx.org"
# Where the wheel has them; hub_config/process/network.py and tre/web/base.py look there first.
PROXY_FOLDER: Final = "hub_config/_proxy"
HTMX_FILES: Final = {"dist/htmx.min.js": "tre/web/_scripts/htmx.min.js", "LICENSE": "tre/web/_scripts/htmx.LICENSE"}
# What a package brings for those who develop it.
_FOLDERS: Final = frozenset({".github", "doc", "docs", "example", "examples", "node_modules", "test", "tests"})
_ENDINGS: Final = frozenset({".cts", ".flow", ".map", ".md", ".mts", ".ts", ".yml"})
_LICENCES: Final = ("licence", "license", "notice", "copying")


class JavaScript(BuildHookInterface):  # type: ignore[type-arg]
    """The build hook."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files; an installation that points at the checkout reads node_modules where it is."""
        if version == "editable":
            return
        root = Path(self.root)
        if not (root / "node_modules").is_dir():
            self.app.display_warning(f"No JavaScript is packed, which 'tre up' needs. {HOW}")
            return
        to_wheel = self.target_name == "wheel"
        include = build_data["force_include"]
        for package in _packages(root):
            for file in _files(root / package):
                name = f"{package}/{file.as_posix()}"
                if not to_wheel:
                    include[str(root / name)] = name
                elif package != HTMX:
                    include[str(root / name)] = f"{PROXY_FOLDER}/{name}"
        if to_wheel:
            include |= {str(root / HTMX / source): target for source, target in HTMX_FILES.items()}


def _packages(root: Path) -> Iterator[str]:
    """The folders of the packages that run, each at the version of the lock.

    Raises:
        FileNotFoundError: one is missing, or is of another version.
    """
    lock: Mapping[str, Mapping[str, Any]] = json.loads((root / "package-lock.json").read_text())["packages"]
    for package, locked in lock.items():
        if not package or locked.get("dev"):
            continue
        about = root / package / "package.json"
        if not about.is_file() or json.loads(about.read_text())["version"] != locked["version"]:
            raise FileNotFoundError(f"{package} is not there as package-lock.json says. {HOW}")
        yield package


def _files(package: Path) -> Iterator[Path]:
    """A package's files as paths below it: what runs, and the licence.

    Raises:
        FileNotFoundError: it has no licence beside it.
    """
    names = sorted(path.relative_to(package) for path in package.rglob("*") if path.is_file())
    licences = [name for name in names if len(name.parts) == 1 and name.stem.lower() in _LICENCES]
    if not licences:
        raise FileNotFoundError(f"{package.name} has no licence beside it, so it cannot be handed on.")
    yield from licences
    for name in names:
        if name not in licences and not _FOLDERS & set(name.parts[:-1]) and name.suffix not in _ENDINGS:
            yield name
