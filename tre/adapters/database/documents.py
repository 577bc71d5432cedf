"""A value as its JSON document and back, checked on the way in: pydantic over the stages' own dataclasses."""

from functools import cache
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Table, delete, insert
from sqlalchemy.engine import RowMapping

from tre.core.errors import IntegrityError

T = TypeVar("T")


@cache
def _adapter(kind: type[T]) -> TypeAdapter[T]:
    return TypeAdapter(kind)


def to_document(value: object) -> str:
    """The value's JSON."""
    return _adapter(type(value)).dump_json(value).decode()


def from_document(kind: type[T], row: RowMapping) -> T:
    """The value of a row. Raises IntegrityError when the stored document is not one of this kind."""
    try:
        return _adapter(kind).validate_json(row["document"])
    except ValidationError:
        raise IntegrityError(f"A stored {kind.__name__.lower()} cannot be read.") from None


def put(connection: Connection, table: Table, value: object, keys: dict[str, object], **columns: object) -> None:
    """Write a value in place of the one with the same keys."""
    connection.execute(delete(table).where(*(table.c[name] == key for name, key in keys.items())))
    connection.execute(insert(table), {**keys, **columns, "document": to_document(value)})
