from pathlib import Path

import pytest

from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.registry import ALLOWED, FORMATS, formats_table
from disclosure_control.formats.sniff import examine

UNREAD = [kind for kind in FORMATS if kind.denied and not kind.parser]
TEXT = [ending for kind in ALLOWED if not kind.magic for ending in kind.endings]
FOREIGN = {
    "pdf": b"%PDF-1.7",
    "zip": b"PK\x03\x04",
    "pickle": b"\x80\x04\x95",
    "png": b"\x89PNG\r\n\x1a\n",
    "parquet": b"PAR1",
}


@pytest.mark.parametrize("name", ["page.mhtml", "noending", "table.csv.run", ".csv"])
def test_kinds_that_cannot_be_checked_are_unknown(name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        examine(name, b"text")
    assert refused.value.rule == "artefact.unknown"


@pytest.mark.parametrize("name", ["LICENSE", "Licence", ".gitignore", "work/Makefile", "a/.gitattributes", "README"])
def test_files_of_a_repository_without_an_ending_are_read_as_text(name: str) -> None:
    examined = examine(name, b"what it says\n")
    assert examined.media_type == ("text/x-script" if "." in name or "make" in name.lower() else "text/plain")
    assert [text.text for text in examined.texts] == ["what it says"]
    for content in FOREIGN.values():
        with pytest.raises(Unreadable) as refused:
            examine(name, content)
        assert refused.value.rule == "artefact.mismatch"


@pytest.mark.parametrize("ending", TEXT)
@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_content_that_is_not_what_the_name_says_is_refused(ending: str, content: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        examine(f"x{ending}", content)
    assert refused.value.rule == "artefact.mismatch"


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind.magic], ids=lambda kind: kind.name)
def test_a_text_under_another_name_is_refused(kind) -> None:
    for ending in kind.endings:
        with pytest.raises(Unreadable) as refused:
            examine(f"x{ending}", b"area,mean\nN,1.5\n")
        assert refused.value.rule == "artefact.mismatch"


def test_the_page_on_files_has_the_table_of_formats() -> None:
    assert formats_table() in (Path(__file__).parents[4] / "docs" / "files.md").read_text(encoding="utf-8")


def test_the_ending_decides_in_any_case_of_letters() -> None:
    assert examine("A.CSV", b"a,b\nx,1.5\n").media_type == "text/csv"
    assert examine("notes.md", b"# Hello").media_type == "text/plain"


def test_an_ending_belongs_to_one_format_and_a_denied_one_says_why_and_what_instead() -> None:
    endings = [ending for kind in FORMATS for ending in kind.endings]
    assert len(endings) == len(set(endings))
    names = [name for kind in FORMATS for name in kind.names]
    assert len(names) == len(set(names))
    assert all(name == name.lower() and "." not in name[1:] for name in names)
    for kind in FORMATS:
        assert bool(kind.denied) == bool(kind.instead)
        assert kind.denied or kind.parser


@pytest.mark.parametrize("kind", UNREAD, ids=lambda kind: kind.name)
def test_a_denied_format_says_why_and_is_not_opened(kind) -> None:
    (finding,) = examine(f"x{kind.endings[0]}", (*kind.magic, b"")[0] + b"anything").findings
    assert (finding.rule, finding.todo) == ("artefact.denied", kind.instead)
    assert kind.denied in finding.why
