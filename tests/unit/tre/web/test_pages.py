"""The airlock's pages: who sees what, forms that cannot be forged, hostile names and contents that stay text."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.testclient import TestClient

from disclosure_control.finding import Finding
from disclosure_control.outcome import Outcome
from tests.factories import request
from tre.airlock.request import Decision, RequestFile
from tre.airlock.review import Ballot
from tre.airlock.states import State
from tre.audit.events import Action, Event
from tre.core import clock
from tre.web.application import application
from tre.web.identity import HubIdentity

PREFIX = "/services/airlock/"
SECRET = "of the relays"
HOSTILE = '<script>alert(1)</script>"x'


class Known:
    """An identity that believes a header; the hub's own is tested in the browser journey."""

    def person(self, asked):
        return asked.headers.get("x-test-person")

    async def login(self, _):
        return RedirectResponse("/login", 302)

    async def callback(self, _):
        return PlainTextResponse("")


@pytest.fixture
def installation(wages, in_a_month):
    """One request of Ravi's in review: a table that passes, a hostile text that fails, a picture."""
    wages.create_project("dana", "pay", title="Pay", purpose="x", columns={"wages": ["pay"]}, ends_on=in_a_month)
    wages.add_member("dana", "pay", "ravi")
    vault = wages.parts.vault
    finding = Finding("pii.person", Outcome.FAIL, HOSTILE, "A name.", "Remove it.")
    files = [
        RequestFile("table.csv", "0" * 64, 9, Outcome.PASS, (), vault.put(f"a,b\n1,{HOSTILE}\n".encode()), "text/csv"),
        RequestFile(f"{HOSTILE}.txt", "1" * 64, 9, Outcome.FAIL, (finding,), vault.put(HOSTILE.encode()), "text/plain"),
        RequestFile("plot.png", "2" * 64, 9, Outcome.PASS, (), vault.put(b"\x89PNG"), "image/png"),
        RequestFile("drawing.svg", "4" * 64, 9, Outcome.REVIEW, (), vault.put(b"<svg/>"), "image/svg+xml"),
        RequestFile("book.xlsx", "5" * 64, 9, Outcome.REVIEW, (), vault.put(b"PK\x03\x04\xff"), "application/x-xlsx"),
        RequestFile("bad.bin", "3" * 64, 9, Outcome.FAIL, (finding,), "", "application/octet-stream"),
    ]
    asked = replace(request(state=State.IN_REVIEW, files=files), title=HOSTILE, context=HOSTILE)
    details = {"project": "pay", "round": 1, "files": {}}
    event = Event(Action.REQUEST_SUBMITTED, "ravi", "req-1", clock.now(), details)
    wages.parts.requests.add_request(asked, event)
    return wages


@pytest.fixture
def browse(installation):
    """A browser of somebody's: ``browse("chidi").get("")``."""

    def as_person(person=None):
        served = application(installation, Known(), prefix=PREFIX, hub="/", relay_secret=SECRET)
        headers = {"x-test-person": person} if person else {}
        return TestClient(served, base_url=f"http://testserver{PREFIX}", headers=headers, follow_redirects=False)

    return as_person


def token(client):
    return re.search(r'name="token" value="([^"]+)"', client.get("requests/req-1").text).group(1)


PAGES = ["", "requests/req-1"]
MAY_SEE = {"ravi": True, "chidi": True, "sofia": True, "mei": False, "dana": False, "olga": False}


@pytest.mark.parametrize("person", MAY_SEE)
def test_a_request_is_for_its_author_and_checkers(browse, person):
    client = browse(person)
    assert client.get("requests/req-1").status_code == (200 if MAY_SEE[person] else 403)
    assert client.get("requests/req-1/files/table.csv").status_code == (200 if MAY_SEE[person] else 403)
    assert ("req-1" in client.get("").text) is MAY_SEE[person]


@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_sent_to_the_login(browse, page):
    assert browse().get(page).headers["location"] == "/login"


POSTS = ["check", "review", "return", "withdraw", "release"]


@pytest.mark.parametrize("verb", POSTS)
def test_a_post_without_a_person_or_with_a_foreign_token_does_nothing(browse, installation, verb):
    before = installation.parts.requests.request("req-1")
    assert browse().post(f"requests/req-1/{verb}", data={"token": "x", "reason": "x"}).status_code == 403
    client = browse("chidi")
    client.get("requests/req-1")
    for wrong in ("", "x", token(browse("chidi"))):
        assert client.post(f"requests/req-1/{verb}", data={"token": wrong, "reason": "x"}).status_code == 403
    assert installation.parts.requests.request("req-1") == before


@pytest.mark.parametrize("verb", ["review", "return", "release"])
def test_the_author_cannot_decide_by_a_form_either(browse, installation, verb):
    client = browse("ravi")
    asked = installation.parts.requests.request("req-1")
    digest = asked.binding(asked.files[0])
    form = {"token": token(client), "reason": "x", "digest:table.csv": digest, "decision:table.csv": "approve"}
    assert client.post(f"requests/req-1/{verb}", data=form).status_code in {403, 409}
    assert not installation.parts.requests.request("req-1").votes


