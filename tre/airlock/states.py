"""The life of a request as one table: from which state, by which step, to which state, by whom, under which event."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from tre.audit.events import Action
from tre.core.errors import BadTransition


class State(StrEnum):
    """Where a request stands."""

    SUBMITTED = "submitted"
    IN_REVIEW = "in review"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"


class Step(StrEnum):
    """What can be done with a request. APPROVE and REJECT are never done by a person: they follow from the votes."""

    CHECK = "check"
    REVIEW = "review"
    RETURN = "return"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    REJECT = "reject"
    RELEASE = "release"


class Who(StrEnum):
    """Who may take a step; ``permissions`` says what each word needs."""

    SYSTEM = "system"
    AUTHOR = "author"
    CHECKER = "checker"


@dataclass(frozen=True)
class Transition:
    """One row of the table."""

    to: State
    who: Who
    event: Action


TRANSITIONS: Final[Mapping[tuple[State, Step], Transition]] = MappingProxyType(
    {
        (State.SUBMITTED, Step.CHECK): Transition(State.IN_REVIEW, Who.SYSTEM, Action.REQUEST_CHECKED),
        (State.SUBMITTED, Step.WITHDRAW): Transition(State.WITHDRAWN, Who.AUTHOR, Action.REQUEST_WITHDRAWN),
        (State.IN_REVIEW, Step.REVIEW): Transition(State.IN_REVIEW, Who.CHECKER, Action.REQUEST_REVIEWED),
        (State.IN_REVIEW, Step.APPROVE): Transition(State.APPROVED, Who.SYSTEM, Action.REQUEST_REVIEWED),
        (State.IN_REVIEW, Step.REJECT): Transition(State.REJECTED, Who.SYSTEM, Action.REQUEST_REVIEWED),
        (State.IN_REVIEW, Step.RETURN): Transition(State.RETURNED, Who.CHECKER, Action.REQUEST_RETURNED),
        (State.IN_REVIEW, Step.WITHDRAW): Transition(State.WITHDRAWN, Who.AUTHOR, Action.REQUEST_WITHDRAWN),
        (State.RETURNED, Step.RESUBMIT): Transition(State.SUBMITTED, Who.AUTHOR, Action.REQUEST_SUBMITTED),
        (State.RETURNED, Step.WITHDRAW): Transition(State.WITHDRAWN, Who.AUTHOR, Action.REQUEST_WITHDRAWN),
        (State.APPROVED, Step.RETURN): Transition(State.RETURNED, Who.CHECKER, Action.REQUEST_RETURNED),
        (State.APPROVED, Step.RELEASE): Transition(State.RELEASED, Who.CHECKER, Action.REQUEST_RELEASED),
    }
)


def transition(state: State, step: Step) -> Transition:
    """The row for this step from this state. Raises BadTransition, naming what can be done instead."""
    found = TRANSITIONS.get((state, step))
    if found is None:
        possible = sorted(other.value for here, other in TRANSITIONS if here is state)
        raise BadTransition(
            f"A request that is {state} cannot take the step '{step}'.",
            hint=f"Possible now: {', '.join(possible)}." if possible else "It has ended.",
        )
    return found


def mermaid() -> str:
    """The table as a Mermaid state diagram, for the documentation."""
    name = {state: state.value.replace(" ", "_") for state in State}
    lines = ["stateDiagram-v2", f"    [*] --> {name[State.SUBMITTED]}: submit (author)"]
    lines += [f"    {name[a]} --> {name[row.to]}: {step} ({row.who})" for (a, step), row in TRANSITIONS.items()]
    ended = [state for state in State if not any(here is state for here, _ in TRANSITIONS)]
    return "\n".join([*lines, *(f"    {name[state]} --> [*]" for state in ended)]) + "\n"
