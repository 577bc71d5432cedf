"""The questions that an output can answer, as values that survive JSON.

A query read back from a folder is a stranger's: every field is checked here, and what it names is looked up in the
frame by ``answer``. How a question is answered is not known here.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from disclosure_control.errors import BadEvidence, BadTable
from disclosure_control.figures.categories import KINDS
from disclosure_control.figures.histogram import check_edges
from disclosure_control.models.regression import FAMILIES, formula_columns

AGGREGATES: Final = ("count", "sum", "mean")
MOST_CATEGORIES: Final = 4  # columns of labels, as many as tables can be protected over
MITIGATIONS: Final = ("suppress", "none")
_MAX_NAME: Final = 200
_MAX_COLUMNS: Final = 200


@dataclass(frozen=True)
class TableQuery:
    """A table of categories down and across: counts, or the sum or mean of a value."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    value: str | None
    aggfunc: str
    margins: bool
    unit: str | None
    mitigation: str

    def used(self) -> list[str]:
        """The columns that the answer is computed from."""
        return [name for name in (*self.by, self.value, self.unit) if name is not None]

    @property
    def by(self) -> list[str]:
        """The columns of categories."""
        return [*self.rows, *self.columns]


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


Query = TableQuery | HistogramQuery | CategoryQuery | RegressionQuery
METHODS: Final[dict[str, type[Query]]] = {
    "crosstab": TableQuery,
    "hist": HistogramQuery,
    "categories": CategoryQuery,
    "regression": RegressionQuery,
}


def to_dict(query: Query) -> dict[str, Any]:
    """The query as JSON-ready values, its method first."""
    method = next(name for name, kind in METHODS.items() if isinstance(query, kind))
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(query).items()}
    return {"method": method, **values}


def from_dict(data: object) -> Query:
    """Read a query that may be anybody's.

    Raises:
        BadEvidence: it is not one that ``to_dict`` could have written.
    """
    if not isinstance(data, Mapping):
        raise BadEvidence("The query is not a mapping.")
    values = dict(data)
    kind = METHODS.get(str(values.pop("method", "")))
    if kind is None or set(values) != set(kind.__dataclass_fields__):
        raise BadEvidence("The query is not one that this version knows.")
    query = _READERS[kind](values)
    used = query.used()
    if len(set(used)) != len(used) or len(used) > _MAX_COLUMNS:
        raise BadEvidence("The query uses a column twice, or too many columns.")
    return query


def _table(values: dict[str, Any]) -> TableQuery:
    query = TableQuery(
        rows=_names(values["rows"]),
        columns=_names(values["columns"]),
        value=_optional_name(values["value"]),
        aggfunc=_one_of(values["aggfunc"], AGGREGATES),
        margins=_flag(values["margins"]),
        unit=_optional_name(values["unit"]),
        mitigation=_one_of(values["mitigation"], MITIGATIONS),
    )
    if not query.rows or len(query.by) > MOST_CATEGORIES:
        raise BadEvidence(f"A table has one column of categories down, and at most {MOST_CATEGORIES} in all.")
    if query.value is None and query.aggfunc != "count":
        raise BadEvidence("A sum or mean needs a value.")
    return query


def _histogram(values: dict[str, Any]) -> HistogramQuery:
    if not isinstance(values["edges"], list) or not all(_is_number(edge) for edge in values["edges"]):
        raise BadEvidence("The edges of the query are not numbers.")
    try:
        edges = check_edges(values["edges"])
    except (BadTable, OverflowError) as error:
        raise BadEvidence("The edges of the query cannot be used.") from error
    return HistogramQuery(
        column=_name(values["column"]),
        edges=edges,
        unit=_optional_name(values["unit"]),
        mitigation=_one_of(values["mitigation"], MITIGATIONS),
    )


def _categories(values: dict[str, Any]) -> CategoryQuery:
    return CategoryQuery(
        column=_name(values["column"]),
        kind=_one_of(values["kind"], KINDS),
        unit=_optional_name(values["unit"]),
        mitigation=_one_of(values["mitigation"], MITIGATIONS),
    )


def _regression(values: dict[str, Any]) -> RegressionQuery:
    query = RegressionQuery(
        endog=_name(values["endog"]),
        exog=_names(values["exog"]),
        constant=_optional_name(values["constant"]),
        formula=_optional_name(values["formula"], longest=1_000),
        unit=_optional_name(values["unit"]),
        family=_one_of(values["family"], FAMILIES),
    )
    if query.formula is not None and formula_columns(query.formula) != (query.endog, query.exog):
        raise BadEvidence("The formula of the query is not plain, or names other columns.")
    return query


_READERS: Final[dict[type[Query], Callable[[dict[str, Any]], Query]]] = {
    TableQuery: _table,
    HistogramQuery: _histogram,
    CategoryQuery: _categories,
    RegressionQuery: _regression,
}


def _name(value: object, longest: int = _MAX_NAME) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        raise BadEvidence("A name in the query is missing, too long or not printable.")
    return value


def _names(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise BadEvidence("The columns of the query are not a list.")
    return tuple(_name(value) for value in values)


def _optional_name(value: object, longest: int = _MAX_NAME) -> str | None:
    return None if value is None else _name(value, longest)


def _one_of(value: object, known: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in known:
        raise BadEvidence(f"The query needs one of {', '.join(known)}.")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise BadEvidence("The query needs true or false.")
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
