"""Which HTTP status each error of ours has."""

from typing import Final

from tre.core.errors import BadInput, BadTransition, IntegrityError, NotAllowed, NotFound, TreError, Unavailable

STATUS: Final[dict[type[TreError], int]] = {
    BadInput: 400,
    NotAllowed: 403,
    NotFound: 404,
    BadTransition: 409,
    IntegrityError: 500,
    Unavailable: 503,
}


def status_of(error: TreError) -> int:
    """The status of an error's class."""
    return STATUS.get(type(error), 500)
