"""Walk the audit chain and name the first entry that does not fit. Pure: entries and a head in, an answer out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tre.audit.chain import GENESIS, Entry, Head, entry_hash
from tre.core.errors import IntegrityError


@dataclass(frozen=True)
class VerificationResult:
    """What was walked: how many entries, and the hash of the last."""

    entries: int
    head_hash: str


def verify(
    entries: Iterable[Entry], head: Head | None, signature_fits: Callable[[bytes, str], bool]
) -> VerificationResult:
    """Check every link and the signed head.

    Args:
        entries: in the order of their numbers.
        head: the signed head that is stored beside them; ``None`` only when there are no entries.
        signature_fits: whether a signature (hexadecimal) over some bytes is this environment's own.

    Raises:
        IntegrityError: names the first broken entry and what is wrong with it.
    """
    expected_number, previous = 1, GENESIS
    for entry in entries:
        if entry.number != expected_number:
            raise IntegrityError(f"Audit entry {expected_number} is missing; entry {entry.number} stands in its place.")
        if entry.previous_hash != previous:
            raise IntegrityError(f"Audit entry {entry.number} does not follow from entry {entry.number - 1}.")
        if entry_hash(entry) != entry.hash:
            raise IntegrityError(f"Audit entry {entry.number} ({entry.action}) was changed after it was written.")
        expected_number, previous = entry.number + 1, entry.hash
    check_head(expected_number - 1, previous, head, signature_fits)
    return VerificationResult(expected_number - 1, previous)


def check_head(number: int, hash_: str, head: Head | None, signature_fits: Callable[[bytes, str], bool]) -> None:
    """Raise IntegrityError unless the signed head names exactly this last entry."""
    if head is None:
        if number:
            raise IntegrityError(f"The signed head of the audit log is missing; the log has {number} entries.")
        return
    if not signature_fits(head.signed_bytes(), head.signature):
        raise IntegrityError(f"The signature of the audit head at entry {head.number} does not fit.")
    if (head.number, head.hash) != (number, hash_):
        raise IntegrityError(f"The signed head names entry {head.number}, but the log ends with entry {number}.")
