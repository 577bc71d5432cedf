"""Numbers that a form bears so that it counts once, however often a button is pressed.

The rules behind the pages hold without it; it only keeps a second press from reading as a second wish, such as the
same comment twice.
"""

import secrets
import threading
from collections import OrderedDict
from typing import Final

_MOST: Final = 100_000


class FormNonces:
    """The numbers that were used, at most so many: the oldest are forgotten first."""

    def __init__(self) -> None:
        """Nothing was used yet."""
        self._used: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def new(self) -> str:
        """A number for one form."""
        return secrets.token_urlsafe(12)

    def take(self, number: str) -> bool:
        """Use a number; False when it was used, or is none."""
        with self._lock:
            if not 8 <= len(number) <= 64 or number in self._used:
                return False
            self._used[number] = None
            while len(self._used) > _MOST:
                self._used.popitem(last=False)
            return True

    def give_back(self, number: str) -> None:
        """What the form asked was refused; it may be sent again."""
        with self._lock:
            self._used.pop(number, None)
