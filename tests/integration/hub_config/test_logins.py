"""Logging in by password at a real hub, and what its start page says."""

import html
import re
from datetime import date

import httpx
import pytest

from tests.hub import COURSE, PASSWORD, until
from tre.app import Tre


@pytest.fixture
def page(hub):
    """The start page of somebody, as text."""

    def read(person: str) -> str:
        with httpx.Client(base_url=hub.url, timeout=30, follow_redirects=True) as browser:
            until(lambda: browser.get("/hub/login").is_success)
            form = {"username": person, "password": PASSWORD, "_xsrf": browser.cookies["_xsrf"]}
            found = browser.post("/hub/login", data=form).text
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", found[found.index("<h1") :])))

    return read


def test_guessing_at_a_password_is_slowed_down_and_the_page_says_so(hub):
    assert [hub.log_in("cy", f"a-guess-{number}").status_code for number in range(5)] == [403] * 5
    for password in ("another-guess", PASSWORD):
        answer = hub.log_in("cy", password)
        assert answer.status_code == 429
        assert "Too many failed logins. Wait" in answer.text
    assert hub.log_in("cleo", PASSWORD).status_code == 302, "nobody else has to wait"


def test_a_token_does_not_outlive_the_day(hub):
    with hub.client("ben") as client:
        listed = client.get("/hub/api/users/ben/tokens").json()["api_tokens"]
        assert listed
        assert all(token["expires_at"] for token in listed)
        made = client.post("/hub/api/users/ben/tokens", json={"expires_in": 30 * 24 * 3600})
        assert made.status_code == 400


def test_the_start_page_tells_of_state_data_and_last_day(page):
    assert "Pay Ready Project pay, active Data earnings (version 1) Last day 2999-01-01 Open the workspace" in page(
        "ana"
    )


def test_the_start_page_tells_everything_that_keeps_somebody_out(installation, page):
    app = Tre.open(installation)
    app.people.accredit("olga", "ana", date(2020, 1, 2))
    app.people.train("olga", "ana", COURSE, date(2020, 1, 3))
    try:
        said = page("ana")
    finally:
        app.people.accredit("olga", "ana", date(2999, 1, 1))
        app.people.train("olga", "ana", COURSE, date(2999, 1, 1))
    assert "Pay Not available" in said
    assert "The accreditation of 'ana' ended on 2020-01-02. Renew it, and ask an operator" in said
    assert "The training 'safe-researcher' of 'ana' ended on 2020-01-03. Repeat it, and ask an operator" in said
    assert "Open the workspace" not in said


def test_the_start_page_of_somebody_without_projects_says_what_to_do(page):
    assert "You are not a member of any project yet. A data manager can add you" in page("dan")
