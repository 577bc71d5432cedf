"""The airlock's pages: forms that count once and cannot be forged, blind reviews, hostile names that stay text."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from disclosure_control.core.finding import make_finding
from disclosure_control.core.outcome import Outcome
from tests.desk import PREFIX, SECRET
from tests.factories import request
from tests.furnished import file, many, sample, submit
from tests.stores import stores
from tre.airlock.request import RequestFile
from tre.airlock.states import State
from tre.audit.events import Action, Event
from tre.core import clock
from tre.web.application import application
from tre.web.identity import HubIdentity

pytestmark = pytest.mark.slow

HOSTILE = '<script>alert(1)</script>"x'
RELAYED = {"authorization": f"Bearer {SECRET}", "x-tre-person": "ravi", "x-tre-project": "pay"}
SPOKEN = {"title": "T", "context": "C", "folder": "outputs", "request": None}
CSS = "static/airlock.css"
PAGES = ["", "requests/req-1"]


@pytest.fixture
def hostile(installation):
    """A request whose every word is an attack."""
    finding = make_finding("pii.person", HOSTILE, HOSTILE, outcome=Outcome.FAIL, todo=HOSTILE)
    files = [
        file(installation, f"{HOSTILE}.txt", HOSTILE.encode(), "text/plain", finding, group=HOSTILE),
        file(installation, "table.csv", f"a,b\n1,{HOSTILE}\n".encode(), "text/csv", group=HOSTILE),
        RequestFile("bad.bin", "3" * 64, 9, Outcome.FAIL, (finding,), "", HOSTILE),
    ]
    made = replace(request(files=files), id="req-2", title=HOSTILE, context=HOSTILE, returned_because=HOSTILE)
    submit(installation, made)
    return installation


def vote(client, installation, name, decision, reason="It is fine.", **more):
    asked = stores(installation).requests.request("req-1")
    binding = asked.binding(asked.file(name))
    form = {**client.form(), "file": name, "decision": decision, "reason": reason, "binding": binding, **more}
    return client.post("requests/req-1/vote", data=form)


def decide(client, installation):
    for one in stores(installation).requests.request("req-1").outputs:
        good = one.outcome is Outcome.PASS
        assert vote(client, installation, one.name, "approve" if good else "refuse", "Words.").status_code == 303
    return client.post("requests/req-1/finish", data=client.form())


@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_sent_to_the_login(browse, page):
    assert browse().get(page).headers["location"] == "/login"


def test_a_form_of_another_session_does_nothing(browse, installation):
    before = stores(installation).requests.request("req-1")
    client = browse("chidi")
    for wrong in ("", "x", browse("chidi").form()["token"]):
        form = client.form() | {"token": wrong, "reason": "x"}
        assert client.post("requests/req-1/return", data=form).status_code == 403
    assert stores(installation).requests.request("req-1") == before


def test_hostile_words_stay_words(browse, hostile):
    for person in ("chidi", "ravi"):
        for page in ("", "requests/req-2"):
            text = browse(person).get(page).text
            assert all(tag.startswith(f'<script src="{PREFIX}static/') for tag in re.findall(r"<script[^>]*>", text))
            assert "&lt;script&gt;" in text


@pytest.mark.parametrize(
    "page", [*PAGES, *(f"requests/req-1/{what}/areas.png" for what in ("frame", "rows")), "x", CSS]
)
def test_every_answer_has_the_headers(browse, page):
    headers = browse("chidi").get(page).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_a_file_is_a_document_in_a_sandbox(browse, hostile):
    client = browse("chidi")
    for name in ("table.csv", "bad.bin", quote(f"{HOSTILE}.txt")):
        answer = client.get(f"requests/req-2/frame/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-security-policy"].startswith("sandbox")
    for name in ("..%2f..%2fsecrets%2fmaster.key", "none.csv", "results.json", "evidence/a.json"):
        assert client.get(f"requests/req-1/frame/{name}").status_code == 404


def test_a_table_is_read_in_windows_as_plain_values(browse, hostile):
    client = browse("chidi")
    about = client.get("requests/req-2/about/table.csv").json()
    assert (about["rows"], about["header"]) == (1, ["a", "b"])
    assert client.get("requests/req-2/rows/table.csv?start=0&count=9").json() == {"rows": [[0, ["1", HOSTILE]]]}
    assert client.get("requests/req-2/column/table.csv?column=0").json()["maximum"] == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("rows/table.csv?start=-1", 400),
        ("rows/table.csv?start=x", 400),
        ("rows/table.csv?start=%C2%B2", 400),
        ("rows/table.csv?start=9999999999999999", 400),
        ("rows/table.csv?sort=2", 400),
        ("rows/table.csv?start=500&count=500", 200),
        ("column/table.csv", 400),
        ("column/table.csv?column=2", 400),
        ("rows/bad.bin", 400),
        ("about/bad.bin", 400),
        ("about/none.csv", 404),
    ],
)
def test_a_window_that_cannot_be_is_refused_in_words(browse, hostile, path, status):
    answer = browse("chidi").get(f"requests/req-2/{path}")
    assert answer.status_code == status
    assert status == 200 or answer.json()["message"]


def test_two_checkers_decide_by_form_and_see_each_other_only_then(browse, installation):
    assert decide(browse("chidi"), installation).status_code == 303
    assert stores(installation).requests.request("req-1").state is State.IN_REVIEW
    for other in ("sofia", "ravi", "lena"):
        assert "Words." not in browse(other).get("requests/req-1").text
    assert decide(browse("sofia"), installation).status_code == 303
    assert stores(installation).requests.request("req-1").state is State.APPROVED
    assert browse("ravi").get("requests/req-1").text.count("Words.") >= 2


def test_a_vote_alone_does_not_count(browse, installation):
    client = browse("chidi")
    assert vote(client, installation, "areas.png", "approve").status_code == 303
    assert "You have decided on 1 of 4." in client.get("requests/req-1").text
    assert client.post("requests/req-1/finish", data=client.form()).status_code == 400
    assert not stores(installation).requests.request("req-1").finished


def test_a_stale_page_is_refused(browse, installation):
    client = browse("chidi")
    answer = vote(client, installation, "areas.png", "approve", binding="0" * 64)
    assert answer.status_code == 400
    assert "changed since" in answer.text
    assert not stores(installation).requests.request("req-1").votes


@pytest.mark.parametrize(("name", "value"), [("decision", "APPROVE"), ("decision", ""), ("ground", "because")])
def test_words_that_are_no_choice_are_refused(browse, installation, name, value):
    assert vote(browse("chidi"), installation, "areas.png", **{"decision": "approve", name: value}).status_code == 400


def test_comments_for_checkers_never_reach_the_author(browse, installation):
    client = browse("chidi")
    for audience in ("public", "checkers"):
        form = {**client.form(), "file": "areas.png", "audience": audience, "text": f"words for {audience}"}
        assert client.post("requests/req-1/comment", data=form).status_code == 303
    assert client.post("requests/req-1/return", data=client.form() | {"reason": "Round it."}).status_code == 303
    seen = browse("ravi").get("requests/req-1").text
    assert "words for public" in seen
    assert "words for checkers" not in seen


def test_looking_is_written_down(browse, installation):
    client = browse("chidi")
    client.get("requests/req-1")
    client.get("requests/req-1/frame/areas.png")
    for start in range(5):
        client.get(f"requests/req-1/rows/health-by-area.csv?start={start}")  # one look, however long one scrolls
    looked = [entry for entry in stores(installation).database.entries() if entry.action == Action.REQUEST_FILE_VIEWED]
    assert [entry.actor for entry in looked] == ["chidi", "chidi"]
    browse("sofia").get("requests/req-1/rows/health-by-area.csv")
    assert len([entry for entry in stores(installation).database.entries() if entry.actor == "sofia"]) == 1


def test_a_form_counts_once(browse, installation):
    client = browse("chidi")
    form = client.form() | {"text": "Once."}
    assert client.post("requests/req-1/comment", data=form).status_code == 303
    again = client.post("requests/req-1/comment", data=form)
    assert again.status_code == 400
    assert "sent already" in again.text
    assert len(stores(installation).requests.request("req-1").comments) == 1


def test_a_form_that_was_refused_may_be_sent_again(browse):
    client = browse("chidi")
    form = client.form()
    assert client.post("requests/req-1/return", data=form | {"reason": " "}).status_code == 400
    assert client.post("requests/req-1/return", data=form | {"reason": "Round it."}).status_code == 303


def test_a_form_that_is_too_large_or_holds_a_file_is_refused(browse):
    client = browse("chidi")
    answer = client.post("requests/req-1/return", data=client.form() | {"reason": "x" * 2_000_000})
    assert answer.status_code == 400
    assert "too large" in answer.text
    files = {"reason": ("a.txt", b"x")}
    assert client.post("requests/req-1/return", data=client.form(), files=files).status_code == 400


def test_a_role_that_ended_has_ended_at_once(browse, installation):
    client = browse("chidi")
    assert client.get("requests/req-1").status_code == 200
    installation.people.accredit("olga", "chidi", clock.now().date() - timedelta(days=1))
    assert client.get("requests/req-1").status_code == 403


def test_the_queue_is_paged_and_filtered(browse, installation):
    many(installation, 70)
    client = browse("chidi")
    first, second = client.get("").text, client.get("?queue=2").text
    links = [
        set(re.findall(r'href="[^"]*requests/(req-\w+)"', page.partition("Decided")[0])) for page in (first, second)
    ]
    assert len(links[0]) == 50
    assert links[1]
    assert not links[0] & links[1]
    assert "Page 2 of 2" in second
    for odd in ("?queue=99", "?queue=x", "?queue=-1", "?show=nothing&risk=%3Cscript%3E", "?queue=%C2%B2"):
        assert client.get(odd).status_code == 200
    assert "Nothing fits these filters." in client.get("?title=no+such+title").text
    assert "high risk" not in client.get("?risk=low").text.partition("Decided")[0].partition("<tbody>")[2]


def test_what_changed_since_the_last_round_and_release(browse, installation):
    old = file(installation, "t.csv", b"area,n\nEast,20\nWest,30\n", "text/csv")
    new = file(installation, "t.csv", b"area,n\nEast,25\nWest,30\n", "text/csv")
    more = {"release": "rel-9", "released_files": ("t.csv",), "released_at": "2026-01-01T00:00:00+00:00"}
    sample(installation, "req-8", state=State.RELEASED, files=(old,), **more)
    sample(installation, "req-9", files=(new,), before=(old,), round=2)
    client = browse("chidi")
    for since in ("round", "release"):
        text = client.get(f"requests/req-9/changes/t.csv?since={since}").text
        assert '<td class="gone">20</td><td class="come">25</td>' in text
        assert "30" not in text.partition("<main>")[2]
    assert "changed since round 1" in client.get("requests/req-9").text
    assert client.get("requests/req-9/changes/t.csv?since=x").status_code == 400
    assert "no earlier version" in client.get("requests/req-1/changes/areas.png?since=release").text


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"{}", b'{"title": 1, "context": "", "folder": "", "request": null}'], ids=str
)
def test_an_unusable_message_is_refused_in_words(browse, body):
    answer = browse().post("workspace/requests", content=body, headers=RELAYED)
    assert answer.status_code == 400
    assert answer.json()["message"]


@pytest.mark.parametrize("folder", ["..", "/", "../../..", "none", "outputs/../../../../secrets", ""])
def test_a_folder_cannot_lead_out_of_the_home(browse, installation, folder):
    installation.open_workspace("ravi", "pay")
    answer = browse().post("workspace/requests", json=SPOKEN | {"folder": folder}, headers=RELAYED)
    assert answer.status_code in {400, 404}


def test_a_workspace_lists_its_own_requests(browse):
    assert [item["id"] for item in browse().get("workspace/requests", headers=RELAYED).json()["requests"]] == ["req-1"]
    other = RELAYED | {"x-tre-person": "chidi"}
    assert browse().get("workspace/requests", headers=other).json()["requests"] == []


def test_the_hubs_identity_starts_a_login_with_state_and_pkce(monkeypatch, installation):
    for name, value in {
        "SERVICE_NAME": "airlock",
        "API_TOKEN": "t",
        "API_URL": "http://127.0.0.1:1/hub/api",
        "CLIENT_ID": "service-airlock",
        "OAUTH_CALLBACK_URL": f"{PREFIX}oauth_callback",
        "SERVICE_PREFIX": PREFIX,
        "BASE_URL": "/",
    }.items():
        monkeypatch.setenv(f"JUPYTERHUB_{name}", value)
    served = application(installation, HubIdentity(PREFIX), prefix=PREFIX, hub="/", relay_secret=SECRET)
    client = TestClient(served, base_url=f"http://testserver{PREFIX}", follow_redirects=False)
    location = client.get("").headers["location"]
    assert location.startswith("/hub/api/oauth2/authorize?")
    assert "code_challenge_method=S256" in location
    assert "state=" in location
    assert client.get("oauth_callback?code=x&state=forged").status_code == 403


@pytest.mark.sandbox
def test_a_check_that_was_cut_off_can_be_started_again(browse, installation):
    vault = stores(installation).vault
    files = (RequestFile("note.txt", vault.put(b"Three terms.\n"), 13),)
    asked = replace(request(state=State.SUBMITTED, files=files), id="req-2")
    event = Event(Action.REQUEST_SUBMITTED, "ravi", "req-2", clock.now(), {"project": "pay", "round": 1, "files": {}})
    stores(installation).requests.add_request(asked, event)
    client = browse("ravi")
    page = client.get("requests/req-2").text
    assert "Check again" in page
    form = client.form("requests/req-2")
    assert client.post("requests/req-2/check", data=form).status_code == 303
    assert stores(installation).requests.request("req-2").state is State.IN_REVIEW


def test_a_workspace_asks_for_a_package(browse, installation):
    asked = {"package": "lifelines", "reason": "Survival models."}
    assert browse().post("workspace/packages", json=asked, headers=RELAYED).json()["state"] == "asked for"
    assert browse().post("workspace/packages", json=asked | {"x": ""}, headers=RELAYED).status_code == 400
    assert browse("ravi").post("workspace/packages", json=asked).status_code == 403
    assert [row["package"] for row in installation.package_requests.all("olga")] == ["lifelines"]
