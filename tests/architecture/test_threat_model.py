"""Every test that docs/threat-model.md names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "threat-model.md"


def test_every_row_names_a_test_and_every_test_exists():
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("|") and "tests/" in line]
    assert len(rows) >= 20
    for row in rows:
        for file, name in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", row):
            assert (ROOT / file).is_file(), f"{file} is named but not there"
            assert not name or f"def {name}(" in (ROOT / file).read_text(), f"{file} has no {name}"


def test_every_named_attempt_is_in_the_table():
    tables = "".join(p.read_text() for p in (ROOT / "tests" / "attack" / "sandbox").glob("t*.py"))
    for name in re.findall(r"‘([^’]+)’", PAGE.read_text()):
        assert name in tables, f"no attempt is called '{name}'"
