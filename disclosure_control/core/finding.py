"""A finding: what one check says about one place.

It names the rule, the place, the reason and the next step. It never carries the value that would leak: places are
rows, columns, lines and characters, and counts are numbers of cells or rows.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from disclosure_control.core.decoder import convert, plain
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.location import Location, Place, Places, located, places
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.rules.registry import RULES

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

_UNKNOWN_RULE = "a finding names a rule that is not in the table of rules"


class Finding(Struct, frozen=True, forbid_unknown_fields=True):
    """What a check says: rule, outcome, where, why, what to do; never the value that would leak.

    Attributes:
        rule: the id of a rule in ``disclosure_control.core.rules.registry.RULES``, as "table.threshold".
        outcome: what it means for the file.
        locations: the places, as many as there is room for: rows, columns, lines, characters, counted from 1.
        why: the reason, one sentence.
        todo: the next step, one sentence.
        counts: numbers that stand in no text, as how many cells or places.
        more: how many more places there are.
    """

    rule: str
    outcome: Outcome
    locations: tuple[Location, ...]
    why: str
    todo: str
    counts: dict[str, int] = field(default_factory=dict)
    more: int = 0

    def __post_init__(self) -> None:
        """Refuse a rule that is not in the table, as a worker that was taken over may name: ValueError."""
        if self.rule not in RULES:
            raise ValueError(_UNKNOWN_RULE)

    @property
    def where(self) -> str:
        """Its places in words."""
        return str(self.places)

    @property
    def places(self) -> Places:
        """Its places, and how many more there are."""
        return Places(self.locations, self.more)

    def within(self, outer: Place) -> "Finding":
        """The finding, where the file it is of lies inside another one.

        Args:
            outer: the place of the inner file in the outer one.

        Returns:
            The finding with its places in the outer file.
        """
        around = located(outer)
        inside = tuple(location.within(around) for location in self.locations)
        return replace(self, locations=inside or (around,))

    def to_dict(self) -> dict[str, object]:
        """The finding as JSON-ready values, its places in words.

        Returns:
            A mapping of its attributes, the outcome as its label.
        """
        return {
            "rule": self.rule,
            "outcome": self.outcome.label,
            "where": self.where,
            "why": self.why,
            "todo": self.todo,
            "counts": dict(self.counts),
        }

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, __: "GetCoreSchemaHandler") -> "CoreSchema":
        """How pydantic, which keeps the documents of requests, writes and reads one: as its record, strictly."""
        from pydantic_core import core_schema  # noqa: PLC0415  where pydantic asks, it is installed

        written = core_schema.plain_serializer_function_ser_schema(lambda finding: plain(FindingRecord.of(finding)))
        return core_schema.no_info_plain_validator_function(_from_document, serialization=written)


class FindingRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """A finding as reports and stored requests have it, with its places as values and in words.

    What was written before places were values has the words alone; they become the name of a part.
    """

    rule: str
    outcome: str | Outcome  # its label; old documents of requests have its number
    where: str
    why: str
    todo: str
    counts: dict[str, int] = field(default_factory=dict)
    locations: tuple[Location, ...] = ()
    more: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no finding: ValueError."""
        if self.rule not in RULES:
            raise ValueError(_UNKNOWN_RULE)
        if isinstance(self.outcome, str):
            Outcome.from_label(self.outcome)

    @classmethod
    def of(cls, finding: Finding) -> "FindingRecord":
        """The record of a finding."""
        label, words = finding.outcome.label, finding.where
        rest = (finding.why, finding.todo, finding.counts, finding.locations, finding.more)
        return cls(finding.rule, label, words, *rest)

    def finding(self) -> Finding:
        """The finding that this is the record of."""
        outcome = Outcome.from_label(self.outcome) if isinstance(self.outcome, str) else self.outcome
        locations = self.locations or ((located(self.where),) if self.where else ())
        return Finding(self.rule, outcome, locations, self.why, self.todo, self.counts, self.more)


def _from_document(value: object) -> Finding:
    return value if isinstance(value, Finding) else convert(value, FindingRecord).finding()


def make_finding(
    rule: str,
    where: Place | Places | Iterable[Place] = "",
    why: str = "",
    *,
    outcome: Outcome | None = None,
    todo: str | None = None,
    **counts: int,
) -> Finding:
    """A finding of a known rule, with the table's outcome, reason and next step unless given.

    Args:
        rule: its id.
        where: one place or several; a text is the name of a part.
        why: the reason.
        outcome: what it means for the file.
        todo: the next step.
        counts: numbers of cells, rows or people, by what they count.

    Raises:
        KeyError: ``rule`` is not in the table of rules.
    """
    entry = RULES[rule]
    at = where if isinstance(where, Places) else places(_each(where))
    return Finding(
        rule=rule,
        outcome=entry.outcome if outcome is None else outcome,
        locations=at.locations,
        why=why or entry.meaning,
        todo=entry.todo if todo is None else todo,
        counts=counts,
        more=at.more,
    )


def _each(where: Place | Iterable[Place]) -> Iterable[Place]:
    if isinstance(where, Location | str):
        return [where] if where else []
    return where


def refusal(error: Unreadable, where: Place = "") -> Finding:
    """What could not be read stops the file, whatever its rule says elsewhere."""
    return make_finding(error.rule, where, str(error), todo=error.todo or None, outcome=Outcome.FAIL)


def merge_findings(findings: Iterable[Finding]) -> list[Finding]:
    """The findings with those that differ only in their place made one, in the order of the first of each."""
    groups: dict[tuple[str, Outcome, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.outcome, finding.why, finding.todo), []).append(finding)
    return [group[0] if len(group) == 1 else _as_one(group) for group in groups.values()]


def _as_one(group: list[Finding]) -> Finding:
    counts: dict[str, int] = {}
    for finding in group:
        for name, count in finding.counts.items():
            counts[name] = counts.get(name, 0) + count
    everywhere = (location for finding in group for location in finding.locations)
    at = places(everywhere, left_out=sum(finding.more for finding in group))
    return replace(group[0], locations=at.locations, more=at.more, counts=counts)
