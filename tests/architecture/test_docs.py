"""What docs/ and README say of the code is what the code does."""

import re
from pathlib import Path

import pytest

from tests.docs import pages
from tre.cli import COMMANDS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("path", "text"), pages().items(), ids=lambda value: getattr(value, "stem", ""))
def test_what_is_drawn_from_code_is_what_the_code_says(path: Path, text: str):
    assert path.read_text(encoding="utf-8") == text, "run python -m tests.docs"


def test_every_link_between_our_pages_leads_somewhere():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_command_that_the_pages_name_exists():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for name in re.findall(r"`tre (?:--as \w+ )?([a-z]+)", page.read_text()):
            assert name in COMMANDS, f"{page.name}: tre {name}"
