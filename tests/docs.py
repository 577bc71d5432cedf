"""Write the parts of docs/ that are drawn from code: ``python -m tests.docs``."""

import re
from pathlib import Path

from infra.docs import commands, settings
from tre.airlock.diagrams import mermaid, people_table, permissions_table, risks_table

DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "airlock.md"


TABLES = {"permissions": permissions_table, "people": people_table, "risks": risks_table}


def drawn(text: str) -> str:
    """The page with its diagram and tables as the code draws them."""
    text = re.sub(r"(?s)(```mermaid\n).*?(```)", lambda found: found.group(1) + mermaid() + found.group(2), text)
    for name, draw in TABLES.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, rest = text.split(begin)
        text = before + begin + draw() + end + rest.split(end)[1]
    return text


# Whole pages that are generated from code.
PAGES = {DOCS / "reference" / "commands.md": commands.page, DOCS / "reference" / "settings.md": settings.page}


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text()))
    for path, page in PAGES.items():
        path.write_text(page())
