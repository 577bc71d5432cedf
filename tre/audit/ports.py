"""What the audit stage needs of the outside world."""

from collections.abc import Iterator
from typing import Protocol

from tre.audit.chain import Entry, Head


class AuditLog(Protocol):
    """The stored log. It is written by the stores, one entry with each write; here it is only read."""

    def entries(self) -> Iterator[Entry]:
        """All entries in the order of their numbers, without holding them all in memory."""

    def head(self) -> Head | None:
        """The signed head, or None when nothing was ever written."""
