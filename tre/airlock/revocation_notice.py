"""The signed notice of a revocation, and what it says of a package. Pure.

It is made from what is stored of the request, so that it can be given out again at any time, the same byte by byte.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from msgspec import Struct

from disclosure_control.core.decoder import BadMessage, decode
from tre.airlock.package import MANIFEST
from tre.airlock.request import Request
from tre.airlock.states import State
from tre.core import digest
from tre.core.errors import BadTransition, IntegrityError

FORMAT: Final = "tre-revocation/1"
_FIELDS: Final = ("format", "release", "manifest_sha256", "revoked_at", "reason")


@dataclass(frozen=True)
class Revocation:
    """What a notice says."""

    release: str
    manifest_digest: str
    revoked_at: str
    reason: str


class NoticeFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What the file of a notice holds."""

    format: str
    release: str
    manifest_sha256: str
    revoked_at: str
    reason: str
    signature: str


def notice(request: Request, sign: Callable[[bytes], str]) -> bytes:
    """The notice of a revoked release. Raises BadTransition when it was not revoked."""
    if request.state is not State.REVOKED or request.release is None:
        raise BadTransition(f"No release of request '{request.id}' was revoked.")
    fields = {
        "format": FORMAT,
        "release": request.release,
        "manifest_sha256": request.manifest_digest,
        "revoked_at": request.revoked_at,
        "reason": request.revoked_because,
    }
    return json.dumps({**fields, "signature": sign(_signed_bytes(fields))}, indent=1, ensure_ascii=False).encode()


def read_notice(data: bytes, signature_fits: Callable[[bytes, str], bool]) -> Revocation:
    """What a notice says. Raises IntegrityError unless it is one and its signature fits."""
    try:
        file = decode(data, NoticeFile)
    except BadMessage:
        raise IntegrityError("The notice cannot be read.") from None
    fields = {name: getattr(file, name) for name in _FIELDS}
    if file.format != FORMAT or not signature_fits(_signed_bytes(fields), file.signature):
        raise IntegrityError("The signature of the notice does not fit.")
    return Revocation(file.release, file.manifest_sha256, file.revoked_at, file.reason)


def check_is_not_revoked(files: Mapping[str, bytes], revocation: Revocation) -> None:
    """Raise IntegrityError when the notice is about this package."""
    if digest.of_bytes(files[MANIFEST]) == revocation.manifest_digest:
        raise IntegrityError(
            f"Release '{revocation.release}' was revoked on {revocation.revoked_at[:10]}: {revocation.reason}",
            hint="Its seal holds, but it must no longer be used.",
        )


def _signed_bytes(fields: Mapping[str, str]) -> bytes:
    return digest.canonical_json({"purpose": "tre revocation", **fields})
