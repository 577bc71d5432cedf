"""Tables that stand in plain text: as programs print them, in Markdown, in LaTeX.

Three forms are read. Lines with bars between the cells, with or without borders; lines of LaTeX with ampersands; and
lines whose columns stand under each other, as pandas, polars, NumPy, R and statsmodels print them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from disclosure_control.core.content import Table, TableKind, table_of
from disclosure_control.core.location import WHOLE, Location

_MAX_TABLES: Final = 300
_MAX_FIELDS: Final = 100
_MAX_LINE: Final = 4_000
_LEAST_ROWS: Final = 2  # of cells, where columns are parted by two spaces
_LEAST_CLOSE: Final = 3  # where one space parts them, and only standing under each other tells
_BORDER: Final = re.compile(r"[\s|+:=_*\-─━│┃┌┬┐├┼┤└┴┘╞═╪╡╒╤╕╘╧╛╔╦╗╠╬╣╚╩╝╭╮╯╰┄┆┊]+")
_BARS: Final = re.compile(r"[|│┃┆┊║]")
_LATEX_END: Final = re.compile(r"\\\\(?:\[[^\]]*\])?\s*(?:\\[a-z]+(?:\{[^}]*\})*(?:\([^)]*\))?\s*)*(?:%.*)?$")
_LATEX_CALL: Final = re.compile(r"\\(?:textbf|textit|emph|text|multicolumn\{\d+\}\{[^}]*\})\{([^{}]*)\}")
_OPENING: Final = re.compile(r"^[\s\[(]*\[")
_CLOSING: Final = re.compile(r"[\])]{2,},?\s*$|(?<=[\d.])\],?\s*$")
_APART: Final = re.compile(r"\S+(?: \S+)*")
_CLOSE: Final = re.compile(r"\S+")
_LEADER: Final = re.compile(r"[.·_]{3,}|(?:\. ){2,}\.?")
_LEADERS: Final = ("_", ".", "·")
_TYPES: Final = re.compile(r"str|[iuf]\d{1,3}|bool|date|time|datetime.*|duration.*|cat|enum|list.*|struct.*|null|-+")
_NUMBER: Final = re.compile(r"[<>~±(]*[+-]?(?:\d[\d,]*)?\.?\d+(?:[eE][+-]?\d+)?[%)*]*|NaN|nan|NA|<NA>|-|\.\.")
_DIGIT: Final = re.compile(r"\d")
_LOOK_BACK: Final = 3


@dataclass(frozen=True)
class _Line:
    """The fields of a line, and where each begins and ends."""

    number: int
    fields: tuple[tuple[int, int, str], ...]

    @property
    def cells(self) -> list[str]:
        return [text for _, _, text in self.fields]

    @property
    def numbers(self) -> int:
        return sum(_NUMBER.fullmatch(text) is not None for _, _, text in self.fields)

    @cached_property
    def last_numbers(self) -> int:
        """How many fields at the end are numbers, where a name stands before them."""
        number = next((n for n, field in enumerate(reversed(self.fields)) if not _NUMBER.fullmatch(field[2])), 0)
        return min(number, len(self.fields) - 1)

    def labelled(self, size: int) -> "_Line":
        """The line with all but its last fields as one."""
        first = self.fields[:-size]
        name = (first[0][0], first[-1][1], " ".join(text for _, _, text in first))
        return _Line(self.number, (name, *self.fields[-size:]))


def tables_in_text(lines: Sequence[str], place: Location = WHOLE) -> list[Table]:
    """The tables among the lines of a text, in their order. The places of cells name the line in the file."""
    barred = list(_ruled_tables(lines))
    table_lines = {number for numbers, _, _ in barred for number in numbers}
    rest = ["" if number in table_lines else line for number, line in enumerate(lines, 1)] if table_lines else lines
    tables: list[Table] = []
    for numbers, rows, kind in sorted([*barred, *_aligned_tables(rest)], key=lambda table: table[0])[:_MAX_TABLES]:
        where = replace(place, table=numbers[0])
        tables.append(table_of(rows, where=where, numbers=tuple(numbers), kind=kind))
    return tables


_Rows = tuple[list[int], list[list[str]], TableKind]  # the numbers of its lines, header and rows


def _ruled_tables(lines: Sequence[str]) -> Iterator[_Rows]:
    """Lines with bars or ampersands; the first line of each run is its header."""
    run: list[list[str]] = []
    numbers: list[int] = []
    for number, line in enumerate([*lines, ""], 1):
        cells = None if len(line) > _MAX_LINE else _cells(line)
        if cells and run and len(cells) == len(run[0]):
            if len(run) > 1 or not all(map(_TYPES.fullmatch, cells)):  # polars names the types under the header
                run.append(cells)
                numbers.append(number)
            continue
        if run and _is_border(line):
            continue
        if len(run) > 1:
            yield numbers, run, TableKind.TABLE
        run, numbers = ([cells], [number]) if cells else ([], [])


def _is_border(line: str) -> bool:
    bare = line.strip()
    return bool(bare) and (
        _BORDER.fullmatch(bare) is not None or bare.startswith(("\\hline", "\\midrule", "\\toprule"))
    )


def _cells(line: str) -> list[str] | None:
    """The cells of a line with bars or ampersands; None where it is another line, or a border."""
    bare = line.strip()
    if "&" in bare and _LATEX_END.search(bare):
        cells = _LATEX_END.sub("", bare).replace("\\&", "\0").split("&")
        return [_LATEX_CALL.sub(r"\1", cell).replace("\0", "&").replace("\\%", "%").strip(" ${}") for cell in cells]
    if not _BARS.search(bare) or _is_border(line):
        return None
    cells = _BARS.split(bare)
    outer = len(cells) > 2 and not cells[0] and not cells[-1]
    cells = [cell.strip() for cell in (cells[1:-1] if outer else cells)]
    return cells if 2 <= len(cells) <= _MAX_FIELDS and (outer or len(cells) > 2) else None


def _aligned_tables(lines: Sequence[str]) -> Iterator[_Rows]:
    """Runs of lines whose columns stand under each other; of two readings of a line, that of the longer run."""
    read: list[tuple[list[_Line], list[_Line]]] = []
    for pattern, least in ((_APART, _LEAST_ROWS), (_CLOSE, _LEAST_CLOSE)):
        for run in _runs(lines, pattern):
            above = _above(lines, run, pattern)
            body = run[1:] if run[0] in above else run
            bare = all(line.numbers == len(line.fields) for line in body)
            enough = len(body) >= (_LEAST_ROWS if bare else least)
            if enough and _is_table(body, strict=pattern is _CLOSE):
                read.append((body, above))
    read += _labelled(lines)
    used_lines: set[int] = set()
    chosen: list[tuple[list[_Line], list[_Line]]] = []
    for body, above in sorted(read, key=_weight):
        own_lines = {line.number for line in body}
        if not own_lines & used_lines:
            used_lines |= own_lines
            chosen.append((body, above))
    for body, above in sorted(chosen, key=lambda pair: pair[0][0].number):
        numbers = [above[-1].number if above else body[0].number, *(line.number for line in body)]
        yield numbers, [_names(above, body[0]), *(line.cells for line in body)], TableKind.LISTED


def _weight(run: tuple[list[_Line], list[_Line]]) -> tuple[int, int, int]:
    body, above = run
    return -len(body), -sum(len(line.fields) for line in above), -len(body[0].fields)


def _labelled(lines: Sequence[str]) -> Iterator[tuple[list[_Line], list[_Line]]]:
    """Runs of lines that end in numbers which stand under each other; what is before them is the row's name."""
    run: list[_Line] = []
    for i, text in enumerate([*lines, ""]):
        line = _line(i, text, _CLOSE) if _DIGIT.search(text) else None
        if line is not None and line.last_numbers:
            run.append(line)
            continue
        if len(run) >= _LEAST_CLOSE:
            size = min(line.last_numbers for line in run)
            body = [line.labelled(size) for line in run]
            ends = {line.fields[0][2].rpartition(" ")[2] for line in body}
            if len(ends) > 1 and all(_stands(body, j) for j in range(1, size + 1)):
                yield body, _above(lines, body, _CLOSE)
        run = []


