"""The limits of what a workspace shows, in a real hub: warned, capped, work still saved, and not forgotten."""

import httpx
import pytest

from tests.hub import serving, until
from tests.stores import stores
from tre.app import Tre

pytestmark = [pytest.mark.sandbox, pytest.mark.heavy]  # two hubs, one after the other


def test_what_is_shown_is_counted_and_capped_and_a_new_hub_knows(own_installation):
    limited = own_installation.model_copy(update={"warn_shown_bytes": 1 << 20, "max_shown_bytes": 3 << 20})
    with serving(limited) as own:
        client = own.client("ben")
        assert own.open(client, "ben", "other").status_code in {201, 202}
        code = "print('x' * 1_500_000)"
        assert len(own.run(client, "ben", "other", code)) > 1_000_000
        until(lambda: client.get("/user/ben/other/api/status") and client.cookies.get("tre-shown") == "warned", 10)
        try:
            own.run(client, "ben", "other", code)
            own.run(client, "ben", "other", code)
        except (AssertionError, TypeError, httpx.HTTPError):
            pass  # The limit came in the middle of it.
        refused = until(lambda: (a := client.get("/user/ben/other/api/contents")).status_code == 429 and a, 10)
        assert "until tomorrow" in refused.json()["message"]
        saved = {"type": "file", "format": "text", "content": "my work"}
        assert client.put("/user/ben/other/api/contents/a.txt", json=saved).status_code == 201
    with serving(limited) as own:
        client = own.client("ben")
        client.post("/hub/api/users/ben/servers/other")
        until(lambda: client.get("/user/ben/other/api/contents").status_code == 429, 60)
    actions = [
        entry.action for entry in stores(Tre.open(own_installation)).database.entries() if entry.subject == "ben"
    ]
    assert actions.count("person.shown-much") == 1
    assert actions.count("person.shown-most") == 1
