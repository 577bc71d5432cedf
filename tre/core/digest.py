"""SHA-256 of bytes, files and values, and the one canonical form of JSON that is hashed."""

import hashlib
import json
from pathlib import Path

# A value that JSON can hold; ``canonical_json`` refuses any other when it is written.
Json = object


def canonical_json(value: object) -> bytes:
    """``value`` as JSON with sorted keys and no spare spaces, UTF-8; NaN and infinities are refused."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def of_bytes(data: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def of_file(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def of_value(value: object) -> str:
    """SHA-256 of the canonical JSON of ``value``."""
    return of_bytes(canonical_json(value))
