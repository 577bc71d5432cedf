"""The workspace and the airlock as people meet them: in a browser."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.hub import PASSWORD, Hub, install, serving

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.sandbox]

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LONG_MS = 90_000
CELL = """
import os, socket, tre, disclosure_control as sdc
pay = tre.load("earnings")
outputs = sdc.Outputs("outputs/")
table = outputs.crosstab(pay.region, pay.sex)
outputs.finalise()
request = tre.request("People in work", outputs, context="Counts of people in work by region and sex.")
print("interfaces", [name for _, name in socket.if_nameindex()])
print("people", int(table.to_numpy().sum()))
"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    home = Path(tempfile.mkdtemp(prefix="tre-hub-"))
    with serving(install(home, tmp_path_factory.mktemp("deliveries"))) as running:
        yield running
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        running.close()


def log_in(browser: Browser, hub: Hub, person: str) -> Page:
    page = browser.new_context(viewport={"width": 1200, "height": 800}).new_page()
    page.goto(f"{hub.url}/")
    page.fill("#username_input", person)
    page.fill("#password_input", PASSWORD)
    page.click("#login_submit")
    page.wait_for_selector("h1")
    return page


def run_cell(page: Page, code: str) -> str:
    page.click(".jp-LauncherCard[data-category=Notebook]", timeout=LONG_MS)
    page.wait_for_selector(".jp-Notebook .cm-content", timeout=LONG_MS)
    page.wait_for_selector("text=| Idle", timeout=LONG_MS)
    page.click(".jp-Notebook .cm-content")
    page.keyboard.insert_text(code.strip())
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector('.jp-InputPrompt:has-text("[1]:")', timeout=LONG_MS)
    return page.inner_text(".jp-Notebook")


def test_a_researcher_works_and_submits_and_a_checker_sees_it(hub, browser):
    ana = log_in(browser, hub, "ana")
    assert "Your projects" in ana.inner_text("h1")
    ana.click("#start-pay")
    ana.wait_for_url("**/user/ana/pay/lab**", timeout=LONG_MS)
    said = run_cell(ana, CELL)
    assert "interfaces ['lo']" in said
    assert "people 5000" in said
    assert "in review" in said

    ana.click("text=File")
    menu = ana.inner_text(".lm-Menu")
    assert "Save Notebook" in menu
    assert "Download" not in menu
    assert "Export" not in menu

    own = ana.context.new_page()
    own.goto(f"{hub.url}/services/airlock/")
    assert "People in work" in own.inner_text("body")

    cleo = log_in(browser, hub, "cleo")
    cleo.goto(f"{hub.url}/services/airlock/")
    cleo.click("text=People in work")
    assert "Counts of people in work by region and sex." in cleo.inner_text("body")

    home = ana.context.new_page()
    home.goto(f"{hub.url}/hub/home")
    home.click("#stop-pay")
    home.wait_for_selector("#start-pay", timeout=LONG_MS)


def test_a_person_outside_the_project_is_told_so(hub, browser):
    ben = log_in(browser, hub, "ben")
    assert "Other" in ben.inner_text("table")
    answer = ben.goto(f"{hub.url}/hub/spawn/ben/pay")
    assert answer.status == 403
    assert "'ben' is not a member of project 'pay'" in ben.inner_text("body")


def test_somebody_without_a_project_is_told_what_to_do(hub, browser):
    dan = log_in(browser, hub, "dan")
    assert "You are not a member of any project yet" in dan.inner_text("body")
    answer = dan.goto(f"{hub.url}/services/airlock/")
    assert answer.status == 403
