"""Write the parts of docs/ that are drawn from code: ``python tests/docs.py``."""

import re
from pathlib import Path

from tre.airlock.states import mermaid

PAGE = Path(__file__).parent.parent / "docs" / "airlock.md"


def drawn(text: str) -> str:
    """The page with its diagram as the code draws it."""
    return re.sub(r"(?s)(```mermaid\n).*?(```)", lambda found: found.group(1) + mermaid() + found.group(2), text)


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text()))
