"""Tables of a session, with pandas' own names."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd

from disclosure_control.columns import gather, name_of
from disclosure_control.errors import BadTable
from disclosure_control.evidence.query import COUNT, MOST_CATEGORIES, Measure, TableQuery
from disclosure_control.outputs.arguments import (
    Categories,
    Functions,
    check_options,
    column_names,
    measures_of,
    named_series,
)
from disclosure_control.outputs.base import Session
from disclosure_control.outputs.layout import Levels, arranged
from disclosure_control.outputs.shown import ShownTable

_Sides: TypeAlias = "tuple[dict[str, pd.Series[Any]], dict[str, pd.Series[Any]]]"


class Tables(Session):
    """Tables of counts and of statistics of values."""

    def crosstab(
        self,
        index: Categories,
        columns: Categories,
        values: "pd.Series[Any] | None" = None,
        rownames: Sequence[str] | None = None,
        colnames: Sequence[str] | None = None,
        aggfunc: Functions | None = None,
        margins: bool = False,
        *,
        name: str | None = None,
        comment: str = "",
        **options: object,
    ) -> pd.DataFrame:
        """A table of categories, as ``pandas.crosstab``: counts, or statistics of values.

        Args:
            index, columns: a series of categories each, or a list of them; up to four in all.
            values: what to aggregate.
            rownames, colnames: other names for the series.
            aggfunc: "mean", "sum", "count", "median" or "std", or a list of them; together with ``values``.
            margins: whether to add the margins, labelled "All".
            name: the output's name, and that of its files.
            comment: what the checkers should know of it.
            **options: further options of pandas, as far as they are held.

        Returns:
            The table, with unsafe cells missing when the session suppresses; in a notebook they are marked, with the
            reason.

        Raises:
            BadTable: the series do not belong together, or cannot be judged.
        """
        if (values is None) != (aggfunc is None):
            raise BadTable("values and aggfunc go together.", hint='For example aggfunc="mean".')
        if isinstance(aggfunc, Mapping):
            raise BadTable("A crosstab has one value.", hint="Use pivot_table for several.")
        check_options(options)
        sides = named_series(index, "row", rownames), named_series(columns, "col", colnames)
        value = {} if values is None else {name_of(values, "value"): values}
        measures = [COUNT] if aggfunc is None else measures_of(list(value), aggfunc)
        shown = self._tabulate("crosstab", sides, value, measures, margins, name, comment)
        return arranged(shown, measures, Levels(function=isinstance(aggfunc, list | tuple), value=False))

    def pivot_table(
        self,
        data: pd.DataFrame,
        values: str | Sequence[str] | None = None,
        index: str | Sequence[str] | None = None,
        columns: str | Sequence[str] | None = None,
        aggfunc: Functions = "mean",
        *,
        margins: bool = False,
        name: str | None = None,
        comment: str = "",
        **options: object,
    ) -> pd.DataFrame:
        """A table of values by categories, as ``pandas.DataFrame.pivot_table``; without values, how many rows.

        Args:
            data: the records.
            values: the column or columns that are aggregated; None counts rows, whatever ``aggfunc`` says.
            index, columns: the columns of categories, one or several; ``columns`` may be left out.
            aggfunc: "mean", "sum", "count", "median" or "std", a list of them, or a mapping from values to those.
            margins, name, comment, **options: as ``crosstab``.

        Raises:
            BadTable: a column is missing, or the table cannot be judged.
        """
        check_options(options)
        down, across, of = (_columns_of(data, names) for names in (index, columns, values))
        if not down:
            raise BadTable("A table needs an index.", hint=_there_are(data))
        measures = measures_of(list(of), aggfunc) if of else [COUNT]
        shown = self._tabulate("pivot_table", (down, across), of, measures, margins, name, comment)
        return arranged(shown, measures, _levels(values, aggfunc, bool(across)))

    def table(
        self,
        data: pd.DataFrame,
        by: str | Sequence[str],
        values: str | Sequence[str] | None = None,
        aggfunc: Functions = "mean",
        *,
        margins: bool = False,
        name: str | None = None,
        comment: str = "",
    ) -> pd.DataFrame:
        """Statistics of groups, one line a group, as ``data.groupby(by)[values].agg(aggfunc)``.

        Args:
            data: the records.
            by: the column or columns of categories.
            values: the column or columns that are aggregated; without them, how many rows.
            aggfunc: as ``pivot_table``.
            margins, name, comment: as ``crosstab``.

        Raises:
            BadTable: a column is missing, or the table cannot be judged.
        """
        return self.pivot_table(data, values, by, None, aggfunc, margins=margins, name=name, comment=comment)

    def _tabulate(
        self,
        method: str,
        sides: _Sides,
        value: "dict[str, pd.Series[Any]]",
        measures: Sequence[Measure],
        margins: bool,
        name: str | None,
        comment: str,
    ) -> ShownTable:
        rows, across = sides
        if len(rows) + len(across) > MOST_CATEGORIES:
            raise BadTable(f"A table has at most {MOST_CATEGORIES} columns of categories.", hint="Make several tables.")
        parts = rows | across | value
        if len(parts) != len(rows) + len(across) + len(value):
            raise BadTable("Two of the series have the same name.", hint="Rename one of them.")
        used = gather(parts, self._unit, [*rows, *across])
        counts = all(how == "count" for how, _ in measures)
        query = TableQuery(
            rows=tuple(rows),
            columns=tuple(across),
            measures=tuple(measures),
            margins=margins,
            unit=used.unit,
            mitigation=self._mitigation if counts else self._hiding,
        )
        given = self._keep(query, used.frame, _command(method, query), name, comment)
        return ShownTable.of(given.shown, given.reasons)


def _command(method: str, query: TableQuery) -> str:
    """The call as it is told to the checkers."""
    sides = [side[0] if len(side) == 1 else f"[{', '.join(side)}]" for side in (query.rows, query.columns)]
    told = [f"{how} of {value}" for how, value in query.measures if value is not None]
    return f"{method}({', '.join([*sides, *told, *(['margins=True'] if query.margins else [])])})"


def _columns_of(data: pd.DataFrame, names: str | Sequence[str] | None) -> "dict[str, pd.Series[Any]]":
    wanted = column_names(names)
    absent = [column for column in wanted if column not in data.columns]
    if absent:
        raise BadTable(f"There is no column {absent[0]!r}.", hint=_there_are(data))
    return {column: data[column] for column in wanted}


def _there_are(data: pd.DataFrame) -> str:
    return f"There are: {', '.join(map(str, data.columns[:20]))}."


def _levels(values: object, aggfunc: object, has_columns: bool) -> Levels:
    """Which headings pandas puts above the labels."""
    several = isinstance(values, list | tuple)
    if isinstance(aggfunc, Mapping):
        nested = any(isinstance(how, list | tuple) for how in aggfunc.values())
        return Levels(function=nested, value=True, value_first=True)
    return Levels(function=isinstance(aggfunc, list | tuple), value=several or not has_columns)
