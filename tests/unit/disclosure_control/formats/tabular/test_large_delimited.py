"""Large tables in blocks, here with blocks of a few kilobytes."""

from pathlib import Path

import pytest

from disclosure_control.core.errors import Unreadable
from disclosure_control.core.outcome import Outcome
from disclosure_control.formats.tabular import large_delimited


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(large_delimited, "_BLOCK", 4_096)
    path = tmp_path / "rows.csv"
    lines = ["who,area,pay", *(f"P{i:05d},{'North' if i % 2 else 'South'},{i * 1.25}" for i in range(5_000))]
    lines[4_000] = "P99999,ann@example.org,5.5"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_every_row_is_read_and_every_different_text_once(written: Path) -> None:
    examined = large_delimited.examine(written, ",")
    (finding,) = examined.findings
    assert (finding.rule, finding.outcome, finding.counts) == ("artefact.too-big", Outcome.FAIL, {"rows": 5_000})
    texts = [text.text for text in examined.texts]
    assert (texts.count("North"), texts.count("ann@example.org"), texts.count("P00007")) == (1, 1, 1)
    assert examined.clean is None
    (mail,) = [text for text in examined.texts if text.text == "ann@example.org"]
    first, _, last = str(mail.where).removeprefix("column 2, lines ").replace(",", "").partition(" to ")
    assert int(first) <= 4_001 <= int(last)
    assert examined.tables[0].columns[0].header == "who"


def test_more_text_than_is_read_is_said(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_delimited, "_MAX_CHARACTERS", 1_000)
    assert "pii.truncated" in {finding.rule for finding in large_delimited.examine(written, ",").findings}


@pytest.mark.parametrize("last", [b"P1,North\n", b"P1,\xff,3\n"], ids=["short", "no text"])
def test_what_cannot_be_read_to_its_end_is_refused(written: Path, last: bytes) -> None:
    written.write_bytes(written.read_bytes() + last)
    with pytest.raises(Unreadable):
        large_delimited.examine(written, ",")


@pytest.mark.parametrize("content", [b"", b"a,b", b'"a,b\n1,2\n', b"\xff,b\n"])
def test_a_first_line_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(Unreadable):
        large_delimited.examine(tmp_path / "a.csv", ",")
