"""Characters that are not seen: taken out, named, and read where they spell something."""

import pytest

from disclosure_control.core.content import ContentBuilder
from disclosure_control.formats.text.invisible import hidden_message, holds_unseen, note_unseen, visible

SELECTED = "".join(chr(0xE0100 + byte - 16) for byte in b"hidden")


@pytest.mark.parametrize(
    "character",
    [
        "\u200b",
        "\u2060",
        "\u202e",
        "\u00ad",
        "\ufe01",
        "\U000e0041",
        "\U000e0001",
        "\U000e0101",
        "\u034f",
        "\u3164",
        "\u115f",
        "\uffa0",
        "\u2800",
        "\ue000",
        "\ufdd0",
        "\ud800",
        "\x1b",
        "\x7f",
        "\x85",
        "\u2028",
        "\u180e",
    ],
)
def test_a_character_that_is_not_seen_is_taken_out(character: str) -> None:
    assert visible(f"a{character}b") == "ab"
    assert holds_unseen(f"a{character}b")


@pytest.mark.parametrize("text", ["plain", "Café", "two\nlines\tand\r", "日本語", "x̄ ± 2σ", "naïve – “so”", "⚠"])
def test_what_is_seen_stays(text: str) -> None:
    assert visible(text) == text
    assert not holds_unseen(text)


def test_a_coloured_sign_is_no_hidden_text_but_two_selectors_are() -> None:
    assert not holds_unseen("⚠\ufe0f")
    assert visible("⚠\ufe0f") == "⚠"
    assert holds_unseen("⚠\ufe0f\ufe0f")
    assert holds_unseen("⚠\ufe0f\U000e0101")
    assert holds_unseen("a\ufe0f")


def test_what_is_spelt_is_read() -> None:
    assert hidden_message("ok" + "".join(chr(0xE0000 + ord(c)) for c in "hidden")) == "hidden"
    assert hidden_message("ok" + SELECTED) == "hidden"
    assert hidden_message("\u202eneddih") == "hidden"
    assert hidden_message("é") == ""
    reading = ContentBuilder()
    note_unseen([("line 1", "é"), ("line 2", "ok" + SELECTED), ("line 3", "a\u200b")], reading)
    assert [finding.where for finding in reading.findings] == ["line 2; line 3"]
    assert [(str(text.where), text.text) for text in reading.texts] == [("line 2, what is not seen", "hidden")]
