"""Packages that an installation allows: a folder of wheels, with a list of hashes for each package that may be had.

``NAME.txt`` beside the wheels names NAME and all that it needs over and above the environment, each with its version
and the SHA-256 of its wheel, as pip's hash-checking mode has it. A package without such a list cannot be had. Nothing
is built, nothing of a package runs, and no network is used.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tre.core.errors import BadInput, Unavailable

_PATIENCE_S: Final = 300.0
_HASH_CHECKED: Final = (
    *("--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-index", "--no-compile", "--no-cache-dir"),
    *("--disable-pip-version-check", "--no-input", "--quiet"),
)


class Wheelhouse:
    """One folder of allowed packages."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``. Raises Unavailable when there is none."""
        if not folder.is_dir():
            raise Unavailable("The mirror of packages is not there.", hint="See the setting package_mirror.")
        self._folder = folder

    def holds(self, package: str) -> bool:
        """Whether a package, by its normalised name, may be had."""
        return self._list(package).is_file()

    def install(self, package: str, folder: Path) -> None:
        """Add a package and what it needs to a folder of packages, after all of it was found to be what it should be.

        Raises:
            BadInput: a wheel is missing, or is not the one on the list.
        """
        with tempfile.TemporaryDirectory(prefix="packages-") as temporary:
            partial = Path(temporary)
            command = [sys.executable, "-I", "-m", "pip", "install", *_HASH_CHECKED]
            places = ["--find-links", str(self._folder), "--target", str(partial), "-r", str(self._list(package))]
            result = subprocess.run(
                [*command, *places], check=False, capture_output=True, timeout=_PATIENCE_S, env=_environment()
            )
            if result.returncode:
                raise BadInput(
                    f"'{package}' cannot be installed: a wheel is not in the mirror, or not the one on its list.",
                    hint=f"Look at {package}.txt and the wheels beside it.",
                )
            # Into the folder as it is: open workspaces see it, and go on using what it holds.
            shutil.copytree(partial, folder, dirs_exist_ok=True)
            _readable(folder)

    def _list(self, package: str) -> Path:
        return self._folder / f"{package}.txt"


def _environment() -> dict[str, str]:
    """Nothing of ours: no setting of pip's that would let it look elsewhere."""
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": "/nonexistent", "PIP_CONFIG_FILE": os.devnull}


def _readable(folder: Path) -> None:
    """Sandboxes of root's have another id, which reads it as anybody does."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
