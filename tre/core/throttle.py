"""How long somebody must wait after failing repeatedly. Time is given; what is kept is bounded.

A few failures are free; then the wait doubles with each further one. An attempt counts before it is decided, so that
many at once are not all let through; one that succeeds is taken back.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_LONGEST_KEY: Final = 64  # characters; a longer one is no name and no address
FORGOTTEN_AFTER: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Allowance:
    """How many failures are free, how long the first wait is, and how long the longest."""

    free: int
    first_wait: timedelta = timedelta(seconds=5)
    longest_wait: timedelta = timedelta(minutes=5)

    def wait(self, failures: int) -> timedelta:
        """The wait after so many failures."""
        beyond = failures - self.free
        if beyond < 0:
            return timedelta()
        return min(self.longest_wait, self.first_wait * 2.0 ** min(beyond, 30))


class Throttle:
    """Failures by key, at most ``most`` keys: the one that failed longest ago goes first."""

    def __init__(self, allowance: Allowance, most: int = 10_000) -> None:
        """Remember nothing yet."""
        self._allowance = allowance
        self._most = most
        self._failed: OrderedDict[str, tuple[int, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def attempt(self, key: str, now: datetime) -> timedelta:
        """Begin an attempt: zero, and it counts as a failure until it succeeds; or how long to wait, uncounted."""
        key = key[:_LONGEST_KEY]
        with self._lock:
            failures, last = self._failed.get(key, (0, now))
            if now - last > FORGOTTEN_AFTER:
                failures = 0
            remaining = last + self._allowance.wait(failures) - now
            if failures and remaining > timedelta():
                return remaining
            self._failed[key] = (failures + 1, now)
            self._failed.move_to_end(key)
            while len(self._failed) > self._most:
                self._failed.popitem(last=False)
            return timedelta()

    def forget(self, key: str) -> None:
        """The attempt succeeded, and those before it are no longer held against the key."""
        with self._lock:
            self._failed.pop(key[:_LONGEST_KEY], None)

    def take_back(self, key: str) -> None:
        """The attempt succeeded; those before it still count."""
        key = key[:_LONGEST_KEY]
        with self._lock:
            if key in self._failed:
                failures, last = self._failed[key]
                self._failed[key] = (max(0, failures - 1), last)
