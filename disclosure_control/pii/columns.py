"""Personal data in columns: matches that only a whole column can decide, and columns that list people.

One ten-digit number in eleven has the check digit of an NHS number. In a column of many, only a share of valid ones
that chance does not explain is a finding; then every valid one is. A column of which most cells hold a name, an
address or a date of birth is a list of people.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from disclosure_control.core.content import Text
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.location import Location
from disclosure_control.pii.hits import Hit
from disclosure_control.pii.names.cues import is_full_name, is_name_word
from disclosure_control.pii.recognisers.match import Match
from disclosure_control.pii.recognisers.recogniser import plain

_LIST_KINDS: Final = frozenset({"person", "address", "date-of-birth"})
_MIN_NUMBERS: Final = 10
_MAX_NUMBERS: Final = 1_000
_SURE: Final = 0.01
_CERTAIN: Final = 1e-6  # for a kind that nothing else announces
_UNREAD: Final = (
    "A column holds the names, addresses or dates of birth of people. In columns of addresses and dates of birth no"
    " language model looked for more names."
)
_MIN_CELLS: Final = 5
_MOST: Final = 0.5
_PROSE_WORDS: Final = 5
_NAME_HEADERS: Final = frozenset(
    {"name", "names", "forename", "forenames", "surname", "firstname", "lastname", "fullname", "middlename", "patient"}
)


def decide_matches(column: Sequence[tuple[Text, list[Match]]]) -> list[Hit]:
    """The matches of one column's cells that count, from all that are possible."""
    digits = {plain(text.text) for text, _ in column}
    numbers = Counter(len(content) for content in digits if content.isdecimal())
    valid: dict[str, set[str]] = defaultdict(set)
    lengths: dict[str, set[int]] = defaultdict(set)
    for text, matches in column:
        for match in matches:
            if match.chance is not None and plain(text.text) == plain(text.text[match.start : match.end]):
                valid[match.kind].add(plain(text.text))
                lengths[match.kind].add(len(plain(text.text)))
    tails: dict[str, float] = {}
    for _, matches in column:
        for match in matches:
            if match.chance is not None and match.kind not in tails:
                total = sum(numbers[length] for length in lengths[match.kind])
                tails[match.kind] = _tail(len(valid[match.kind]), total, match.chance)
    return [
        Hit(text, match.kind, match.start, match.end)
        for text, matches in column
        for match in matches
        if _counts(match, tails.get(match.kind))
    ]


def _counts(match: Match, tail: float | None) -> bool:
    if match.is_announced:
        return True
    if tail is None:
        return match.is_sure
    return tail <= (_SURE if match.is_sure else _CERTAIN)


def _tail(valid: int, numbers: int, share: float) -> float:
    """How likely chance alone explains the valid ones; nought where there are too few numbers to say."""
    if numbers < _MIN_NUMBERS:
        return _SURE
    if numbers > _MAX_NUMBERS:
        valid, numbers = round(valid * _MAX_NUMBERS / numbers), _MAX_NUMBERS
    return upper_tail(valid, numbers, share)


def upper_tail(valid: int, numbers: int, share: float) -> float:
    """The probability of at least ``valid`` of ``numbers`` when each has ``share`` of a chance.

    >>> round(upper_tail(2, 10, 1 / 11), 3)
    0.229
    """
    return sum(math.comb(numbers, k) * share**k * (1 - share) ** (numbers - k) for k in range(valid, numbers + 1))


def is_prose(text: Text) -> bool:
    """Whether a cell is a sentence rather than a name or a category."""
    return len(text.text.split()) >= _PROSE_WORDS


def name_hits(cells: Sequence[Text]) -> list[Hit]:
    """The cells of a column that are names: full ones, and single ones where the header says that they are names."""
    hits = [Hit(cell, "person", 0, len(cell.text)) for cell in cells if is_full_name(cell.text)]
    if _NAME_HEADERS & set(cells[0].header.lower().replace("_", " ").replace("-", " ").split()):
        words = [Hit(cell, "person", 0, len(cell.text)) for cell in cells if is_name_word(cell.text)]
        if len(words) >= max(1, _MOST * len(cells)):
            hits += words
    return hits


def list_columns(columns: Mapping[Location, Sequence[Text]], hits: Iterable[Hit]) -> list[tuple[Location, str]]:
    """The columns that are lists of people, each with the kind of data that most of its cells hold."""
    cells_by_list: dict[tuple[Location, str], set[Location]] = defaultdict(set)
    for hit in hits:
        if hit.text.column is not None and hit.kind in _LIST_KINDS:
            cells_by_list[hit.text.column, hit.kind].add(hit.text.where)
    many = [key for key, cells in cells_by_list.items() if len(cells) >= max(_MIN_CELLS, _MOST * len(columns[key[0]]))]
    return sorted(many, key=lambda key: (str(key[0]), key[1]))


def list_findings(columns: Mapping[Location, Sequence[Text]], hits: Iterable[Hit]) -> list[Finding]:
    """What the columns that are lists of people mean for a file."""
    list_kinds = list_columns(columns, hits)
    if not list_kinds:
        return []
    list_names = [column.noted(f" ({kind})") for column, kind in list_kinds]
    is_read = all(kind == "person" for _, kind in list_kinds)
    return [make_finding("pii.column", list_names, "" if is_read else _UNREAD, columns=len(list_names))]
