"""Ben, and an operator, at Ana's workspace: with their own tokens and cookies, by every door of hub and server.

Each door is tried by Ana as well, who owns what is behind it: where she gets in, it was who asks that kept Ben out.
"""

import json

import httpx
import pytest

from tests.hub import PASSWORD

pytestmark = pytest.mark.sandbox

# Doors that open for Ana, with the body that she sends.
DOORS = {
    "GET /user/ana/pay/api/status": None,
    "GET /user/ana/pay/api/contents": None,
    "GET /user/ana/pay/api/kernels": None,
    "GET /user/ana/pay/api/sessions": None,
    "GET /user/ana/pay/api/terminals": None,
    "GET /user/ana/pay/api/kernelspecs": None,
    "GET /user/ana/pay/api/me": None,
    "POST /user/ana/pay/api/kernels": {"name": "python3"},
    "POST /user/ana/pay/api/terminals": {},
    "PUT /user/ana/pay/api/contents/by-ben.txt": {"type": "file", "format": "text", "content": "x"},
    "GET /user/ana/pay/lab": None,
    "GET /hub/api/users/ana": None,
    "GET /hub/api/users/ana/tokens": None,
    "POST /hub/api/users/ana/tokens": {},
    "POST /hub/api/users/ana/activity": {"last_activity": "2026-01-01T00:00:00Z"},
    "GET /hub/api/users/ana/servers/pay/progress": None,
    "GET /hub/api/shares/ana/pay": None,
}
# Doors that open for nobody who works here: with the body of somebody who tries.
CLOSED = {
    "GET /hub/api/proxy": None,
    "POST /hub/api/proxy": {},
    "PATCH /hub/api/proxy": {"api_url": "http://127.0.0.1:1"},
    "POST /hub/api/shutdown": {},
    "POST /hub/api/users/eve": {},
    "PATCH /hub/api/users/ana": {"admin": True},
    "DELETE /hub/api/users/ben": None,
    "GET /hub/api/groups": None,
    "POST /hub/api/groups/checker/users": {"users": ["ana"]},
    "POST /hub/api/shares/ana/pay": {"user": "ben"},
    "POST /hub/api/share-codes/ana/pay": {},
    "POST /hub/api/users/ana/tokens": {"scopes": ["admin:users"]},
    "POST /hub/api/users/ana/tokens ": {"roles": ["admin"]},
    "GET /hub/api/users/ben/tokens": None,
    "POST /hub/api/users/ben/servers/other": {},
    "DELETE /hub/api/users/ben/servers/other": None,
    "GET /services/airlock/workspace/requests": None,
    "POST /services/airlock/workspace/requests": {"title": "x", "context": "", "folder": "outputs", "request": None},
}
# An operator may see that somebody works and how a start goes on, which is all that these show.
AN_OPERATORS_TOO = {"GET /hub/api/users/ana", "GET /hub/api/users/ana/servers/pay/progress"}
REFUSED = {400, 401, 403, 404, 405}


@pytest.fixture(scope="module")
def ana(hub) -> httpx.Client:
    client = hub.client("ana")
    assert hub.open(client, "ana", "pay").status_code in {201, 202}
    return client


@pytest.fixture(scope="module")
def ben(hub, ana) -> httpx.Client:
    return hub.client("ben")


@pytest.fixture(scope="module")
def olga(hub, ana) -> httpx.Client:
    return hub.client("olga")


def try_door(client: httpx.Client, door: str, body: object) -> httpx.Response:
    method, _, path = door.strip().partition(" ")
    with client.stream(method, f"{client.base_url}{path}", json=body) as answer:
        if answer.headers.get("content-type") != "text/event-stream":
            answer.read()
    return answer


@pytest.mark.parametrize("door", DOORS)
def test_a_door_of_anas_opens_for_nobody_else(ana, ben, olga, door):
    for other in (ben,) if door in AN_OPERATORS_TOO else (ben, olga):
        answer = try_door(other, door, DOORS[door])
        assert answer.status_code in REFUSED or is_to_log_in(answer), answer.status_code
    answer = try_door(ana, door, DOORS[door])
    assert answer.is_success or (answer.is_redirect and not is_to_log_in(answer)), (
        answer.status_code,
        answer.text[:300],
    )


