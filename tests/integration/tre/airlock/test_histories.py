"""A thousand random histories on each database: nothing leaves without the approvals of exactly those bytes."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.histories import Histories
from tests.stores import stores

HISTORIES = 1000  # on each database
STEPS = 30


@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_histories(airlock):
    machine = type("HistoriesHere", (Histories,), {"airlock": airlock})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
    happened = Counter(entry.action for entry in stores(airlock).database.entries())
    states = [one.state.value for one in stores(airlock).requests.summaries()]
    told = {state: states.count(state) for state in sorted(set(states))}
    print(f"{len(states)} requests ended as {told}; {airlock.verify()} entries")  # noqa: T201 - the figure
    assert happened["request.released"] > HISTORIES // 5, "too few histories came to their end to tell anything"
    assert happened["request.revoked"]
    assert happened["request.withdrawn"]
    assert happened["request.returned"]
