"""What docs/ and README say of the code is what the code does."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from tests.docs import PAGE, drawn
from tre.cli import COMMANDS

ROOT = Path(__file__).parents[2]


def test_the_state_diagram_is_the_table():
    assert drawn(PAGE.read_text()) == PAGE.read_text(), "run python tests/docs.py"


def test_every_link_between_our_pages_leads_somewhere():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_command_that_the_pages_name_exists():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for name in re.findall(r"`tre (?:--as \w+ )?([a-z]+)", page.read_text()):
            assert name in COMMANDS, f"{page.name}: tre {name}"


def test_what_the_page_on_safe_tables_prints_is_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SDC_POLICY", raising=False)
    page = (ROOT / "docs" / "safe-tables.md").read_text()
    blocks = re.findall(r"(?s)```python\n(.*?)```\n(?:```text\n(.*?)```)?", page)
    assert len(blocks) > 5
    told: dict[str, object] = {}
    for code, expected in blocks:
        with contextlib.redirect_stdout(io.StringIO()) as said:
            exec(compile(code, "safe-tables.md", "exec"), told)  # noqa: S102 - our own page
        if expected:
            shown = [line.rstrip() for line in said.getvalue().splitlines()]
            assert shown == [line.rstrip() for line in expected.splitlines()]
