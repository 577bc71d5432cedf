"""Every route of the airlock against every kind of person: who is let in, told to log in, or refused.

A route without a row here fails, and so does a row without its route.
"""

from datetime import timedelta

import pytest
from starlette.routing import Mount, Route

from tests.desk import PREFIX, SECRET, Browser, served, session
from tests.furnished import CODE, sample
from tests.furnished import installation as furnished
from tests.stores import stores
from tre.airlock.request import Condition, Recipient
from tre.airlock.states import State
from tre.core import clock
from tre.core.digest import of_bytes

EVERYBODY = ["nobody", "author", "colleague", "checker", "lead", "owner", "operator", "manager", "recipient", "lapsed"]
PEOPLE = {
    "nobody": None,
    "author": "ravi",
    "colleague": "mei",
    "checker": "chidi",
    "lead": "lena",
    "owner": "omar",
    "operator": "olga",
    "manager": "dana",
    "recipient": "nina",
    "lapsed": "yuki",
}
LOGIN, KNOWN, SEE, CHECK, LEAD, AUTHOR = (
    "login",
    {"author", "colleague", "checker", "lead", "owner", "operator", "manager", "recipient", "lapsed"},
    {"author", "checker", "lead", "owner"},
    {"checker"},
    {"lead"},
    {"author"},
)
IN_REVIEW, RETURNED, APPROVED, RELEASED = State.IN_REVIEW, State.RETURNED, State.APPROVED, State.RELEASED
# Method and path; in which state of the request; who is not refused; whether nobody is sent to the login.
ROUTES = {
    ("GET", "/"): (IN_REVIEW, KNOWN, LOGIN),
    ("GET", "/figures"): (IN_REVIEW, LEAD, LOGIN),
    ("GET", "/requests/{request}"): (IN_REVIEW, SEE, LOGIN),
    ("GET", "/requests/{request}/frame/{name:path}"): (IN_REVIEW, SEE, ""),
    ("GET", "/requests/{request}/about/{name:path}"): (IN_REVIEW, SEE, ""),
    ("GET", "/requests/{request}/rows/{name:path}"): (IN_REVIEW, SEE, ""),
    ("GET", "/requests/{request}/column/{name:path}"): (IN_REVIEW, SEE, ""),
    ("GET", "/requests/{request}/changes/{name:path}"): (IN_REVIEW, SEE, ""),
    ("GET", "/requests/{request}/code/{digest}"): (IN_REVIEW, SEE, ""),
    ("POST", "/requests/{request}/check"): (IN_REVIEW, SEE, ""),
    ("POST", "/requests/{request}/vote"): (IN_REVIEW, CHECK, ""),
    ("POST", "/requests/{request}/finish"): (IN_REVIEW, CHECK, ""),
    ("POST", "/requests/{request}/return"): (IN_REVIEW, CHECK, ""),
    ("POST", "/requests/{request}/withdraw"): (IN_REVIEW, AUTHOR, ""),
    ("POST", "/requests/{request}/resubmit"): (RETURNED, AUTHOR, ""),
    ("POST", "/requests/{request}/arrange"): (IN_REVIEW, AUTHOR, ""),
    ("POST", "/requests/{request}/release"): (APPROVED, CHECK, ""),
    ("POST", "/requests/{request}/address"): (RELEASED, CHECK | LEAD, ""),
    ("POST", "/requests/{request}/push"): (RELEASED, CHECK | LEAD, ""),
    ("POST", "/requests/{request}/download"): (RELEASED, {"recipient"}, ""),
    ("GET", "/releases/{request}"): (RELEASED, {"recipient"}, LOGIN),
    ("POST", "/requests/{request}/revoke"): (RELEASED, CHECK | LEAD, ""),
    ("POST", "/requests/{request}/claim"): (IN_REVIEW, CHECK, ""),
    ("POST", "/requests/{request}/assign"): (IN_REVIEW, LEAD, ""),
    ("POST", "/requests/{request}/hand-back"): (IN_REVIEW, CHECK | LEAD, ""),
    ("POST", "/requests/{request}/comment"): (IN_REVIEW, CHECK | AUTHOR, ""),
    ("POST", "/requests/{request}/owner"): (IN_REVIEW, {"owner"}, ""),
    ("POST", "/requests/{request}/stop"): (IN_REVIEW, CHECK | LEAD | {"owner"}, ""),
    ("POST", "/requests/{request}/resume"): (IN_REVIEW, LEAD, ""),
    # Not for people: the hub's answer to a login, a workspace's relay, and what has nothing of anybody's.
    ("GET", "/oauth_callback"): (IN_REVIEW, set(EVERYBODY), "open"),
    ("GET", "/openapi.json"): (IN_REVIEW, set(EVERYBODY), "open"),
    ("GET", "/static/htmx.min.js"): (IN_REVIEW, set(EVERYBODY), "open"),
    ("GET", "/workspace/requests"): (IN_REVIEW, set(), ""),
    ("POST", "/workspace/requests"): (IN_REVIEW, set(), ""),
    ("GET", "/workspace/packages"): (IN_REVIEW, set(), ""),
    ("POST", "/workspace/packages"): (IN_REVIEW, set(), ""),
}
FORM = {
    "file": "pay-by-education.csv",
    "decision": "approve",
    "reason": "It is fine.",
    "text": "Words.",
    "dataset": "wages",
    "approves": "yes",
    "checker": "sofia",
    "recipients": "nina",
    "kind": "supporting",
    "folder": "outputs",
}


