"""The SQL that makes cells, for DuckDB and nearly word for word for Spark.

Two statements answer a question. The first adds up rows: what adds up needs no unit. The second finds each cell's
units and largest contributions. Grouping by cell and unit is what costs, so units that stay in one cell (most people
live in one area) are grouped by unit alone, and only those that move are counted for each margin; the margins of the
others follow from their cells (``merge``).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Final

from disclosure_control.core.errors import BadTable
from disclosure_control.core.sql import quote
from disclosure_control.tables.statistics.engines.query import NOWHERE, Axis, Question

# Text that is a number; what Python, DuckDB and Spark read alike.
_NUMBER_TEXT: Final = r"^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$"


@dataclass(frozen=True)
class Dialect:
    """Where two engines differ."""

    sum: str  # the sum that loses least to rounding
    largest: Callable[[str, int], str]  # the largest of an expression, falling
    nth: Callable[[str, int], str]  # one of them, counted from 1; NULL where there is none
    divide: str  # whole division
    semi_join: str
    cte: str  # says that a common table is computed once
    quote: Callable[[str], str]
    matches: str  # a function (text, pattern)
    small: Callable[[Sequence[str]], str]  # a hint that these tables are small
    pair: Callable[[str, str], str]  # two numbers as one value, ordered by the first


DUCKDB: Final = Dialect(
    sum="fsum",
    largest=lambda expression, k: f"max({expression}, {k})",
    nth=lambda array, i: f"{array}[{i}]",
    divide="//",
    semi_join="SEMI JOIN",
    cte="AS MATERIALIZED",
    quote=quote,
    matches="regexp_matches",
    small=lambda _: "",
    pair=lambda a, b: f"{{'a': {a}, 'b': {b}}}",
)
SPARK: Final = Dialect(
    sum="sum",
    largest=lambda expression, k: f"max_by({expression}, {expression}, {k})",
    nth=lambda array, i: f"get({array}, {i - 1})",
    divide="div",
    semi_join="LEFT SEMI JOIN",
    cte="AS",
    quote=lambda name: "`" + name.replace("`", "``") + "`",
    matches="regexp_like",
    small=lambda names: f"/*+ BROADCAST({', '.join(names)}) */" if names else "",
    pair=lambda a, b: f"named_struct('a', {a}, 'b', {b})",
)
Kinds = Mapping[str, str]  # of each column: "float", "number" (whole, decimal, true or false), "text" or "other"


@dataclass(frozen=True)
class Statements:
    """The SQL of one question to the table ``frame``.

    Args:
        question: what is asked.
        kinds: the kind of each column.
        coded: the columns of ``question.by`` that hold codes already, -1 or NULL where there is no category.
        dialect: whose SQL it is.
        alone: whether it is known that every row is another unit.
        places: for some columns of ``question.by`` a table (v, i) of their categories and codes; of the others the
            categories are looked for in the frame.
    """

    question: Question
    kinds: Kinds
    coded: Collection[str]
    dialect: Dialect
    alone: bool = False
    places: Mapping[str, str] = field(default_factory=dict)

    def levels(self, name: str) -> str:
        """The categories of a column, in the order of their codes."""
        return f"SELECT v FROM ({self._distinct(name)}) AS d ORDER BY v"  # noqa: S608

    def rows(self, sizes: Sequence[int]) -> str:
        """One line a cell: what adds up over rows; with the contributions, where every row is another unit."""
        q, fsum = self.question, self.dialect.sum
        picks = ["count(*) AS everything", "count(v) AS n" if q.value else "count(*) AS n"]
        if q.value:
            picks += [
                f"{fsum}(v{' * w' if q.weight else ''}) AS total",
                "min(v) AS low",
                "max(v) AS high",
                "count(*) FILTER (WHERE v < 0) AS negatives",
                "count(*) FILTER (WHERE v = 0) AS zeros",
            ]
            picks += ["count(*) FILTER (WHERE odd) AS odd"] if self.kinds[q.value] == "text" else []
        picks += ["count(*) FILTER (WHERE w IS NULL) AS bad"] if q.weight else []
        picks += ["count(*) FILTER (WHERE u IS NULL) AS nobody"] if q.unit else []
        if self.alone or q.unit is None:
            picks += self._contributions("v", "v * w")
        return f"SELECT c, {', '.join(picks)} FROM {self._source(sizes)} AS s GROUP BY c"  # noqa: S608

    def units(self, axes: Sequence[Axis]) -> str:
        """One line a cell and kind: its units and their contributions.

        ``moving`` is 0 for units that stay in one cell, whose margins follow from their cells, and 1 for those that
        move, of which every margin stands in the answer; k0, k1, ... are the codes.
        """
        q, d = self.question, self.dialect
        sizes = [len(axis.labels) for axis in axes]
        source = self._source(sizes)
        sums = ["sum(v) AS s" if q.value else "0.0 AS s"]
        cell_sums = ["sum(s) AS s" if q.value else "0.0 AS s"]
        if q.value and q.weight:
            sums += ["sum(v * w) AS x", "min(CASE WHEN v IS NOT NULL THEN w END) AS w"]
            cell_sums += ["sum(x) AS x", "min(w) AS w"]
        by_unit, summed = ", ".join(sums), ", ".join(cell_sums)
        picked = ", ".join(self._contributions("s", "x"))
        codes = ", ".join(f"{code} AS k{i}" for i, code in enumerate(_decoded("c", sizes, d.divide)))
        keys = ", ".join(f"k{i}" for i in range(len(sizes)))
        if not q.margins:
            return (
                f"WITH pairs AS (SELECT c, u, {by_unit} FROM {source} AS s GROUP BY c, u)"  # noqa: S608
                f" SELECT 0 AS moving, {codes}, {picked} FROM pairs GROUP BY c"
            )
        return f"""
            WITH people {d.cte} (SELECT u, min(c) AS c, max(c) AS other, {by_unit} FROM {source} AS s GROUP BY u),
            movers {d.cte} (SELECT u FROM people WHERE c <> other),
            pairs {d.cte} (
                SELECT c, u, {by_unit} FROM (SELECT s.* FROM {source} AS s {d.semi_join} movers ON s.u = movers.u) AS m
                GROUP BY c, u
            ),
            raised AS (SELECT {keys}, u, {summed} FROM ({self._raised(axes, sizes)}) AS r GROUP BY {keys}, u)
            SELECT 0 AS moving, {codes}, {picked} FROM people WHERE c = other GROUP BY c
            UNION ALL
            SELECT 1 AS moving, {codes}, {picked} FROM pairs GROUP BY c
            UNION ALL
            SELECT 1 AS moving, {keys}, {picked} FROM raised GROUP BY {keys}
        """  # noqa: S608

    def _raised(self, axes: Sequence[Axis], sizes: Sequence[int]) -> str:
        """What each unit that moves contributes, once for every margin and group above each of its cells."""
        codes = _decoded("p.c", sizes, self.dialect.divide)
        joins = " ".join(
            f"JOIN (VALUES {', '.join(_pairs(axis))}) AS a{i}(leaf, node) ON a{i}.leaf = {code}"
            for i, (axis, code) in enumerate(zip(axes, codes, strict=True))
        )
        picks = ", ".join(f"a{i}.node AS k{i}" for i in range(len(axes)))
        higher = " OR ".join(f"a{i}.node < 0" for i in range(len(axes)))
        weights = ", p.x, p.w" if self.question.value and self.question.weight else ""
        hint = self.dialect.small([f"a{i}" for i in range(len(axes))])
        return f"SELECT {hint} {picks}, p.u, p.s{weights} FROM pairs AS p {joins} WHERE {higher}"  # noqa: S608

    def _source(self, sizes: Sequence[int]) -> str:
        """The rows that have every category: code of the cell, unit, value, weight."""
        q = self.question
        joins, codes, present = [], [], []
        for i, name in enumerate(q.by):
            stride = _stride(sizes, i)
            column = f"f.{self.dialect.quote(name)}"
            if name in self.coded:
                codes.append(f"CAST({column} AS INTEGER) * {stride}")
                present.append(f"{column} >= 0")
            else:
                # A column's categories are few: joining their codes is cheaper than grouping by what they are.
                order = f"(SELECT v, row_number() OVER (ORDER BY v) - 1 AS i FROM ({self._distinct(name)}) AS d)"  # noqa: S608
                joins.append(f"JOIN {self.places.get(name, order)} AS d{i} ON {column} = d{i}.v")
                codes.append(f"d{i}.i * {stride}")
        picks = [f"CAST({' + '.join(codes)} AS INTEGER) AS c"]
        picks += [f"{self._unit()} AS u"] if q.unit else []
        picks += [f"{self._number(q.value)} AS v"] if q.value else []
        picks += [f"{self._odd(q.value)} AS odd"] if q.value and self.kinds[q.value] == "text" else []
        picks += [f"{self._weight(q.weight)} AS w"] if q.weight else []
        hint = self.dialect.small([f"d{i}" for i, name in enumerate(q.by) if name not in self.coded])
        where = f" WHERE {' AND '.join(present)}" if present else ""
        return f"(SELECT {hint} {', '.join(picks)} FROM frame AS f {' '.join(joins)}{where})"  # noqa: S608

    def _distinct(self, name: str) -> str:
        column = self.dialect.quote(name)
        condition = f"{column} IS NOT NULL" + (f" AND NOT isnan({column})" if self.kinds[name] == "float" else "")
        return f"SELECT DISTINCT {column} AS v FROM frame WHERE {condition}"  # noqa: S608

    def _number(self, name: str) -> str:
        column = f"f.{self.dialect.quote(name)}"
        match self.kinds[name]:
            case "float":
                return f"CASE WHEN isnan({column}) THEN NULL ELSE CAST({column} AS DOUBLE) END"
            case "number":
                return f"CAST({column} AS DOUBLE)"
            case "text":
                text = f"CAST({column} AS STRING)"
                return f"CASE WHEN {self.dialect.matches}({text}, '{_NUMBER_TEXT}') THEN TRY_CAST({text} AS DOUBLE) END"
            case _:
                raise BadTable(f"Column {name!r} does not hold numbers.", hint="Convert it first.")

    def _odd(self, name: str) -> str:
        """Whether a text is not a number."""
        return f"(f.{self.dialect.quote(name)} IS NOT NULL AND ({self._number(name)}) IS NULL)"

    def _weight(self, name: str) -> str:
        """The weight; NULL where it is none, which ``rows`` counts."""
        number = self._number(name)
        return f"CASE WHEN {number} >= 0 AND {number} < CAST('Infinity' AS DOUBLE) THEN {number} END"

    def _unit(self) -> str:
        q, cite = self.question, self.dialect.quote
        unit = self._known(str(q.unit))
        if q.holding is None:
            return unit
        holding = self._known(q.holding)
        return (
            f"CASE WHEN {holding} IS NOT NULL THEN concat('h', CAST(f.{cite(q.holding)} AS STRING))"
            f" WHEN {unit} IS NOT NULL THEN concat('u', CAST(f.{cite(str(q.unit))} AS STRING)) END"
        )

    def _known(self, name: str) -> str:
        column = f"f.{self.dialect.quote(name)}"
        return f"CASE WHEN isnan({column}) THEN NULL ELSE {column} END" if self.kinds[name] == "float" else column

    def _contributions(self, contribution: str, weighted: str) -> list[str]:
        """The units of a group of lines with one unit each, and their largest contributions, one a column."""
        q, d = self.question, self.dialect
        if not q.value:
            return ["count(*) AS units"]
        size = f"abs({contribution})"
        pair = f"CASE WHEN {contribution} IS NOT NULL THEN {d.pair(size, 'w')} END"
        largest = d.largest(pair if q.weight else size, q.largest)
        picks = [
            f"count({contribution}) AS units",
            f"{d.sum}(abs({weighted if q.weight else contribution})) AS total_absolute",
        ]
        for i in range(1, q.largest + 1):
            entry = d.nth(largest, i)
            picks += [f"{entry}.a AS top_{i}", f"{entry}.b AS weight_{i}"] if q.weight else [f"{entry} AS top_{i}"]
        return picks


def _stride(sizes: Sequence[int], i: int) -> int:
    """How far apart the codes of cells are whose codes of column i differ by one."""
    return prod(sizes[i + 1 :])


def _decoded(code: str, sizes: Sequence[int], divide: str) -> list[str]:
    """The code of each column from the code of a cell."""
    return [f"({code} {divide} {_stride(sizes, i)}) % {max(size, 1)}" for i, size in enumerate(sizes)]


def _pairs(axis: Axis) -> list[str]:
    """Every category with each node that it is counted in."""
    places = {(leaf, int(node)) for target in axis.targets for leaf, node in enumerate(target) if node != NOWHERE}
    return [f"({leaf}, {node})" for leaf, node in sorted(places)]
