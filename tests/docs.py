"""Write the parts of docs/ that are drawn from code: ``python tests/docs.py``."""

import re
from pathlib import Path

from tre.airlock.diagrams import mermaid, people_table, permissions_table, risks_table

PAGE = Path(__file__).parent.parent / "docs" / "airlock.md"


TABLES = {"permissions": permissions_table, "people": people_table, "risks": risks_table}


def drawn(text: str) -> str:
    """The page with its diagram and tables as the code draws them."""
    text = re.sub(r"(?s)(```mermaid\n).*?(```)", lambda found: found.group(1) + mermaid() + found.group(2), text)
    for name, draw in TABLES.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, rest = text.split(begin)
        text = before + begin + draw() + end + rest.split(end)[1]
    return text


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text()))
