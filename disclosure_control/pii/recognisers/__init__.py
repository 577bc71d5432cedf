"""Identifiers that have a form: one table of every kind, in the order in which equal matches are preferred."""

from collections.abc import Iterator
from typing import Final

from disclosure_control.pii.recognisers import birth, contact, dwelling, health, learners, money, taxes, travel
from disclosure_control.pii.recognisers.match import Match
from disclosure_control.pii.recognisers.overlaps import distinct
from disclosure_control.pii.recognisers.recogniser import Recogniser, plain

RECOGNISERS: Final[tuple[Recogniser, ...]] = (
    *health.RECOGNISERS,
    *taxes.RECOGNISERS,
    *learners.RECOGNISERS,
    *money.RECOGNISERS,
    *travel.RECOGNISERS,
    *contact.RECOGNISERS,
    *birth.RECOGNISERS,
    *dwelling.RECOGNISERS,
)
KINDS: Final = tuple(dict.fromkeys(recogniser.kind for recogniser in RECOGNISERS))


def candidates(text: str, header: str = "", only: tuple[int, ...] | None = None) -> Iterator[Match]:
    """Every match of the recognisers (or of ``only`` those, by place in the table), sure or not."""
    for place in range(len(RECOGNISERS)) if only is None else only:
        recogniser = RECOGNISERS[place]
        for match in recogniser.pattern.finditer(text):
            if not recogniser.is_valid(plain(match.group())):
                continue
            announced = recogniser.has_context(text, match.start(), match.end(), header)
            if announced or not recogniser.needs_context or recogniser.chance is not None:
                sure = announced or not recogniser.needs_context
                yield Match(recogniser.kind, match.start(), match.end(), announced, sure, recogniser.chance)


def matches(text: str, header: str = "") -> Iterator[tuple[str, int, int]]:
    """Every identifier in a text: its kind, and where it begins and ends.

    >>> list(matches("NHS number 943 476 5919, seen in E12 5QB."))
    [('nhs-number', 11, 23), ('postcode', 33, 40)]
    """
    for match in distinct(match for match in candidates(text, header) if match.is_sure):
        yield match.kind, match.start, match.end
