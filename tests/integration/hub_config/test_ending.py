"""However a hub ends, nothing of it stays."""

import signal
from datetime import date

import pytest

from tests.hub import COURSE
from tre.app import Tre

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


def end_membership(app):
    app.remove_member("dan", "pay", "ana")


def end_accreditation(app):
    app.people.accredit("olga", "ana", date(2020, 1, 1))


def end_training(app):
    app.people.train("olga", "ana", COURSE, date(2020, 1, 1))


@pytest.mark.parametrize("end", [end_membership, end_accreditation, end_training])
def test_a_workspace_ends_when_its_person_may_not_go_on(fresh_hub, installation, until_gone, end):
    client = fresh_hub.client("ana")
    before = set(fresh_hub.family())
    assert fresh_hub.open(client, "ana", "pay").status_code in {201, 202}
    workspace = [pid for pid in fresh_hub.family() if pid not in before]
    app = Tre.open(installation)
    try:
        end(app)
        until_gone(workspace)  # within 30 s
        assert fresh_hub.open(client, "ana", "pay").status_code == 403
        closed = [entry for entry in app.parts.database.entries() if entry.action == "workspace.closed"]
        assert "ana" in closed[-1].details["reason"]
    finally:
        app.people.accredit("olga", "ana", date(2999, 1, 1))
        app.people.train("olga", "ana", COURSE, date(2999, 1, 1))
        if "ana" not in app.project("pay").members:
            app.add_member("dan", "pay", "ana")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_hub_leaves_no_process(fresh_hub, until_gone, number):
    client = fresh_hub.client("ana")
    assert fresh_hub.open(client, "ana", "pay").status_code in {201, 202}
    family = fresh_hub.family()
    assert len(family) >= 5
    fresh_hub.end(number)
    until_gone(family)
