"""A head of the log, handed to somebody outside: whoever keeps it can tell that history before it was not rewritten.

The signing key alone does not protect the log from who administers the machine: they hold the key too. A head that lies
with an auditor does: the log must still have that entry, with that hash, at that place. Pure.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from msgspec import Struct

from disclosure_control.core.decoder import BadMessage, decode
from tre.audit.chain import Entry, Head, head_bytes
from tre.core.errors import BadInput, IntegrityError

FORMAT: Final = "tre-audit-head/1"


class HeadFile(Struct, frozen=True, forbid_unknown_fields=True, tag_field="format", tag=FORMAT):
    """What the file of a head holds."""

    entry: int
    hash: str
    signature: str
    exported_at: str


def head_file(head: Head, *, at: str) -> bytes:
    """A head as a file for somebody outside."""
    document = {
        "format": FORMAT,
        "entry": head.number,
        "hash": head.hash,
        "signature": head.signature,
        "exported_at": at,
    }
    return (json.dumps(document, indent=1) + "\n").encode()


def read_head(data: bytes, signature_fits: Callable[[bytes, str], bool]) -> Head:
    """Read an exported head. Raises BadInput when it is none, IntegrityError when its signature does not fit."""
    try:
        file = decode(data, HeadFile)
    except BadMessage:
        raise BadInput(
            "This is no exported head of an audit log.", hint="'tre audit export-head' writes one."
        ) from None
    head = Head(file.entry, file.hash, file.signature)
    if not signature_fits(head_bytes(head.number, head.hash), head.signature):
        raise IntegrityError(f"The signature of the exported head at entry {head.number} does not fit.")
    return head


def check_against_heads(entries: Iterable[Entry], heads: Iterable[Head]) -> Iterator[Entry]:
    """The same entries, each held against the heads that somebody kept.

    Raises:
        IntegrityError: an entry is not the one that a kept head names, or the log ends before it.
    """
    expected: dict[int, list[str]] = {}
    for head in heads:
        expected.setdefault(head.number, []).append(head.hash)
    for entry in entries:
        for hash_ in expected.pop(entry.number, []):
            if entry.hash != hash_:
                raise IntegrityError(
                    f"Audit entry {entry.number} is not the one of the exported head: "
                    "history was rewritten at or before it."
                )
        yield entry
    if expected:
        raise IntegrityError(
            f"The log ends before entry {min(expected)}, which an exported head names: its end was cut."
        )
