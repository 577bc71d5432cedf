"""Looking at the audit log: its pages, its verification, and its head for somebody outside."""

from collections.abc import Sequence

from tre.audit.chain import Entry
from tre.audit.events import Action, Event
from tre.audit.exported_head import exported, passing, read_head
from tre.audit.ports import EntryFilter
from tre.audit.verify import VerificationResult, verify
from tre.core import clock
from tre.core.errors import NotFound
from tre.services.container import Container
from tre.services.people import PeopleService


class AuditLogService:
    """Reads the log; writes only that a head was handed out."""

    def __init__(self, people: PeopleService, parts: Container) -> None:
        """Work on one installation."""
        self._people = people
        self._parts = parts

    def page(self, wanted: EntryFilter) -> Sequence[Entry]:
        """The newest entries that fit, newest first."""
        return self._parts.database.page(wanted)

    def verify(self, kept: Sequence[bytes] = ()) -> VerificationResult:
        """Walk the whole log to its signed head.

        Args:
            kept: heads that were exported earlier, as files; the log must still hold what they name.

        Raises:
            IntegrityError: names the first entry that does not fit. BadInput: a file is no exported head.
        """
        database, fits = self._parts.database, self._parts.keys.fits
        heads = [read_head(data, fits) for data in kept]
        with database.consistent():
            return verify(passing(database.entries(), heads), database.head(), fits)

    def export_head(self, person: str) -> bytes:
        """The signed head as a file, to be kept where no administrator of this installation can write.

        Raises:
            NotFound: nothing was ever written.
        """
        head = self._parts.database.head()
        if head is None:
            raise NotFound("The audit log is empty.")
        now = clock.now()
        event = Event(Action.AUDIT_HEAD_EXPORTED, self._people.get(person).id, "audit", now, {"entry": head.number})
        self._parts.requests.note_request(event)
        return exported(head, at=clock.text(now))
