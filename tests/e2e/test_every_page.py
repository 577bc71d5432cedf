"""Every page of ours, for those who cannot see it or use a mouse, on a wide and a narrow screen; and closed doors."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import chromium, faults, log_in, picture
from tests.hub import PASSWORD, Hub
from tre.app import Tre
from tre.settings import Settings

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.sandbox, pytest.mark.heavy]

NARROW = 360


@pytest.fixture(scope="module")
def hub(hub: Hub) -> Hub:
    """The shared hub, with Ana's workspace open."""
    with hub.client("ana") as client:
        assert hub.open(client, "ana", "pay").status_code in {201, 202}
    return hub


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 800}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


# Who looks at which page, and what its answer must be.
PAGES = {
    "login": ("", "/hub/login", 200),
    "login-refused": ("nobody", "/hub/login", 0),
    "start": ("ana", "/hub/home", 200),
    "start-without-project": ("dan", "/hub/home", 200),
    "hub-not-found": ("ana", "/hub/nothing-here", 404),
    "not-allowed": ("ana", "/hub/spawn/ana/other", 403),
    "gateway-not-allowed": ("ana", "/user/ana/pay/files/pay.csv", 403),
    "gateway-not-offered": ("ana", "/user/ana/pay/nothing", 404),
    "airlock": ("cleo", "/services/airlock/", 200),
    "airlock-not-allowed": ("dan", "/services/airlock/", 403),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_grave_fault_and_fits_a_narrow_screen(hub, page, name):
    person, path, status = PAGES[name]
    if name == "login-refused":
        log_in(page, hub.url, person, "not the password")
    else:
        if person:
            log_in(page, hub.url, person, PASSWORD)
        answer = page.goto(f"{hub.url}{path}")
        assert answer is not None
        assert answer.status == status
        if path.startswith("/user/"):
            # The gateway's own pages run nothing, axe neither: it looks at the same page without the policy.
            picture(page, f"page-{name}-as-shown")
            text = answer.text()
            page.goto("about:blank")
            page.set_content(text)
    picture(page, f"page-{name}")
    assert faults(page) == []
    page.set_viewport_size({"width": NARROW, "height": 740})
    picture(page, f"page-{name}-narrow")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW, "something is cut off at the side"
    assert faults(page) == []


def test_a_fault_would_be_found(page):
    page.set_content("<html lang=en><title>x</title><main><h1>x</h1><button></button><img src='data:,'></main>")
    assert {fault.split()[1] for fault in faults(page)} == {"button-name:", "image-alt:"}


def test_expired_accreditation_is_told_with_what_to_do(hub, page):
    people = Tre.open(Settings(home=hub.home, training_needed=("safe-researcher",))).people
    people.accredit("olga", "ben", date(2020, 1, 1))
    log_in(page, hub.url, "ben", PASSWORD)
    why = page.locator(".why")
    said = why.inner_text()
    picture(page, "page-expired")
    assert "accreditation" in said.lower()
    assert "operator" in said.lower(), "it is told who can help"
    assert page.get_by_role("button", name="Open the workspace of Other").count() == 0
    answer = page.goto(f"{hub.url}/hub/spawn/ben/other")
    assert answer is not None
    assert answer.status == 403
    assert "accreditation" in page.inner_text("main, .container").lower()
    assert faults(page) == []
    people.accredit("olga", "ben", date(2999, 1, 1))
    page.goto(f"{hub.url}/hub/home")
    assert page.get_by_role("button", name="Open the workspace of Other").is_visible()
