"""Every request's summary, held in memory and kept in step by the audit log: only what changed is read again.

Each write of a request appends an entry that names it, in the same transaction. So the entries since the last look say
which summaries are old, whichever process wrote them; a list of ten thousand costs no more than what became of it.
"""

import threading
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, func, select

from tre.adapters.database.database import Database
from tre.adapters.database.documents import from_summaries
from tre.adapters.database.tables import AUDIT_ENTRY, REQUEST
from tre.airlock.queue import Summary

_AT_ONCE: Final = 500  # identifiers in one statement; above it everything is read again


class Summaries:
    """The summaries of one database."""

    def __init__(self, database: Database) -> None:
        """Nothing was read yet."""
        self._database = database
        self._seen = -1
        self._known: dict[str, Summary] = {}
        self._ordered: list[Summary] = []
        self._lock = threading.Lock()

    def all(self) -> Sequence[Summary]:
        """Every summary as it is now, the request that was submitted first in front."""
        with self._lock, self._database.reading() as connection:
            last_number = connection.execute(select(func.max(AUDIT_ENTRY.c.number))).scalar_one()
            last_number = -1 if last_number is None else int(last_number)
            if last_number != self._seen:
                # What is read may be newer than ``last``; then it is read once more the next time.
                summaries = self._changed_summaries(connection)
                self._known |= {summary.id: summary for summary in summaries}
                if summaries:
                    self._ordered = sorted(self._known.values(), key=lambda summary: (summary.submitted_at, summary.id))
                self._seen = last_number
            return self._ordered

    def _changed_summaries(self, connection: Connection) -> Sequence[Summary]:
        query = select(REQUEST.c.summary)
        if self._seen >= 0:
            entries = select(AUDIT_ENTRY.c.subject).where(AUDIT_ENTRY.c.number > self._seen).distinct()
            subjects = list(connection.execute(entries.limit(_AT_ONCE + 1)).scalars())
            if len(subjects) <= _AT_ONCE:
                query = query.where(REQUEST.c.id.in_(subjects))
        return from_summaries(connection.execute(query).scalars().all())
