"""A workspace that ends, ends whole; and it does when its person may not go on."""

from datetime import date

import pytest

from tests.hub import COURSE
from tests.stores import stores
from tre.app import Tre

pytestmark = pytest.mark.sandbox


def test_closing_a_workspace_ends_all_of_it(hub, until_gone, until_empty):
    client = hub.client("ana")
    before = set(hub.family())
    assert hub.open(client, "ana", "pay").status_code in {201, 202}
    workspace = [pid for pid in hub.family() if pid not in before]
    assert workspace
    assert client.delete("/hub/api/users/ana/servers/pay").status_code in {202, 204}
    until_gone(workspace)
    until_empty(hub.home / "hub" / "run" / "w")


def end_membership(app):
    app.projects.remove_member("dan", "pay", "ana")


def end_accreditation(app):
    app.people.accredit("olga", "ana", date(2020, 1, 1))


def end_training(app):
    app.people.train("olga", "ana", COURSE, date(2020, 1, 1))


@pytest.mark.parametrize("end", [end_membership, end_accreditation, end_training])
def test_a_workspace_ends_when_its_person_may_not_go_on(hub, installation, until_gone, end):
    client = hub.client("ana")
    before = set(hub.family())
    assert hub.open(client, "ana", "pay").status_code in {201, 202}
    workspace = [pid for pid in hub.family() if pid not in before]
    app = Tre.open(installation)
    try:
        end(app)
        until_gone(workspace)  # within 30 s
        assert hub.open(client, "ana", "pay").status_code == 403
        closed = [entry for entry in stores(app).database.entries() if entry.action == "workspace.closed"]
        assert "ana" in closed[-1].details["reason"]
    finally:
        app.people.accredit("olga", "ana", date(2999, 1, 1))
        app.people.train("olga", "ana", COURSE, date(2999, 1, 1))
        if "ana" not in app.projects.get("pay").members:
            app.projects.add_member("dan", "pay", "ana")
