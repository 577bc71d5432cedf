"""The workspace and the airlock as people meet them: in a browser."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import LONG_MS, chromium, picture
from tests.browser import log_in as log_in_on
from tests.hub import Hub, serving
from tre.app import Tre
from tre.demo.journey import PASSWORD, prepare
from tre.settings import Settings

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.sandbox]

CELL = """
import os, socket, tre, disclosure_control as sdc
both = tre.load("earnings").join(tre.load("care"), how="inner")
outputs = sdc.Outputs("outputs/")
table = outputs.crosstab(both.health, both.region, name="health-by-region", comment="Health by region.")
outputs.crosstab(both.education, both.sex, values=both.pay, aggfunc="mean", name="pay-by-education-and-sex")
outputs.custom_output("Thomas Whitfield, NHS number 943 476 5919, asked for it.", "A note.", name="note")
outputs.disable_suppression()
outputs.crosstab(both.health, both.age, name="health-by-age", comment="The same by age.")
report = outputs.finalise()
request = tre.request("Pay and health by region", outputs, context=CONTEXT)
print("people", int(table.to_numpy().sum()))
"""
CONTEXT = "Tables for chapter 3 of the yearly report on work and health. They describe people in work."
# What somebody tries who wants more than the project gives; each prints what came of it.
ESCAPES = """
import os, socket, tre
print("interfaces", [name for _, name in socket.if_nameindex()])
for what, attempt in {
    "host": lambda: socket.create_connection(("127.0.0.1", PORT), 3),
    "database": lambda: os.listdir(HOME),
    "other home": lambda: os.listdir(HOME + "/homes"),
    "view": lambda: open("/data/earnings.parquet", "ab"),
    "new file in the view": lambda: open("/data/mine", "w"),
    "name of a person": lambda: tre.load("earnings", columns=["surname"]),
}.items():
    try:
        attempt()
        print(what, "OPEN")
    except Exception as error:
        print(what, "closed:", type(error).__name__)
