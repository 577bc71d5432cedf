"""The table of transitions: every row can be taken, everything else is refused with what is possible."""

import itertools

import pytest

from tre.airlock.diagrams import mermaid
from tre.airlock.states import OPEN, TRANSITIONS, State, Step, Who, transition
from tre.core.errors import BadTransition


@pytest.mark.parametrize(("state", "step"), list(itertools.product(State, Step)))
def test_only_the_rows_of_the_table_can_be_taken(state, step):
    if (state, step) in TRANSITIONS:
        assert transition(state, step) is TRANSITIONS[state, step]
    else:
        with pytest.raises(BadTransition) as refused:
            transition(state, step)
        assert state.value in refused.value.message


def test_released_is_reached_from_approved_alone_and_left_by_a_revocation_alone():
    moves = {key: row for key, row in TRANSITIONS.items() if row.to is not key[0]}
    assert [key for key, row in moves.items() if row.to is State.RELEASED] == [(State.APPROVED, Step.RELEASE)]
    assert [key for key in moves if key[0] is State.RELEASED] == [(State.RELEASED, Step.REVOKE)]
    assert not [key for key in TRANSITIONS if key[0] is State.REVOKED]


def test_every_open_state_has_a_way_on_that_a_person_can_take():
    for state in OPEN:
        leads = [step for (here, step), row in TRANSITIONS.items() if here is state and row.to is not state]
        assert [step for step in leads if TRANSITIONS[state, step].who != (Who.SYSTEM,)], state


def test_approval_is_nobodys_own_step():
    assert TRANSITIONS[State.IN_REVIEW, Step.APPROVE].who == (Who.SYSTEM,)


def test_the_diagram_names_every_state():
    assert all(state.value.replace(" ", "_") in mermaid() for state in State)
