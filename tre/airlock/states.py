"""The life of a request as one table: from which state, by which step, to which state, by whom, under which event.

A step that leaves the state as it is stands in the table too: what is not in it cannot be done. ``diagrams``
draws the table for the pages.
"""

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
    REVOKED = "revoked"


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
    REVOKE = "revoke"
    ARRANGE = "arrange"
    COMMENT = "comment"
    CLAIM = "claim"
    ASSIGN = "assign"
    HAND_BACK = "hand back"
    OWNER_DECIDE = "owner decide"
    ADDRESS = "address"
    DOWNLOAD = "download"
    PUSH = "push"


class Who(StrEnum):
    """Who may take a step; ``permissions`` says what each word needs."""

    SYSTEM = "system"
    AUTHOR = "author"
    CHECKER = "checker"
    LEAD = "lead"
    OWNER = "data owner"
    RECIPIENT = "recipient"


@dataclass(frozen=True)
class Transition:
    """One row of the table: any of ``who`` may take it."""

    to: State
    who: tuple[Who, ...]
    event: Action


ENDED: Final = frozenset({State.REJECTED, State.WITHDRAWN, State.RELEASED, State.REVOKED})
OPEN: Final = frozenset(State) - ENDED

# What can still be done while a project is stopped: nothing that brings anything nearer to its way out.
ALLOWED_WHILE_STOPPED: Final = frozenset({Step.WITHDRAW, Step.COMMENT, Step.HAND_BACK, Step.REVOKE})

_MOVES: Final[tuple[tuple[State, Step, State, Who, Action], ...]] = (
    (State.SUBMITTED, Step.CHECK, State.IN_REVIEW, Who.SYSTEM, Action.REQUEST_CHECKED),
    (State.SUBMITTED, Step.WITHDRAW, State.WITHDRAWN, Who.AUTHOR, Action.REQUEST_WITHDRAWN),
    (State.IN_REVIEW, Step.REVIEW, State.IN_REVIEW, Who.CHECKER, Action.REQUEST_REVIEWED),
    (State.IN_REVIEW, Step.APPROVE, State.APPROVED, Who.SYSTEM, Action.REQUEST_REVIEWED),
    (State.IN_REVIEW, Step.REJECT, State.REJECTED, Who.SYSTEM, Action.REQUEST_REVIEWED),
    (State.IN_REVIEW, Step.RETURN, State.RETURNED, Who.CHECKER, Action.REQUEST_RETURNED),
    (State.IN_REVIEW, Step.WITHDRAW, State.WITHDRAWN, Who.AUTHOR, Action.REQUEST_WITHDRAWN),
    (State.RETURNED, Step.RESUBMIT, State.SUBMITTED, Who.AUTHOR, Action.REQUEST_SUBMITTED),
    (State.RETURNED, Step.WITHDRAW, State.WITHDRAWN, Who.AUTHOR, Action.REQUEST_WITHDRAWN),
    (State.APPROVED, Step.RETURN, State.RETURNED, Who.CHECKER, Action.REQUEST_RETURNED),
    (State.APPROVED, Step.WITHDRAW, State.WITHDRAWN, Who.AUTHOR, Action.REQUEST_WITHDRAWN),
    (State.APPROVED, Step.RELEASE, State.RELEASED, Who.CHECKER, Action.REQUEST_RELEASED),
)

# Steps that leave the state as it is: in which states, by whom, under which event.
_STAYS: Final[tuple[tuple[Step, frozenset[State], tuple[Who, ...], Action], ...]] = (
    (Step.ARRANGE, frozenset({State.IN_REVIEW, State.RETURNED}), (Who.AUTHOR,), Action.REQUEST_ARRANGED),
    (Step.COMMENT, OPEN | {State.RELEASED}, (Who.AUTHOR, Who.CHECKER), Action.REQUEST_COMMENTED),
    (Step.CLAIM, frozenset({State.SUBMITTED, State.IN_REVIEW}), (Who.CHECKER,), Action.REQUEST_CLAIMED),
    (Step.ASSIGN, frozenset({State.SUBMITTED, State.IN_REVIEW}), (Who.LEAD,), Action.REQUEST_ASSIGNED),
    (Step.HAND_BACK, OPEN, (Who.CHECKER, Who.LEAD), Action.REQUEST_HANDED_BACK),
    (Step.OWNER_DECIDE, frozenset({State.IN_REVIEW, State.APPROVED}), (Who.OWNER,), Action.REQUEST_OWNER_DECIDED),
    (Step.ADDRESS, frozenset({State.RELEASED}), (Who.CHECKER, Who.LEAD), Action.RELEASE_ADDRESSED),
    (Step.DOWNLOAD, frozenset({State.RELEASED}), (Who.RECIPIENT,), Action.RELEASE_DOWNLOADED),
    (Step.PUSH, frozenset({State.RELEASED}), (Who.CHECKER, Who.LEAD), Action.RELEASE_PUSHED),
)

TRANSITIONS: Final[Mapping[tuple[State, Step], Transition]] = MappingProxyType(
    {(state, step): Transition(to, (who,), event) for state, step, to, who, event in _MOVES}
    | {
        (State.RELEASED, Step.REVOKE): Transition(State.REVOKED, (Who.CHECKER, Who.LEAD), Action.REQUEST_REVOKED),
    }
    | {
        (state, step): Transition(state, who, event)
        for step, states, who, event in _STAYS
        for state in State
        if state in states
    }
)


def transition(state: State, step: Step) -> Transition:
    """The row for this step from this state. Raises BadTransition, naming what can be done instead."""
    row = TRANSITIONS.get((state, step))
    if row is None:
        possible = sorted(option.value for origin, option in TRANSITIONS if origin is state)
        raise BadTransition(
            f"A request that is {state} cannot take the step '{step}'.",
            hint=f"Possible now: {', '.join(possible)}." if possible else "It has ended.",
        )
    return row