def routes(application):
    for mount in application.routes:
        for one in mount.routes:
            if isinstance(one, Route):
                for method in sorted((one.methods or set()) - {"HEAD"}):
                    yield method, one.path
            else:
                assert isinstance(one, Mount)
                assert one.path == "/static", "what is mounted holds nothing of anybody's"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    app = furnished(folder / "home", release_store=f"file://{folder / 'store'}")
    app.people.accredit("olga", "yuki", clock.now().date() - timedelta(days=1))
    return app, served(app)


def test_every_route_has_a_row_and_every_row_its_route(desk):
    assert set(routes(desk[1])) == set(ROUTES)


# A check that is let in is made, in a sandbox: a second for each.
BY_SPEED = [pytest.param(route, marks=[pytest.mark.slow] * route[1].endswith("/check")) for route in ROUTES]


@pytest.mark.parametrize("kind", EVERYBODY)
@pytest.mark.parametrize("route", BY_SPEED, ids=" ".join)
def test_who_is_let_in(desk, route, kind):
    app, application = desk
    (method, path), (state, let_in, nobody) = route, ROUTES[route]
    person, identifier = PEOPLE[kind], f"req-{len(stores(app).requests.summaries())}"
    now = clock.text(clock.now())
    condition = Condition("wages", 1, owner_approval=True, owners=("omar",))
    sample(
        app,
        identifier,
        state=state,
        conditions=(condition,),
        recipients=(Recipient("nina", "chidi", now),),
        release="rel-1" if state is RELEASED else None,
    )
    headers = {"x-test-person": person} if person else {}
    cookies = session(app, token="of-the-test")
    client = Browser(
        application,
        base_url=f"http://testserver{PREFIX}",
        headers=headers,
        cookies=cookies,
        follow_redirects=False,
    )
    where = path.replace("{request}", identifier).replace("{name:path}", FORM["file"])
    where = where.replace("{digest}", of_bytes(CODE)).lstrip("/")
    form = {**FORM, "token": "of-the-test", "once": f"once-{identifier}"} if method == "POST" else None
    if form and path.endswith("/hand-back"):
        form["checker"] = person or ""
    answer = client.request(method, where, data=form)
    if kind == "nobody" and nobody == LOGIN:
        assert answer.headers["location"] == "/login"
    elif kind in let_in and nobody != "open":
        assert answer.status_code != 403, answer.text
        assert answer.status_code < 500
    elif nobody != "open":
        assert answer.status_code == 403
    if app.projects.get("pay").stop is not None:
        app.projects.resume("lena", "pay", "It was a test.")


def test_a_relays_secret_is_all_that_lets_a_workspace_in(desk):
    client = Browser(desk[1], base_url=f"http://testserver{PREFIX}")
    origin = {"x-tre-person": "ravi", "x-tre-project": "pay"}
    for given, status in ((f"Bearer {SECRET}", 200), ("Bearer x", 403), (SECRET, 403), ("", 403)):
        answer = client.get("workspace/requests", headers={**origin, "authorization": given})
        assert answer.status_code == status
