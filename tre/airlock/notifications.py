"""Who is told of what, as one table: an event of the log, and the words for those whom it concerns. Pure.

A notice says which request, of which project, what happened and what to do next. It never carries a title, a reason, a
file's name or any other word that somebody wrote: those may tell of people, and mail leaves the environment.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tre.airlock.request import Request
from tre.audit.chain import Entry
from tre.audit.events import Action
from tre.core.ids import PersonId

Whom = Callable[[Request, Entry, Sequence[PersonId]], Sequence[str]]


@dataclass(frozen=True)
class Notice:
    """One message. ``page`` is the path of the page that it leads to, below the airlock's own address."""

    event: str
    request: str
    project: str
    to: tuple[str, ...]
    subject: str
    text: str
    page: str


@dataclass(frozen=True)
class _Row:
    whom: Whom
    message: str
    todo: str
    page: str = "requests"


def _author(request: Request, _: Entry, __: Sequence[PersonId]) -> Sequence[str]:
    return [request.author]


def _reviewers(request: Request, _: Entry, checkers: Sequence[PersonId]) -> Sequence[str]:
    owners = [owner for condition in request.conditions if condition.owner_approval for owner in condition.owners]
    claimed = [claim.checker for claim in request.claims]
    return [*(claimed or checkers), *owners]


def _assigned(_: Request, entry: Entry, __: Sequence[PersonId]) -> Sequence[str]:
    return [str(entry.details.get("checker", ""))]


def _recipients(_: Request, entry: Entry, __: Sequence[PersonId]) -> Sequence[str]:
    recipients = entry.details.get("recipients")
    return [str(recipient) for recipient in recipients] if isinstance(recipients, list | tuple) else []


def _everybody_who_had_it(request: Request, _: Entry, __: Sequence[PersonId]) -> Sequence[str]:
    downloaders = [
        delivery.to.removeprefix("person:") for delivery in request.deliveries if delivery.to.startswith("person:")
    ]
    return [request.author, *downloaders, *(recipient.person for recipient in request.recipients)]


# By event and, for a review, by the state that followed from it.
ROWS: Final[Mapping[tuple[Action, str], _Row]] = MappingProxyType(
    {
        (Action.REQUEST_CHECKED, ""): _Row(_reviewers, "waits for review", "Open it, look at each file and decide."),
        (Action.REQUEST_ASSIGNED, ""): _Row(_assigned, "was given to you for review", "Open it, or hand it back."),
        (Action.REQUEST_RETURNED, ""): _Row(
            _author, "came back: a checker asks for changes", "Open it, make the changes and send it again."
        ),
        (Action.REQUEST_REVIEWED, "approved"): _Row(
            _author, "was approved", "A checker releases it; you need do nothing now."
        ),
        (Action.REQUEST_REVIEWED, "rejected"): _Row(
            _author, "was rejected: no output may leave", "Open it: the reasons stand beside each file."
        ),
        (Action.REQUEST_RELEASED, ""): _Row(_author, "was released", "Those who were named can download the package."),
        (Action.RELEASE_ADDRESSED, ""): _Row(
            _recipients, "was released, and you may have the package", "Download it, and verify it.", "releases"
        ),
        (Action.REQUEST_REVOKED, ""): _Row(
            _everybody_who_had_it, "was revoked", "Stop using what was released, and delete every copy."
        ),
    }
)


def notice_of(entry: Entry, request: Request, checkers: Sequence[PersonId]) -> Notice | None:
    """What an entry of the log tells, and to whom; None when it concerns nobody.

    Args:
        entry: the entry.
        request: the request that it is about, as it is now.
        checkers: who may review the request.
    """
    action = Action(entry.action)
    state = str(entry.details.get("state", "")) if action is Action.REQUEST_REVIEWED else ""
    row = ROWS.get((action, state))
    if row is None:
        return None
    to = tuple(dict.fromkeys(recipient for recipient in row.whom(request, entry, checkers) if recipient))
    subject = f"Request {request.id} {row.message}"
    text = f"Request {request.id} of project {request.project}, round {request.round}, {row.message}.\n{row.todo}"
    page = f"{row.page}/{request.id}"
    return Notice(entry.action, request.id, request.project, to, subject, text, page) if to else None
