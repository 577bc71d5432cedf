"""What keeps one person's session from another's workspace, switched off: each attack must then succeed.

The hub of these tests holds three weaknesses at once: Ana is an administrator, the secret of the relays is one that can
be guessed, and so is the key by which the hub knows its own cookies.
"""

import sqlite3
from collections.abc import Iterator

import httpx
import pytest
from tornado.web import create_signed_value

from tests.attack.hub_config.test_other_sessions import CLOSED, REFUSED, try_door
from tests.hub import Hub, own_hub

pytestmark = [pytest.mark.sandbox, pytest.mark.heavy]  # a hub for each

KEY = b"a key that was guessed, 32 bytes"
WEAKENED = f"""
import types
from hub_config.login import account
auth_model = account.auth_model
account.auth_model = lambda person: {{**auth_model(person), "admin": person.id == "ana"}}
from hub_config.login import authenticator
from hub_config.process import installation
installation.secrets = types.SimpleNamespace(token_urlsafe=lambda _: "guess")
own = authenticator.apply
def apply(c, installation):
    own(c, installation)
    c.JupyterHub.cookie_secret = {KEY!r}
authenticator.apply = apply
"""
SECRET = {"Authorization": "Bearer guess", "X-Tre-Person": "ana", "X-Tre-Project": "pay"}
# These end or change what the others need.
LAST = ["DELETE /hub/api/users/ben", "PATCH /hub/api/proxy", "POST /hub/api/shutdown"]


@pytest.fixture
def hub() -> Iterator[Hub]:
    """Each test has one of its own: what is done here may end it."""
    with own_hub(WEAKENED) as running:
        yield running


def test_whoever_knows_the_relays_secret_is_answered_as_anybody(hub):
    with httpx.Client(base_url=hub.url) as nobody:
        answer = nobody.get("/services/airlock/workspace/requests", headers=SECRET)
        assert (answer.status_code, answer.json()) == (200, {"requests": []})


def test_cookies_made_with_the_hubs_key_name_her(hub):
    ana = hub.client("ana")
    assert hub.open(ana, "ana", "pay").status_code in {201, 202}
    with sqlite3.connect(hub.home / "hub" / "jupyterhub.sqlite") as database:
        (identity,) = database.execute("SELECT cookie_id FROM users WHERE name = 'ana'").fetchone()
    name = "jupyterhub-hub-login"
    forged = {name: create_signed_value(KEY, name, identity).decode()}
    with httpx.Client(base_url=hub.url, cookies=forged, follow_redirects=True) as browser:
        assert browser.get("/user/ana/pay/lab").status_code == 200
        assert browser.get("/hub/api/user").json()["name"] == "ana"
        assert browser.get("/user/ana/pay/api/status").status_code == 200, "by the cookie that the first gave her"


def test_an_administrator_passes_each_closed_door(hub):
    ana = hub.client("ana")
    assert hub.open(ana, "ana", "pay").status_code in {201, 202}
    assert hub.client("ben")
    relay = httpx.Client(base_url=hub.url, headers=SECRET, timeout=30)
    ended = {}
    for door in [*(door for door in CLOSED if door not in LAST), *LAST]:
        ended[door] = try_door(relay if "/services/airlock" in door else ana, door, CLOSED[door]).status_code
    # The airlock has looked into her home by then, where there is nothing to send.
    assert ended.pop("POST /services/airlock/workspace/requests") == 400
    held = {door: status for door, status in ended.items() if status in REFUSED}
    assert held == {}
