"""How much a person's workspaces show their browser in a day, and what follows when it is much. Pure.

Nothing that a workspace sends to a browser can be taken back, so it is counted: at one limit the person is warned, at
another no more is shown until tomorrow. Who counts, and where, is left to others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from tre.audit.events import Action, Event
from tre.core.ids import PersonId


class Level(IntEnum):
    """How far a day has come, the later the worse."""

    FREE = 0
    WARNED = 1
    CAPPED = 2


NOTED: Final = MappingProxyType({Action.PERSON_SHOWN_MUCH: Level.WARNED, Action.PERSON_SHOWN_MOST: Level.CAPPED})


@dataclass(frozen=True)
class EgressLimits:
    """From how many bytes a day a person is warned, and from how many no more is shown. 0 is no limit."""

    warn_bytes: int
    max_bytes: int

    def level(self, shown_bytes: int) -> Level:
        """How far a day has come in which so much was shown."""
        if 0 < self.max_bytes <= shown_bytes:
            return Level.CAPPED
        return Level.WARNED if 0 < self.warn_bytes <= shown_bytes else Level.FREE


@dataclass(frozen=True)
class DailyEgress:
    """What one person was shown on one day (UTC), and the worst level that the audit log knows of."""

    person: PersonId
    day: date
    shown_bytes: int = 0
    noted: Level = Level.FREE


def limits_passed(day: DailyEgress, limits: EgressLimits, now: datetime) -> Sequence[Event]:
    """An event for each level that has been reached and not been noted, in order: each once for a person and day."""
    at = {Level.WARNED: limits.warn_bytes, Level.CAPPED: limits.max_bytes}
    reached = limits.level(day.shown_bytes)
    return [
        Event(
            action,
            day.person,
            day.person,
            now,
            {"day": day.day.isoformat(), "shown_bytes": day.shown_bytes, "limit_bytes": at[level]},
        )
        for action, level in NOTED.items()
        if day.noted < level <= reached and at[level]
    ]
