"""A hit: personal data in a text of a file, its kind and its place."""

from dataclasses import dataclass

from disclosure_control.core.content import Text


@dataclass(frozen=True)
class Hit:
    """One match in one text: the kind of personal data, and where in the text it stands."""

    text: Text
    kind: str
    start: int
    end: int

    @property
    def where(self) -> str:
        """The place for a report, characters counted from 1."""
        return f"{self.text.where}, characters {self.start + 1}–{self.end}"