def test_hostile_words_stay_words(browse):
    for page in PAGES:
        text = browse("chidi").get(page).text
        assert "<script" not in text
        assert "&lt;script&gt;" in text


@pytest.mark.parametrize(
    "page", [*PAGES, "requests/req-1/files/table.csv", "nothing", "requests/none", "static/airlock.css"]
)
def test_every_answer_has_the_headers(browse, page):
    headers = browse("chidi").get(page).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_a_file_is_a_picture_plain_text_or_something_to_fetch(browse):
    client = browse("chidi")
    assert client.get("requests/req-1/files/drawing.svg").headers["content-type"] == "image/svg+xml"
    book = client.get("requests/req-1/files/book.xlsx").headers
    assert (book["content-type"], book["content-disposition"]) == ("application/octet-stream", "attachment")
    assert "Fetch the rebuilt file" in client.get("requests/req-1").text
    assert client.get("requests/req-1/files/plot.png").headers["content-type"] == "image/png"
    assert client.get("requests/req-1/files/table.csv").headers["content-type"].startswith("text/plain")
    assert client.get("requests/req-1/files/bad.bin").status_code == 404
    assert client.get("requests/req-1/files/..%2f..%2fsecrets%2fmaster.key").status_code == 404


def test_two_checkers_decide_by_form_and_release(browse, installation):
    for person in ("chidi", "sofia"):
        client = browse(person)
        asked = installation.parts.requests.request("req-1")
        form = {"token": token(client)}
        for file in asked.outputs:
            good = file.outcome is Outcome.PASS
            form |= {
                f"digest:{file.name}": asked.binding(file),
                f"decision:{file.name}": "approve" if good else "refuse",
            }
            form |= {f"reason:{file.name}": "" if good else "It names somebody."}
        assert client.post("requests/req-1/review", data=form).status_code == 303
    assert installation.parts.requests.request("req-1").state is State.APPROVED


def test_a_stale_page_is_refused(browse, installation):
    client = browse("chidi")
    form = {"token": token(client), "digest:table.csv": "0" * 64, "decision:table.csv": "approve"}
    answer = client.post("requests/req-1/review", data=form)
    assert answer.status_code == 400
    assert "changed since" in answer.text


def test_a_review_is_blind_until_it_is_decided(browse, installation):
    asked = installation.parts.requests.request("req-1")
    digest = asked.binding(asked.files[0])
    ballot = {"table.csv": Ballot(Decision.APPROVE, digest, "words of Chidi's")}
    installation.review("chidi", "req-1", ballot)
    assert "words of Chidi" in browse("chidi").get("requests/req-1").text
    for other in ("sofia", "ravi"):
        assert "words of Chidi" not in browse(other).get("requests/req-1").text


def test_looking_is_written_down(browse, installation):
    browse("chidi").get("requests/req-1")
    looked = [entry for entry in installation.parts.database.entries() if entry.action == Action.REQUEST_FILE_VIEWED]
    assert len(looked) == 5
    assert {entry.actor for entry in looked} == {"chidi"}


def test_a_role_that_ended_has_ended_at_once(browse, installation):
    client = browse("chidi")
    assert client.get("requests/req-1").status_code == 200
    installation.people.accredit("olga", "chidi", clock.now().date() - timedelta(days=1))
    assert client.get("requests/req-1").status_code == 403


SPOKEN = {"title": "T", "context": "C", "folder": "outputs", "request": None}


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", f"Basic {SECRET}", SECRET])
def test_only_a_relay_speaks_for_a_workspace(browse, given):
    headers = {"authorization": given, "x-tre-person": "ravi", "x-tre-project": "pay"}
    assert browse("ravi").post("workspace/requests", json=SPOKEN, headers=headers).status_code == 403
    assert browse("ravi").get("workspace/requests", headers=headers).status_code == 403


RELAYED = {"authorization": f"Bearer {SECRET}", "x-tre-person": "ravi", "x-tre-project": "pay"}


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
    vault = installation.parts.vault
    files = (RequestFile("note.txt", vault.put(b"Three terms.\n"), 13),)
    asked = replace(request(state=State.SUBMITTED, files=files), id="req-2")
    event = Event(Action.REQUEST_SUBMITTED, "ravi", "req-2", clock.now(), {"project": "pay", "round": 1, "files": {}})
    installation.parts.requests.add_request(asked, event)
    client = browse("ravi")
    page = client.get("requests/req-2").text
    assert "Check again" in page
    form = {"token": re.search(r'name="token" value="([^"]+)"', page).group(1)}
    assert client.post("requests/req-2/check", data=form).status_code == 303
    assert installation.parts.requests.request("req-2").state is State.IN_REVIEW


def test_a_workspace_asks_for_a_package(browse, installation):
    asked = {"package": "lifelines", "reason": "Survival models."}
    assert browse().post("workspace/packages", json=asked, headers=RELAYED).json()["state"] == "asked for"
    assert browse().post("workspace/packages", json=asked | {"x": ""}, headers=RELAYED).status_code == 400
    assert browse("ravi").post("workspace/packages", json=asked).status_code == 403
    assert [row["package"] for row in installation.software.asked("olga")] == ["lifelines"]
