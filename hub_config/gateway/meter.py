"""The egress meter: how much each person's workspaces have shown today, counted here, kept in ``process.egress_store``.

Counts are sent on once a second. No more than ``MOST_UNSAVED`` bytes of a person are carried before the hub has
confirmed what was carried earlier, so that a gateway that is killed forgets no more than that; and when the hub does
not confirm, nothing more is shown.
"""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hub_config.gateway.refusal import Refusal

EGRESS_SOCKET: Final = "egress.sock"
MOST_UNSAVED: Final = 1 << 20
_INTERVAL_S: Final = 1.0
_TIMEOUT_S: Final = 10.0
# Each level by its number in the store's answers, as the browser's cookie has it.
LEVELS: Final = ("free", "warned", "capped")
CAPPED: Final = LEVELS.index("capped")
NO_MORE: Final = (
    "Your workspaces have shown as much as they may in a day. Nothing more is shown until tomorrow (UTC). Large "
    "outputs leave through the airlock: tre.request(...)."
)
_NOT_COUNTED: Final = "What is shown cannot be counted at the moment, so nothing is shown. Try again in a minute."
# After the limit, responses that save work go on for this many bytes.
SAVING_BYTES: Final = 4 << 20


@dataclass
class _Day:
    level: int = 0
    unsaved: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    after_cap: int = 0


class Meter:
    """Counts for all people."""

    def __init__(self, folder: Path) -> None:
        """Prepare; ``folder`` holds the store's socket."""
        self._socket = folder / EGRESS_SOCKET
        self._days: dict[str, _Day] = {}

    async def level(self, person: str) -> int:
        """How far the person's day has come. Raises Refusal when that cannot be known."""
        if person not in self._days:
            await self._save(person)
        return self._days[person].level

    async def check(self, person: str, *, saving: bool = False) -> None:
        """Raises Refusal when nothing more may be shown to ``person``; ``saving`` goes on for a while."""
        if await self.level(person) < CAPPED:
            return
        # A new day begins in the store.
        await self._save(person)
        day = self._days[person]
        if day.level >= CAPPED and not (saving and day.after_cap < SAVING_BYTES):
            raise Refusal(429, NO_MORE)

    async def count(self, person: str, size: int) -> int:
        """Count before it is carried; the level afterwards. Raises Refusal when it cannot be counted."""
        day = self._days.setdefault(person, _Day())
        day.unsaved += size
        if day.level >= CAPPED:
            day.after_cap += size
        if day.unsaved >= MOST_UNSAVED:
            await self._save(person)
        return day.level

    async def run(self) -> None:
        """Send counts on, until cancelled."""
        try:
            while True:
                await asyncio.sleep(_INTERVAL_S)
                await self.save()
        finally:
            await self.save()

    async def save(self) -> None:
        """Send on what has not been; what fails stays and is tried again."""
        for person, day in list(self._days.items()):
            if day.unsaved:
                try:
                    await self._save(person)
                except Refusal:
                    continue

    async def _save(self, person: str) -> None:
        day = self._days.get(person) or _Day()
        async with day.lock:
            size = day.unsaved
            try:
                async with asyncio.timeout(_TIMEOUT_S):
                    level = await self._send(person, size)
            except (OSError, ValueError, KeyError, TimeoutError, asyncio.IncompleteReadError):
                raise Refusal(503, _NOT_COUNTED) from None
            day.unsaved -= size
            if level < CAPPED:
                day.after_cap = 0
            day.level = level
            self._days.setdefault(person, day)

    async def _send(self, person: str, size: int) -> int:
        reader, writer = await asyncio.open_unix_connection(str(self._socket))
        try:
            writer.write(json.dumps({"person": person, "bytes": size}).encode() + b"\n")
            return int(json.loads(await reader.readuntil(b"\n"))["level"])
        finally:
            writer.close()
