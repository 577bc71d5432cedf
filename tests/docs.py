"""Write the parts of docs/ that are drawn from code: ``python -m tests.docs``."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from disclosure_control.core.rules.registry import rules_page
from disclosure_control.formats.registry import formats_table
from infra.docs import commands, settings
from tre.airlock.diagrams import mermaid, people_table, permissions_table, risks_table

DOCS: Final = Path(__file__).parent.parent / "docs"
# Tables that stand between two marks of a page, and pages that are generated as a whole.
TABLES: Final = {
    "airlock.md": {"permissions": permissions_table, "people": people_table, "risks": risks_table},
    "files.md": {"formats": formats_table},
}
WHOLE: Final = {
    "rules.md": rules_page,
    "reference/commands.md": commands.page,
    "reference/settings.md": settings.page,
}


def drawn(text: str, tables: dict[str, Callable[[], str]]) -> str:
    """A page with its diagram and tables as the code draws them."""
    text = re.sub(r"(?s)(```mermaid\n).*?(```)", lambda found: found.group(1) + mermaid() + found.group(2), text)
    for name, draw in tables.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, rest = text.split(begin)
        text = before + begin + draw() + end + rest.split(end)[1]
    return text


def pages() -> dict[Path, str]:
    """Every page that is drawn, with what it must hold."""
    parts = {DOCS / name: drawn((DOCS / name).read_text(encoding="utf-8"), tables) for name, tables in TABLES.items()}
    return parts | {DOCS / name: page() for name, page in WHOLE.items()}


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
