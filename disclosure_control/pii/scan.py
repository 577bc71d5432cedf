"""Read text for personal data, and say what was found and where; never the text itself.

What each kind means for a file is its rule's outcome, unless the policy sets another. A name is for a checker to look
at; near something that identifies the person it stops the file. Every different text is read once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from msgspec import structs

from disclosure_control.core import policy_personal
from disclosure_control.core.content import Text, TextKind
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.location import WHOLE, Location
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from disclosure_control.pii import columns
from disclosure_control.pii.hits import Hit
from disclosure_control.pii.names.find import MAX_PROSE, find
from disclosure_control.pii.normalise import normalise
from disclosure_control.pii.prefilter import readers
from disclosure_control.pii.recognisers import candidates
from disclosure_control.pii.recognisers.match import Match
from disclosure_control.pii.recognisers.overlaps import distinct

NOT_SCANNED: Final = "not-scanned"
PERSON: Final = "person"
_NEAR: Final = 3  # texts: a name this close to an address or a postcode is a person's


@dataclass(frozen=True)
class TextFinding:
    """Personal data in a text: its kind, where it begins and ends, and what it means. Never the text itself.

    Attributes:
        kind: what it is, as "nhs-number"; its rule is ``pii.`` and this.
        start: the place of its first character, counted from 0.
        end: the place after its last character.
        outcome: what it means for a file under the policy.
    """

    kind: str
    start: int
    end: int
    outcome: Outcome


def outcome_of(kind: str, policy: Policy | None = None) -> Outcome:
    """What a kind of personal data means for a file under a policy."""
    return policy_personal.outcome(kind, () if policy is None else policy.pii)


def scan_text(text: str, policy: Policy | None = None) -> list[TextFinding]:
    """Names and identifiers in a text, by their place.

    Args:
        text: any text; look-alike letters, digits of other scripts and unseen characters are read as they look.
        policy: what each kind means; by default its rule's usual outcome.

    Returns:
        What was found, in the order of the text. Where the libraries for names are not installed, one finding of kind
        "not-scanned" and REVIEW says so.

    Examples:
        >>> [(f.kind, f.start, f.end, f.outcome.label) for f in scan_text("9434765919")]
        [('nhs-number', 0, 10, 'fail')]
    """
    normalised, places_of = normalise(text)
    hits, problems = _hits([Text(WHOLE, normalised)], prose_limit=len(normalised))
    findings = [
        TextFinding(hit.kind, *_original_span(places_of, hit.start, hit.end), outcome_of(hit.kind, policy))
        for hit in hits
    ]
    findings += [TextFinding(NOT_SCANNED, 0, len(text), Outcome.REVIEW)] if problems else []
    return sorted(findings, key=lambda finding: (finding.start, -finding.outcome))


def scan_texts(texts: Sequence[Text], policy: Policy | None = None) -> list[Finding]:
    """What the texts of one file hold: one finding a kind, with every place, counted in characters that are seen."""
    texts = [text if text.text.isascii() else structs.replace(text, text=normalise(text.text)[0]) for text in texts]
    hits, problems = _hits(texts, prose_limit=MAX_PROSE)
    hits = _with_identifiers(texts, hits, policy)
    where: dict[str, list[Location]] = defaultdict(list)
    for hit in hits:
        where[hit.kind].append(hit.where)
    findings = [
        make_finding(f"pii.{kind}", spots, outcome=outcome_of(kind, policy), places=len(spots))
        for kind, spots in where.items()
    ]
    return [*findings, *columns.list_findings(_columns(texts), hits), *problems]


def _original_span(places_of: Sequence[int] | None, start: int, end: int) -> tuple[int, int]:
    """Where characters of a folded text stood before."""
    return (start, end) if places_of is None else (places_of[start], places_of[end - 1] + 1)


def _hits(texts: Sequence[Text], prose_limit: int) -> tuple[list[Hit], list[Finding]]:
    """Every match, and what could not be done."""
    hits = _identifiers(texts)
    hits_of_text: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        hits_of_text[id(hit.text)].append(hit)
    prose: dict[str, list[Text]] = defaultdict(list)
    labels: dict[Location, list[Text]] = defaultdict(list)
    for text in texts:
        if _is_prose(text):
            prose[text.text].append(text)
        elif text.column is not None and text.kind is TextKind.LABEL:
            labels[text.column].append(text)
    identifier_spans = {
        content: [(hit.start, hit.end) for hit in hits_of_text[id(duplicates[0])]]
        for content, duplicates in prose.items()
    }
    list_columns = {column for column, _ in columns.list_columns(_columns(texts), hits)}
    unread = {
        content for content, duplicates in prose.items() if all(text.column in list_columns for text in duplicates)
    }
    found_names = find(identifier_spans, prose_limit, unread)
    for content, names in found_names.names.items():
        for text in prose[content]:
            hits += [
                Hit(text, "possible-person" if name.is_possible_only else PERSON, name.start, name.end)
                for name in names
                if not (name.is_possible_only and text.column is not None)
                and all(name.end <= other.start or name.start >= other.end for other in hits_of_text[id(text)])
            ]
    for cells in labels.values():
        hits += columns.name_hits(cells)
    problems = [make_finding("pii.not-scanned", why=found_names.missing)] if found_names.missing is not None else []
    return hits, problems + ([make_finding("pii.truncated")] if found_names.is_truncated else [])


def _identifiers(texts: Sequence[Text]) -> list[Hit]:
    """The identifiers of every text; those in a column are decided by the column."""
    distinct_texts = list(dict.fromkeys((text.text, text.header) for text in texts))
    matches: dict[tuple[str, str], list[Match]] = {}
    for place, which in readers([content for content, _ in distinct_texts]):
        text_matches = list(candidates(*distinct_texts[place], which))
        if text_matches:
            matches[distinct_texts[place]] = text_matches
    hits: list[Hit] = []
    by_column: dict[Location, list[tuple[Text, list[Match]]]] = defaultdict(list)
    for text in texts:
        text_candidates = matches.get((text.text, text.header), [])
        if text.column is not None:
            by_column[text.column].append((text, text_candidates))
        else:
            hits += _plain(text, text_candidates)
    for cells in by_column.values():
        if any(text_candidates for _, text_candidates in cells):
            accepted: dict[int, list[Match]] = defaultdict(list)
            for hit in columns.decide_matches(cells):
                accepted[id(hit.text)].append(Match(hit.kind, hit.start, hit.end, False, True))
            hits += [hit for text, _ in cells for hit in _plain(text, accepted[id(text)])]
    return hits


def _plain(text: Text, text_candidates: Iterable[Match]) -> list[Hit]:
    sure = distinct(match for match in text_candidates if match.is_sure)
    return [Hit(text, match.kind, match.start, match.end) for match in sure]


def _with_identifiers(texts: Sequence[Text], hits: Sequence[Hit], policy: Policy | None) -> list[Hit]:
    """The hits with names as people who are identified, where something blocks the file or stands near them."""
    others = [hit for hit in hits if hit.kind not in (PERSON, "possible-person")]
    blocked = any(outcome_of(hit.kind, policy) is Outcome.FAIL for hit in others)
    order = {id(text): place for place, text in enumerate(texts)}
    near = {order[id(hit.text)] // _NEAR for hit in others}
    return [
        replace(hit, kind="person-with-identifier")
        if hit.kind == PERSON and (blocked or _is_near(order[id(hit.text)] // _NEAR, near))
        else hit
        for hit in hits
    ]


def _is_near(place: int, near: set[int]) -> bool:
    return bool({place - 1, place, place + 1} & near)


def _columns(texts: Sequence[Text]) -> Mapping[Location, Sequence[Text]]:
    by_column: dict[Location, list[Text]] = defaultdict(list)
    for text in texts:
        if text.column is not None:
            by_column[text.column].append(text)
    return by_column


def _is_prose(text: Text) -> bool:
    """Whether names are looked for: sentences, and rare labels as long as one; no programs."""
    if text.kind in (TextKind.CODE, TextKind.SHARED):
        return False
    if text.column is not None and not columns.is_prose(text):
        return False
    return text.kind is not TextKind.LABEL or len(text.text.split()) >= 3
