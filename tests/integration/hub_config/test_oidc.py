"""Logging in through a real identity provider on loopback, at a real hub."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread

from tests.hub import Hub, serving
from tests.stores import stores
from tre.app import Tre
from tre.core.people import identity_code
from tre.settings import Settings

MFA = {"amr": ["pwd", "otp"]}
USERS = [
    User(sub="7001", claims=MFA),
    User(sub="7002", claims={"amr": ["pwd"]}),
    # Whoever may choose a name chooses somebody else's.
    User(sub="6666", claims={**MFA, "preferred_username": "ana", "email": "ana@example.org", "name": "Ana"}),
    User(sub="ana", claims=MFA),
]


@dataclass
class Provided:
    hub: Hub
    app: Tre
    secret: str


@pytest.fixture(scope="module")
def provided() -> Iterator[Provided]:
    home, secret = Path(tempfile.mkdtemp(prefix="tre-hub-")), secrets.token_urlsafe(24)
    kept = home / "oidc-secret"
    kept.write_text(f"{secret}\n")
    with run_server_in_thread(user_claims=USERS, require_nonce=True) as provider:
        settings = Settings.load(
            {},
            home=home,
            login="oidc",
            oidc_issuer=f"http://localhost:{provider.server_port}",
            oidc_client_id="tre",
            oidc_secret_file=kept,
            oidc_second_factor="otp,hwk",
            oidc_name="the university",
        )
        app = Tre.open(settings)
        app.people.add("setup", "olga", name="Olga", roles=["operator"])
        for person, subject in (("ana", "7001"), ("ben", "7002")):
            app.people.add("olga", person, name=person.title(), roles=["researcher"])
            app.people.bind("olga", person, identity_code(settings.oidc_issuer, subject))
        with serving(settings) as hub:
            yield Provided(hub, app, secret)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def browser(provided) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=provided.hub.url, timeout=30) as client:
        yield client


def to_provider(browser: httpx.Client) -> str:
    """Where the hub sends the browser."""
    answer = browser.get("/hub/oauth_login", params={"next": "/hub/home"})
    assert answer.status_code == 302
    return str(answer.headers["location"])


def back_from_provider(address: str, subject: str) -> str:
    """Log in there; where the provider sends the browser."""
    answer = httpx.post(address, data={"sub": subject})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


def log_in(browser: httpx.Client, subject: str) -> httpx.Response:
    return browser.get(back_from_provider(to_provider(browser), subject))


def last(provided: Provided) -> tuple[str, str, dict[str, object]]:
    entry = list(stores(provided.app).database.entries())[-1]
    return entry.action, entry.actor, dict(entry.details)


def test_the_login_page_offers_the_provider_and_no_password(browser):
    page = browser.get("/hub/login").text
    assert "Sign in with the university" in page
    assert "password" not in page.lower()


def test_the_browser_is_sent_with_state_nonce_and_pkce_and_without_the_secret(provided, browser):
    sent = {name: value for name, [value] in parse_qs(urlsplit(to_provider(browser)).query).items()}
    assert {"state", "nonce", "code_challenge"} <= set(sent)
    assert (sent["code_challenge_method"], sent["scope"]) == ("S256", "openid")
    assert provided.secret not in str(sent)


def test_a_bound_identity_logs_in_as_its_person(provided, browser):
    assert log_in(browser, "7001").status_code == 302
    assert last(provided) == ("person.logged-in", "ana", {"by": "identity provider"})
    home = browser.get("/hub/home")
    assert home.status_code == 200
    assert "ana" in home.text


@pytest.mark.parametrize("subject", ["6666", "ana", "new-at-the-provider"])
def test_an_identity_that_is_not_bound_is_told_its_code_whatever_name_it_carries(provided, browser, subject):
    answer = log_in(browser, subject)
    assert answer.status_code == 403
    code = identity_code(provided.app.settings.oidc_issuer, subject)
    assert code in answer.text
    assert "nobody here is bound to your identity" in answer.text
    assert ">Log in<" in answer.text, "and what to do next"
    assert last(provided)[2]["identity"] == code
    assert browser.get("/hub/home").status_code == 302, "nobody is logged in"


def test_a_login_without_the_second_factor_is_refused_in_words(provided, browser):
    answer = log_in(browser, "7002")
    assert answer.status_code == 403
    assert "without a second factor" in answer.text
    assert last(provided) == ("login.refused", "ben", {"by": "identity provider", "reason": "no second factor"})


def test_an_answer_cannot_be_replayed(provided, browser):
    back = back_from_provider(to_provider(browser), "7001")
    assert browser.get(back).status_code == 302
    browser.get("/hub/logout")
    again = browser.get(back)
    assert again.status_code == 403
    assert "could not be trusted" in again.text
    assert last(provided)[2]["reason"] == "answer: state or error"


def test_an_answer_to_another_browser_logs_nobody_in(provided, browser):
    back = back_from_provider(to_provider(browser), "7001")
    with httpx.Client(base_url=provided.hub.url, timeout=30) as victim:
        to_provider(victim)
        assert victim.get(back).status_code == 403
        assert victim.get("/hub/home").status_code == 302


def test_a_token_for_another_login_is_refused(provided, browser):
    address = httpx.URL(to_provider(browser)).copy_set_param("nonce", "of-another-login")
    assert browser.get(back_from_provider(str(address), "7001")).status_code == 403
    assert last(provided)[2]["reason"] == "token: nonce"


def test_a_code_of_another_client_is_refused(provided, browser):
    address = httpx.URL(to_provider(browser)).copy_set_param("client_id", "another")
    assert browser.get(back_from_provider(str(address), "7001")).status_code == 403
    assert last(provided)[2]["reason"] == "provider: HTTPClientError"


def test_a_made_up_code_is_refused(provided, browser):
    state = httpx.URL(to_provider(browser)).params["state"]
    assert browser.get("/hub/oauth_callback", params={"code": "made-up", "state": state}).status_code == 403


def test_an_identity_that_is_unbound_is_out(provided, browser):
    assert log_in(browser, "7001").status_code == 302
    code = provided.app.people.get("ana").identity
    provided.app.people.unbind("olga", "ana")
    try:
        with httpx.Client(base_url=provided.hub.url, timeout=30) as another:
            assert log_in(another, "7001").status_code == 403
    finally:
        provided.app.people.bind("olga", "ana", code)


def test_no_token_is_given_for_a_name_and_a_password(provided):
    body = {"auth": {"username": "ana", "password": "a-long-password-of-a-test"}}
    answer = httpx.post(f"{provided.hub.url}/hub/api/users/ana/tokens", json=body)
    assert answer.status_code == 403, answer.text


def test_the_secret_is_nowhere_but_in_its_file(provided):
    holding = [path for path in provided.hub.home.rglob("*") if path.is_file()]
    found = [path.name for path in holding if provided.secret.encode() in path.read_bytes()]
    assert found == ["oidc-secret"]
    for pid in [provided.hub.process.pid, *provided.hub.family()]:
        assert provided.secret.encode() not in Path(f"/proc/{pid}/environ").read_bytes()
