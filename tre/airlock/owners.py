"""What datasets ask of everything made from them, carried to each request; and their owners' own word. Pure.

How thresholds are combined stands in ``projects.effective_policy``: the strictest wins.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from tre.airlock.free_text import words
from tre.airlock.permissions import check_person_can
from tre.airlock.request import Condition, OwnerDecision, Request
from tre.airlock.states import Step, transition
from tre.audit.events import Event
from tre.catalogue.contract import Contract
from tre.core import clock
from tre.core.errors import BadTransition, NotAllowed
from tre.core.ids import DatasetId, PersonId
from tre.core.people import Person
from tre.projects.project import Project


def conditions_of(contracts: Iterable[tuple[int, Contract]]) -> tuple[Condition, ...]:
    """What datasets ask, from their contracts and the version of each."""
    return tuple(
        Condition(
            dataset=contract.dataset,
            version=version,
            conditions=contract.conditions_of_use,
            policy=contract.output_policy,
            owner_approval=contract.owner_approval,
            owners=tuple(map(PersonId, contract.data_owners)),
        )
        for version, contract in contracts
    )


def owners_still_to_decide(request: Request) -> tuple[DatasetId, ...]:
    """The datasets whose owners must approve this round and have not, or have refused."""
    approvals = {
        decision.dataset: decision.approves for decision in request.owner_decisions if decision.round == request.round
    }
    datasets = dict.fromkeys(condition.dataset for condition in request.conditions if condition.owner_approval)
    return tuple(dataset for dataset in datasets if not approvals.get(dataset, False))


def check_owners_approve(request: Request) -> None:
    """Raise BadTransition while a data owner's approval of this round is missing."""
    if missing := owners_still_to_decide(request):
        raise BadTransition(
            f"The data owner's approval is missing for: {', '.join(missing)}.",
            hint="An owner named by the dataset's contract gives it.",
        )


def owner_decide(
    request: Request, person: Person, project: Project, *, dataset: str, approves: bool, reason: str, now: datetime
) -> tuple[Request, Event]:
    """A data owner approves this round for their dataset, or refuses it with a reason; the latest word counts.

    Raises:
        NotAllowed: not an owner of that dataset, or on the project. BadTransition, BadInput: not now, no reason.
    """
    row = transition(request.state, Step.OWNER_DECIDE)
    check_person_can(row.who, Step.OWNER_DECIDE, person, request, project, now.date())
    owned = [
        condition.dataset
        for condition in request.conditions
        if condition.owner_approval and person.id in condition.owners
    ]
    if dataset not in owned:
        raise NotAllowed(f"'{person.id}' does not own this dataset.", hint=f"Theirs: {', '.join(owned)}.")
    reason_text = words(reason, "reason", required=not approves)
    owner_decision = OwnerDecision(request.round, DatasetId(dataset), person.id, approves, reason_text, clock.text(now))
    decision = "approve" if approves else "refuse"
    details = {"round": request.round, "dataset": dataset, "decision": decision, "reason": reason_text}
    changed = replace(request, owner_decisions=(*request.owner_decisions, owner_decision))
    return changed, Event(row.event, person.id, request.id, now, details)
