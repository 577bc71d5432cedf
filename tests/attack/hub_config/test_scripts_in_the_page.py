"""Scripts that an output brings into the lab's page after all, and what they would reach, in a real lab in Chromium.

As in ``test_outputs_in_a_browser``, each attack is made with the defences and with all of them taken away.
"""

import json

import pytest

from tests.attack.hub_config.test_outputs_in_a_browser import (
    REACHES_LOOPBACK,
    SETTLED_MS,
    browser,
    evil,
    hub,
    opened,
    page,
    show,
)
from tests.browser import CHROMIUM, LONG_MS, QUIET
from tests.hub import until

__all__ = ["browser", "evil", "hub", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.heavy]  # a browser session for each

# The first reading finds nothing in them: the part of a table ends what is read, or a page without scripts reads on.
TWO_WAYS = {
    "a part of a table": '<col><link rel="preconnect" href="EVIL">',
    "a page without scripts": '<noscript><p title="</noscript><link rel=preconnect href=EVIL>"></p></noscript>',
}
# It makes any object of the page a row of its data, and sets what it likes on it.
CHART = {
    "$schema": "https://vega.github.io/schema/vega/v5.json",
    "width": 200,
    "height": 200,
    "data": [
        {
            "name": "rows",
            "values": [{"a": 1}],
            "transform": [{"type": "formula", "as": "stolen", "expr": "'from pay'"}],
        }
    ],
    "signals": [
        {
            "name": "moved",
            "value": 0,
            "on": [{"events": "mousemove", "update": "setdata('rows', [event.view.localStorage])"}],
        }
    ],
}
FRAME = """async ([evil, way]) => {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    const fresh = frame.contentWindow;
    if (way === "window") fresh.open(evil + "/window");
    if (way === "project") return fresh.fetch("/user/ana/other/api").then((answer) => answer.status, () => "refused");
}"""


@pytest.mark.parametrize("name", TWO_WAYS)
@pytest.mark.parametrize("defended", [True, False], ids=["defended", "undefended"])
def test_html_that_is_read_in_two_ways_sends_nothing(hub, browser, evil, tmp_path, name, defended):
    # In a profile of its own: Chromium does nothing early in a private window.
    context = browser.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=CHROMIUM, args=[*QUIET, REACHES_LOOPBACK]
    )
    page = opened(context, hub, defended=defended)
    show(page, TWO_WAYS[name].replace("EVIL", evil.url) + "<b>shown</b>")
    page.wait_for_selector(".jp-OutputArea-output b", timeout=LONG_MS)
    page.wait_for_timeout(SETTLED_MS)
    links = page.locator(".jp-OutputArea-output link").count()
    context.close()
    assert (links, bool(evil.connections)) == ((0, False) if defended else (1, True))


def test_a_chart_runs_no_script(page):
    code = {"application/vnd.vega.v5+json": CHART, "text/plain": "a chart"}
    show(page, "x")
    page.keyboard.insert_text(f"import json; display(json.loads({json.dumps(code)!r}), raw=True)")
    page.keyboard.press("Shift+Enter")
    if page.defended:
        page.wait_for_selector("text=a chart", timeout=LONG_MS)
        page.wait_for_timeout(SETTLED_MS)
        assert page.locator(".vega-embed").count() == 0
        # In a turn of its own: what the browser's driver runs itself is let through.
        compiled = page.evaluate(
            "new Promise((r) => setTimeout(() => { try { r((0, eval)('2')); } catch (error) { r(error.name); } }))"
        )
        assert compiled == "EvalError", "guard.js compiles no text"
    else:
        page.locator(".vega-embed canvas").first.hover(timeout=LONG_MS)
        until(lambda: page.wait_for_timeout(100) or page.evaluate("localStorage.stolen") == "from pay", 10)


@pytest.mark.parametrize("way", ["window", "project"])
def test_a_script_reaches_nothing_by_a_frame_of_its_own(page, evil, way):
    page.wait_for_selector(".jp-LauncherCard", timeout=LONG_MS)
    answer = page.evaluate(FRAME, [evil.url, way])
    page.wait_for_timeout(SETTLED_MS)
    if page.defended:
        assert evil.arrived == set()
        assert answer in {None, "refused"}
    elif way == "window":
        assert evil.arrived == {"window"}
    else:
        assert isinstance(answer, int)


def test_a_link_leads_to_no_other_workspace(page):
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    show(page, '<a id="leave" target="_blank" href="/user/ana/other/lab/tree/DATA">here</a>')
    page.locator("#leave").click(timeout=LONG_MS)
    page.wait_for_timeout(SETTLED_MS)
    assert any("other/lab/tree/DATA" in url for url in asked) is not page.defended


def test_what_is_followed_by_a_script_saves_no_file(page):
    """As a drawing's own link is: made for one click, and never part of the page."""
    saved: list[str] = []
    page.on("download", lambda file: saved.append(file.suggested_filename))
    page.context.on("page", lambda tab: saved.append(tab.url))
    page.wait_for_selector(".jp-LauncherCard", timeout=LONG_MS)
    page.evaluate(
        """() => {
            const link = document.createElement("a");
            link.href = "data:application/octet-stream;base64,YQ==";
            link.target = "_blank";
            link.dispatchEvent(new MouseEvent("click"));
        }"""
    )
    page.wait_for_timeout(SETTLED_MS)
    assert bool(saved) is not page.defended
