"""A table of a million rows, read in windows: where each row begins is found once, a row is parsed when it is shown.

Only rebuilt files are read, which one writer wrote: quotes double inside quoted cells and stand nowhere else. A row
that does not parse to one row is shown as one cell of text, so that nothing is ever left out.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

NEWLINE: Final = 10
QUOTE: Final = 34
MAX_CELL: Final = 4_000  # characters shown of one cell
CUT: Final = " … (cut here)"
MEDIA_TYPES: Final = {"text/csv": ",", "text/tab-separated-values": "\t"}


class Delimited:
    """Delimited bytes with a header line."""

    def __init__(self, data: bytes, delimiter: str) -> None:
        """Find where each row begins. Raises ValueError when the bytes are no UTF-8 text."""
        data.decode()
        self._data = data
        self._delimiter = delimiter
        self._ends = _row_ends(data)
        self.header = self._parsed(0) if len(self._ends) else []
        self.size_bytes = len(data) + self._ends.nbytes

    @property
    def rows(self) -> int:
        """The number of rows below the header."""
        return max(0, len(self._ends) - 1)

    def window(self, start: int, count: int, order: NDArray[np.int64] | None = None) -> list[tuple[int, list[str]]]:
        """Rows as numbers in the file (the first below the header is 0) and cells.

        Args:
            start: the first place.
            count: how many places.
            order: which row stands at which place; the file's own order without it.
        """
        places = range(max(0, start), min(self.rows, start + count))
        numbers = [int(order[place]) for place in places] if order is not None else list(places)
        return [(number, [_cut(cell) for cell in self._parsed(number + 1)]) for number in numbers]

    def column(self, number: int) -> list[str]:
        """Every cell of one column; empty text where a row is too short."""
        text = io.TextIOWrapper(io.BytesIO(self._data), encoding="utf-8", newline="")
        try:
            cells = _cells(csv.reader(text, delimiter=self._delimiter), number)
        except csv.Error:
            cells = []
        if len(cells) != len(self._ends):  # not as this writer writes: row by row then, as they are shown
            cells = _cells((self._parsed(row) for row in range(len(self._ends))), number)
        return cells[1:]

    def _parsed(self, number: int) -> list[str]:
        begin = 0 if number == 0 else int(self._ends[number - 1]) + 1
        text = self._data[begin : int(self._ends[number])].decode().removesuffix("\r")
        return _one_row(text, self._delimiter)


def _row_ends(data: bytes) -> NDArray[np.int64]:
    """Where each row ends: at newlines that stand in no quotes, and at the end of a last line without one."""
    raw = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(raw == NEWLINE)
    if b'"' in data:
        quotes = np.flatnonzero(raw == QUOTE)
        ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
    if len(data) and (not len(ends) or int(ends[-1]) != len(data) - 1):
        ends = np.append(ends, len(data))
    return ends.astype(np.int64)


def _cells(rows: Iterable[list[str]], number: int) -> list[str]:
    return [row[number] if number < len(row) else "" for row in rows]


def _one_row(text: str, delimiter: str) -> list[str]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return [text]
    return rows[0] if len(rows) == 1 else [text]


def _cut(cell: str) -> str:
    return cell if len(cell) <= MAX_CELL else cell[:MAX_CELL] + CUT


def widths(table: Delimited, sample: int = 200) -> Sequence[int]:
    """The longest cell of each column in characters, among the header and the first rows."""
    longest = [len(name) for name in table.header]
    for _, row in table.window(0, sample):
        longest += [0] * (len(row) - len(longest))
        longest = [
            max(width, len(cell))
            for width, cell in zip(longest, [*row, *[""] * (len(longest) - len(row))], strict=True)
        ]
    return longest
