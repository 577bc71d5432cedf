"""The one strict way from bytes or plain values to typed messages: of the worker, the sandbox and the database.

What a message holds is given by its type. An unknown or missing key, a value of another type, bytes that are no UTF-8
or no JSON, and nesting without end are all one error, so that whoever reads has one thing to catch.
"""

from typing import TypeVar

import msgspec

T = TypeVar("T")


class BadMessage(ValueError):
    """It is not a message of the type that was expected. The words never hold what was in it."""


def decode(content: bytes | str, kind: type[T]) -> T:
    """A message from its JSON.

    Args:
        content: UTF-8 text.
        kind: the type that it must have.

    Raises:
        BadMessage: it is anything else.
    """
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, OverflowError) as error:
        raise BadMessage(_words(kind)) from error


def convert(value: object, kind: type[T]) -> T:
    """A message from plain values, as a database or a library gives them.

    Raises:
        BadMessage: they are not those of such a message.
    """
    try:
        return msgspec.convert(value, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, OverflowError) as error:
        raise BadMessage(_words(kind)) from error


def encode(message: object) -> bytes:
    """A message as JSON, in one line."""
    return msgspec.json.encode(message)


def plain(message: msgspec.Struct) -> dict[str, object]:
    """A message as plain values: dictionaries, lists, texts and numbers."""
    values: dict[str, object] = msgspec.json.decode(msgspec.json.encode(message))
    return values


def _words(kind: object) -> str:
    return f"This is not a {getattr(kind, '__name__', 'message')}."
