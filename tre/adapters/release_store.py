"""Where release packages are pushed to: a folder or, through fsspec, any store that has a driver, such as S3.

A package is put whole: its manifest and signature last, so that a package that was cut off does not verify and the next
push replaces it.
"""

from collections.abc import Mapping

import fsspec

from tre.airlock.package import MANIFEST, SIGNATURE
from tre.core.errors import BadInput, IntegrityError, Unavailable
from tre.core.ids import ReleaseId

_LAST = (MANIFEST, SIGNATURE)


class FsspecReleases:
    """The ``ReleaseStore`` port on an fsspec address such as ``file:///srv/releases`` or ``s3://bucket/releases``."""

    def __init__(self, address: str, options: Mapping[str, object] | None = None) -> None:
        """Use ``address``; ``options`` go to its driver, whose credentials come from its own environment or files.

        Raises:
            BadInput: the address has no scheme. Unavailable: its driver is not installed.
        """
        scheme, separator, _ = address.partition("://")
        if not separator or not scheme:
            raise BadInput("The address of the release store has no scheme.", hint="Such as file:///srv/releases")
        # Folders are made as they are needed; a bucket that is not there is not.
        defaults = {"auto_mkdir": True} if scheme == "file" else {}
        try:
            self._system, self._root = fsspec.core.url_to_fs(address, **{**defaults, **dict(options or {})})
        except (ImportError, ValueError):
            raise Unavailable(
                f"There is no driver for a release store '{scheme}://'.", hint="Install tre-toolkit[servers]."
            ) from None
        self.address = address

    def put_package(self, release: ReleaseId, files: Mapping[str, bytes]) -> str:
        """Write a package and read it back; returns its address.

        Raises:
            Unavailable: the store cannot be written. IntegrityError: it does not hold what was written.
        """
        folder = f"{self._root.rstrip('/')}/{release}"
        names = [*sorted(set(files) - set(_LAST)), *(name for name in _LAST if name in files)]
        try:
            for name in names:
                self._system.pipe_file(f"{folder}/{name}", files[name])
            self._system.invalidate_cache()
            contents = {name: self._system.cat_file(f"{folder}/{name}") for name in names}
        except Exception as error:  # noqa: BLE001 - every driver has errors of its own; none may pass as done
            raise Unavailable(
                f"The release store cannot be written ({type(error).__name__}).", hint="Look at TRE_RELEASE_STORE."
            ) from None
        if contents != dict(files):
            raise IntegrityError("The release store does not hold what was written.", hint="Push the release again.")
        return f"{self.address.rstrip('/')}/{release}"
