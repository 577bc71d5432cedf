"""What examining a file's bytes yields: its texts with their places, findings, and a clean rebuild."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from disclosure_control.finding import Finding


class TextKind(StrEnum):
    """What a text is, which decides how it is read for personal data."""

    PROSE = "prose"  # sentences: names are looked for
    LABEL = "label"  # a category, header or name of a thing: patterns only, unless it is as long as a sentence
    SHARED = "shared"  # a category that enough people share, computed again: patterns only
    CODE = "code"  # a program: patterns only


@dataclass(frozen=True)
class Text:
    """One text of a file. ``column`` groups the cells of one column, and ``header`` is what stands above them."""

    where: str
    text: str
    kind: TextKind = TextKind.PROSE
    column: str | None = None
    header: str = ""

    def to_list(self) -> list[Any]:
        """The text as JSON-ready values."""
        return [self.where, self.text, self.kind.value, self.column, *([self.header] if self.header else [])]

    @classmethod
    def from_list(cls, values: list[Any]) -> "Text":
        """Read what ``to_list`` wrote."""
        where, text, kind, column, *header = values
        name = None if column is None else str(column)
        return cls(str(where), str(text), TextKind(kind), name, *map(str, header))


@dataclass(frozen=True)
class Column:
    """One column of a delimited file, its number counted from 1."""

    number: int
    header: str
    cells: list[str]

    @property
    def unique_share(self) -> float:
        """The share of its cells that are different."""
        return len(set(self.cells)) / len(self.cells) if self.cells else 0.0


@dataclass(frozen=True)
class Examined:
    """What a file is and holds. ``clean`` is None where it cannot be rebuilt; ``columns`` are those of a table."""

    media_type: str
    findings: tuple[Finding, ...]
    texts: tuple[Text, ...]
    clean: bytes | None
    columns: tuple[Column, ...] = ()
