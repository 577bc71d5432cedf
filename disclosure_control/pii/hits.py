"""A hit: personal data in a text of a file, its kind and its place."""

from dataclasses import dataclass

from msgspec.structs import replace

from disclosure_control.core.content import Text
from disclosure_control.core.location import Location


@dataclass(frozen=True)
class Hit:
    """One match in one text: the kind of personal data, and where in the text it stands."""

    text: Text
    kind: str
    start: int
    end: int

    @property
    def where(self) -> Location:
        """The place for a report, characters counted from 1."""
        return replace(self.text.where, span=(self.start + 1, self.end))
