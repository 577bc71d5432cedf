"""The seal of a release package: a manifest of every file's digest, and a signature over the manifest. Pure.

Anyone can verify a package offline with the public key. Every byte counts: each file is in the manifest, the manifest
is signed, the signature has one spelling, and a file that is not named is refused.
"""

import json
from collections.abc import Callable, Mapping
from typing import Final

from tre.core import digest
from tre.core.errors import IntegrityError

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
FORMAT: Final = "tre-release/1"


def seal(files: Mapping[str, bytes], *, release: str, sign: Callable[[bytes], str]) -> dict[str, bytes]:
    """The files with their manifest and its signature."""
    entries = {name: {"sha256": digest.of_bytes(data), "bytes": len(data)} for name, data in sorted(files.items())}
    manifest = json.dumps({"format": FORMAT, "release": release, "files": entries}, indent=1).encode()
    return {**files, MANIFEST: manifest, SIGNATURE: f"{sign(manifest)}\n".encode()}


def verify(files: Mapping[str, bytes], signature_fits: Callable[[bytes, str], bool]) -> Mapping[str, str]:
    """Check the whole package and return each file's SHA-256.

    Args:
        files: every file of the package, by relative name.
        signature_fits: whether a hexadecimal signature over some bytes is the expected key's.

    Raises:
        IntegrityError: names the first file that does not fit.
    """
    _check_signature(files, signature_fits)
    entries: dict[str, dict[str, object]] = json.loads(files[MANIFEST])["files"]
    for name in sorted(set(entries) | (set(files) - {MANIFEST, SIGNATURE})):
        if name not in entries:
            raise IntegrityError(f"'{name}' is in the package but was never sealed.")
        if name not in files:
            raise IntegrityError(f"'{name}' is missing from the package.")
        if digest.of_bytes(files[name]) != entries[name]["sha256"]:
            raise IntegrityError(f"'{name}' was changed after it was sealed.")
    return {name: str(row["sha256"]) for name, row in entries.items()}


def _check_signature(files: Mapping[str, bytes], signature_fits: Callable[[bytes, str], bool]) -> None:
    """Raise IntegrityError unless the manifest is there and signed, the signature in its one spelling."""
    for name in (MANIFEST, SIGNATURE):
        if name not in files:
            raise IntegrityError(f"The package has no '{name}'.")
    signature = files[SIGNATURE].decode("ascii", errors="replace")
    hexadecimal = signature.removesuffix("\n")
    if len(signature) != 129 or set(hexadecimal) - set("0123456789abcdef"):
        raise IntegrityError(f"'{SIGNATURE}' was changed: it is not a signature as this project writes them.")
    if not signature_fits(files[MANIFEST], hexadecimal):
        raise IntegrityError(f"The signature in '{SIGNATURE}' does not fit '{MANIFEST}': one of the two was changed.")
