"""A server of a researcher's own making where Dask's dashboard would be, in a real workspace and Chromium.

It says to the page whatever Bokeh can say: scripts as text, addresses of another host, HTML. Each attack is made twice:
with the page's policy and guard, when nothing may arrive; and with both taken away, when it must.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from playwright.sync_api import Browser, Page
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from tests.attack.hub_config.test_outputs_in_a_browser import (
    QUIETLY,
    REACHES_LOOPBACK,
    SETTLED_MS,
    Evil,
    evil,
    undefended,
)
from tests.browser import LONG_MS, chromium, log_in
from tests.hub import PASSWORD, Hub, until

__all__ = ["evil"]
pytestmark = [pytest.mark.browser, pytest.mark.sandbox]

# Scripts in HTML do not run where HTML is put into a page, policy or not, and fonts are not heard of in a shadow tree:
# these are tried in Bokeh's own ways.
OTHERWISE = {"font", "fetch", "xhr", "beacon", "new-image", "socket", "events", "worker", "form", "import", "popup"}
IN_HTML = {name: html for name, html in QUIETLY.items() if name not in OTHERWISE}
LINK = '<p><a id="leave" href="EVIL/leave" ping="EVIL/ping">here</a></p>'
OF_BOKEH = {"script", "module", "ticks", "ajax", "picture", "tile", "sheet", "style"}
SERVER = """
from bokeh.models import (AjaxDataSource, CustomJS, CustomJSTickFormatter, Div, HelpTool, ImportedStyleSheet,
    InlineStyleSheet, OpenURL, TapTool, WMTSTileSource)
from bokeh.plotting import figure
from bokeh.server.server import Server

def hostile(document):
    document.add_root(Div(text=HTML))
    document.add_root(Div(text="x", stylesheets=[
        ImportedStyleSheet(url="EVIL/sheet"), InlineStyleSheet(css="@import url(EVIL/style);")]))
    plot = figure(width=300, height=300, x_range=(0, 10), y_range=(0, 10), tools="tap")
    plot.image_url(url=["EVIL/picture"], x=0, y=0, w=9, h=9)
    plot.scatter("x", "y", source=AjaxDataSource(
        data_url="EVIL/ajax", polling_interval=500, method="GET", content_type="text/plain"))
    plot.scatter([5], [5], size=250)
    plot.select(TapTool).callback = OpenURL(url="EVIL/tap")
    plot.add_tools(HelpTool(redirect="EVIL/help"))
    document.add_root(plot)
    map = figure(width=200, height=200, x_range=(-9e6, 9e6), y_range=(-9e6, 9e6), tools="")
    map.add_tile(WMTSTileSource(url="EVIL/tile?{X}{Y}{Z}"))
    document.add_root(map)
    # Bokeh gives up a drawing whose script it may not compile, so these have one of their own.
    ticks = figure(width=200, height=200, tools="")
    ticks.scatter([1, 2], [1, 2])
    ticks.xaxis.formatter = CustomJSTickFormatter(code="fetch('EVIL/ticks', {mode: 'no-cors'}); return ''")
    document.add_root(ticks)
    clock = Div(text="0")
    document.add_root(clock)
    document.add_periodic_callback(lambda: clock.update(text=str(int(clock.text) + 1)), 200)
    clock.js_on_change("text",
        CustomJS(code="fetch('EVIL/script', {mode: 'no-cors'})"),
        CustomJS(code="export default () => fetch('EVIL/module', {mode: 'no-cors'})"))

server = Server({"/status": hostile}, port=8787, address="127.0.0.1", allow_websocket_origin=["*"])
server.run_until_shutdown()
"""
START = """
import subprocess, sys, socket, time
from pathlib import Path
Path("hostile.py").write_text(SERVER)
subprocess.run(["pkill", "-f", "hostile.py"])
subprocess.Popen([sys.executable, "hostile.py"], start_new_session=True,
    stdout=open("hostile.log", "w"), stderr=subprocess.STDOUT)
for _ in range(300):
    with socket.socket() as tried:
        if tried.connect_ex(("127.0.0.1", 8787)) == 0:
            print("ready")
            break
    time.sleep(0.1)
