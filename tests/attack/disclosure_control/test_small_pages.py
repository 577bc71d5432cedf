"""Small pages by chance: what a browser shows of the rebuilt page holds no word that was not read.

``SMALL_PAGES=100000`` in the environment asks for that many in the heavy test.
"""

import os
import random

import pytest
from justhtml import JustHTML

from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.documents import html_text, html_writer
from disclosure_control.formats.documents.html_tree import descendants, parse
from disclosure_control.formats.sniff import examine
from tests.attack.disclosure_control.pages import page, unread, words_of, words_read
from tests.browser import chromium

FEW, MANY = 300, int(os.environ.get("SMALL_PAGES", "20000"))
DRAWN = 400  # pages that Chromium shows


def judged(times: int, seed: int) -> tuple[int, list[str]]:
    """How many pages were rebuilt, and those that show a word that was not read."""
    chance = random.Random(seed)  # noqa: S311 - the same pages in every run
    rebuilt, failed = 0, []
    for _ in range(times):
        source = page(chance)
        try:
            missing = unread(source, examine)
        except Unreadable:
            continue
        rebuilt += 1
        if missing:
            failed.append(source)
    return rebuilt, failed


def test_some_small_pages_release_no_word_that_was_not_read() -> None:
    rebuilt, failed = judged(FEW, 1)
    assert rebuilt > 0.97 * FEW
    assert not failed


@pytest.mark.heavy
@pytest.mark.timeout(7_200)
def test_many_small_pages_release_no_word_that_was_not_read() -> None:
    rebuilt, failed = judged(MANY, 2)
    assert rebuilt > 0.97 * MANY
    assert not failed


def test_a_reader_that_parts_words_at_every_element_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert html_writer.INLINE is html_text.INLINE  # the writer has its own before the reader's is taken away
    monkeypatch.setattr(html_text, "INLINE", frozenset())
    assert judged(FEW, 1)[1]


def test_the_tree_with_places_is_the_tree_without() -> None:
    chance = random.Random(3)  # noqa: S311
    for _ in range(FEW):
        source = page(chance)
        kinds = [
            [(node.name, "" if node.name == "!doctype" else node.data) for node in descendants(root)]
            for root in (parse(source), plain(source))
        ]
        assert str(kinds[0]) == str(kinds[1]), source


def plain(source: str) -> object:
    return JustHTML(source, sanitize=False).root


@pytest.mark.heavy
@pytest.mark.timeout(3_600)
def test_chromium_shows_no_word_that_was_not_read() -> None:
    chance = random.Random(4)  # noqa: S311
    shown = 0
    with chromium() as browser:
        tab = browser.new_page()
        for _ in range(DRAWN):
            source = page(chance)
            try:
                examined = examine("page.html", source.encode())
            except Unreadable:
                continue
            assert examined.clean is not None
            tab.set_content(examined.clean.decode())
            words = words_of(tab.evaluate("document.body.innerText"))
            shown += len(words)
            assert words <= words_read(examined), source
    assert shown > DRAWN
