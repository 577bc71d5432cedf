"""Workspaces in which nobody works, in a running hub with short times."""

import threading
from contextlib import suppress

import pytest

from tests.hub import MEMBERS, Hub, own_hub, until
from tests.stores import stores
from tre.app import Tre
from tre.settings import Settings

pytestmark = [pytest.mark.sandbox, pytest.mark.heavy]  # they wait as idle people do

CLOSE_S, WARNING_S, BUSY_S = 12, 6, 45


@pytest.fixture
def hasty_hub():
    with own_hub(idle_close_s=CLOSE_S, idle_warning_s=WARNING_S, idle_busy_s=BUSY_S) as running:
        yield running


def is_open(client, person: str) -> bool:
    servers = client.get(f"/hub/api/users/{person}").json()["servers"]
    return bool(servers.get(MEMBERS[person], {}).get("ready"))


def compute(hub: Hub, client, person: str) -> None:
    """Start a cell that goes on for ever."""

    def run() -> None:
        with suppress(Exception):
            hub.run(client, person, MEMBERS[person], "while True: __import__('time').sleep(1)")

    threading.Thread(target=run, daemon=True).start()


def test_an_idle_workspace_closes_though_a_page_is_open_and_one_that_computes_stays_up_to_a_limit(hasty_hub):
    ana, ben = hasty_hub.client("ana"), hasty_hub.client("ben")
    for person, client in (("ana", ana), ("ben", ben)):
        assert hasty_hub.open(client, person, MEMBERS[person]).status_code in {201, 202}
    compute(hasty_hub, ben, "ben")

    told = ana.get("/user/ana/pay/tre/idle").json()
    assert 0 < told["closes_in_s"] <= CLOSE_S
    assert told["warning_s"] == WARNING_S

    def closed() -> bool:
        # A page that is open asks all the time; that is not work.
        ana.get("/user/ana/pay/tre/outputs")
        ana.get("/user/ana/pay/api/contents")
        return not is_open(ana, "ana")

    until(closed, 60)
    assert is_open(ben, "ben")
    until(lambda: not is_open(ben, "ben"), 90)

    entries = stores(Tre.open(Settings(home=hasty_hub.home))).database.entries()
    reasons = [entry.details.get("reason") for entry in entries if entry.action == "workspace.closed"]
    assert reasons[-2:] == ["Nobody worked in it."] * 2


def test_somebody_who_works_keeps_it_open(hasty_hub):
    ana = hasty_hub.client("ana")
    hasty_hub.open(ana, "ana", "pay")
    for _ in range(20):
        assert ana.post("/user/ana/pay/tre/idle").status_code == 200
        threading.Event().wait(1.5)
    assert is_open(ana, "ana")
    assert ana.get("/user/ana/pay/tre/idle").json()["closes_in_s"] > CLOSE_S / 2
