"""The panel in JupyterLab as a researcher meets it: from a template to a request, by mouse and by keyboard."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import LONG_MS, chromium, faults, log_in, picture
from tests.hub import Hub, serving, until
from tests.stores import stores
from tre.app import Tre
from tre.demo.journey import PASSWORD, prepare
from tre.settings import Settings

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.sandbox, pytest.mark.heavy]


@pytest.fixture(scope="module")
def installation() -> Iterator[Settings]:
    home = Path(tempfile.mkdtemp(prefix="tre-hub-"))
    settings = Settings(home=home)
    prepare(Tre.open(settings), lambda _: None)
    yield settings
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def open_lab(browser: Browser, hub: Hub) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce").new_page()
    log_in(page, hub.url, "ravi", PASSWORD)
    page.click("#start-pay-and-health")
    page.wait_for_url("**/user/ravi/pay-and-health/lab**", timeout=LONG_MS)
    page.wait_for_selector(".jp-LauncherCard, .jp-Notebook", timeout=LONG_MS)
    return page


def test_from_a_template_to_a_request(installation, browser):
    with serving(installation) as hub:
        page = open_lab(browser, hub)
        panel = page.locator("#tre-outputs")
        page.locator('.lm-TabBar-tab[data-id="tre-outputs"]').click()
        panel.get_by_text("No outputs yet.").wait_for(timeout=LONG_MS)
        panel.get_by_text("No requests yet.").wait_for(timeout=LONG_MS)
        picture(page, "panel-empty")
        assert faults(page, "#tre-outputs") == []

        page.locator(".jp-LauncherCard[data-category=Templates]", has_text="pay and health").click()
        page.wait_for_selector(".jp-Notebook .cm-content", timeout=LONG_MS)
        page.wait_for_selector("text=| Idle", timeout=LONG_MS)
        parameters = page.locator(".jp-CodeCell .cm-content").first
        parameters.click()
        page.keyboard.press("Control+End")
        page.keyboard.insert_text("\nwith_unsafe_outputs = True")
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

        folder = panel.get_by_role("article", name="Outputs in outputs")
        folder.wait_for(timeout=LONG_MS)
        folder.get_by_text("note").first.click()
        finding = folder.get_by_text("evidence.none")
        finding.wait_for()
        assert "FAIL" in folder.locator("h3").inner_text()
        picture(page, "panel-outputs")
        assert panel.evaluate("node => node.scrollWidth <= node.clientWidth"), "nothing is cut off at the side"

        panel.get_by_label("Title").fill("Pay and health by region")
        page.keyboard.press("Tab")
        page.keyboard.insert_text("Tables for chapter 3 of the yearly report on work and health.")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.value") == "outputs"
        page.keyboard.press("Tab")
        page.keyboard.insert_text("pay-and-health.ipynb")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Send to the airlock"
        page.keyboard.press("Enter")
        said = panel.get_by_role("status")
        said.get_by_text("in review").wait_for(timeout=LONG_MS)
        request = panel.get_by_role("article", name="Request Pay and health by region")
        request.get_by_text("in review").wait_for()
        assert "2 fail" in request.inner_text()
        picture(page, "panel-request")

        identifier = request.locator("code").inner_text()
        app = Tre.open(installation)
        assert [code.name for code in stores(app).requests.request(identifier).code] == ["pay-and-health.ipynb"]
        app.reviews.send_back("chidi", identifier, "Please leave out the note.")
        panel.get_by_text("The checkers ask: Please leave out the note.").wait_for(timeout=LONG_MS)
        again = panel.get_by_role("button", name="Submit Pay and health by region again")
        again.focus()
        page.keyboard.press("Enter")
        assert panel.get_by_text(identifier).count() >= 2
        assert page.evaluate("document.activeElement.name") == "context"
        picture(page, "panel-again")

        assert panel.get_by_label("Title").input_value() == "Pay and health by region"
        panel.get_by_label("Context").fill("The note is left out.")
        panel.get_by_label("Folder").fill("no-such-folder")
        panel.get_by_role("button", name="Send to the airlock").click()
        said.get_by_text("there is no such folder").wait_for(timeout=LONG_MS)
        picture(page, "panel-refused")

        panel.get_by_text("Nobody has asked for a package in this project.").wait_for(timeout=LONG_MS)
        panel.get_by_label("Package", exact=True).fill("Lifelines")
        page.keyboard.press("Tab")
        page.keyboard.insert_text("Survival curves for chapter 4.")
        page.keyboard.press("Enter")
        asked = panel.get_by_role("article", name="Package lifelines")
        asked.get_by_text("asked for", exact=True).wait_for(timeout=LONG_MS)
        assert "Survival curves for chapter 4." in asked.inner_text()
        panel.get_by_label("Package", exact=True).fill("../etc")
        panel.get_by_label("Reason").fill("x")
        panel.get_by_role("button", name="Ask for this package").click()
        panel.locator(".tre-trouble:visible").last.wait_for(timeout=LONG_MS)
        asked.scroll_into_view_if_needed()
        picture(page, "panel-packages")
        assert faults(page, "#tre-outputs") == []
        page.context.close()


@pytest.mark.timeout(600)
def test_somebody_who_leaves_is_warned_and_may_stay(installation, browser):
    hasty = installation.model_copy(update={"idle_close_s": 60.0, "idle_warning_s": 45.0})
    with serving(hasty) as hub:
        page = open_lab(browser, hub)
        warning = page.locator(".tre-idle")
        page.get_by_text("so this workspace closes in").wait_for(timeout=LONG_MS)
        picture(page, "idle-warning")
        assert faults(page, ".tre-idle") == []
        page.get_by_role("button", name="Keep it open").click()
        warning.wait_for(state="hidden")
        page.get_by_role("link", name="Your projects").wait_for(timeout=LONG_MS)
        picture(page, "idle-closed")
        page.get_by_role("link", name="Your projects").click()
        again = page.get_by_role("button", name="Open the workspace of Pay, health and the use of care")
        # The page of projects reloads itself only while something opens or closes.
        until(lambda: page.reload() and again.is_visible())
        page.context.close()
