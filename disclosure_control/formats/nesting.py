"""Files inside files: one way down, with a limit on how deep and how many."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from disclosure_control.core.content import FileContent
from disclosure_control.core.errors import Unreadable

MAX_DEPTH: Final = 3
MAX_PARTS: Final = 2_000


@dataclass
class _Count:
    parts: int = 0


@dataclass(frozen=True)
class NestedFiles:
    """How a parser reads a file that lies inside its own, and the name of the file that it reads."""

    read: Callable[[str, bytes, "NestedFiles"], FileContent]
    depth: int = 0
    name: str = ""
    count: _Count = field(default_factory=_Count)

    def examine(self, name: str, content: bytes) -> FileContent:
        """Read a file inside this one.

        Raises:
            Unreadable: it cannot be read, or files lie too deep or are too many.
        """
        self.count.parts += 1
        if self.depth >= MAX_DEPTH or self.count.parts > MAX_PARTS:
            raise Unreadable("Files lie too deep inside each other, or are too many.", rule="artefact.too-big")
        return self.read(name, content, NestedFiles(self.read, self.depth + 1, count=self.count))
