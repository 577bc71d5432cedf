"""The first page: an author's own requests with what to do next, and the queue of those who review."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from tre.airlock.queue import WAITING, QueueEntry
from tre.airlock.risk import Risk
from tre.airlock.states import State
from tre.core.people import Role
from tre.web.base import Site

ON_A_PAGE: Final = 50
REVIEWING: Final = frozenset({Role.CHECKER, Role.LEAD, Role.DATA_OWNER})
NEXT: Final[Mapping[State, str]] = MappingProxyType(
    {
        State.SUBMITTED: "It is being checked. You need do nothing now.",
        State.IN_REVIEW: "Checkers look at it, each by themselves. You need do nothing now.",
        State.RETURNED: "A checker asks for changes. Open it, make the changes, and send it again.",
        State.APPROVED: "It is approved. A checker releases it; you need do nothing now.",
        State.REJECTED: "No output was approved. The reasons stand beside each file.",
        State.WITHDRAWN: "You took it back. Nothing more will happen to it.",
        State.RELEASED: "The package has been released to those named in it.",
        State.REVOKED: "The release was revoked: what left must no longer be used.",
    }
)
# What the queue can be narrowed to, by the word in the address.
SHOWS: Final[Mapping[str, tuple[str, Callable[[QueueEntry, str], bool]]]] = MappingProxyType(
    {
        "all": ("all that wait", lambda _, __: True),
        "mine": ("those I have claimed", lambda row, person: person in row.summary.claimed_by),
        "open": ("those nobody has claimed", lambda row, _: not row.summary.claimed_by),
        "unfinished": ("those I have not finished", lambda row, person: person not in row.summary.finished_by),
        "late": ("those that are late", lambda row, _: bool(row.late)),
        "approved": ("those to be released", lambda row, _: row.summary.state is State.APPROVED),
    }
)
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list. ``query`` makes the address of another."""

    name: str
    rows: Sequence[T]
    number: int
    last: int
    total: int
    asked: Mapping[str, str] = field(default_factory=dict)

    def query(self, number: int) -> str:
        """The address of page ``number`` with everything else as it is."""
        return urlencode({**self.asked, self.name: str(number)})


@dataclass(frozen=True)
class Filters:
    """What the queue is narrowed to."""

    show: str = "all"
    risk: str = ""
    project: str = ""
    title: str = ""

    @classmethod
    def read(cls, query: QueryParams) -> "Filters":
        """From an address; what is not known asks for nothing."""
        show = query.get("show", "all")
        return cls(
            show if show in SHOWS else "all",
            query.get("risk", "")[:20],
            query.get("project", "")[:63],
            query.get("title", "")[:100],
        )

    @property
    def any(self) -> bool:
        """Whether anything is left out."""
        return self != Filters()

    def fit(self, row: QueueEntry, person: str) -> bool:
        """Whether a row stays."""
        summary = row.summary
        return (
            SHOWS[self.show][1](row, person)
            and self.risk in {"", summary.risk.label}
            and self.project in {"", summary.project}
            and self.title.lower() in summary.title.lower()
        )


class Queue:
    """The handler of the first page."""

    def __init__(self, site: Site) -> None:
        """Show the installation of ``site``."""
        self._site = site

    async def page(self, request: Request) -> Response:
        """Own requests, and those that wait for review."""
        return await self._site.render(request, "queue.html", lambda person: self._gather(person, request.query_params))

    def _gather(self, person: str, query: QueryParams) -> dict[str, Any]:
        app = self._site.app
        roles = app.people.get(person).roles
        summaries, reviews = app.requests.summaries(person), bool(roles & REVIEWING)
        filters, parameters = Filters.read(query), dict(query)
        entries = [row for row in app.reviews.queue(person) if row.summary.author != person] if reviews else []
        fitting = [row for row in entries if filters.fit(row, person)]
        newest = list(reversed(summaries))
        others = [summary for summary in newest if summary.author != person] if reviews else []
        ended = [summary for summary in others if summary.state not in WAITING]
        own_requests = [summary for summary in newest if summary.author == person]
        own_requests.sort(key=lambda summary: summary.state is not State.RETURNED)
        return {
            "reviews": reviews,
            "lead": Role.LEAD in roles,
            "mine": page("mine", own_requests, query, parameters, 10 if reviews else ON_A_PAGE),
            "queue": page("queue", fitting, query, parameters),
            "ended": page("ended", ended, query, parameters, 10),
            "filters": filters,
            "shows": {value: words for value, (words, _) in SHOWS.items()},
            "risks": [risk.label for risk in sorted(Risk, reverse=True)],
            "projects": sorted({row.summary.project for row in entries}),
            "next_step": NEXT,
            "waits": waits,
            "figures_line": _line(entries, person),
        }


def page(
    name: str, rows: Sequence[T], query: QueryParams, parameters: Mapping[str, str], most: int = ON_A_PAGE
) -> Page[T]:
    """The page of a list that an address asks for; the nearest one there is."""
    last = max(1, math.ceil(len(rows) / most))
    text = query.get(name, "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    number = min(last, max(1, number))
    return Page(name, rows[(number - 1) * most : number * most], number, last, len(rows), parameters)


def waits(seconds: float) -> str:
    """A time of waiting in words.

    >>> waits(59), waits(7300), waits(200_000)
    ('less than an hour', '2 hours', '2 days')
    """
    hours = int(seconds // 3600)
    if hours < 1:
        return "less than an hour"
    if hours < 48:
        return f"{hours} hour{'s' if hours > 1 else ''}"
    return f"{hours // 24} days"


def _line(entries: Sequence[QueueEntry], person: str) -> str:
    late = sum(bool(row.late) for row in entries)
    claims = sum(person in row.summary.claimed_by for row in entries)
    if not entries:
        return ""
    verb = "waits" if len(entries) == 1 else "wait"
    return f"{len(entries):,} {verb}, {late:,} late, {claims:,} claimed by you."
