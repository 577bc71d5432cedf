"""A value as its JSON document and back, checked on the way in: pydantic over the stages' own dataclasses."""

from collections.abc import Sequence
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Table, delete, insert
from sqlalchemy.engine import RowMapping

from tre.airlock.queue import Summary
from tre.airlock.request import Request
from tre.catalogue.ports import DatasetVersion, Link
from tre.core.errors import IntegrityError
from tre.core.people import Person
from tre.projects.project import Project
from tre.runs.manifest import Run

T = TypeVar("T")

_KINDS: Final[dict[type, TypeAdapter[Any]]] = {
    Person: TypeAdapter(Person),
    DatasetVersion: TypeAdapter(DatasetVersion),
    Link: TypeAdapter(Link),
    Project: TypeAdapter(Project),
    Run: TypeAdapter(Run),
    Request: TypeAdapter(Request),
    Summary: TypeAdapter(Summary),
}
_SUMMARIES: Final = TypeAdapter(list[Summary])


def to_document(value: object) -> str:
    """The value's JSON."""
    return str(_KINDS[type(value)].dump_json(value), "utf-8")


def from_document(kind: type[T], row: RowMapping) -> T:
    """The value of a row. Raises IntegrityError when the stored document is not one of this kind."""
    try:
        value: T = _KINDS[kind].validate_json(row["document"])
    except ValidationError:
        raise IntegrityError(f"A stored {kind.__name__.lower()} cannot be read.") from None
    return value


def from_summaries(rows: Sequence[str]) -> list[Summary]:
    """Many summaries at once. Raises IntegrityError when one is none."""
    try:
        return _SUMMARIES.validate_json(f"[{','.join(rows)}]")
    except ValidationError:
        raise IntegrityError("A stored summary of a request cannot be read.") from None


def put(connection: Connection, table: Table, value: object, keys: dict[str, object], **columns: object) -> None:
    """Write a value in place of the one with the same keys."""
    connection.execute(delete(table).where(*(table.c[name] == key for name, key in keys.items())))
    connection.execute(insert(table), {**keys, **columns, "document": to_document(value)})
