"""Looking at the audit log: its pages, its verification, and its head for somebody outside."""

from collections.abc import Iterator, Sequence

from tre.audit.chain import Entry
from tre.audit.events import Action, Event
from tre.audit.exported_head import check_against_heads, head_file, read_head
from tre.audit.ports import EntryFilter
from tre.audit.verify import VerificationResult, verify
from tre.core import clock
from tre.core.errors import NotFound
from tre.services.container import Container
from tre.services.people import PeopleService


class AuditLogService:
    """Reads the log; writes only that a head was handed out."""

    def __init__(self, people: PeopleService, container: Container) -> None:
        """Work on one installation."""
        self._people = people
        self._container = container

    def page(self, entry_filter: EntryFilter) -> Sequence[Entry]:
        """The newest entries that fit.

        Args:
            entry_filter: how many, before which, whose, about what.

        Returns:
            Them, newest first.
        """
        return self._container.database.page(entry_filter)

    def entries(self, first: int = 1) -> Iterator[Entry]:
        """The log from one entry to its end.

        Args:
            first: the number of the entry to begin with.

        Returns:
            Its entries in order, read in pieces.
        """
        return self._container.database.entries(first)

    def last_number(self) -> int:
        """How many entries there are.

        Returns:
            The number of the last; 0 when nothing was ever written.
        """
        head = self._container.database.head()
        return head.number if head else 0

    def database_kind(self) -> str:
        """The kind of database that holds the log and all else; asking opens it.

        Returns:
            Its name, such as "sqlite".

        Raises:
            Unavailable: it does not open.
        """
        return str(self._container.database.engine.dialect.name)

    def verify(self, exported_heads: Sequence[bytes] = ()) -> VerificationResult:
        """Walk the whole log to its signed head.

        Args:
            exported_heads: heads that were exported earlier, as files; the log must still hold what they name.

        Returns:
            How many entries there are, and the head's hash.

        Raises:
            BadInput: a file is no exported head.
            IntegrityError: names the first entry that does not fit.
        """
        database, fits = self._container.database, self._container.keys.fits
        heads = [read_head(data, fits) for data in exported_heads]
        with database.consistent():
            return verify(check_against_heads(database.entries(), heads), database.head(), fits)

    def export_head(self, person: str) -> bytes:
        """The signed head as a file, to be kept where no administrator of this installation can write.

        Args:
            person: who takes it.

        Returns:
            The file.

        Raises:
            NotFound: nothing was ever written, or there is no such person.
        """
        head = self._container.database.head()
        if head is None:
            raise NotFound("The audit log is empty.")
        now = clock.now()
        event = Event(Action.AUDIT_HEAD_EXPORTED, self._people.get(person).id, "audit", now, {"entry": head.number})
        self._container.requests.note_request(event)
        return head_file(head, at=clock.text(now))
