"""Link an event to the one before it, so that no entry can be changed, moved or removed unseen.

Each entry's hash covers its number, its content and the hash of the entry before. The last entry's number and hash,
the head, is signed: whoever holds the database but not the key cannot cut or rewrite the end either. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tre.audit.events import Event
from tre.core import clock, digest
from tre.core.digest import Json

GENESIS: Final = "0" * 64


@dataclass(frozen=True)
class Entry:
    """An event with its place in the chain. All fields are text or JSON, as they are stored and hashed."""

    number: int
    at: str
    actor: str
    action: str
    subject: str
    details: Mapping[str, Json]
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class Head:
    """The last entry's place and hash, with the signature over both."""

    number: int
    hash: str
    signature: str

    def signed_bytes(self) -> bytes:
        """What the signature covers."""
        return head_bytes(self.number, self.hash)


def head_bytes(number: int, hash_: str) -> bytes:
    """The bytes to sign for a head."""
    return digest.canonical_json({"purpose": "tre audit head", "number": number, "hash": hash_})


def entry_hash(entry: Entry) -> str:
    """The hash that ``entry`` must carry, from all its other fields."""
    return digest.of_value(
        {
            "number": entry.number,
            "at": entry.at,
            "actor": entry.actor,
            "action": entry.action,
            "subject": entry.subject,
            "details": entry.details,
            "previous_hash": entry.previous_hash,
        }
    )


def append(event: Event, last: Entry | None) -> Entry:
    """``event`` as the entry after ``last`` (or as the first)."""
    draft = Entry(
        number=last.number + 1 if last else 1,
        at=clock.text(event.at),
        actor=event.actor,
        action=event.action.value,
        subject=event.subject,
        details=dict(event.details),
        previous_hash=last.hash if last else GENESIS,
        hash="",
    )
    return Entry(**{**draft.__dict__, "hash": entry_hash(draft)})
