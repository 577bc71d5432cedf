"""However a hub ends, nothing of it stays."""

import signal

import pytest

pytestmark = pytest.mark.sandbox


def test_closing_a_workspace_ends_all_of_it(fresh_hub, until_gone, until_empty):
    client = fresh_hub.client("ana")
    before = set(fresh_hub.family())
    assert fresh_hub.open(client, "ana", "pay").status_code in {201, 202}
    workspace = [pid for pid in fresh_hub.family() if pid not in before]
    assert workspace
    assert client.delete("/hub/api/users/ana/servers/pay").status_code in {202, 204}
    until_gone(workspace)
    until_empty(fresh_hub.home / "hub" / "run" / "w")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_hub_leaves_no_process(fresh_hub, until_gone, number):
    client = fresh_hub.client("ana")
    assert fresh_hub.open(client, "ana", "pay").status_code in {201, 202}
    family = fresh_hub.family()
    assert len(family) >= 5
    fresh_hub.end(number)
    until_gone(family)
