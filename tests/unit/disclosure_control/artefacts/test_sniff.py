import pytest

from disclosure_control.artefacts.sniff import ENDINGS, examine
from disclosure_control.errors import Unreadable


@pytest.mark.parametrize("name", ["model.pkl", "data.parquet", "page.html", "archive.zip", "noending", "table.csv.exe"])
def test_kinds_that_cannot_be_checked_are_unknown(name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        examine(name, b"text", 10)
    assert refused.value.rule == "artefact.unknown"


@pytest.mark.parametrize("ending", [ending for ending in ENDINGS if ending != ".png"])
@pytest.mark.parametrize("content", [b"%PDF-1.7", b"PK\x03\x04", b"\x80\x04\x95", b"\x89PNG\r\n\x1a\n", b"PAR1"])
def test_content_that_is_not_what_the_name_says_is_refused(ending: str, content: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        examine(f"x{ending}", content, 10)
    assert refused.value.rule == "artefact.mismatch"


def test_the_ending_decides_in_any_case_of_letters() -> None:
    assert examine("A.CSV", b"a,b\nx,1.5\n", 10).media_type == "text/csv"
    assert examine("notes.md", b"# Hello", 10).media_type == "text/plain"
