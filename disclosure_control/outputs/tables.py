"""Tables of a session, with pandas' own names."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd
import pyarrow as pa

from disclosure_control.core.errors import BadTable
from disclosure_control.evidence.query import COUNT, MOST_CATEGORIES, Measure, TableQuery
from disclosure_control.outputs.arguments import (
    Categories,
    Functions,
    check_options,
    column_names,
    measures_of,
    named_series,
)
from disclosure_control.outputs.frame import gather, name_of
from disclosure_control.outputs.layout import Levels, arrange_headings
from disclosure_control.outputs.session import Session
from disclosure_control.outputs.spool import LargeFrame, is_large, names_of
from disclosure_control.outputs.table_display import TableDisplay

_Source: TypeAlias = tuple[pa.Table | Path, str | None]  # the columns of an output, and which of them is the unit


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

        A cell is judged by how many units it holds, by what the largest of them contribute and by whether groups tell
        of their members; unsafe ones are hidden, with others that would give them away (Handbook on Statistical
        Disclosure Control, 2nd ed., sections 4.2 and 4.4). See
        ``judge_cells`` and ``protect_table``.

        Args:
            index: a series of categories for the rows, or a list of them; up to four in all with ``columns``. Its index
                says whom each row is about.
            columns: a series of categories for the columns, or a list of them.
            values: the numbers to aggregate.
            rownames: other names for the series of ``index``, one each.
            colnames: other names for the series of ``columns``, one each.
            aggfunc: "mean", "sum", "count", "median" or "std", or a list of them; together with ``values``.
            margins: whether to add the margins, labelled "All".
            name: the output's name, and that of its files; ``table_1`` and so on when not given.
            comment: what the checkers should know of it.
            **options: further options of pandas, as far as they are held; others are refused.

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
        rows, across = named_series(index, "row", rownames), named_series(columns, "col", colnames)
        value = {} if values is None else {name_of(values, "value"): values}
        measures = [COUNT] if aggfunc is None else measures_of(list(value), aggfunc)
        sides = list(rows), list(across), list(value)
        parts = rows | across | value
        table = self._tabulate(
            "crosstab", sides, lambda by: _source_of(parts, self._unit, by), measures, margins, name, comment
        )
        return arrange_headings(table, measures, Levels(function=isinstance(aggfunc, list | tuple), value=False))

    def pivot_table(
        self,
        data: pd.DataFrame | LargeFrame,
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
        """A table of values by categories, as ``pandas.DataFrame.pivot_table``; without values, how many units.

        Args:
            data: the records: a pandas frame; or a polars, Dask or Spark frame or a DuckDB relation, whose columns
                are computed by its engine and need not fit into memory.
            values: the column or columns that are aggregated; None counts, whatever ``aggfunc`` says.
            index: the column or columns of categories of the rows; up to four in all with ``columns``.
            columns: the column or columns of categories of the columns; may be left out.
            aggfunc: "mean", "sum", "count", "median" or "std", a list of them, or a mapping from values to those.
            margins: whether to add the margins, labelled "All".
            name: the output's name, and that of its files; ``table_1`` and so on when not given.
            comment: what the checkers should know of it.
            **options: further options of pandas, as far as they are held; others are refused.

        Returns:
            As ``crosstab``.

        Raises:
            BadTable: a column is missing, or the table cannot be judged.
        """
        check_options(options)
        sides = column_names(index), column_names(columns), column_names(values)
        down, across, value_names = sides
        _check_columns(data, [*down, *across, *value_names])
        if not down:
            raise BadTable("A table needs an index.", hint=_there_are(data))
        measures = measures_of(value_names, aggfunc) if value_names else [COUNT]
        table = self._tabulate(
            "pivot_table", sides, lambda by: self._columns_of(data, by, value_names), measures, margins, name, comment
        )
        return arrange_headings(table, measures, _levels(values, aggfunc, bool(across)))

    def table(
        self,
        data: pd.DataFrame | LargeFrame,
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
            data: the records, as ``pivot_table``.
            by: the column or columns of categories.
            values: the column or columns that are aggregated; without them, how many units.
            aggfunc: as ``pivot_table``.
            margins: whether to add a line for all, labelled "All".
            name: the output's name, and that of its files; ``table_1`` and so on when not given.
            comment: what the checkers should know of it.

        Returns:
            As ``crosstab``, a row a group.

        Raises:
            BadTable: a column is missing, or the table cannot be judged.
        """
        return self.pivot_table(data, values, by, None, aggfunc, margins=margins, name=name, comment=comment)

    def _tabulate(
        self,
        method: str,
        sides: tuple[list[str], list[str], list[str]],
        columns_by: Callable[[list[str]], _Source],
        measures: Sequence[Measure],
        margins: bool,
        name: str | None,
        comment: str,
    ) -> TableDisplay:
        rows, across, values = sides
        if len(rows) + len(across) > MOST_CATEGORIES:
            raise BadTable(f"A table has at most {MOST_CATEGORIES} columns of categories.", hint="Make several tables.")
        if len({*rows, *across, *values}) != len(rows) + len(across) + len(values):
            raise BadTable("Two of the series have the same name.", hint="Rename one of them.")
        frame, unit = columns_by([*rows, *across])
        counts = all(aggfunc == "count" for aggfunc, _ in measures)
        query = TableQuery(
            rows=tuple(rows),
            columns=tuple(across),
            measures=tuple(measures),
            margins=margins,
            unit=unit,
            mitigation=self._mitigation if counts else self._hiding,
        )
        result = self._keep(query, frame, _command(method, query), name, comment)
        return TableDisplay.of(result.shown, result.reasons)

    def _columns_of(self, data: pd.DataFrame | LargeFrame, by: list[str], values: list[str]) -> _Source:
        if is_large(data):
            return self._spool.keep(data, [*by, *values], self._unit)
        return _source_of({column: data[column] for column in [*by, *values]}, self._unit, by)


