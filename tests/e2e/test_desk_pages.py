"""The desk as its people meet it, without a hub: a checker by keyboard alone, an author, a lead.

Every page is looked at.
Each page is opened at two widths with no, one and many requests; axe finds nothing serious on any, and nothing is cut
off at the side. With PICTURES=folder the pictures of the guides are saved there.
"""

import json
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Frame, Page

from tests.browser import AXE, chromium, picture
from tests.desk import COOKIE, serving
from tests.furnished import file, installation, many, sample
from tests.stores import stores
from tre.airlock.request import Decision
from tre.airlock.review import Ballot
from tre.airlock.states import State
from tre.app import Tre
from tre.audit.events import Action

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.heavy]

WIDTHS = (1280, 400)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def desks(tmp_path_factory) -> Iterator[dict[int, tuple[Tre, str]]]:
    """Three airlocks: with no request, with one, with five hundred."""
    apps = {count: installation(tmp_path_factory.mktemp(f"desk-{count}") / "home") for count in (0, 1, 500)}
    for count, app in apps.items():
        if count:
            sample(app)
            many(app, count - 1)
    with serving(apps[0]) as none, serving(apps[1]) as one, serving(apps[500]) as full:
        yield {count: (apps[count], url) for count, url in ((0, none), (1, one), (500, full))}


@pytest.fixture
def desk(tmp_path) -> Iterator[tuple[Tre, str]]:
    app = installation(tmp_path / "home")
    sample(app)
    with serving(app) as url:
        yield app, url


def open_as(browser: Browser, url: str, person: str, width: int = 1280) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies([{"name": COOKIE, "value": person, "url": url}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(url)
    return page


def serious(page: Page | Frame) -> list[str]:
    """What axe finds that is serious or critical."""
    page.evaluate(AXE.read_text())  # by the debugger: the page's own policy lets no inline script run
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], iframes: false})")
    bad = [one for one in found["violations"] if one["impact"] in {"serious", "critical"}]
    return [f"{one['id']}: {node['html'][:160]}" for one in bad for node in one["nodes"]]


@pytest.mark.parametrize("count", [0, 1, 500])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_whole_and_accessible(browser, desks, count, width):
    _, url = desks[count]
    pages = {"chidi": [""], "ravi": [""], "lena": ["", "figures"], "mei": [""]}
    if count:
        for person in ("chidi", "ravi", "lena"):
            pages[person].append("requests/req-1")
    for person, paths in pages.items():
        page = open_as(browser, url, person, width)
        for path in paths:
            page.goto(url + path)
            page.wait_for_load_state("networkidle")
            for summary in page.locator("details").all():
                summary.evaluate("one => { one.open = true }")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (person, path)
            assert serious(page) == [], (person, path)
        page.context.close()


def test_each_kind_of_file_is_accessible_in_its_frame(browser, desk):
    _, url = desk
    page = open_as(browser, url, "chidi")
    page.goto(f"{url}requests/req-1")
    page.frame_locator("iframe.shown-table").first.locator("#rows td").first.wait_for()
    table = next(frame for frame in page.frames if "health-by-area.csv" in frame.url)
    assert serious(table) == []
    with httpx.Client(base_url=url, headers={"x-test-person": "chidi"}) as client:
        for name in ("areas.png", "method.ipynb", "by_area.py"):
            # In its own sandbox nothing can be run, not even axe: the same document in a page of its own.
            page.set_content(client.get(f"requests/req-1/frame/{name}").text)
            assert serious(page) == [], name


