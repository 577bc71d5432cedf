"""The tables. What is searched or ordered by is a column; the rest of a value is its JSON document."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

METADATA: Final = MetaData()

AUDIT_ENTRY: Final = Table(
    "audit_entry",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("actor", String(63), nullable=False),
    Column("action", String(63), nullable=False),
    Column("subject", String(127), nullable=False),
    Column("details", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Index("audit_entry_by_actor", "actor", "number"),
    Index("audit_entry_by_subject", "subject", "number"),
    Index("audit_entry_by_action", "action", "number"),
)
AUDIT_HEAD: Final = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("signature", String(128), nullable=False),
)
PERSON: Final = Table(
    "person",
    METADATA,
    Column("id", String(63), primary_key=True),
    Column("password_hash", String(255)),
    Column("document", Text, nullable=False),
)
DATASET_VERSION: Final = Table(
    "dataset_version",
    METADATA,
    Column("dataset", String(63), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
)
LINK: Final = Table(
    "link",
    METADATA,
    Column("id", String(63), primary_key=True),
    Column("made_at", String(32), nullable=False),
    Column("document", Text, nullable=False),
)
PROJECT: Final = Table(
    "project",
    METADATA,
    Column("id", String(63), primary_key=True),
    Column("state", String(31), nullable=False),
    Column("document", Text, nullable=False),
)
RUN: Final = Table(
    "run",
    METADATA,
    Column("id", String(63), primary_key=True),
    Column("project", String(63), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("document", Text, nullable=False),
)
REQUEST: Final = Table(
    "request",
    METADATA,
    Column("id", String(63), primary_key=True),
    Column("project", String(63), nullable=False),
    Column("author", String(63), nullable=False),
    Column("state", String(31), nullable=False),
    Column("submitted_at", String(32), nullable=False),
    Column("document", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Index("request_by_state", "state", "submitted_at"),
    Index("request_by_project", "project", "submitted_at"),
)
SHOWN_IN_DAY: Final = Table(
    "shown_in_day",
    METADATA,
    Column("person", String(63), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("shown_bytes", BigInteger, nullable=False),
    Column("noted", Integer, nullable=False),
)
