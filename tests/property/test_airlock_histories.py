"""A few random histories on the real stores, with two at once; a thousand more are among the integration tests."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.airlock import Airlock
from tests.histories import Histories


@pytest.fixture(scope="module")
def airlock(tmp_path_factory):
    opened = Airlock(tmp_path_factory.mktemp("airlock"), "").prepare()
    yield opened
    opened.close()


def test_a_few_histories(airlock):
    machine = type("HistoriesHere", (Histories,), {"airlock": airlock})
    few = settings(max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=few)
    assert airlock.verify()
