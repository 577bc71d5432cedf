"""Figures of a session, with pandas' own names."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from disclosure_control.core.errors import BadTable
from disclosure_control.evidence.query import COUNT, CategoryQuery, HistogramQuery, LineQuery
from disclosure_control.figures.histogram import check_edges, round_edges
from disclosure_control.outputs.arguments import aggfunc_of
from disclosure_control.outputs.frame import gather, name_of
from disclosure_control.outputs.session import Session


@dataclass(frozen=True)
class Figure:
    """A drawn output: shows itself in a notebook, with its counts at hand.

    Attributes:
        counts: what is drawn, a row a bar, point or interval; hidden ones are missing.
        png: the picture as it is written, without metadata.
    """

    counts: pd.DataFrame
    png: bytes = field(repr=False)

    def _repr_png_(self) -> bytes:
        return self.png


class Figures(Session):
    """Histograms, bars, pies and lines."""

    def hist(
        self,
        data: "pd.DataFrame | pd.Series[Any]",
        column: str | None = None,
        *,
        bins: int | Sequence[float] = 10,
        name: str | None = None,
        comment: str = "",
    ) -> Figure:
        """A histogram of one column, as ``pandas.DataFrame.hist``.

        Bins with too few people are drawn as empty, and the axis ends at the last bin that is drawn. A number of bins
        gives about as many with round edges, so that no edge is somebody's value.

        Args:
            data: a frame, or a series of numbers. Its index says whom each row is about.
            column: which column of a frame; not needed where there is one.
            bins: about how many, 1 to 500; or the edges themselves, rising, the last bin closed on both sides.
            name: the output's name, and that of its files; ``figure_1`` and so on when not given.
            comment: what the checkers should know of it.

        Returns:
            The figure with its counts of units, a row a bin.

        Raises:
            BadTable: there is no such column, it holds no finite numbers, or the bins cannot be used.
            ValueError: the column holds text that is no number.
            MissingExtra: matplotlib is not installed.
        """
        series = _one_column(data, column)
        source = gather({name_of(series, "value"): series}, self._unit)
        label = source.frame.column_names[0]
        numbers = pd.to_numeric(series, errors="raise")
        edges = round_edges(numbers, bins) if isinstance(bins, int) else check_edges(bins)
        query = HistogramQuery(column=label, edges=edges, unit=source.unit, mitigation=self._hiding)
        result = self._keep(query, source.frame, f"hist({label}, bins={len(edges) - 1})", name, comment)
        return Figure(counts=result.shown, png=result.pictures[".png"])

    def bar(self, data: "pd.Series[Any]", *, name: str | None = None, comment: str = "") -> Figure:
        """Bars of how many are in each category, as ``data.value_counts().plot.bar()``, in the order of the labels.

        A category with too few people is left out, its label too, and so is another that would give it away.

        Args:
            data: a series of categories, at most 100 different ones. Its index says whom each row is about.
            name: the output's name, and that of its files; ``figure_1`` and so on when not given.
            comment: what the checkers should know of it.

        Returns:
            The figure with its counts of units, a row a category.

        Raises:
            BadTable: ``data`` is not a series, or has no category or too many.
            MissingExtra: matplotlib is not installed.
        """
        return self._categories("bar", data, name, comment)

    def pie(self, data: "pd.Series[Any]", *, name: str | None = None, comment: str = "") -> Figure:
        """A pie of how many are in each category, as ``data.value_counts().plot.pie()``.

        A category with too few people is left out, its label too, and so is another that would give it away: the pie is
        one of what is shown.

        Args:
            data: a series of categories, at most 100 different ones. Its index says whom each row is about.
            name: the output's name, and that of its files; ``figure_1`` and so on when not given.
            comment: what the checkers should know of it.

        Returns:
            The figure with its counts of units, a row a category.

        Raises:
            BadTable: ``data`` is not a series, or has no category or too many.
            MissingExtra: matplotlib is not installed.
        """
        return self._categories("pie", data, name, comment)

    def line(
        self,
        index: "pd.Series[Any]",
        values: "pd.Series[Any] | None" = None,
        aggfunc: str = "mean",
        *,
        by: "pd.Series[Any] | None" = None,
        name: str | None = None,
        comment: str = "",
    ) -> Figure:
        """Lines of a statistic along the categories of ``index``, as ``pandas.crosstab(index, by, ...).plot.line()``.

        Points of too few people are left out of their line.

        Args:
            index: the categories along the axis, as years. Its index says whom each row is about.
            values: the numbers to aggregate; without it, how many units there are.
            aggfunc: "mean", "sum", "count", "median" or "std"; together with ``values``.
            by: a line for each of its categories; one line without it.
            name: the output's name, and that of its files; ``figure_1`` and so on when not given.
            comment: what the checkers should know of it.

        Returns:
            The figure with the values of its points, a row a category of ``index``, a column a line.

        Raises:
            BadTable: the series do not belong together, or there are too many lines.
            MissingExtra: matplotlib is not installed.
        """
        series_of = {"row": index, "line": by, "value": values}
        names = {role: name_of(series, role) for role, series in series_of.items() if series is not None}
        parts = {names[role]: series for role, series in series_of.items() if series is not None}
        if len(parts) != len(names):
            raise BadTable("Two of the series have the same name.", hint="Rename one of them.")
        source = gather(parts, self._unit)
        column, line, value = names["row"], names.get("line"), names.get("value")
        measure = COUNT if value is None else (aggfunc_of(aggfunc), value)
        mitigation = self._mitigation if measure[0] == "count" else self._hiding
        query = LineQuery(column, line, measure, source.unit, mitigation)
        arguments = ", ".join(
            [column, *([f"{value}, {aggfunc!r}"] if value else []), *([f"by={line}"] if line else [])]
        )
        result = self._keep(query, source.frame, f"line({arguments})", name, comment)
        return Figure(counts=result.shown, png=result.pictures[".png"])

    def _categories(self, kind: str, data: "pd.Series[Any]", name: str | None, comment: str) -> Figure:
        label = name_of(data, "category")
        source = gather({label: data}, self._unit)
        query = CategoryQuery(column=label, kind=kind, unit=source.unit, mitigation=self._hiding)
        result = self._keep(query, source.frame, f"{kind}({label})", name, comment)
        return Figure(counts=result.shown, png=result.pictures[".png"])


def _one_column(data: "pd.DataFrame | pd.Series[Any]", column: str | None) -> "pd.Series[Any]":
    if isinstance(data, pd.Series):
        return data
    if column is None and len(data.columns) == 1:
        column = str(data.columns[0])
    if column is None or column not in data.columns:
        raise BadTable("Say which column to draw.", hint=f"There are: {', '.join(map(str, data.columns[:20]))}.")
    return data[column]