def _names(above: Sequence[_Line], row: _Line) -> list[str]:
    """The name over each column; where several lines have names, that of the nearest."""
    names = [""] * len(row.fields)
    for line in reversed(above):
        for i, (start, end, text) in enumerate(line.fields):
            over = [j for j, (s, e, _) in enumerate(row.fields) if start < e and s < end]
            place = i if len(line.fields) == len(row.fields) else over[-1] if over else None
            if place is not None:
                names[place] = names[place] or text
    return names


def _runs(lines: Sequence[str], pattern: re.Pattern[str]) -> Iterator[list[_Line]]:
    """Runs of lines with equally many fields, where borders and names of an index do not end them."""
    run: list[_Line] = []
    for i, text in enumerate([*lines, ""]):
        if run and _BORDER.fullmatch(text.strip() or "x"):
            continue
        line = _line(i, text, pattern) if _DIGIT.search(text) or not run else None
        if run and line is not None:
            line = _filled(line, run[-1])
        if line is not None and run and len(line.fields) == len(run[0].fields):
            run.append(line)
            continue
        if len(run) > 1:
            yield run
        run = [line] if line is not None and len(line.fields) > 1 else []


def _line(i: int, text: str, pattern: re.Pattern[str]) -> _Line | None:
    if len(text) > _MAX_LINE:
        return None
    if "|" in text or not text.isascii():
        text = _BARS.sub(" ", text)
    if "[" in text or "]" in text:
        text = _CLOSING.sub("", _OPENING.sub(lambda match: " " * len(match[0]), text))
    fields = tuple([(*match.span(), match[0].strip(",")) for match in pattern.finditer(text)])
    if any(field[:1] in _LEADERS and _LEADER.fullmatch(field) for _, _, field in fields):
        return None
    return _Line(i + 1, fields) if 0 < len(fields) <= _MAX_FIELDS else None


