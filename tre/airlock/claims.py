"""Who looks at what: a checker claims a request or is given it, and hands it back. Pure.

A claim is a promise and no right: whoever may review may review without one. It tells others what is taken care of.
"""

from dataclasses import replace
from datetime import datetime

from tre.airlock.permissions import check_person_can, check_person_can_review
from tre.airlock.request import Claim, Request
from tre.airlock.states import Step, transition
from tre.airlock.votes import approvals_needed
from tre.audit.events import Event
from tre.core import clock
from tre.core.errors import BadInput, BadTransition, NotAllowed
from tre.core.people import Person, Role
from tre.projects.project import Project


def claim(request: Request, person: Person, project: Project, *, needed: int, now: datetime) -> tuple[Request, Event]:
    """Take a request. Raises NotAllowed, or BadTransition when it is claimed already by this person or by enough."""
    row = transition(request.state, Step.CLAIM)
    check_person_can(row.who, Step.CLAIM, person, request, project, now.date())
    changed = _with_claim(request, Claim(person.id, person.id, clock.text(now)), needed)
    return changed, Event(row.event, person.id, request.id, now, {"round": request.round})


def assign(
    request: Request, person: Person, checker: Person, project: Project, *, needed: int, now: datetime
) -> tuple[Request, Event]:
    """A lead gives a request to a checker, who must be one who may review it. Raises as ``claim``."""
    row = transition(request.state, Step.ASSIGN)
    check_person_can(row.who, Step.ASSIGN, person, request, project, now.date())
    check_person_can_review(checker, request, project, now.date())
    changed = _with_claim(request, Claim(checker.id, person.id, clock.text(now)), needed)
    return changed, Event(row.event, person.id, request.id, now, {"round": request.round, "checker": checker.id})


def hand_back(
    request: Request, person: Person, project: Project, *, now: datetime, checker: str = ""
) -> tuple[Request, Event]:
    """Give up a claim; a lead may end another's. Raises NotAllowed, BadTransition, or BadInput when there is none."""
    row = transition(request.state, Step.HAND_BACK)
    check_person_can(row.who, Step.HAND_BACK, person, request, project, now.date())
    holder = checker or person.id
    if holder != person.id and Role.LEAD not in person.roles:
        raise NotAllowed("Only a lead ends another checker's claim.")
    claims = tuple(claim for claim in request.claims if claim.checker != holder)
    if len(claims) == len(request.claims):
        raise BadInput(f"'{holder[:63]}' has not claimed request '{request.id}'.")
    details = {"round": request.round, "checker": holder}
    return replace(request, claims=claims), Event(row.event, person.id, request.id, now, details)


def _with_claim(request: Request, new_claim: Claim, needed: int) -> Request:
    checkers = {claim.checker for claim in request.claims}
    if new_claim.checker in checkers:
        raise BadTransition(f"'{new_claim.checker}' has claimed request '{request.id}' already.")
    # One more than must approve, so that a third can settle a conflict.
    if len(checkers) > approvals_needed(request, needed):
        raise BadTransition(f"Request '{request.id}' is claimed by {len(checkers)} checkers; that is enough.")
    return replace(request, claims=(*request.claims, new_claim))