def test_a_checker_reviews_by_keyboard_alone(browser, desk):
    app, url = desk
    page = open_as(browser, url, "sofia")
    page.click("text=Pay and health by area")
    page.locator("#contents").wait_for()
    page.wait_for_load_state()
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    for number in range(1, 5):
        page.keyboard.press("j")
        page.wait_for_function(f"document.activeElement.id === 'file-{number}'")
        passes = page.locator(f"#file-{number} h3 .outcome-pass").count()
        page.keyboard.press("a")
        if not passes:
            page.wait_for_function("document.activeElement.name === 'reason'")
            page.keyboard.type("Known from the last report.")
            page.keyboard.press("Control+Enter")
        page.locator(f"#decision-{number} .saved").wait_for()
        page.keyboard.press("Escape")
        page.evaluate("document.activeElement.blur()")
        page.evaluate(f"document.getElementById('file-{number}').focus()")
    page.keyboard.press("f")
    page.keyboard.press("Enter")
    page.locator("text=Your review is finished.").wait_for()
    asked = stores(app).requests.request("req-1")
    assert [one.checker for one in asked.finished] == ["sofia"]
    assert {vote.decision for vote in asked.votes} == {Decision.APPROVE}


def test_a_decision_that_is_not_taken_is_said_on_the_page(browser, desk):
    app, url = desk
    page = open_as(browser, url, "chidi")
    page.goto(f"{url}requests/req-1")
    section = page.locator("#file-1")
    section.get_by_label("Refuse", exact=True).check()
    section.get_by_role("button", name="Save my decision").click()
    page.locator("#said.open").wait_for()
    assert "needs a reason" in page.inner_text("#said")
    assert not stores(app).requests.request("req-1").votes


def test_a_checker_reads_a_table_with_marks_sorts_it_and_comments_on_a_cell(browser, desk):
    app, url = desk
    page = open_as(browser, url, "chidi")
    page.goto(f"{url}requests/req-1")
    table = page.frame_locator('iframe[title="Contents of health-by-area.csv"]')
    table.get_by_role("button", name="Next marked cell").click()
    table.locator("#explained:not([hidden])").wait_for()
    assert "Row 1, poor: 4" in table.locator("#explained").inner_text()
    assert "table.threshold" in table.locator("#explained").inner_text()
    picture(page, "desk-table")
    table.get_by_role("button", name="Comment on this cell").click()
    page.locator("textarea:focus").wait_for()
    page.keyboard.type("Merge East with North.")
    page.keyboard.press("Control+Enter")
    page.locator(".comment", has_text="Merge East").wait_for()
    (comment,) = stores(app).requests.request("req-1").comments
    assert (comment.file, comment.cell) == ("health-by-area.csv", "row 1, poor")
    page.wait_for_load_state("load")
    table = page.frame_locator('iframe[title="Contents of health-by-area.csv"]')
    table.get_by_role("button", name="good").click()
    table.locator("#rows tbody tr", has_text="East").first.wait_for()
    table.locator('th[aria-sort="ascending"]').wait_for()
    table.get_by_role("button", name="Columns").click()
    table.locator("#columns td", has_text="whole numbers").first.wait_for()
    table.get_by_label("Show fair").uncheck()
    table.locator("#rows thead").get_by_text("fair").wait_for(state="detached")