def _filled(line: _Line, above: _Line) -> _Line:
    """A line that leaves out its first names, since they are those above, with empty fields in their place."""
    missing = len(above.fields) - len(line.fields)
    if missing <= 0 or not line.fields or line.fields[0][0] < above.fields[missing - 1][1]:
        return line
    ends = [(start, end) for start, end, _ in above.fields[missing:]]
    fits = all(start == s or end == e for (start, end), (s, e, _) in zip(ends, line.fields, strict=True))
    blank = tuple((start, end, "") for start, end, _ in above.fields[:missing])
    return _Line(line.number, blank + line.fields) if fits else line


def _above(lines: Sequence[str], run: list[_Line], pattern: re.Pattern[str]) -> list[_Line]:
    """The lines of names above a run, the nearest last; its own first line is one where it holds no number."""
    if run[0].numbers == 0 and run[1].numbers:
        return [run[0]]
    above: list[_Line] = []
    size, began, is_apart = len(run[0].fields), run[0].number - 1, False
    for back in range(began - 1, max(began - 1 - _LOOK_BACK, -1), -1):
        text = lines[back]
        if not text.strip():
            if above or is_apart:
                break
            is_apart = True  # scikit-learn leaves a line blank under the names
            continue
        if _BORDER.fullmatch(text.strip()):
            continue
        line = _line(back, text, pattern)
        if line is None or len(line.fields) > size or line.numbers >= max(len(line.fields), 2):
            break
        above.insert(0, line)
    return above if any(len(line.fields) > size // 3 for line in above) else []


def _is_table(body: Sequence[_Line], *, strict: bool) -> bool:
    """Whether a column of numbers stands under each other; where ``strict``, whether every column does."""
    aligned = [_stands(body, j) for j in range(len(body[0].fields))]
    counted = [all(_NUMBER.fullmatch(line.fields[j][2]) for line in body) for j in range(len(aligned))]
    has_digits = any(
        _DIGIT.search(line.fields[j][2]) for line in body for j, is_number in enumerate(counted) if is_number
    )
    if strict and not (all(aligned) and not any(_is_sentence(body, j) for j in range(len(aligned)))):
        return False
    return has_digits and any(a and c for a, c in zip(aligned, counted, strict=True))


def _stands(body: Sequence[_Line], j: int) -> bool:
    """Whether the fields of a column begin, end, or have their decimal point under each other."""
    begins, ends = _same(line.fields[j][0] for line in body), _same(line.fields[j][1] for line in body)
    return begins or ends or _points_align(body, j)


def _is_sentence(body: Sequence[_Line], j: int) -> bool:
    """Whether a word stands in every row, as in lines that say the same."""
    words = {line.fields[j][2] for line in body}
    return len(words) == 1 and any(c.isalpha() for c in words.pop())


def _same(numbers: Iterable[int]) -> bool:
    return len(set(numbers)) == 1


def _points_align(body: Sequence[_Line], j: int) -> bool:
    """Whether the decimal points of a column stand under each other."""
    return _same(
        start + text.find(".") if "." in text else end for line in body for start, end, text in [line.fields[j]]
    )
