"""Survival: a life table of intervals with enough people, or the curve of it."""

import pandas as pd
import pyarrow as pa

from disclosure_control.core import statbarns
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.policy import Policy
from disclosure_control.evidence.query import SurvivalQuery
from disclosure_control.evidence.result import QueryResult
from disclosure_control.figures import curve
from disclosure_control.figures.histogram import round_edges
from disclosure_control.models.survival import life_table, spells_of
from disclosure_control.tables.grid import grid_of_numbers

_BINS = 100  # round intervals to combine from


def answer_survival(query: SurvivalQuery, frame: pa.Table, policy: Policy, findings: list[Finding]) -> QueryResult:
    """The answer to a survival function.

    Raises:
        BadTable: times or status cannot be used.
    """
    data = frame.to_pandas()
    spells = spells_of(data[query.time], data[query.event], data[query.unit] if query.unit is not None else None)
    # Every edge is a round number; the first bin reaches down to 0, the last one beyond all times.
    edges = (0.0, *(edge for edge in round_edges(pd.Series(spells.time), _BINS) if edge > 0))
    table = life_table(spells, edges, policy)
    note = (
        make_finding("survival.combined-times", intervals=len(table))
        if len(table)
        else make_finding("survival.few-people")
    )
    cells = table.assign(Time=[f"{time:.10g}" for time in table["Time"]])
    is_plot = query.output == "plot"
    return QueryResult(
        statbarn=statbarns.SURVIVAL,
        keys=("Time",),
        cells=cells,
        grids={} if is_plot else {".csv": grid_of_numbers(cells)},
        pictures={".png": curve.draw(table, query.time)} if is_plot else {},
        shown=table.set_index("Time"),
        findings=(*findings, note),
        labels=(query.time, query.event),
    )
