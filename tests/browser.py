"""Chromium, and people who log in with it; what is wrong with a page for those who cannot see it or use a mouse."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LONG_MS = 90_000
PICTURES = os.environ.get("PICTURES")  # a folder: save the pictures of the documentation there
AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """A browser, with more of its own options; it is closed when the block ends."""
    assert CHROMIUM, "Chromium is missing: make install-tests installs it"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *more])
        yield running
        running.close()


def log_in(page: Page, url: str, person: str, password: str) -> Page:
    """Log in on a fresh page, and wait for the start page."""
    page.goto(f"{url}/hub/login")
    page.fill("#username_input", person)
    page.fill("#password_input", password)
    page.click("#login_submit")
    page.wait_for_selector("h1")
    return page


def picture(page: Page, name: str, height: int | None = None) -> None:
    """Save a picture of the page where pictures are asked for."""
    if PICTURES:
        if height is not None:
            page.set_viewport_size({"width": 1280, "height": height})
        page.screenshot(path=f"{PICTURES}/{name}.png")


def faults(page: Page, part: str = "body") -> list[str]:
    """The serious and critical faults that axe finds in a part of a page: rule, what is wrong, and where."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("part => axe.run(part, {resultTypes: ['violations']})", part)
    assert found["passes"], "axe looked at nothing"
    return [
        f"{one['impact']} {one['id']}: {one['help']} at {node['target']}"
        for one in found["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]
