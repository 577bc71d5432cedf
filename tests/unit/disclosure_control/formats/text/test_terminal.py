"""Text as a terminal shows it: what is left, and what is told of what is not."""

import pytest

from disclosure_control.core.content import ContentBuilder
from disclosure_control.core.location import located
from disclosure_control.formats.text.terminal import read_shown, shown

BELL, ESCAPE = "\x07", "\x1b"


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("a\r\nb\r\n", "a\nb\n"),
        ("secret\rpublic", "public"),
        ("10%\r 20%\r100%\n", "100%\n"),
        ("long text\rab", "abng text"),
        ("secret" + "\b" * 6 + "ok", "ok"),
        ("\b\bok", "ok"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("a\x1b[8msecret\x1b[28mb", "a      b"),
        ("a\x1b[1;8msecret\x1b[mb", "a      b"),
        ("\x1b[37;47msecret\x1b[0m.", "      ."),
        ("\x1b[97;107msecret\x1b[0m.", "      ."),
        ("\x1b[38;5;196;48;2;255;0;10msecret\x1b[0m.", "      ."),
        ("\x1b[38:2:9:9:9;40msecret\x1b[0m.", "      ."),
        ("\x1b[97;44mseen\x1b[0m", "seen"),
        ("secret\x1b[6Dpublic", "public"),
        ("secret\x1b[Gpublic", "public"),
        ("secret\x1b[2K\rok", "ok"),
        ("secret\x1b[1K\rok", "ok"),
        ("keep secret\x1b[6D\x1b[K", "keep"),
        ("secret\nb\x1b[A\rpublic", "public\nb"),
        ("secret\nb\x1b[1;1Hpublic", "public\nb"),
        ("secret\nb\x1b[2J\x1b[Hok", "ok\n"),
        ("secret\x1b[6D\x1b[6Pok", "ok"),
        ("secret\x1b[6D\x1b[6X", ""),
        ("\x1b]0;secret\x07ok", "ok"),
        ("\x1b]8;;https://example.org/secret\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPsecret\x1b\\ok", "ok"),
        ("\x9d0;secret\x9cok\x9b31m", "ok"),
        ("ok\x1b]0;secret", "ok"),
        ("a\x1b7\x1b8\x1bc\x0eb", "ab"),
        ("a\x1b[99999999Cb", "a" + " " * 2000 + "b"),
    ],
)
def test_text_is_left_as_it_is_seen(written: str, seen: str) -> None:
    done = shown(written)
    assert done.text == seen
    assert "secret" not in done.text
    assert shown(done.text).text == done.text
    assert ("secret" in written) == ("secret" in done.written)


def test_what_was_written_over_is_read_and_is_no_finding() -> None:
    reading = ContentBuilder()
    assert read_shown("first\nsecret\rpublic\n", located("output 1"), reading) == "first\npublic\n"
    assert [(str(text.where), text.text) for text in reading.texts] == [
        ("output 1, line 2 (written over)", "secret public")
    ]
    assert not reading.findings


@pytest.mark.parametrize(
    "written",
    ["first\n\x1b[8msecret\x1b[0m", "first\nx\x1b]0;secret\x07", "first\nsecret\x1b[6Dpublic", "a\nsecret\x1b[A\x1b[J"],
)
def test_what_was_never_seen_is_read_and_is_a_finding_of_its_place(written: str) -> None:
    reading = ContentBuilder()
    assert "secret" not in read_shown(written, located("output 1"), reading)
    assert [finding.where for finding in reading.findings] == ["output 1, line 2 (not shown)"]
    assert "secret" in reading.texts[0].text
    assert str(reading.texts[0].where) == "output 1, line 2 (not shown)"


def test_text_without_signs_is_left_alone() -> None:
    assert shown("a  \n\tb  ").text == "a  \n\tb  "
