"""What examining a file's bytes yields: its texts with their places, findings, and a clean rebuild."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from msgspec import Struct, structs

from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.location import WHOLE, Location, Place, Places, Spot, located


class TextKind(StrEnum):
    """What a text is, which decides how it is read for personal data."""

    PROSE = "prose"  # sentences: names are looked for
    LABEL = "label"  # a category, header or name of a thing: patterns only, unless it is as long as a sentence
    SHARED = "shared"  # a category that enough people share, computed again: patterns only
    CODE = "code"  # a program: patterns only


_WIDE: Final = 40  # columns of a table that may have been turned


class Text(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One text of a file. ``column`` is the place of the column whose cell it is, ``header`` what stands above it."""

    where: Location
    text: str
    kind: TextKind = TextKind.PROSE
    column: Location | None = None
    header: str = ""

    def within(self, outer: Place) -> "Text":
        """The text, where the file it is in lies inside another one."""
        column = None if self.column is None else self.column.within(outer)
        return structs.replace(self, where=self.where.within(outer), column=column)


@dataclass(frozen=True)
class Column:
    """One column of a table, its number counted from 1."""

    number: int
    header: str
    cells: list[str]

    @property
    def unique_share(self) -> float:
        """The share of its cells that are different."""
        return len(set(self.cells)) / len(self.cells) if self.cells else 0.0


class TableKind(StrEnum):
    """Where a table was found, which decides what its rows can be."""

    TABLE = "table"  # rows and columns that a reader sees
    LISTED = "listed"  # names with a number each, which can be counts or settings
    POINTS = "points"  # the data behind a chart: every row is drawn
    LEARNT = "learnt"  # what a model learnt: no counts, shares or means of people


@dataclass(frozen=True)
class Table:
    """One table of a file.

    Attributes:
        columns: all of the same length, cells as text.
        where: the table's place in the file; the whole file where that is one table.
        spot: how the place of a cell is counted and written.
        first: the number of the first row of cells.
        kind: what a row can be.
        numbers: the numbers of the header and of the rows, where they do not follow each other.
    """

    columns: tuple[Column, ...]
    where: Location = WHOLE
    spot: Spot = Spot.LINES
    first: int = 2
    kind: TableKind = TableKind.TABLE
    numbers: tuple[int, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows of cells there are."""
        return len(self.columns[0].cells) if self.columns else 0

    @property
    def upright(self) -> "Table":
        """The table with its rows as columns, where it is much wider than long: people may stand side by side in it.

        The places of its cells are those of the turned table.
        """
        if len(self.columns) < _WIDE or len(self.columns) <= 2 * (self.rows + 1):
            return self
        first, *rest = [[column.header, *column.cells] for column in self.columns]
        columns = tuple(Column(j + 1, name, [line[j] for line in rest]) for j, name in enumerate(first))
        return Table(columns, located("rows as columns").within(self.where), Spot.TURNED, 2, self.kind)

    def within(self, outer: Place) -> "Table":
        """The table, where the file it is in lies inside another one."""
        return replace(self, where=self.where.within(outer))

    def place(self, i: int, number: int) -> Location:
        """The place of a cell: ``i`` counts rows from 0, -1 is the header; ``number`` is the column's."""
        row = self.numbers[i + 1] if self.numbers else i + self.first
        if self.spot is Spot.LINES:
            return structs.replace(self.where, line=row, column=number)
        return structs.replace(self.where, row=row, column=number, spot=self.spot)

    def column_place(self, number: int) -> Location:
        """The place of a whole column."""
        return structs.replace(self.where, column=number)


def table_of(
    lines: Sequence[Sequence[str]],
    *,
    where: Place = "",
    spot: Spot = Spot.LINES,
    first: int = 2,
    kind: TableKind = TableKind.TABLE,
    numbers: tuple[int, ...] = (),
) -> Table:
    """A table from its header and rows, which all have the same number of cells.

    Args:
        lines: the header, then the rows.
        where: the table's place in the file; a text is the name of a part.
        spot: how the places of its cells are written.
        first, kind, numbers: see ``Table``.
    """
    header, rows = (lines[0], lines[1:]) if lines else ([], [])
    columns = (Column(j + 1, name, [row[j].strip() for row in rows]) for j, name in enumerate(header))
    return Table(tuple(columns), located(where), spot, first, kind, numbers)


@dataclass(frozen=True)
class Leaf:
    """People whom a model treats alike: how many, how many of each class, and whether all have one class or value."""

    people: int
    classes: tuple[float, ...] = ()
    same: bool = False


@dataclass(frozen=True)
class Fitted:
    """What a fitted model says of the people it learnt from.

    Attributes:
        where: the place of the model in the file.
        parameters: how many numbers it learnt.
        people: how many it learnt from; None where it does not say.
        leaves: the groups that it treats alike, where it has such.
        members: of how many models it is made, which all learnt from the same people.
    """

    where: Location
    parameters: int
    people: int | None = None
    leaves: tuple[Leaf, ...] = ()
    members: int = 1


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a file as a person sees it: its name, and one of a table (csv), a picture, a text, or why it is lost.

    ``media_type`` is that of a picture, PNG where it is not said.
    """

    name: str
    table: str | None = None
    picture: bytes | None = None
    text: str | None = None
    lost: str | None = None
    media_type: str = "image/png"


@dataclass(frozen=True)
class FileContent:
    """What a file is and holds.

    ``clean`` is None where it cannot be rebuilt; ``numbers`` are those that stand in no table and no text, as text.
    """

    media_type: str
    findings: tuple[Finding, ...]
    texts: tuple[Text, ...]
    clean: bytes | None
    tables: tuple[Table, ...] = ()
    models: tuple[Fitted, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass
class ContentBuilder:
    """What is gathered while the parts of a file are read."""

    findings: list[Finding] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    models: list[Fitted] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    def text(self, where: Place, text: str, kind: TextKind = TextKind.PROSE) -> None:
        """Note a text, unless there is nothing in it."""
        if text.strip():
            self.texts.append(Text(located(where), text, kind))

    def hidden(self, where: Place | Places, why: str = "", text: str = "") -> None:
        """Note what a reader does not see, with what stands in it."""
        self.findings.append(make_finding("artefact.hidden-content", where, why))
        at = where.locations[0] if isinstance(where, Places) else where
        self.text(at, text, TextKind.CODE)

    def absorb(self, part: "FileContent | ContentBuilder", where: Place) -> None:
        """Take over what was found in a part of the file."""
        outer = located(where)
        self.findings += [finding.within(outer) for finding in part.findings]
        self.texts += [text.within(outer) for text in part.texts]
        self.tables += [table.within(outer) for table in part.tables]
        self.models += [replace(model, where=model.where.within(outer)) for model in part.models]
        self.numbers += part.numbers

    def done(self, media_type: str, clean: bytes | None) -> FileContent:
        """What was gathered."""
        return FileContent(
            media_type,
            tuple(self.findings),
            tuple(self.texts),
            clean,
            tuple(self.tables),
            tuple(self.models),
            tuple(self.numbers),
        )
