"""One database: opened, migrated, and written in transactions that each append to the audit chain.

There is one way to write: ``with database.writing() as (connection, note)``. The entry for the event and the signed
head are part of the same transaction, so nothing is changed without its entry and no entry tells of what did not
happen. A counter alone is written by ``counting``: it changes every second, and only its limits are events.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, delete, event, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from tre.adapters.database.tables import AUDIT_ENTRY, AUDIT_HEAD
from tre.audit.chain import Entry, Head, append, head_bytes
from tre.audit.events import Event
from tre.audit.ports import EntryFilter
from tre.core import digest
from tre.core.errors import Unavailable

WRITES: Final = "tre_writes"
MIGRATIONS: Final = Path(__file__).parent / "migrations"
AUDIT_LOCK: Final = 7_310_465_211  # any number: the advisory lock that serialises writers on PostgreSQL


class Database:
    """A migrated database and the only way to write to it."""

    def __init__(self, url: str, sign: Callable[[bytes], str]) -> None:
        """Open ``url`` and bring its tables up to date.

        Args:
            sign: signs the head of the audit log.

        Raises:
            Unavailable: the database cannot be reached.
        """
        self._sign = sign
        # The transaction that this thread is writing in: what is read meanwhile is read in it, so that a decision
        # rests on what nobody can change before it is written, and needs no second connection.
        self._open: ContextVar[Connection | None] = ContextVar("open transaction", default=None)
        try:
            self.engine = _engine(url)
            self._migrate()
            # A writer must see what was committed while it waited for its turn; a reader one state throughout.
            postgresql = self.engine.dialect.name == "postgresql"
            self._readers = (
                self.engine.execution_options(isolation_level="REPEATABLE READ") if postgresql else self.engine
            )
        except (OperationalError, ArgumentError, ModuleNotFoundError, OSError) as error:
            raise Unavailable(
                f"The database cannot be opened ({type(error).__name__}).",
                hint="Look at TRE_HOME and TRE_DATABASE_URL.",
            ) from None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one consistent state and writes nothing."""
        if (writing := self._open.get()) is not None:
            yield writing
            return
        with self._readers.connect() as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def consistent(self) -> Iterator[None]:
        """Everything that is read within sees one and the same state, whatever is written meanwhile."""
        with self.reading() as connection:
            token = self._open.set(connection)
            try:
                yield
            finally:
                self._open.reset(token)

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, Callable[[Event], Entry]]]:
        """A transaction and the function that appends an event to it; ends without effect unless one was appended."""
        appended: list[Event] = []
        with self.counting() as (connection, append_event):

            def note(happened: Event) -> Entry:
                appended.append(happened)
                return append_event(happened)

            yield connection, note
            if not appended:
                raise RuntimeError("a write without its audit event")

    @contextmanager
    def counting(self) -> Iterator[tuple[Connection, Callable[[Event], Entry]]]:
        """The same for a counter, which may be written without an event.

        Writers take turns: SQLite's BEGIN IMMEDIATE, an advisory lock on PostgreSQL.
        """
        with self.engine.execution_options(**{WRITES: True}).begin() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": AUDIT_LOCK})

            def note(happened: Event) -> Entry:
                entry = append(happened, _last_entry(connection))
                _write(connection, entry, self._sign(head_bytes(entry.number, entry.hash)))
                return entry

            token = self._open.set(connection)
            try:
                yield connection, note
            finally:
                self._open.reset(token)

    def entries(self, first: int = 1) -> Iterator[Entry]:
        """Every audit entry in order, from number ``first``, read in pieces."""
        with self.reading() as connection:
            query = select(AUDIT_ENTRY).where(AUDIT_ENTRY.c.number >= first).order_by(AUDIT_ENTRY.c.number)
            for row in connection.execute(query, execution_options={"yield_per": 10_000}):
                yield _entry(row._mapping)

    def page(self, wanted: EntryFilter) -> list[Entry]:
        """The newest entries that fit, newest first; by index, however long the log is."""
        columns = AUDIT_ENTRY.c
        query = select(AUDIT_ENTRY).order_by(columns.number.desc()).limit(wanted.limit)
        if wanted.before is not None:
            query = query.where(columns.number < wanted.before)
        for column in ("actor", "subject", "action"):
            if value := getattr(wanted, column):
                query = query.where(columns[column] == value)
        with self.reading() as connection:
            return [_entry(row._mapping) for row in connection.execute(query)]

    def head(self) -> Head | None:
        """The signed head of the audit log."""
        with self.reading() as connection:
            row = connection.execute(select(AUDIT_HEAD)).one_or_none()
        return None if row is None else Head(row.number, row.hash, row.signature)

    def _migrate(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.engine.execution_options(**{WRITES: True}).begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        driver = parsed.set(drivername="postgresql+psycopg")
        return create_engine(driver, pool_pre_ping=True)
    if parsed.get_backend_name() != "sqlite":
        raise Unavailable(
            "This kind of database cannot be used.", hint="TRE_DATABASE_URL is sqlite:///... or postgresql://..."
        )
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(parsed, connect_args={"timeout": 30, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def _prepare(raw, _):  # type: ignore[no-untyped-def]
        cursor = raw.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _last_entry(connection: Connection) -> Entry | None:
    row = connection.execute(select(AUDIT_ENTRY).order_by(AUDIT_ENTRY.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else _entry(row._mapping)


def _entry(row: object) -> Entry:
    values = dict(row)  # type: ignore[call-overload]
    return Entry(**{**values, "details": json.loads(values["details"])})


def _write(connection: Connection, entry: Entry, signature: str) -> None:
    stored = {**entry.__dict__, "details": digest.canonical_json(entry.details).decode()}
    connection.execute(insert(AUDIT_ENTRY), stored)
    connection.execute(delete(AUDIT_HEAD))
    connection.execute(
        insert(AUDIT_HEAD), {"id": 1, "number": entry.number, "hash": entry.hash, "signature": signature}
    )
