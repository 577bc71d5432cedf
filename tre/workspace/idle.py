"""When a workspace closes because nobody works in it: rules as values, decided without a clock.

The workspace's own server says when somebody last worked. It is within the researcher's reach, so this spares memory;
it keeps nobody out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

_PREFIX: Final = "WORKSPACE_IDLE_"
# The server tells the hub this often at most, and at least three times within the warning.
_MOST_OFTEN_S: Final = 2
_LEAST_OFTEN_S: Final = 60


@dataclass(frozen=True)
class IdleRules:
    """How long nothing may happen.

    Attributes:
        close_s: seconds without work after which a workspace closes; 0 closes none.
        warning_s: seconds before that in which the person is told.
        busy_s: how long cells and terminals that go on count as work, from when the person last did something.
    """

    close_s: float
    warning_s: float
    busy_s: float

    @property
    def report_every_s(self) -> int:
        """How often the workspace's server says when somebody last worked."""
        return int(min(max(self.warning_s / 3, _MOST_OFTEN_S), _LEAST_OFTEN_S))

    def as_environment(self) -> dict[str, str]:
        """The same rules as variables for the workspace's server."""
        values = {"CLOSE_S": self.close_s, "WARNING_S": self.warning_s, "BUSY_S": self.busy_s}
        return {f"{_PREFIX}{name}": str(value) for name, value in values.items()}

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read what ``as_environment`` wrote; nothing written closes nothing."""
        close, warning, busy = (
            float(environ.get(f"{_PREFIX}{name}", 0)) for name in ("CLOSE_S", "WARNING_S", "BUSY_S")
        )
        return cls(close, warning, busy)


def last_worked(person: datetime, machine: datetime | None, *, busy: bool, rules: IdleRules, now: datetime) -> datetime:
    """When somebody last worked: the person themselves, or what they left to be computed, up to a limit.

    Args:
        person: when the person last did something.
        machine: when a kernel or terminal last said something.
        busy: whether a cell is running now.
        rules: the limit.
        now: the time.
    """
    computed = now if busy else machine
    if computed is None:
        return person
    return max(person, min(computed, person + timedelta(seconds=rules.busy_s)))


def closes_in_s(worked: datetime, rules: IdleRules, now: datetime) -> float | None:
    """Seconds until the workspace closes, not below 0; None when it never does."""
    if not rules.close_s:
        return None
    return max(0.0, rules.close_s - (now - worked).total_seconds())


def why_idle(worked: datetime, rules: IdleRules, now: datetime) -> str:
    """Why a workspace closes now, in words; empty while it stays open.

    What the hub knows of may be old by two reports, so it waits that long.
    """
    remaining_s = closes_in_s(worked + timedelta(seconds=2 * rules.report_every_s), rules, now)
    return "" if remaining_s is None or remaining_s > 0 else "Nobody worked in it."
