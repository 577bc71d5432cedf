"""Tables: cells of each value, judged for each statistic that is shown, and hidden alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa

from disclosure_control.core import statbarns
from disclosure_control.core.errors import BadTable
from disclosure_control.core.finding import Finding
from disclosure_control.core.policy import Policy
from disclosure_control.evidence.compute.mitigation import (
    Linked,
    labels_shown,
    mitigate,
    shared_labels,
    sparse_categories,
)
from disclosure_control.evidence.query import TableQuery
from disclosure_control.evidence.result import QueryResult
from disclosure_control.tables.grid import Layer, frame_of, grid_of, reasons_of, whole_margins
from disclosure_control.tables.sensitivity import judge_cells, judge_ratio
from disclosure_control.tables.statistics.cells import ALL, JUDGED, cell_statistics
from disclosure_control.tables.statistics.row_statistics import ROW_STATISTICS, with_row_statistics

# A standard deviation is made of sums, and gives away what a mean does.
_JUDGED_AS: Final = {"count": "frequency", "sum": "sum", "mean": "mean", "std": "mean", "median": "median"}
_OF_SUMS: Final = frozenset({"sum", "mean", "std"})
OF_VALUE: Final = "statistic"  # the column of evidence that names the value; no category can have this name


@dataclass(frozen=True)
class TableResult:
    """A table that was judged and protected.

    Attributes:
        safe: the cells of each value, with ``suppressed``.
        layers: the statistics that are shown.
        everything: the cells of the first value with all margins.
        findings: what the policy says.
    """

    safe: dict[str | None, pd.DataFrame]
    layers: list[Layer]
    everything: pd.DataFrame
    findings: list[Finding]


def answer_table(query: TableQuery, frame: pa.Table | Path, policy: Policy, findings: list[Finding]) -> QueryResult:
    """The answer to a table."""
    table = tabulate(query, frame, policy)
    return QueryResult(
        statbarn=statbarn_of(query),
        keys=keys_of(query),
        cells=evidence_of(table),
        grids={".csv": grid_of(table.layers, query.rows, query.columns)},
        pictures={},
        shown=frame_of(table.layers, query.rows, query.columns),
        findings=(*findings, *table.findings),
        labels=labels_of_table(table, query),
        shared=shared_labels(table.everything, query.by, policy),
        reasons=reasons_of(table.layers, query.rows, query.columns),
    )


def tabulate(query: TableQuery, frame: pa.Table | Path, policy: Policy) -> TableResult:
    """Judge and protect the table that a query asks for.

    Raises:
        BadTable: the frame lacks a column, or the table cannot be judged or rounded.
    """
    if query.mitigation == "round" and not query.counts_only:
        raise BadTable("Rounding is for tables of counts.", hint="Suppress tables of sums and means.")
    values: list[str | None] = list(dict.fromkeys(value for _, value in query.measures))
    cells_of = {value: _cells(query, frame, value, policy) for value in values}
    everything = cells_of[values[0]]
    margin = (everything[query.by] == ALL).any(axis=1)
    fits = whole_margins(everything, query.rows, query.columns) if query.margins else ~margin
    judged = _judge({value: cells[fits].reset_index(drop=True) for value, cells in cells_of.items()}, query, policy)
    tables = _linked_tables(judged, query)
    if query.mitigation == "round":
        tables = tables[:1]
    protected, notes = mitigate(tables, query.by, query.mitigation, policy)
    marks = protected[0][[name for name in ("suppressed", "rounded") if name in protected[0]]]
    safe = {value: pd.concat([cells, marks], axis=1) for value, cells in judged.items()}
    layers = [Layer(aggfunc, value, safe[value]) for aggfunc, value in query.measures]
    return TableResult(safe, layers, everything, [*sparse_categories(everything, query.by, policy), *notes])


def statbarn_of(query: TableQuery) -> str:
    """The kind of statistic of a table."""
    aggfuncs = {aggfunc for aggfunc, _ in query.measures}
    if aggfuncs & _OF_SUMS:
        return statbarns.LINEAR_AGGREGATIONS
    return statbarns.POSITION if "median" in aggfuncs else statbarns.FREQUENCIES


def keys_of(query: TableQuery) -> tuple[str, ...]:
    """The columns that name a cell of the evidence."""
    return tuple([OF_VALUE, *query.by] if len({value for _, value in query.measures}) > 1 else query.by)


def evidence_of(table: TableResult) -> pd.DataFrame:
    """The cells of all values, each under the name of its value where there are several."""
    if len(table.safe) == 1:
        return next(iter(table.safe.values())).drop(columns="outcome")
    named = [cells.drop(columns="outcome").assign(**{OF_VALUE: value or ""}) for value, cells in table.safe.items()]
    return pd.concat(named, ignore_index=True)


def labels_of_table(table: TableResult, query: TableQuery) -> tuple[str, ...]:
    """The texts of a table that the author or the data chose."""
    return (*labels_shown(table.layers[0].safe, query.by), *query.values)


def _cells(query: TableQuery, frame: pa.Table | Path, value: str | None, policy: Policy) -> pd.DataFrame:
    cells = cell_statistics(frame, query.by, value, query.unit, margins=True, largest=policy.contributions)
    aggfuncs = [aggfunc for aggfunc, of in query.measures if of == value and aggfunc in ROW_STATISTICS]
    return cells if value is None else with_row_statistics(cells, frame, query.by, value, aggfuncs)


def _judge(cells: dict[str | None, pd.DataFrame], query: TableQuery, policy: Policy) -> dict[str | None, pd.DataFrame]:
    """The cells of each value with the outcome and reasons of all statistics of all values."""
    judgements = [judge_cells(cells[value], policy, statistic=_JUDGED_AS[aggfunc]) for aggfunc, value in query.measures]
    joint = reduce(judge_ratio, judgements)
    return {value: value_cells.assign(**{name: joint[name] for name in JUDGED}) for value, value_cells in cells.items()}


def _linked_tables(judged: dict[str | None, pd.DataFrame], query: TableQuery) -> list[Linked]:
    """What an attacker can add up: the totals behind sums and means; the counts, also where two of them tell those."""
    return [
        (cells, link)
        for value, cells in judged.items()
        for link in _links([aggfunc for aggfunc, of in query.measures if of == value])
    ]


def _links(aggfuncs: Sequence[str]) -> list[str]:
    of_sums = [aggfunc for aggfunc in aggfuncs if aggfunc in _OF_SUMS]
    of_counts = len(of_sums) < len(aggfuncs) or len(of_sums) > 1
    return [*(["total"] if of_sums else []), *(["n"] if of_counts else [])]
