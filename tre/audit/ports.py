"""What the audit stage needs of the outside world."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from tre.audit.chain import Entry, Head


@dataclass(frozen=True)
class EntryFilter:
    """Which entries to show: at most ``limit`` before number ``before``, of one actor, subject or action if given."""

    limit: int = 100
    before: int | None = None
    actor: str = ""
    subject: str = ""
    action: str = ""


class AuditLog(Protocol):
    """The stored log. It is written by the stores, one entry with each write; here it is only read."""

    def entries(self, first: int = 1) -> Iterator[Entry]:
        """All entries from ``first`` in the order of their numbers, without holding them all in memory."""

    def page(self, entry_filter: EntryFilter) -> Sequence[Entry]:
        """The newest entries that fit, newest first."""

    def head(self) -> Head | None:
        """The signed head, or None when nothing was ever written."""
