"""Release packages as folders: written under a hidden name, then moved into place whole."""

import io
import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from tre.adapters.keys import PublicKey
from tre.airlock import package
from tre.airlock.revocation_notice import check_is_not_revoked, read_notice
from tre.core.errors import BadInput, IntegrityError, NotFound
from tre.core.ids import ReleaseId

_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_MOST_UNPACKED: Final = 4 << 30


class FolderPackages:
    """The ``PackageStore`` port on a folder."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``, making it if need be."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        self._folder = folder

    def write_package(self, release: ReleaseId, files: Mapping[str, bytes]) -> Path:
        """Write a package's files; one of the same name that was left unrecorded is replaced."""
        final, partial = self._folder / release, self._folder / f".{release}.partial"
        for target in (partial, final):
            if target.exists():
                shutil.rmtree(target)
        for name, data in files.items():
            path = partial / _inside(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for folder in (*(path for path in partial.rglob("*") if path.is_dir()), partial):
            _synchronise(folder)
        partial.rename(final)
        _synchronise(self._folder)
        return final

    def remove_package(self, release: ReleaseId) -> None:
        """Remove a package that landed; it is out of sight at once, whatever happens to the rest of the removal."""
        final, hidden = self._folder / release, self._folder / f".{release}.removed"
        if final.exists():
            final.rename(hidden)
        shutil.rmtree(hidden, ignore_errors=True)

    def read_package(self, path: Path) -> dict[str, bytes]:
        """Every file by relative name. Raises NotFound, or BadInput for anything that is not a plain file."""
        return read_package(path)

    def package_path(self, release: ReleaseId) -> Path:
        """Where a package lies."""
        path = self._folder / release
        if "/" in release or not path.is_dir():
            raise NotFound(f"There is no release '{release[:63]}'.")
        return path


def _synchronise(folder: Path) -> None:
    """Have the disk hold the folder's own entries, so that a rename outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def verify_package(path: Path, public_key: str, notice: bytes | None = None) -> Mapping[str, str]:
    """Check every byte of a package with nothing but the public key; returns each file's SHA-256.

    Args:
        path: the package's folder, or the ZIP file of a download.
        public_key: PEM text of the installation that released it.
        notice: a revocation notice to hold it against.

    Raises:
        IntegrityError: names the place that does not fit, or says that the notice revokes this package.
    """
    key = PublicKey(public_key)
    files = read_package(path)
    digests = package.verify(files, key.fits)
    if notice is not None:
        check_is_not_revoked(files, read_notice(notice, key.fits))
    return digests


def packed(files: Mapping[str, bytes], *, root: str) -> bytes:
    """A package as a ZIP file under one folder, the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(f"{root}/{_inside(name)}", _ZIP_EPOCH), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def read_package(path: Path) -> dict[str, bytes]:
    """Every file of a package by relative name. Raises NotFound, or BadInput for anything that is not a plain file."""
    if path.is_file():
        return _unpacked(path)
    if not path.is_dir():
        raise NotFound(f"There is no package at '{path}'.")
    files = {}
    for folder, _, names in os.walk(path):
        for name in names:
            file = Path(folder) / name
            if not stat.S_ISREG(file.lstat().st_mode):
                raise BadInput(f"'{file.relative_to(path)}' in the package is not a plain file.")
            files[file.relative_to(path).as_posix()] = file.read_bytes()
    return files


def _unpacked(path: Path) -> dict[str, bytes]:
    """The files of a ZIP file below its one folder, read in memory: no path of it is ever written."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
                raise BadInput(f"'{path.name}' unpacks to more than {_MOST_UNPACKED >> 30} GiB.")
            files = {entry.filename.partition("/")[2]: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise BadInput(f"'{path.name}' is no ZIP file that can be read.") from None
    if len(files) != len(entries):
        raise IntegrityError(f"'{path.name}' holds a file twice.")
    return files


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise BadInput("A file name of the package leads out of it.")
    return path
