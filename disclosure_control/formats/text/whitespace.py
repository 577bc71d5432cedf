"""Blanks that nobody sees or counts: at the ends of lines and cells, and how many stand between two words.

Where a format shows several as one, one is released. Where they may align something they stay, and are named when
there are so many by no order that they may say something.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from disclosure_control.core.content import ContentBuilder
from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import Location, Place
from disclosure_control.formats.text.invisible import visible

_EXTRA: Final = re.compile(r"\A\s|\s\Z|\s\s|[^\S \n]")
_RUN: Final = re.compile(r"\s+")
_MIXED: Final = re.compile(r"(?<=\S)(?: *\t)+ [ \t]*|(?<=\S) +\t[ \t]*|^(?: *\t)+ [ \t]*$|^ +\t[ \t]*$")
_GAP: Final = re.compile(r"(?<=\S) {2,}(?=\S)")
_DOUBLE: Final = re.compile(r"(?<=[^\W\d_])  (?=[^\W\d_])")
_SINGLE: Final = re.compile(r"(?<=[^\W\d_]) (?=[^\W\d_])")
_LONGEST: Final = 10_000  # characters of a line that are looked at
_MIXED_LINES: Final = 16
_MIXED_FORMS: Final = 3
_DOUBLES: Final = 64  # between words, as many as single ones, and elsewhere than where a log aligns its second word
_CELLS: Final = 16  # whose text stands elsewhere in the column with other blanks
_PADDED: Final = 32
_HIDDEN: Final = "artefact.hidden-content"


def one_blank(cell: str) -> str:
    """The text of a cell as a page shows it: runs of blanks as one, none at its ends; line ends stay.

    >>> one_blank("  North \\t East \\n")
    'North East'
    """
    if not _EXTRA.search(cell):
        return cell
    return _RUN.sub(lambda run: "\n" if "\n" in run[0] else " ", cell).strip()


def visible_cell(cell: str) -> str:
    """The text of a cell without what is not seen, as a page shows it."""
    return one_blank(visible(cell))


def visible_lines(text: str, *, markdown: bool = False) -> str:
    """Lines without what is not seen and blanks at their ends, but for the two that break a line in Markdown.

    >>> visible_lines("a \\nb\\t\\n\\nc   \\nd  ", markdown=True)
    'a\\nb\\n\\nc  \\nd'
    """
    lines = visible(text).split("\n")
    ends = [line.rstrip() for line in lines]
    if markdown:
        for i, line in enumerate(lines[:-1]):
            if ends[i] and ends[i + 1] and line.endswith("  "):
                ends[i] += "  "
    whole = "\n".join(ends)
    return whole.rstrip("\n") + "\n" * whole.endswith("\n")


def note_blanks(parts: Sequence[tuple[Place, str]], reading: ContentBuilder) -> None:
    """Name lines, each with its place, whose blanks may say something."""
    parts = [(place, line[:_LONGEST]) for place, line in parts]
    mixed = [(place, _MIXED.findall(line)) for place, line in parts if "\t" in line]
    mixed = [(place, runs) for place, runs in mixed if runs]
    ending = [place for place, line in parts if {"\t", " "} <= set(line[len(line.rstrip()) :])]
    if len(mixed) >= _MIXED_LINES and (
        len(ending) >= _MIXED_LINES or len({run for _, runs in mixed for run in runs}) >= _MIXED_FORMS
    ):
        why = "Tabs and spaces are mixed between words or at the ends of lines, where they look alike."
        reading.findings.append(make_finding(_HIDDEN, [place for place, _ in mixed], why, places=len(mixed)))
    wide = list(_wide(parts))
    by_word = Counter(word for _, words, _ in wide for word in words)
    doubles = by_word.total() - max(by_word.values(), default=0)
    if doubles >= _DOUBLES and sum(single for _, _, single in wide) >= _DOUBLES:
        why = "Words stand one or two spaces apart by no order that is seen."
        reading.findings.append(make_finding(_HIDDEN, [place for place, _, _ in wide], why, places=len(wide)))


def _wide(parts: Sequence[tuple[Place, str]]) -> Iterator[tuple[Place, list[int], int]]:
    """Lines with two spaces between words that align nothing: the numbers of these words, and how many have one."""
    ends = [{gap.end() for gap in _GAP.finditer(line)} if "  " in line else set[int]() for _, line in parts]
    for n, (place, line) in enumerate(parts):
        if not ends[n] or "   " in line.strip():
            continue
        aligned = (ends[n - 1] if n else set[int]()) | (ends[n + 1] if n + 1 < len(ends) else set[int]())
        doubles = [gap for gap in _DOUBLE.finditer(line) if gap.end() not in aligned]
        if doubles:
            words = [len(line[: gap.start()].split()) for gap in doubles]
            yield place, words, len(_SINGLE.findall(line))


def note_padding(columns: Mapping[Location, Sequence[str]], reading: ContentBuilder) -> None:
    """Name columns, by their places, whose cells' blanks may say something."""
    where = [place for place, cells in columns.items() if _is_padded(cells)]
    if where:
        why = "Cells have blanks at their ends or between words that make no difference to what is shown."
        reading.findings.append(make_finding(_HIDDEN, where, why, columns=len(where)))


def _is_padded(cells: Sequence[str]) -> bool:
    """Whether blanks tell cells apart that look alike, or stand at the ends of some cells and not to one width."""
    padded = [cell for cell in cells if _EXTRA.search(cell)]
    if len(padded) < _CELLS:
        return False
    forms: dict[str, Counter[str]] = {}
    for cell in cells:
        forms.setdefault(one_blank(cell), Counter())[cell] += 1
    bits = sum(form.total() - max(form.values()) for form in forms.values())
    ends = [cell for cell in padded if cell[-1:].isspace()]
    widths = len({len(cell) for cell in ends})
    return bits >= _CELLS or (len(ends) >= _PADDED and len(cells) - len(ends) >= _PADDED and widths > 1)
