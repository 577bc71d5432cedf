"""Release packages as folders: written under a hidden name, then moved into place whole."""

import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from tre.core.errors import BadInput, NotFound
from tre.core.ids import ReleaseId


class FolderPackages:
    """The ``PackageStore`` port on a folder."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``, making it if need be."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        self._folder = folder

    def write_package(self, release: ReleaseId, files: Mapping[str, bytes]) -> Path:
        """Write a package's files; one of the same name that was left unrecorded is replaced."""
        final, partial = self._folder / release, self._folder / f".{release}.partial"
        for left in (partial, final):
            if left.exists():
                shutil.rmtree(left)
        for name, data in files.items():
            path = partial / _inside(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        partial.rename(final)
        return final

    def read_package(self, path: Path) -> dict[str, bytes]:
        """Every file by relative name. Raises NotFound, or BadInput for anything that is not a plain file."""
        if not path.is_dir():
            raise NotFound(f"There is no package at '{path}'.")
        files = {}
        for folder, _, names in os.walk(path):
            for name in names:
                found = Path(folder) / name
                if not stat.S_ISREG(found.lstat().st_mode):
                    raise BadInput(f"'{found.relative_to(path)}' in the package is not a plain file.")
                files[found.relative_to(path).as_posix()] = found.read_bytes()
        return files

    def package_path(self, release: ReleaseId) -> Path:
        """Where a package lies."""
        path = self._folder / release
        if "/" in release or not path.is_dir():
            raise NotFound(f"There is no release '{release[:63]}'.")
        return path


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise BadInput("A file name of the package leads out of it.")
    return path
