"""A Dask dashboard, from the link that a cluster shows to its end, in a real workspace and Chromium."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from hub_config.gateway.dashboard import PAGES
from tests.browser import LONG_MS, chromium, faults, log_in, picture
from tests.hub import PASSWORD, Hub, until

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.sandbox, pytest.mark.heavy]

CLUSTER = """
from dask.distributed import Client
import dask.array as da
client = Client(n_workers=1, threads_per_worker=1)
numbers = da.random.random((1000, 1000), chunks=(500, 500))
total = client.persist((numbers + numbers.T).sum())
client
"""


@pytest.fixture(scope="module")
def ana(hub: Hub) -> httpx.Client:
    client = hub.client("ana")
    assert hub.open(client, "ana", "pay").status_code in {201, 202}
    return client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def context(hub: Hub, browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    page = made.new_page()
    log_in(page, hub.url, "ana", PASSWORD)
    page.goto(f"{hub.url}/user/ana/pay/lab?reset")
    page.wait_for_selector(".jp-LauncherCard[data-category=Notebook]", timeout=LONG_MS)
    yield made
    made.close()


def run_cell(page: Page, code: str) -> None:
    page.locator(".jp-Notebook .jp-Cell .cm-content").last.click()
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")


def drawn(page: Page) -> int:
    """How many drawings and tables of a dashboard have something in them."""
    return page.locator("#dashboard canvas, #dashboard .slick-row").count()


def test_from_the_link_to_the_end(hub, ana, context):
    lab = context.pages[0]
    lab.click(".jp-LauncherCard[data-category=Notebook]")
    lab.wait_for_selector(".jp-Notebook .cm-content", timeout=LONG_MS)
    lab.wait_for_selector("text=| Idle", timeout=LONG_MS)
    run_cell(lab, CLUSTER)
    link = lab.locator(".jp-OutputArea-output a", has_text="/proxy/").first
    with context.expect_page() as opened:
        link.click(timeout=LONG_MS)
    page = opened.value
    page.wait_for_selector("#dashboard canvas", timeout=LONG_MS)
    assert page.url == f"{hub.url}/user/ana/pay/proxy/8787/status"
    picture(page, "dashboard")
    assert faults(page) == []
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    for name, title in PAGES.items():
        page.get_by_role("link", name=title, exact=True).click()
        page.wait_for_selector("#state", state="hidden", timeout=LONG_MS)
        until(lambda: page.wait_for_timeout(100) or drawn(page), 30)
        assert page.url.endswith(f"/proxy/8787/{name}")
        assert page.locator("[aria-current=page]").inner_text() == title
        page.set_viewport_size({"width": 400, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= 400, name
        page.set_viewport_size({"width": 1280, "height": 900})
    assert failed == []
    # The scheduler ends with its kernel.
    for kernel in ana.get("/user/ana/pay/api/kernels").json():
        ana.delete(f"/user/ana/pay/api/kernels/{kernel['id']}")
    page.wait_for_selector("text=The dashboard has ended.", timeout=LONG_MS)
    picture(page, "dashboard-ended")


def test_where_nothing_listens_the_next_step_is_said(hub, ana, context):
    page = context.new_page()
    page.goto(f"{hub.url}/user/ana/pay/proxy/9999/status")
    page.wait_for_selector("text=No Dask dashboard answers on port 9999.", timeout=LONG_MS)
    assert faults(page) == []


def test_a_page_that_nobody_looks_at_does_not_go_on(hub, ana, context):
    page = context.new_page()
    page.clock.install()
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto(f"{hub.url}/user/ana/pay/proxy/9998/status")
    page.wait_for_selector("text=No Dask dashboard", timeout=LONG_MS)
    hidden = "Object.defineProperty(document, 'hidden', {get: () => true, configurable: true});"
    page.evaluate(hidden + "document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.fast_forward(61_000)
    count = len(sockets)
    page.clock.fast_forward(600_000)
    page.wait_for_timeout(1000)
    assert len(sockets) == count, "it asked again while nobody looked"
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    until(lambda: page.wait_for_timeout(100) or len(sockets) > count, 30)
