"""Answer a query from a frame: the cells, what may be shown of them, the files, and what the policy says.

The researcher's session calls it on the frame it is about to keep, and the airlock on the frame that was kept. Both
get the same answer from the same frame and policy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from disclosure_control import statbarns
from disclosure_control.errors import NotProtectable
from disclosure_control.evidence.query import CategoryQuery, HistogramQuery, Query, RegressionQuery, TableQuery
from disclosure_control.figures.categories import check_categories
from disclosure_control.figures.categories import draw as draw_categories
from disclosure_control.figures.histogram import are_round, bin_cells, draw
from disclosure_control.finding import Finding, found, places
from disclosure_control.models.regression import Fit, fit_columns, fit_formula, judge_fit
from disclosure_control.outcome import Outcome, combine
from disclosure_control.policy import Policy
from disclosure_control.tables.cells import ALL, cell_statistics
from disclosure_control.tables.grid import Grid, frame_of, grid_of, whole_margins
from disclosure_control.tables.judge import judge_cells
from disclosure_control.tables.suppress import protect_table

_MANY: Final = 10  # categories with too few people; fewer of them are what an ordinary table has at its ends


@dataclass(frozen=True)
class Answer:
    """What a query gives.

    Attributes:
        statbarn: the kind of statistic.
        keys: the columns of ``cells`` that name a cell.
        cells: the statistics of every cell or coefficient; kept as evidence, never released.
        grids: what is released as CSV, by the ending of the file's name.
        pictures: what is released as PNG, by the ending of the file's name.
        shown: what the researcher sees.
        findings: what the policy says.
        labels: the texts in the output that the author or the data chose.
        shared: those labels that are categories of at least the policy's minimum of people, so nobody's name.
    """

    statbarn: str
    keys: tuple[str, ...]
    cells: pd.DataFrame
    grids: dict[str, Grid]
    pictures: dict[str, bytes]
    shown: pd.DataFrame
    findings: tuple[Finding, ...]
    labels: tuple[str, ...]
    shared: frozenset[str] = frozenset()

    @property
    def outcome(self) -> Outcome:
        """The most severe finding; PASS when the rules were applied and found nothing."""
        return combine([Outcome.PASS, *(finding.outcome for finding in self.findings)])

    def files(self) -> dict[str, bytes]:
        """The released files, by the ending of their names."""
        return {**{ending: grid.to_csv() for ending, grid in self.grids.items()}, **self.pictures}


def answer(query: Query, frame: pa.Table, policy: Policy) -> Answer:
    """Answer a query.

    Raises:
        BadTable: the frame lacks a column or cannot be judged.
        MissingExtra: a library that this kind of output needs is not installed.
    """
    unknown = [] if query.unit is not None else [found("units.unknown")]
    if isinstance(query, TableQuery):
        return _table(query, frame, policy, unknown)
    if isinstance(query, HistogramQuery):
        return _histogram(query, frame, policy, unknown)
    if isinstance(query, CategoryQuery):
        return _categories(query, frame, policy, unknown)
    return _regression(query, frame, policy, unknown)


def _table(query: TableQuery, frame: pa.Table, policy: Policy, findings: list[Finding]) -> Answer:
    by = query.by
    everything = cell_statistics(frame, by, query.value, query.unit, margins=True, largest=policy.contributions)
    findings = [*findings, *_sparse_categories(everything, by, policy)]
    margin = (everything[by] == ALL).any(axis=1)
    fits = whole_margins(everything, query.rows, query.columns) if query.margins else ~margin
    cells = everything[fits].reset_index(drop=True)
    judged = judge_cells(cells, policy, statistic="frequency" if query.aggfunc == "count" else query.aggfunc)
    link = "n" if query.aggfunc == "count" else "total"
    safe, said = _mitigated(judged, by, link, query.mitigation, policy)
    return Answer(
        statbarn=statbarns.FREQUENCIES if query.aggfunc == "count" else statbarns.LINEAR_AGGREGATIONS,
        keys=tuple(by),
        cells=safe.drop(columns="outcome"),
        grids={".csv": grid_of(safe, query.rows, query.columns, query.aggfunc)},
        pictures={},
        shown=frame_of(safe, query.rows, query.columns, query.aggfunc),
        findings=(*findings, *said),
        labels=_labels(safe, by),
        shared=_shared(everything, by, policy),
    )


def _histogram(query: HistogramQuery, frame: pa.Table, policy: Policy, findings: list[Finding]) -> Answer:
    data = frame.to_pandas()
    unit = data[query.unit] if query.unit is not None else None
    cells = bin_cells(data[query.column], query.edges, unit)
    safe, said = _mitigated(judge_cells(cells, policy), ["bin"], "n", query.mitigation, policy)
    shown = safe.loc[safe["bin"] != ALL, ["bin", "n", "suppressed"]]
    few = _edges_that_are_values(data[query.column], unit, query.edges, policy)
    return Answer(
        statbarn=statbarns.SHAPE,
        keys=("bin",),
        cells=safe.drop(columns="outcome"),
        grids={},
        pictures={".png": draw(safe, query.edges, query.column, "Rows" if unit is None else "Observations")},
        shown=shown.assign(n=shown["n"].where(shown["suppressed"] == "")).drop(columns="suppressed").set_index("bin"),
        findings=(*findings, *said, *few),
        labels=(query.column,),
    )


def _categories(query: CategoryQuery, frame: pa.Table, policy: Policy, findings: list[Finding]) -> Answer:
    cells = cell_statistics(frame, [query.column], None, query.unit, margins=True)
    check_categories(cells)
    findings = [*findings, *_sparse_categories(cells, [query.column], policy)]
    safe, said = _mitigated(judge_cells(cells, policy), [query.column], "n", query.mitigation, policy)
    shown = safe.loc[safe[query.column] != ALL, [query.column, "n", "suppressed"]]
    counted = "Rows" if query.unit is None else "Observations"
    return Answer(
        statbarn=statbarns.FREQUENCIES,
        keys=(query.column,),
        cells=safe.drop(columns="outcome"),
        grids={},
        pictures={".png": draw_categories(safe, query.column, query.kind, counted)},
        shown=shown.assign(n=shown["n"].where(shown["suppressed"] == ""))
        .drop(columns="suppressed")
        .set_index(query.column),
        findings=(*findings, *said),
        labels=_labels(safe, [query.column]),
        shared=_shared(cells, [query.column], policy),
    )


def _regression(query: RegressionQuery, frame: pa.Table, policy: Policy, findings: list[Finding]) -> Answer:
    fit, unit = fitted(query, frame)
    return Answer(
        statbarn=statbarns.REGRESSION,
        keys=("term",),
        cells=fit.coefficients,
        grids={".csv": _grid_of_numbers(fit.coefficients), "-fit.csv": _grid_of_numbers(fit.statistics)},
        pictures={},
        shown=fit.coefficients.set_index("term"),
        findings=(*findings, *judge_fit(fit, unit, policy)),
        labels=(query.endog, *(str(name) for name in fit.coefficients["term"])),
    )


def fitted(query: RegressionQuery, frame: pa.Table) -> tuple[Fit, "pd.Series[Any]"]:
    """The model that a query asks for, and the units of the rows it was fitted to."""
    data = frame.to_pandas()
    unit = data[query.unit] if query.unit is not None else pd.Series(np.arange(len(data)))
    if query.formula is not None:
        return fit_formula(data, query.formula, unit, query.family)
    exog = data[list(query.exog)]
    if query.constant is not None:
        exog = exog.assign(**{query.constant: 1.0})[[query.constant, *query.exog]]
    return fit_columns(data[query.endog], exog, unit, query.family)


def _mitigated(
    judged: pd.DataFrame, by: Sequence[str], link: str, mitigation: str, policy: Policy
) -> tuple[pd.DataFrame, list[Finding]]:
    """The cells with what is hidden, and the findings on what is then shown."""
    if mitigation == "none":
        return judged.assign(suppressed=""), _unsafe_shown(judged, by)
    try:
        safe = protect_table(judged, by, link, policy)
    except NotProtectable as error:
        return judged.assign(suppressed="primary"), [found("table.unprotected", why=error.message)]
    counts = {kind: int((safe["suppressed"] == kind).sum()) for kind in ("primary", "secondary")}
    findings = _unsafe_shown(safe[safe["suppressed"] == ""], by)
    if counts["primary"]:
        why = f"{counts['primary']} unsafe cells were suppressed, and {counts['secondary']} more to protect them."
        findings.append(found("table.suppressed", why=why, primary=counts["primary"], secondary=counts["secondary"]))
    return safe, findings


def _unsafe_shown(shown: pd.DataFrame, by: Sequence[str]) -> list[Finding]:
    """One finding a rule that a shown cell breaks, with the places of its cells."""
    broken: dict[str, list[str]] = {}
    for labels, reasons in zip(shown[list(by)].itertuples(index=False, name=None), shown["reasons"], strict=True):
        where = ", ".join(f"{name} {label}" for name, label in zip(by, labels, strict=True))
        for rule in filter(None, str(reasons).split(", ")):
            broken.setdefault(rule, []).append(where)
    return [found(rule, places(where), cells=len(where)) for rule, where in broken.items()]


def _sparse_categories(cells: pd.DataFrame, by: Sequence[str], policy: Policy) -> list[Finding]:
    """Categories that are so many and so small that their labels are values of people."""
    findings: list[Finding] = []
    for name in by:
        others = [other for other in by if other != name]
        margin = cells[(cells[others] == ALL).all(axis=1) & (cells[name] != ALL)]
        few = int((margin["units"] < policy.min_units).sum())
        if few > _MANY and few > len(margin) / 2:
            why = f"{few} of {len(margin)} categories have fewer than {policy.min_units} people or businesses."
            findings.append(found("table.sparse-categories", name, why, categories=few))
    return findings


def _shared(cells: pd.DataFrame, by: Sequence[str], policy: Policy) -> frozenset[str]:
    """The categories that enough people share; each is looked up in the margin over all other categories."""
    shared: set[str] = set()
    for name in by:
        margin = cells[(cells[[other for other in by if other != name]] == ALL).all(axis=1)]
        shared |= set(margin.loc[margin["units"] >= policy.min_units, name].astype(str))
    return frozenset(shared)


def _edges_that_are_values(
    values: "pd.Series[Any]", unit: "pd.Series[Any] | None", edges: Sequence[float], policy: Policy
) -> list[Finding]:
    """Edges that nobody would choose but to tell a value; round ones are anybody's choice."""
    if are_round(edges):
        return []
    who = pd.Series(np.arange(len(values))) if unit is None else unit
    few = sum(0 < who[(values == edge).to_numpy()].nunique() < policy.min_units for edge in edges)
    return [found("figure.edge-is-a-value", f"{few} of {len(edges)} edges", edges=few)] if few else []


def _grid_of_numbers(table: pd.DataFrame) -> Grid:
    names = [str(name) for name in table.columns]
    lines = [
        (str(line[0]), *("" if np.isnan(number) else format(number, ".8g") for number in line[1:]))
        for line in table.itertuples(index=False, name=None)
    ]
    return Grid((tuple(names), *lines))


def _labels(safe: pd.DataFrame, by: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*by, *(str(label) for name in by for label in safe[name])]))