def is_to_log_in(answer: httpx.Response) -> bool:
    place = answer.headers.get("location", "")
    return answer.is_redirect and ("/hub/login" in place or "/oauth2/authorize" in place)


@pytest.mark.parametrize("door", CLOSED)
def test_what_nobody_may_is_refused_to_its_owner_too(ana, door):
    assert try_door(ana, door, CLOSED[door]).status_code in REFUSED


def test_a_token_in_the_address_opens_nothing(hub, ana, ben):
    with httpx.Client(base_url=hub.url) as nobody:
        for client in (ana, ben):
            token = client.headers["Authorization"].split()[1]
            assert nobody.get("/user/ana/pay/api/status", params={"token": token}).status_code == 403
    assert ana.get("/user/ana/pay/api/status").status_code == 200


@pytest.mark.parametrize("person", ["ben", "olga", "cleo"])
def test_a_browser_that_is_logged_in_as_another_ends_at_a_refusal(hub, ana, person):
    assert browse(hub, person).status_code == 403


def test_a_browser_that_is_logged_in_as_ana_gets_in(hub, ana):
    assert browse(hub, "ana").status_code == 200


def browse(hub, person: str) -> httpx.Response:
    with httpx.Client(base_url=hub.url, timeout=30, follow_redirects=True) as browser:
        browser.get("/hub/login")
        form = {"username": person, "password": PASSWORD, "_xsrf": browser.cookies["_xsrf"]}
        browser.post("/hub/login", data=form)
        return browser.get("/user/ana/pay/lab")


def test_cookies_of_one_name_do_not_name_another(hub, ana):
    forged = {
        "jupyterhub-user-ana-pay": "ana",
        "jupyterhub-hub-login": '"2|1:0|10:1|ana"',
        "jupyterhub-session-id": "x",
    }
    with httpx.Client(base_url=hub.url, cookies=forged) as browser:
        assert browser.get("/user/ana/pay/api/status").status_code == 403
        assert browser.get("/hub/api/user").status_code == 403


def test_the_token_of_a_workspace_is_worth_little_outside(hub, ana):
    token = hub.run(ana, "ana", "pay", "import os; print(os.environ['JUPYTERHUB_API_TOKEN'])").split()[-1]
    with httpx.Client(base_url=hub.url, headers={"Authorization": f"token {token}"}, timeout=30) as stolen:
        assert stolen.get("/hub/api/user").json()["name"] == "ana"
        for door in (
            "GET /hub/api/users",
            "GET /hub/api/proxy",
            "GET /hub/api/groups",
            "GET /hub/api/users/ana/tokens",
        ):
            assert try_door(stolen, door, None).status_code in REFUSED, door
        for door in (
            "POST /hub/api/users/ana/tokens",
            "POST /hub/api/users/ana/servers/other",
            "POST /hub/api/shutdown",
        ):
            assert try_door(stolen, door, {}).status_code in REFUSED, door
        answer = stolen.get("/user/ben/other/api/status")
        assert answer.status_code in REFUSED or is_to_log_in(answer) or "/hub/user/ben" in answer.headers["location"]
    assert try_door(ana, "GET /hub/api/users/ana/tokens", None).is_success


def test_the_airlock_answers_nobody_by_the_workspaces_door(hub, ana, ben):
    forged = {"X-Tre-Person": "ana", "X-Tre-Project": "pay"}
    for client in (ana, ben):
        for secret in ({}, {"Authorization": "Bearer"}, {"Authorization": "Bearer guess"}):
            answer = client.get("/services/airlock/workspace/requests", headers={**forged, **secret})
            assert answer.status_code == 403
    code = (
        "import socket; s = socket.socket(socket.AF_UNIX); s.connect('/run/tre/hub.sock');"
        "s.sendall(b'GET /airlock/requests HTTP/1.1\\r\\nHost: x\\r\\nX-Tre-Person: ben\\r\\n');"
        "s.sendall(b'Connection: close\\r\\n\\r\\n');"
        "print(s.makefile().read().splitlines()[-1])"
    )
    assert json.loads(hub.run(ana, "ana", "pay", code)) == {"requests": []}
