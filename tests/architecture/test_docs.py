"""What docs/ and README say of the code is what the code does."""

import re
from pathlib import Path

from tests.docs import PAGE, drawn
from tre.cli import COMMANDS

ROOT = Path(__file__).parents[2]


def test_the_state_diagram_is_the_table():
    assert drawn(PAGE.read_text()) == PAGE.read_text(), "run python -m tests.docs"


def test_every_link_between_our_pages_leads_somewhere():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_command_that_the_pages_name_exists():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for name in re.findall(r"`tre (?:--as \w+ )?([a-z]+)", page.read_text()):
            assert name in COMMANDS, f"{page.name}: tre {name}"
