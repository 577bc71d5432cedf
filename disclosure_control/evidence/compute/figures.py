"""Figures: histograms, bars, pies and lines, drawn from counts and statistics that were judged."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from disclosure_control.core import statbarns
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.policy import Policy
from disclosure_control.evidence.compute.mitigation import labels_shown, mitigate, shared_labels, sparse_categories
from disclosure_control.evidence.compute.tables import (
    evidence_of,
    keys_of,
    labels_of_table,
    statbarn_of,
    tabulate,
)
from disclosure_control.evidence.query import CategoryQuery, HistogramQuery, LineQuery
from disclosure_control.evidence.result import QueryResult
from disclosure_control.figures import categories, histogram, lines
from disclosure_control.tables.grid import frame_of
from disclosure_control.tables.sensitivity import judge_cells
from disclosure_control.tables.statistics.cells import ALL, cell_statistics


def answer_histogram(query: HistogramQuery, frame: pa.Table, policy: Policy, findings: list[Finding]) -> QueryResult:
    """The answer to a histogram."""
    data = frame.to_pandas()
    unit = data[query.unit] if query.unit is not None else None
    judged = judge_cells(histogram.bin_cells(data[query.column], query.edges, unit), policy)
    (safe,), notes = mitigate([(judged, "n")], ["bin"], query.mitigation, policy)
    edge_findings = _edges_that_are_values(data[query.column], unit, query.edges, policy)
    picture = histogram.draw(safe, query.edges, query.column, "Rows" if unit is None else "Observations")
    return QueryResult(
        statbarn=statbarns.SHAPE,
        keys=("bin",),
        cells=safe.drop(columns="outcome"),
        grids={},
        pictures={".png": picture},
        shown=_counts(safe, "bin"),
        findings=(*findings, *notes, *edge_findings),
        labels=(query.column,),
    )


def answer_categories(query: CategoryQuery, frame: pa.Table, policy: Policy, findings: list[Finding]) -> QueryResult:
    """The answer to bars or a pie."""
    by = [query.column]
    cells = cell_statistics(frame, by, None, query.unit, margins=True)
    categories.check_categories(cells)
    sparse = sparse_categories(cells, by, policy)
    (safe,), notes = mitigate([(judge_cells(cells, policy), "n")], by, query.mitigation, policy)
    counted = "Rows" if query.unit is None else "Observations"
    return QueryResult(
        statbarn=statbarns.FREQUENCIES,
        keys=(query.column,),
        cells=safe.drop(columns="outcome"),
        grids={},
        pictures={".png": categories.draw(safe, query.column, query.kind, counted)},
        shown=_counts(safe, query.column),
        findings=(*findings, *sparse, *notes),
        labels=labels_shown(safe, by),
        shared=shared_labels(cells, by, policy),
    )


def answer_line(query: LineQuery, frame: pa.Table, policy: Policy, findings: list[Finding]) -> QueryResult:
    """The answer to lines: that of the table they show, drawn."""
    table_query = query.as_table()
    table = tabulate(table_query, frame, policy)
    lines.check_lines(table.layers[0].safe, table_query.by)
    shown = frame_of(table.layers, table_query.rows, table_query.columns)
    return QueryResult(
        statbarn=statbarn_of(table_query),
        keys=keys_of(table_query),
        cells=evidence_of(table),
        grids={},
        pictures={".png": lines.draw(shown, query.column, table.layers[0].name, query.line)},
        shown=shown,
        findings=(*findings, *table.findings),
        labels=labels_of_table(table, table_query),
        shared=shared_labels(table.everything, table_query.by, policy),
    )


def _counts(safe: pd.DataFrame, name: str) -> pd.DataFrame:
    """The counts that are drawn, missing where they are hidden."""
    shown = safe[safe[name] != ALL]
    return pd.DataFrame({name: shown[name], "n": shown["n"].where(shown["suppressed"] == "")}).set_index(name)


def _edges_that_are_values(
    values: "pd.Series[Any]", unit: "pd.Series[Any] | None", edges: Sequence[float], policy: Policy
) -> list[Finding]:
    """Edges that nobody would choose but to tell a value; round ones are anybody's choice."""
    if histogram.are_round(edges):
        return []
    units = pd.Series(np.arange(len(values))) if unit is None else unit
    few = sum(0 < units[(values == edge).to_numpy()].nunique() < policy.min_units for edge in edges)
    return [make_finding("figure.edge-is-a-value", f"{few} of {len(edges)} edges", edges=few)] if few else []