else:
    print(Path("hostile.log").read_text())
"""


@pytest.fixture(scope="module")
def ana(hub: Hub) -> httpx.Client:
    client = hub.client("ana")
    assert hub.open(client, "ana", "pay").status_code in {201, 202}
    return client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(REACHES_LOOPBACK) as running:
        yield running


@pytest.fixture(params=["defended", "undefended"])
def page(hub: Hub, ana: httpx.Client, browser: Browser, evil: Evil, request: pytest.FixtureRequest) -> Iterator[Page]:
    server = SERVER.replace("HTML", repr("".join(IN_HTML.values()) + LINK)).replace("EVIL", evil.url)
    with ThreadPoolExecutor() as beside:  # Playwright's own loop runs in this thread.
        said = beside.submit(hub.run, ana, "ana", "pay", f"SERVER = {server!r}\n" + START).result()
    assert said.strip() == "ready", said
    context = browser.new_context(viewport={"width": 1000, "height": 1400}, accept_downloads=True)
    made = context.new_page()
    log_in(made, hub.url, "ana", PASSWORD)
    made.goto(f"{hub.url}/user/ana/pay/lab?reset")
    made.wait_for_selector(".jp-LauncherCard", timeout=LONG_MS)
    made.defended = request.param == "defended"
    if not made.defended:
        context.route("**/gateway/guard.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
        context.route("**/proxy/8787/status", undefended)
    made.goto(f"{hub.url}/user/ana/pay/proxy/8787/status")
    made.wait_for_selector("#dashboard canvas", timeout=LONG_MS)
    yield made
    context.close()


def test_what_a_dashboard_says_sends_nothing(page, evil):
    page.wait_for_timeout(SETTLED_MS)
    if page.defended:
        assert evil.arrived == set()
        assert evil.connections == []
    else:
        assert (set(IN_HTML) | OF_BOKEH) - evil.arrived == set(), "these are no attacks"


@pytest.mark.parametrize("way", ["leave", "tap", "help"])
def test_a_dashboard_leads_to_no_other_host(page, evil, way):
    if way == "tap":
        page.locator("#dashboard .bk-Figure").first.locator(".bk-events").first.click(position={"x": 120, "y": 120})
    elif way == "help":
        page.locator(".bk-tool-icon-help").first.click()
    else:
        page.locator("#leave").click()
    if page.defended:
        page.wait_for_timeout(SETTLED_MS)
        assert evil.arrived == set()
        assert page.url.endswith("/user/ana/pay/proxy/8787/status")
    else:
        until(lambda: page.wait_for_timeout(100) or way in evil.arrived, 10)


def test_a_dashboard_saves_no_file(page):
    """As Bokeh's own tool does: by a link to what was drawn."""
    saved: list[str] = []
    page.on("download", lambda found: saved.append(found.suggested_filename))
    page.evaluate(
        """() => {
            const link = document.createElement("a");
            link.href = URL.createObjectURL(new Blob(["x"]));
            link.download = "drawn.png";
            link.target = "_blank";
            link.dispatchEvent(new MouseEvent("click"));
        }"""
    )
    page.wait_for_timeout(SETTLED_MS)
    assert saved == ([] if page.defended else ["drawn.png"])


def test_a_dashboard_opens_for_nobody_else(hub, ana):
    address = f"{hub.url.replace('http', 'ws', 1)}/user/ana/pay/proxy/8787/status/ws"

    async def opens(authorization: str | None) -> bool:
        said = {"Authorization": authorization} if authorization else {}
        try:
            connection = await websocket_connect(HTTPRequest(address, headers=said), subprotocols=["bokeh", "x" * 40])
        except HTTPClientError as error:
            assert error.code in {403, 404}
            return False
        connection.close()
        return True

    def tried(authorization: str | None) -> bool:
        with ThreadPoolExecutor() as beside:
            return beside.submit(lambda: asyncio.run(opens(authorization))).result()

    assert tried(ana.headers["Authorization"])
    for other in ("ben", "olga"):
        assert not tried(hub.client(other).headers["Authorization"])
    assert not tried(None)
