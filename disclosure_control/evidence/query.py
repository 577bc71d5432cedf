"""Queries that an output can answer, as values that survive JSON.

How a question is answered is known to ``compute``; how a stranger's is read, to ``parse_query``.
"""

from dataclasses import asdict, dataclass
from typing import Any, Final

AGGREGATES: Final = ("count", "sum", "mean", "median", "std")
MOST_CATEGORIES: Final = 4  # columns of labels, as many as tables can be protected over
MOST_MEASURES: Final = 20
MITIGATIONS: Final = ("suppress", "round", "none")
MITIGATIONS_OF_FIGURES: Final = ("suppress", "none")  # rounded counts are not drawn as bars
Measure = tuple[str, str | None]  # what is done with which value; a count may have none
COUNT: Final[Measure] = ("count", None)


@dataclass(frozen=True)
class TableQuery:
    """A table of categories down and across: counts, or statistics of one value or several."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    measures: tuple[Measure, ...]
    margins: bool
    unit: str | None
    mitigation: str

    def used(self) -> list[str]:
        """The columns that the answer is computed from."""
        return [*self.by, *self.values, *([self.unit] if self.unit is not None else [])]

    @property
    def by(self) -> list[str]:
        """The columns of categories."""
        return [*self.rows, *self.columns]

    @property
    def values(self) -> list[str]:
        """The columns whose statistics are shown."""
        return list(dict.fromkeys(value for _, value in self.measures if value is not None))

    @property
    def counts_only(self) -> bool:
        """Whether the table tells how many and nothing else."""
        return all(aggfunc == "count" for aggfunc, _ in self.measures)


@dataclass(frozen=True)
class LineQuery:
    """A statistic along the categories of one column, drawn as a line; a line for each category of another."""

    column: str
    line: str | None
    measure: Measure
    unit: str | None
    mitigation: str

    def used(self) -> list[str]:
        """The columns that the answer is computed from."""
        return self.as_table().used()

    def as_table(self) -> TableQuery:
        """The table that the lines show."""
        columns = () if self.line is None else (self.line,)
        return TableQuery((self.column,), columns, (self.measure,), False, self.unit, self.mitigation)


@dataclass(frozen=True)
class HistogramQuery:
    """The distribution of one column over bins."""

    column: str
    edges: tuple[float, ...]
    unit: str | None
    mitigation: str

    def used(self) -> list[str]:
        """The columns that the answer is computed from."""
        return [self.column, *([self.unit] if self.unit is not None else [])]


@dataclass(frozen=True)
class CategoryQuery:
    """How many are in each category of one column, drawn as bars or as a pie."""

    column: str
    kind: str
    unit: str | None
    mitigation: str

    def used(self) -> list[str]:
        """The columns that the answer is computed from."""
        return [self.column, *([self.unit] if self.unit is not None else [])]


@dataclass(frozen=True)
class RegressionQuery:
    """A regression of one of the families, by a plain formula or by columns with an optional constant of that name."""

    endog: str
    exog: tuple[str, ...]
    constant: str | None
    formula: str | None
    unit: str | None
    family: str = "ols"

    def used(self) -> list[str]:
        """The columns that the answer is computed from."""
        return [self.endog, *self.exog, *([self.unit] if self.unit is not None else [])]


@dataclass(frozen=True)
class SurvivalQuery:
    """How long it takes until something happens: a table, or the curve drawn from it."""

    time: str
    event: str
    output: str
    unit: str | None

    def used(self) -> list[str]:
        """The columns that the answer is computed from."""
        return [self.time, self.event, *([self.unit] if self.unit is not None else [])]


Query = TableQuery | HistogramQuery | CategoryQuery | LineQuery | RegressionQuery | SurvivalQuery
METHODS: Final[dict[str, type[Query]]] = {
    "crosstab": TableQuery,
    "hist": HistogramQuery,
    "categories": CategoryQuery,
    "line": LineQuery,
    "regression": RegressionQuery,
    "surv_func": SurvivalQuery,
}


def to_dict(query: Query) -> dict[str, Any]:
    """The query as JSON-ready values, its method first."""
    method = next(name for name, kind in METHODS.items() if isinstance(query, kind))
    return {"method": method, **{name: _as_list(value) for name, value in asdict(query).items()}}


def _as_list(value: Any) -> Any:
    return [_as_list(element) for element in value] if isinstance(value, tuple) else value
