"""After a release: who may have the package, receipts of who had it, and its revocation. Pure.

A recipient downloads the package once for each time that a checker or lead named them. What was revoked is no longer
given out, and says so to whoever verifies it with the notice.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tre.airlock.free_text import words
from tre.airlock.permissions import check_person_can
from tre.airlock.request import Delivery, Direction, Recipient, Request
from tre.airlock.states import Step, transition
from tre.audit.events import Action, Event
from tre.core import clock
from tre.core.errors import BadInput, BadTransition, NotAllowed
from tre.core.ids import PersonId
from tre.core.people import Person
from tre.projects.project import Project

MAX_ADDRESS = 500  # characters of a store's address


def address(
    request: Request, person: Person, project: Project, *, recipients: Sequence[PersonId], now: datetime
) -> tuple[Request, Event]:
    """Name people who may download the package, each once more. Raises NotAllowed, BadTransition, BadInput."""
    row = transition(request.state, Step.ADDRESS)
    check_person_can(row.who, Step.ADDRESS, person, request, project, now.date())
    _check_is_a_package(request)
    if not recipients:
        raise BadInput("Name at least one recipient.")
    new_recipients = tuple(Recipient(recipient, person.id, clock.text(now)) for recipient in dict.fromkeys(recipients))
    details = {"release": request.release, "recipients": [recipient.person for recipient in new_recipients]}
    changed = replace(request, recipients=(*request.recipients, *new_recipients))
    return changed, Event(row.event, person.id, request.id, now, details)


def download(request: Request, person: Person, project: Project, *, now: datetime) -> tuple[Request, Event]:
    """Write the receipt of a download; the package is given out after that, and to this person not again.

    Raises:
        NotAllowed: no recipient, or had it already. BadTransition: not released, or revoked.
    """
    row = transition(request.state, Step.DOWNLOAD)
    check_person_can(row.who, Step.DOWNLOAD, person, request, project, now.date())
    _check_is_a_package(request)
    to = f"person:{person.id}"
    allowance = sum(recipient.person == person.id for recipient in request.recipients)
    if sum(delivery.to == to for delivery in request.deliveries) >= allowance:
        raise NotAllowed(
            f"'{person.id}' has downloaded release '{request.release}' already.",
            hint="A checker or a lead can name you again.",
        )
    return _delivered(request, row.event, person, to, now, {})


def start_push(
    request: Request, person: Person, project: Project, *, store: str, now: datetime
) -> tuple[Request, Event]:
    """Note that a package is about to be put into a store. Raises NotAllowed, BadTransition, BadInput."""
    row = transition(request.state, Step.PUSH)
    check_person_can(row.who, Step.PUSH, person, request, project, now.date())
    _check_is_a_package(request)
    if not store or len(store) > MAX_ADDRESS or not store.isprintable():
        raise BadInput("The store's address cannot be used.", hint="Set TRE_RELEASE_STORE.")
    details = {"release": request.release, "manifest_digest": request.manifest_digest, "store": store}
    return request, Event(Action.RELEASE_PUSH_STARTED, person.id, request.id, now, details)


def push(request: Request, person: Person, *, store: str, now: datetime) -> tuple[Request, Event]:
    """Write the receipt of a package that lies in a store since ``start_push`` allowed it.

    It asks nothing more: what left has left, even if the release was revoked meanwhile.
    """
    return _delivered(request, Action.RELEASE_PUSHED, person, f"store:{store}", now, {"store": store})


def revoke(request: Request, person: Person, project: Project, *, reason: str, now: datetime) -> tuple[Request, Event]:
    """Take a release back: it is no longer given out, and a signed notice says so. Raises as ``start_push``."""
    row = transition(request.state, Step.REVOKE)
    check_person_can(row.who, Step.REVOKE, person, request, project, now.date())
    reason_text = words(reason, "reason", hint="Say why what was released must no longer be used.")
    changed = replace(request, state=row.to, revoked_because=reason_text, revoked_at=clock.text(now))
    details = {"round": request.round, "release": request.release, "reason": reason_text}
    return changed.noted(Step.REVOKE, person.id, now), Event(row.event, person.id, request.id, now, details)


def _delivered(
    request: Request, action: Action, person: Person, to: str, now: datetime, more: dict[str, str]
) -> tuple[Request, Event]:
    receipt = Delivery(to, person.id, clock.text(now), request.manifest_digest)
    details = {"release": request.release, "manifest_digest": request.manifest_digest, **more}
    return replace(request, deliveries=(*request.deliveries, receipt)), Event(
        action, person.id, request.id, now, details
    )


def _check_is_a_package(request: Request) -> None:
    if request.direction is not Direction.OUT:
        raise BadTransition(f"What request '{request.id}' brought in lies in its project; there is no package.")