"""
TRIED = 6


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    home = Path(tempfile.mkdtemp(prefix="tre-hub-"))
    settings = Settings(home=home)
    prepare(Tre.open(settings), lambda _: None)
    with serving(settings) as running:
        yield running
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def log_in(browser: Browser, hub: Hub, person: str) -> Page:
    page = browser.new_context(viewport={"width": 1200, "height": 800}).new_page()
    return log_in_on(page, hub.url, person, PASSWORD)


def open_notebook(page: Page) -> None:
    page.click(".jp-LauncherCard[data-category=Notebook]", timeout=LONG_MS)
    page.wait_for_selector(".jp-Notebook .cm-content", timeout=LONG_MS)
    # The notebook's own indicator is idle before the kernel is connected; the status bar's is not.
    page.wait_for_selector("text=| Idle", timeout=LONG_MS)


def run_cell(page: Page, number: int, code: str) -> str:
    page.locator(".jp-Notebook .jp-Cell .cm-content").last.click()
    page.keyboard.insert_text(code.strip())
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(f'.jp-InputPrompt:has-text("[{number}]:")', timeout=LONG_MS)
    return page.locator(".jp-CodeCell").nth(number - 1).locator(".jp-Cell-outputArea").inner_text()


def decide(page: Page, refused: tuple[str, ...]) -> None:
    """Approve every file but ``refused``, with the reasons that the page asks for, and finish the review."""
    for section in page.locator("section.file").all():
        name = section.locator("h3").inner_text().split()[-1]
        section.get_by_label("Refuse" if name in refused else "Approve", exact=True).check()
        if name in refused:
            section.get_by_label("Reason").fill("The check is right: it tells of single people.")
        section.get_by_role("button", name="Save my decision").click()
        section.locator(".saved").wait_for()
    page.get_by_role("button", name="Finish my review").click()
    page.locator("text=Your review is finished.").or_(page.locator(".state", has_text="approved")).first.wait_for()


def test_from_a_workspace_to_a_release(hub, browser):
    ravi = log_in(browser, hub, "ravi")
    assert "Your projects" in ravi.inner_text("h1")
    ravi.click("#start-pay-and-health")
    ravi.wait_for_url("**/user/ravi/pay-and-health/lab**", timeout=LONG_MS)
    open_notebook(ravi)

    said = run_cell(ravi, 1, CELL.replace("CONTEXT", repr(CONTEXT)))
    assert "people 4996" in said
    assert "in review" in said
    assert "health-by-age: FAIL" in said

    port = hub.url.rpartition(":")[2]
    said = run_cell(ravi, 2, ESCAPES.replace("PORT", port).replace("HOME", repr(str(hub.home))))
    assert "interfaces ['lo']" in said
    assert "OPEN" not in said
    assert said.count("closed:") == TRIED
    picture(ravi, "workspace")

    ravi.click("text=File")
    menu = ravi.inner_text(".lm-Menu")
    assert "Save Notebook" in menu
    assert "Download" not in menu
    assert "Export" not in menu

    own = ravi.context.new_page()
    own.goto(f"{hub.url}/services/airlock/")
    own.click("text=Pay and health by region")
    own.wait_for_url("**/requests/*")
    assert "Checkers look at it" in own.inner_text("main")
    assert own.get_by_role("button", name="Save my decision").count() == 0

    for checker in ("chidi", "sofia"):
        page = log_in(browser, hub, checker)
        page.goto(f"{hub.url}/services/airlock/")
        page.click("text=Pay and health by region")
        page.wait_for_url("**/requests/*")
        assert CONTEXT in page.inner_text("main")
        assert "2 fail" in page.inner_text("main")
        assert page.locator("section.file h3").first.inner_text().startswith("fail"), "what is wrong comes first"
        assert "approve" not in page.locator("p.vote").all_inner_texts(), "a review is blind until it is decided"
        page.frame_locator("iframe.shown-table").first.locator("#rows td").first.wait_for()
        picture(page, "airlock", 1100)
        decide(page, ("note.txt", "health-by-age.csv"))
    page.get_by_role("button", name="Release the approved files").click()
    released = page.inner_text("div.alert-success strong")
    # Once it is decided, the votes are open.
    page.locator("p.vote", has_text="chidi: approve").first.wait_for()

    app = Tre.open(Settings(home=hub.home))
    package = app.releases.path(released)
    assert set(app.releases.verify(package)) == {
        "outputs/health-by-region.csv",
        "outputs/pay-by-education-and-sex.csv",
        "public-key.pem",
        "record.json",
        "ro-crate-metadata.json",
    }
    assert app.audit_log.verify().entries > 20
    own.reload()
    assert "The package has been released" in own.inner_text("main")

    mei = log_in(browser, hub, "mei")
    assert mei.goto(f"{hub.url}/user/ravi/pay-and-health/lab").status == 403, "not even a colleague enters"

    home = ravi.context.new_page()
    home.goto(f"{hub.url}/hub/home")
    home.click("#stop-pay-and-health")
    home.wait_for_selector("#start-pay-and-health", timeout=LONG_MS)


def test_a_person_outside_the_project_is_told_so(hub, browser):
    mei = log_in(browser, hub, "mei")
    assert "Visits to a doctor by age" in mei.inner_text("#projects")
    ravi = log_in(browser, hub, "ravi")
    answer = ravi.goto(f"{hub.url}/hub/spawn/ravi/visits-by-age")
    assert answer.status == 403
    assert "'ravi' is not a member of project 'visits-by-age'" in ravi.inner_text("body")


def test_the_start_page_by_keyboard_alone_and_on_a_small_screen(hub, browser):
    mei = log_in(browser, hub, "mei")
    reached = []
    for _ in range(20):
        mei.keyboard.press("Tab")
        reached.append(mei.evaluate("document.activeElement.id"))
    assert "start-visits-by-age" in reached
    mei.set_viewport_size({"width": 400, "height": 800})
    assert mei.evaluate("document.documentElement.scrollWidth") == 400, "nothing is cut off at the side"
    assert mei.get_by_role("button", name="Open the workspace of Visits to a doctor by age").is_visible()


def test_those_with_nothing_to_do_here_are_told_what_to_do(hub, browser):
    dana = log_in(browser, hub, "dana")
    assert "You are not a member of any project yet" in dana.inner_text("body")
    assert dana.goto(f"{hub.url}/services/airlock/").status == 403
    sofia = log_in(browser, hub, "sofia")
    sofia.goto(f"{hub.url}/services/airlock/")
    assert sofia.inner_text("h1") == "Requests to review"
