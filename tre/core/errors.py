"""The errors of this project, one tree, each class with its exit code.

    TreError              1
    ├── BadInput          2   what was given cannot be used; nothing was changed
    ├── NotFound          3   no such dataset, project, request, ...
    ├── NotAllowed        4   this person may not do this
    ├── BadTransition     5   the thing is not in a state where this can happen
    ├── IntegrityError    6   bytes, a signature or the audit chain do not fit: stop and look
    └── Unavailable       7   this machine lacks something that is needed; the message names it

A message says what failed, the place, and the next step. It never carries a person's data, a cell's value or free
text of a researcher. ``tre check`` adds 10 (review) and 11 (fail), which are results and not errors.
"""

from typing import ClassVar


class TreError(Exception):
    """Anything this project refuses or cannot do.

    Args:
        message: what failed, and where; no person's data.
        hint: the next step, shown on a line of its own.

    Attributes:
        exit_code: what the command line ends with.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class BadInput(TreError):
    """What was given cannot be used; nothing was changed."""

    exit_code = 2


class NotFound(TreError):
    """There is no such thing, or this person may not know of it."""

    exit_code = 3


class NotAllowed(TreError):
    """This person may not do this."""

    exit_code = 4


class BadTransition(TreError):
    """The thing is not in a state where this can happen."""

    exit_code = 5


class IntegrityError(TreError):
    """Bytes, a signature or the audit chain do not fit what was recorded."""

    exit_code = 6


class Unavailable(TreError):
    """This machine lacks something that is needed; the message names it."""

    exit_code = 7
