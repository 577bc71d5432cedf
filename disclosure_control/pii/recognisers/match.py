"""A match: what a recogniser finds in a text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Match:
    """One match: what it is, where it begins and ends, and what speaks for it.

    ``is_announced`` says that words around it name the kind. One that is not ``is_sure`` has only a check digit that
    many other numbers have, and counts only where its whole column does; ``chance`` is the share of those numbers.
    """

    kind: str
    start: int
    end: int
    is_announced: bool
    is_sure: bool
    chance: float | None = None