def test_a_table_that_arrives_before_the_page_listens_is_shown_none_the_less(browser, desk):
    _app, url = desk
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": COOKIE, "value": "chidi", "url": url}])
    page = context.new_page()
    held = []
    page.route("**/static/tables.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright needs a function
    page.goto(f"{url}requests/req-1", wait_until="commit")
    table = page.frame_locator("iframe.shown-table").first
    table.locator("#size").wait_for()
    page.wait_for_timeout(500)
    assert table.locator("#rows td").count() == 0, "nobody hands it rows yet"
    held[0].continue_()
    table.locator("#rows td").first.wait_for(timeout=10_000)


def test_nothing_of_a_file_runs_even_in_a_real_browser(browser, desk):
    app, url = desk
    attack = b"a,b\n<img src=x onerror=parent.hit=1>,<script>parent.hit=1</script>\n"
    source = "<script>parent.hit=1</script><img src=x onerror=top.hit=1>"
    notebook = json.dumps({"cells": [{"cell_type": "markdown", "source": source}]}).encode()
    files = (
        file(app, "<script>hit=1</script>.csv", attack, "text/csv"),
        file(app, "a.ipynb", notebook, "application/x-ipynb+json"),
        file(app, "a.html", b"<script>parent.hit=1</script>", "text/html"),
    )
    sample(app, "req-2", files=files)
    page = open_as(browser, url, "chidi")
    page.goto(f"{url}requests/req-2")
    for frame in page.locator("iframe").all():
        frame.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.hit") is None
    table = page.frame_locator("iframe.shown-table")
    table.locator("#rows td").first.wait_for()
    assert "<script>" in table.locator("#rows tbody").inner_text()
    of_table = next(frame for frame in page.frames[1:] if frame.url.endswith(".csv"))
    assert of_table.evaluate("window.origin") == "null", "a frame has an origin of its own"


def test_a_million_rows_scroll(browser, desk):
    app, url = desk
    data = "id,n\n" + "".join(f"{i},{i % 7}\n" for i in range(1_000_000))
    sample(app, "req-2", files=(file(app, "big.csv", data.encode(), "text/csv"),))
    page = open_as(browser, url, "chidi")
    page.goto(f"{url}requests/req-2")
    table = page.frame_locator("iframe.shown-table")
    table.locator("#rows tbody tr", has_text="0").first.wait_for()
    assert table.locator("#size").inner_text().startswith("1,000,000 rows")
    assert table.locator("#rows tbody tr").count() < 60, "only a window of rows is in the page"
    table.locator("#scroller").focus()
    page.keyboard.press("End")
    table.locator("#rows tbody td", has_text="999999").first.wait_for()
    first = int(table.locator("#rows tbody th").first.inner_text().replace(",", ""))
    for back in range(1, 4):
        page.keyboard.press("ArrowUp")
        table.locator("#rows tbody tr:first-child th", has_text=f"{first - back:,}").wait_for()


def test_an_author_is_told_what_to_do_and_answers(browser, desk):
    app, url = desk
    app.reviews.send_back("chidi", "req-1", "Merge East with North.", groups=["tables"])
    page = open_as(browser, url, "ravi")
    assert "A checker asks for changes" in page.inner_text("main")
    picture(page, "desk-author")
    page.click("text=Pay and health by area")
    assert "Merge East with North." in page.inner_text(".alert-warning")
    folder = stores(app).home("ravi", "pay") / "outputs"
    folder.mkdir(parents=True)
    page.get_by_label("What did you change in “tables”?").fill("Merged them.")
    page.get_by_label("The folder of your workspace with the changed files").fill("nothing-here")
    page.get_by_role("button", name="Submit the next round").click()
    page.locator("h1", has_text="Not done").wait_for()
    assert stores(app).requests.request("req-1").state is State.RETURNED


def test_a_lead_sees_figures_and_gives_a_request_to_a_checker(browser, desk):
    app, url = desk
    many(app, 60)
    for checker in ("chidi", "sofia"):
        asked = stores(app).requests.request("req-1")
        ballots = {one.name: Ballot(Decision.APPROVE, asked.binding(one), "Fine.") for one in asked.outputs}
        app.reviews.review(checker, "req-1", ballots)
    page = open_as(browser, url, "lena")
    page.click("text=Figures")
    page.locator("svg.plot rect").first.wait_for()
    assert "half within" in page.inner_text("main")
    picture(page, "desk-figures")
    page.goto(f"{url}?show=open&risk=high")
    page.locator("table.queue a").first.click()
    page.get_by_label("Give it to").select_option("yuki")
    page.get_by_role("button", name="Assign").click()
    page.locator("text=Claimed by yuki").wait_for()
    assert any(entry.action == Action.REQUEST_ASSIGNED for entry in stores(app).database.entries())


def test_the_pictures_of_the_queue_and_a_request(browser, desks):
    _, url = desks[500]
    page = open_as(browser, url, "chidi")
    picture(page, "desk-queue")
    page.goto(f"{url}requests/req-1")
    page.frame_locator("iframe.shown-table").first.locator("#rows td").first.wait_for()
    assert "Review is independent" in page.inner_text("main")
    picture(page, "desk-request")
