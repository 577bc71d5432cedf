"""Free words of people, bounded: how long they may be and which characters they may hold. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tre.core.errors import BadInput

# Characters. What is longer belongs into a file.
MOST: Final[Mapping[str, int]] = MappingProxyType(
    {"title": 200, "context": 10_000, "controls": 10_000, "reason": 4_000, "comment": 10_000, "reply": 10_000}
)
MAX_NAME: Final = 100  # characters of a group's name or a cell's place


def words(text: str, field: str, *, required: bool = True, hint: str = "") -> str:
    """The text without white space around it. Raises BadInput when it is empty though required, too long or odd."""
    content = text.strip()
    most = MOST[field]
    if (required and not content) or len(content) > most or _is_odd(content):
        raise BadInput(f"A {field} of 1 to {most} characters is needed here.", hint=hint)
    return content


def name(text: str, field: str) -> str:
    """A short name in one line. Raises BadInput."""
    content = text.strip()
    if not content or len(content) > MAX_NAME or not content.isprintable():
        raise BadInput(f"A {field} is 1 to {MAX_NAME} printable characters.")
    return content


def _is_odd(text: str) -> bool:
    return any(ord(letter) < 32 and letter not in "\n\t\r" for letter in text)
