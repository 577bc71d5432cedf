"""The desk in a browser that runs no script, and on paper: it is read, commented, decided, sent again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import chromium, picture
from tests.desk import COOKIE, serving
from tests.furnished import installation, sample
from tests.stores import stores
from tre.airlock.request import Audience
from tre.airlock.states import State

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.heavy]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def desk(tmp_path):
    app = installation(tmp_path / "home")
    sample(app)
    with serving(app) as url:
        yield app, url


def open_request(browser: Browser, url: str, person: str, *, scripts: bool = False) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=scripts)
    context.add_cookies([{"name": COOKIE, "value": person, "url": url}])
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{url}requests/req-1")
    return page


def review(page: Page, outputs: int) -> None:
    """Approve every output and finish; how many there are is not asked of a page that may still be arriving."""
    for number in range(1, outputs + 1):
        form = page.locator(f"#decision-{number}")
        form.get_by_label("Approve", exact=True).check()
        form.get_by_label("Reason").fill("Known from the last report.")
        form.get_by_role("button", name="Save my decision").click()
        page.locator(f"#decision-{number} .saved").wait_for()
    page.get_by_role("button", name="Finish my review").click()
    page.locator("text=Your review is finished.").or_(page.locator(".state", has_text="approved")).first.wait_for()


def test_a_request_is_read_and_decided_without_scripts(browser, desk):
    app, url = desk
    outputs = len(stores(app).requests.request("req-1").outputs)
    page = open_request(browser, url, "chidi")
    lines = page.frame_locator('iframe[title="Lines of health-by-area.csv"]')
    assert "East,33,47,4,84" in lines.locator(".lines").inner_text()
    page.locator("#write-1 summary").click()
    page.locator("#write-1").get_by_label("Comment").fill("Is East a region?")
    page.locator("#write-1").get_by_label("For").select_option("checkers")
    page.get_by_role("button", name="Add the comment").first.click()
    page.locator(".comment", has_text="Is East a region?").wait_for()
    assert stores(app).requests.request("req-1").comments[0].audience is Audience.CHECKERS
    review(page, outputs)
    picture(page, "desk-without-scripts")
    second = open_request(browser, url, "sofia")
    review(second, outputs)
    assert stores(app).requests.request("req-1").state is State.APPROVED
    assert second.get_by_role("button", name="Release the approved files").is_visible()


def test_an_author_answers_and_submits_again_without_scripts(browser, desk):
    app, url = desk
    checker = open_request(browser, url, "chidi")
    checker.get_by_text("Return it to the author").click()
    checker.get_by_label("What should they change?").fill("Merge East with North.")
    checker.get_by_role("button", name="Return to the author").click()
    checker.locator(".alert-warning").wait_for()
    page = open_request(browser, url, "ravi")
    assert "Merge East with North." in page.inner_text(".alert-warning")
    assert page.get_by_label("The notebook or script that made them").input_value() == "analysis.py"
    for answer in page.locator("textarea[name^='reply:']").all():
        answer.fill("Merged them.")
    page.get_by_label("The folder of your workspace").fill("nothing-here")
    page.get_by_role("button", name="Submit the next round").click()
    page.locator("h1", has_text="Not done").wait_for()
    assert stores(app).requests.request("req-1").state is State.RETURNED


def test_every_file_is_on_the_page_that_is_printed(browser, desk):
    _, url = desk
    page = open_request(browser, url, "chidi", scripts=True)
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="Print").click()
    page.wait_for_function("window.printed")
    page.emulate_media(media="print")
    for frame in page.locator("section.file > iframe").all():
        inside = frame.content_frame.locator("body")
        assert inside.inner_text().strip() or inside.locator("img").count(), frame.get_attribute("title")
    assert not page.locator("form.decision").first.is_visible()
    picture(page, "desk-printed")
