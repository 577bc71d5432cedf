"""CSV and TSV: every cell read, small counts and records looked for, the file written again.

What the numbers are cannot be known from the file alone, so nothing here passes a file; it says what it saw and where.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from disclosure_control.artefacts.plain_text import decode, visible
from disclosure_control.errors import Unreadable
from disclosure_control.examined import Column, Examined, Text, TextKind
from disclosure_control.finding import Finding, found, places

_COUNT_HEADER: Final = re.compile(
    r"(^|[^a-z])(n|count|counts|freq|frequency|number|num|total|all|cases|people|persons|patients|units|obs)([^a-z]|$)"
)
_WHOLE: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+|[+-]?\d+(\.0+)?")
_NUMBER: Final = re.compile(r"[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d+)?%?")
_MISSING: Final = frozenset({"", "[c]", "[x]", "[z]", "*", "-", "..", "na", "n/a", "nan", "null", "none"})
_LONG_INTEGER: Final = re.compile(r"\d[\d -]{7,}")
_MAX_CELLS: Final = 5_000_000
_MAX_FIELD: Final = 100_000


def examine(content: bytes, delimiter: str, min_units: int) -> Examined:
    """Read a delimited file that may be anybody's.

    Raises:
        Unreadable: it is not text, or its lines do not all have the same number of cells.
    """
    lines = _parsed(decode(content), delimiter)
    columns = _columns(lines)
    findings: list[Finding] = []
    if len(lines) < 2:
        findings.append(found("artefact.empty"))
    findings += [*_formulas(lines), *_small_counts(columns, min_units)]
    media_type = "text/csv" if delimiter == "," else "text/tab-separated-values"
    return Examined(media_type, tuple(findings), tuple(_texts(columns)), _rebuilt(lines, delimiter), tuple(columns))


def _parsed(text: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(_MAX_FIELD)
    lines: list[list[str]] = []
    cells = 0
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if not line:
                continue
            cells += len(line)
            if cells > _MAX_CELLS:
                raise Unreadable(f"The file has more than {_MAX_CELLS:,} cells.", rule="artefact.too-big")
            if lines and len(line) != len(lines[0]):
                raise Unreadable(f"Line {len(lines) + 1} has {len(line)} cells, the header {len(lines[0])}.")
            lines.append([visible(cell) for cell in line])
    except csv.Error as error:
        raise Unreadable(f"The file cannot be parsed after line {len(lines)}.") from error
    return lines


def _rebuilt(lines: Sequence[Sequence[str]], delimiter: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(lines)
    return text.getvalue().encode()


def _columns(lines: Sequence[Sequence[str]]) -> list[Column]:
    if not lines:
        return []
    return [
        Column(number=j + 1, header=lines[0][j], cells=[line[j].strip() for line in lines[1:]])
        for j in range(len(lines[0]))
    ]


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would run a cell rather than show it.

    >>> is_formula("=SUM(A1)"), is_formula("-5.2"), is_formula("-")
    (True, False, False)
    """
    return cell[:1] in ("=", "+", "-", "@", "\t") and not _NUMBER.fullmatch(cell) and cell.lower() not in _MISSING


def _formulas(lines: Sequence[Sequence[str]]) -> list[Finding]:
    where = [_place(i, j) for i, line in enumerate(lines, 1) for j, cell in enumerate(line, 1) if is_formula(cell)]
    return [found("artefact.formula", places(where), cells=len(where))] if where else []


@dataclass(frozen=True)
class _Numbers:
    column: Column
    whole: list[int | None]

    @property
    def says_count(self) -> bool:
        return _COUNT_HEADER.search(self.column.header.lower()) is not None

    @property
    def is_index(self) -> bool:
        present = [number for number in self.whole if number is not None]
        return len(present) > 1 and present == list(range(present[0], present[0] + len(present)))


def _small_counts(columns: Sequence[Column], min_units: int) -> list[Finding]:
    numeric = [column for column in columns if _is_numeric(column)]
    counts = [_Numbers(column, whole) for column in numeric if (whole := _whole_numbers(column)) is not None]
    counts = [numbers for numbers in counts if numbers.says_count or not numbers.is_index]
    only_counts = len(counts) == sum(1 for column in numeric if not _is_index_column(column))
    small: dict[str, list[str]] = {}
    for numbers in counts:
        sure = numbers.says_count or only_counts
        spots = small.setdefault("table.small-count" if sure else "table.possible-small-count", [])
        spots += [
            _place(i, numbers.column.number)
            for i, number in enumerate(numbers.whole, 2)
            if number is not None and 0 < number < min_units
        ]
    return [found(rule, places(spots), cells=len(spots)) for rule, spots in small.items() if spots]


def _is_numeric(column: Column) -> bool:
    present = [cell for cell in column.cells if cell.lower() not in _MISSING]
    return bool(present) and all(_NUMBER.fullmatch(cell) for cell in present)


def _whole_numbers(column: Column) -> list[int | None] | None:
    """The column as whole numbers, missing ones None; None where any other number stands in it."""
    whole: list[int | None] = []
    for cell in column.cells:
        if cell.lower() in _MISSING:
            whole.append(None)
        elif _WHOLE.fullmatch(cell) and not cell.startswith("-"):
            whole.append(int(float(cell.replace(",", ""))))
        else:
            return None
    return whole


def _is_index_column(column: Column) -> bool:
    whole = _whole_numbers(column)
    return whole is not None and _Numbers(column, whole).is_index and not _Numbers(column, whole).says_count


def _texts(columns: Sequence[Column]) -> list[Text]:
    """The headers, and each different cell of a column that is not a plain number."""
    texts = [Text(_place(1, c.number), c.header, TextKind.LABEL) for c in columns if c.header.strip()]
    for column in columns:
        seen: set[str] = set()
        for i, cell in enumerate(column.cells, 2):
            plain = _NUMBER.fullmatch(cell) and not _LONG_INTEGER.fullmatch(cell)
            if cell and not plain and cell not in seen:
                seen.add(cell)
                name = f"column {column.number}"
                texts.append(Text(_place(i, column.number), cell, TextKind.LABEL, name, column.header))
    return texts


def _place(line: int, column: int) -> str:
    return f"line {line}, column {column}"