def _command(method: str, query: TableQuery) -> str:
    """The call as it is told to the checkers."""
    sides = [side[0] if len(side) == 1 else f"[{', '.join(side)}]" for side in (query.rows, query.columns)]
    statistics = [f"{aggfunc} of {value}" for aggfunc, value in query.measures if value is not None]
    return f"{method}({', '.join([*sides, *statistics, *(['margins=True'] if query.margins else [])])})"


def _source_of(parts: "dict[str, pd.Series[Any]]", unit: "str | pd.Series[Any] | None", by: list[str]) -> _Source:
    columns = gather(parts, unit, by)
    return columns.frame, columns.unit


def _check_columns(data: pd.DataFrame | LargeFrame, names: Sequence[str]) -> None:
    known = _names(data)
    absent = [column for column in names if column not in known]
    if absent:
        raise BadTable(f"There is no column {absent[0]!r}.", hint=_there_are(data))


def _there_are(data: pd.DataFrame | LargeFrame) -> str:
    return f"There are: {', '.join(_names(data)[:20])}."


def _names(data: pd.DataFrame | LargeFrame) -> list[str]:
    if isinstance(data, pd.DataFrame):
        return [str(column) for column in data.columns]
    if not is_large(data):
        raise BadTable(
            f"The records are a {type(data).__name__}, which cannot be read.",
            hint="Give a pandas, polars, Dask or Spark frame, or a DuckDB relation.",
        )
    return names_of(data)


def _levels(values: object, aggfunc: object, has_columns: bool) -> Levels:
    """Which headings pandas puts above the labels."""
    several = isinstance(values, list | tuple)
    if isinstance(aggfunc, Mapping):
        nested = any(isinstance(how, list | tuple) for how in aggfunc.values())
        return Levels(function=nested, value=True, value_first=True)
    return Levels(function=isinstance(aggfunc, list | tuple), value=several or not has_columns)
