"""A place in a file: its parts, lines, rows, columns and labels as values, printed only where a person reads it.

Findings, texts and tables carry these values, so that nobody has to read a place back from its words. A file inside a
file has a place in it, and that a place in the outer one: ``within`` puts the two together.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

MAX_PLACES: Final = 20


class Spot(StrEnum):
    """How the place of a table's cell is counted and written."""

    LINES = "lines"  # of a text
    ROWS = "rows"
    CELLS = "cells"  # a spreadsheet's
    POINTS = "points"  # the data behind a chart
    ITEMS = "items"  # a list of JSON
    KEYS = "keys"  # an object of JSON
    NUMBERS = "numbers"  # of an array
    NODES = "nodes"  # of a tree
    TURNED = "turned"  # a table whose rows are read as columns


_WORDS: Final = {
    Spot.LINES: "line {row}, column {column}",
    Spot.ROWS: "row {row}, column {column}",
    Spot.CELLS: "cell {letter}{row}",
    Spot.POINTS: "point {row}, column {column}",
    Spot.ITEMS: "item {row}, key {column}",
    Spot.KEYS: "key {row}, part {column}",
    Spot.NUMBERS: "row {row}, number {column}",
    Spot.NODES: "node {row}",
    Spot.TURNED: "column {row}, row {column}",
}


class Location(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One place in a file; what is 0 or empty is not said.

    Attributes:
        part: the named parts that lead to it, the outermost first.
        sheet: the number of a workbook's sheet, from 1.
        cell: the number of a notebook's cell, from 1.
        table: the number of the line at which a text's table begins, from 1.
        line: the number of a line, from 1; of several, the first.
        last_line: the last of several lines.
        row: the number of a table's row, as ``spot`` counts it.
        column: the number of a column, from 1.
        spot: how row and column are written.
        labels: the labels of a cell of a statistical table, each after its name; no name where it has that of before.
        span: the first and the last character, from 1.
        note: what is said of the place after it and before its characters, as it is written.
        outer: the place, in the file around it, of the part that all this is in.

    >>> str(Location(line=3, column=2, outer=Location(part=("file 1 of the archive",))))
    'file 1 of the archive, line 3, column 2'
    """

    part: tuple[str, ...] = ()
    sheet: int = 0
    cell: int = 0
    table: int = 0
    line: int = 0
    last_line: int = 0
    row: int = 0
    column: int = 0
    spot: Spot = Spot.ROWS
    labels: tuple[tuple[str, str], ...] = ()
    span: tuple[int, int] | None = None
    note: str = ""
    outer: "Location | None" = None

    def __str__(self) -> str:
        """The place in words, from the outside in."""
        return ", ".join(filter(None, (level._words() for level in self.levels)))

    def __bool__(self) -> bool:
        """Whether it says anything: the place of a whole file does not."""
        return self != WHOLE

    @property
    def levels(self) -> "tuple[Location, ...]":
        """The place in each file or part that lies in another, the outermost first; none of these has an ``outer``."""
        levels: list[Location] = []
        level: Location | None = self
        while level is not None:
            levels.append(level if level.outer is None else replace(level, outer=None))
            level = level.outer
        return tuple(reversed(levels))

    @property
    def first(self) -> "Location":
        """The place in the file itself, whatever lies further inside."""
        level = self
        while level.outer is not None:
            level = level.outer
        return level

    def within(self, outer: "Place") -> "Location":
        """The place, where the file it is in lies inside another one.

        Args:
            outer: the place of the inner file in the outer one.

        Returns:
            The place in the outer file.

        >>> str(Location(line=2).within("file 1 of the archive").within(Location(cell=4)))
        'cell 4, file 1 of the archive, line 2'
        """
        around = located(outer)
        if not self:
            return around
        if not around:
            return self
        return replace(self, outer=around if self.outer is None else self.outer.within(around))

    def noted(self, note: str) -> "Location":
        """The place with words after it, which begin with their own blank or colon."""
        return replace(self, note=self.note + note)

    def _words(self) -> str:
        words = [
            *self.part,
            *self._numbers(),
            *self._spot(),
            *(f"{name} {label}" if name else label for name, label in self.labels),
        ]
        place = ", ".join(words) + self.note
        if self.span is None:
            return place
        characters = f"characters {self.span[0]}–{self.span[1]}"
        return f"{place}, {characters}" if place else characters

    def _numbers(self) -> Iterator[str]:
        if self.sheet:
            yield f"sheet {self.sheet}"
        if self.cell:
            yield f"cell {self.cell}"
        if self.table:
            yield f"the table at line {self.table}"
        if self.last_line:
            yield f"lines {self.line:,} to {self.last_line:,}"
        elif self.line:
            yield f"line {self.line}"

    def _spot(self) -> Iterator[str]:
        if self.row and self.column:
            yield _WORDS[self.spot].format(row=self.row, column=self.column, letter=letters(self.column))
        elif self.row:
            yield f"row {self.row}"
        elif self.column:
            yield f"column {letters(self.column) if self.spot is Spot.CELLS else self.column}"


Place = Location | str  # a text is the name of a part
WHOLE: Final = Location()


def located(place: Place) -> Location:
    """A place as a value; a text is the name of a part.

    >>> located("the metadata").part
    ('the metadata',)
    """
    if isinstance(place, str):
        return Location(part=(place,)) if place else WHOLE
    return place


class Places(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Several places, as far as there is room for them.

    Attributes:
        locations: the first of them.
        more: how many were left out.
    """

    locations: tuple[Location, ...] = ()
    more: int = 0

    def __str__(self) -> str:
        """The places in words, with the number of those left out.

        >>> str(places(["line 1", "line 2", "line 3"], limit=2))
        'line 1; line 2; and 1 more'
        """
        words = "; ".join(map(str, self.locations))
        return f"{words}; and {self.more} more" if self.more else words

    def first(self, limit: int) -> "Places":
        """At most ``limit`` of them; the others are counted."""
        return Places(self.locations[:limit], self.more + max(0, len(self.locations) - limit))


def places(named: Iterable[Place], limit: int = MAX_PLACES, left_out: int = 0) -> Places:
    """Several places, cut after ``limit``; those left out are counted, with those left out before.

    Args:
        named: the places.
        limit: how many are kept.
        left_out: how many were left out already.

    Returns:
        The places that are kept, and the number of the others.
    """
    everything = [located(place) for place in named]
    return Places(tuple(everything[:limit]), max(0, len(everything) - limit) + left_out)


def letters(number: int) -> str:
    """A column's name in a spreadsheet.

    >>> letters(1), letters(28)
    ('A', 'AB')
    """
    name = ""
    while number:
        number, digit = divmod(number - 1, 26)
        name = chr(65 + digit) + name
    return name
