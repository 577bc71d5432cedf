"""Taking files out of a folder that a researcher can write to, with this installation's caps."""

import tempfile
from pathlib import Path

from tre.adapters import sandbox
from tre.core import digest


class SafeCollector:
    """The ``Collector`` port on the sandbox's own safe copy."""

    def __init__(self, max_files: int, max_bytes: int) -> None:
        """Refuse more files or more bytes than these."""
        self._max_files = max_files
        self._max_bytes = max_bytes

    def collect(self, home: Path, folder: str, destination: Path) -> list[str]:
        """Copy the regular files of ``home/folder``; see the port."""
        return sandbox.copy_tree(home, folder, destination, max_files=self._max_files, max_bytes=self._max_bytes)

    def read(self, home: Path, folder: str) -> dict[str, bytes]:
        """The regular files of ``home/folder`` by relative name. Raises BadInput as ``collect``."""
        with tempfile.TemporaryDirectory(prefix="tre-collect-") as temporary:
            copied = Path(temporary) / "files"
            return {name: (copied / name).read_bytes() for name in self.collect(home, folder, copied)}

    def digests(self, home: Path, folder: str) -> dict[str, str]:
        """SHA-256 of each regular file of ``home/folder``; empty when there is no such folder."""
        if not (home / folder).exists():
            return {}
        return {name: digest.of_bytes(data) for name, data in self.read(home, folder).items()}
