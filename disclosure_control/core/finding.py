"""A finding: what one check says about one place.

It names the rule, the place, the reason and the next step. It never carries the value that would leak: places are
rows, columns, lines and characters, and counts are numbers of cells or rows.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from disclosure_control.core.errors import Unreadable
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.rules.registry import RULES

MAX_PLACES = 20
_MORE = re.compile(r"and (\d+) more")


@dataclass(frozen=True)
class Finding:
    """What a check says: rule, outcome, where, why, what to do; never the value that would leak.

    Attributes:
        rule: the id of a rule in ``disclosure_control.rules.RULES``, as "table.threshold".
        outcome: what it means for the file.
        where: the place: rows, columns, lines, characters, counted from 1.
        why: the reason, one sentence.
        todo: the next step, one sentence.
        counts: numbers that stand in no text, as how many cells or places.
    """

    rule: str
    outcome: Outcome
    where: str
    why: str
    todo: str
    counts: Mapping[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """The finding as JSON-ready values.

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
    def from_dict(cls, data: Mapping[str, object]) -> "Finding":
        """Read what ``to_dict`` wrote.

        Args:
            data: the mapping, perhaps a stranger's.

        Returns:
            The finding.

        Raises:
            ValueError: a field is missing or of the wrong type, or the rule is not known.
        """
        texts = {name: data.get(name) for name in ("rule", "outcome", "where", "why", "todo")}
        counts = data.get("counts", {})
        if not all(isinstance(text, str) for text in texts.values()) or not isinstance(counts, Mapping):
            raise ValueError("a finding needs rule, outcome, where, why and todo as text, and counts as a mapping")
        rule = str(texts["rule"])
        if rule not in RULES:
            raise ValueError("a finding names a rule that is not in the table of rules")
        return cls(
            rule=rule,
            outcome=Outcome.from_label(str(texts["outcome"])),
            where=str(texts["where"]),
            why=str(texts["why"]),
            todo=str(texts["todo"]),
            counts={str(name): int(count) for name, count in counts.items()},
        )


def make_finding(
    rule: str,
    where: str = "",
    why: str = "",
    *,
    outcome: Outcome | None = None,
    todo: str | None = None,
    **counts: int,
) -> Finding:
    """A finding of a known rule, with the table's outcome, reason and next step unless given.

    Raises:
        KeyError: ``rule`` is not in the table of rules.
    """
    known = RULES[rule]
    return Finding(
        rule=rule,
        outcome=known.outcome if outcome is None else outcome,
        where=where,
        why=why or known.meaning,
        todo=known.todo if todo is None else todo,
        counts=counts,
    )


def refusal(error: Unreadable, where: str = "") -> Finding:
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
    return replace(group[0], where=places(finding.where for finding in group if finding.where), counts=counts)


def places(names: Iterable[str], limit: int = MAX_PLACES, left_out: int = 0) -> str:
    """Several places as one text, cut after ``limit`` with the number left out, here and before.

    >>> places(["line 1", "line 2", "line 3"], limit=2)
    'line 1; line 2; and 1 more'
    """
    everything = list(names)
    more = max(0, len(everything) - limit) + left_out
    return "; ".join(everything[:limit]) + (f"; and {more} more" if more else "")


def fewer_places(where: str, limit: int) -> str:
    """What ``places`` made, cut after ``limit``.

    >>> fewer_places("line 1; line 2; line 3; and 4 more", limit=2)
    'line 1; line 2; and 5 more'
    """
    *named, last = where.split("; ")
    more = _MORE.fullmatch(last)
    return places(named, limit, int(more[1])) if more else places([*named, last], limit)
