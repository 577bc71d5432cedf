"""However a hub ends, nothing of it stays."""

import signal

import pytest

pytestmark = pytest.mark.sandbox

SIGNALS = [
    pytest.param(signal.SIGINT, marks=pytest.mark.heavy),
    pytest.param(signal.SIGTERM, marks=pytest.mark.heavy),
    signal.SIGKILL,
]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_hub_leaves_no_process(fresh_hub, until_gone, number):
    client = fresh_hub.client("ana")
    assert fresh_hub.open(client, "ana", "pay").status_code in {201, 202}
    family = fresh_hub.family()
    assert len(family) >= 5
    fresh_hub.end(number)
    until_gone(family)
