"""Read a query that may be anybody's: every field is checked here, and nothing is looked up.

What a query names is looked up in the frame by ``compute``.
"""

from collections.abc import Callable, Mapping
from typing import Final

from disclosure_control.core.errors import BadEvidence, BadTable
from disclosure_control.evidence.query import (
    AGGREGATES,
    METHODS,
    MITIGATIONS,
    MITIGATIONS_OF_FIGURES,
    MOST_CATEGORIES,
    MOST_MEASURES,
    CategoryQuery,
    HistogramQuery,
    LineQuery,
    Measure,
    Query,
    RegressionQuery,
    SurvivalQuery,
    TableQuery,
)
from disclosure_control.figures.categories import KINDS
from disclosure_control.figures.histogram import check_edges
from disclosure_control.models.regression import FAMILIES, formula_columns
from disclosure_control.models.survival import OUTPUTS

_MAX_NAME: Final = 200
_MAX_COLUMNS: Final = 200


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


def _table(values: dict[str, object]) -> TableQuery:
    query = TableQuery(
        rows=_names(values["rows"]),
        columns=_names(values["columns"]),
        measures=_measures(values["measures"]),
        margins=_flag(values["margins"]),
        unit=_optional_name(values["unit"]),
        mitigation=_one_of(values["mitigation"], MITIGATIONS),
    )
    if not query.rows or len(query.by) > MOST_CATEGORIES:
        raise BadEvidence(f"A table has one column of categories down, and at most {MOST_CATEGORIES} in all.")
    return query


def _measures(values: object) -> tuple[Measure, ...]:
    if not isinstance(values, list) or not 0 < len(values) <= MOST_MEASURES:
        raise BadEvidence(f"A table shows 1 to {MOST_MEASURES} statistics.")
    measures = tuple(_measure(value) for value in values)
    if len(set(measures)) != len(measures):
        raise BadEvidence("The query asks for one statistic twice.")
    return measures


def _measure(value: object) -> Measure:
    if not isinstance(value, list) or len(value) != 2:
        raise BadEvidence("A statistic of the query is not a pair.")
    aggfunc, of = _one_of(value[0], AGGREGATES), _optional_name(value[1])
    if of is None and aggfunc != "count":
        raise BadEvidence("A sum or mean needs a value.")
    return aggfunc, of


def _line(values: dict[str, object]) -> LineQuery:
    return LineQuery(
        column=_name(values["column"]),
        line=_optional_name(values["line"]),
        measure=_measure(values["measure"]),
        unit=_optional_name(values["unit"]),
        mitigation=_one_of(values["mitigation"], MITIGATIONS),
    )


def _survival(values: dict[str, object]) -> SurvivalQuery:
    return SurvivalQuery(
        time=_name(values["time"]),
        event=_name(values["event"]),
        output=_one_of(values["output"], OUTPUTS),
        unit=_optional_name(values["unit"]),
    )


def _histogram(values: dict[str, object]) -> HistogramQuery:
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
        mitigation=_one_of(values["mitigation"], MITIGATIONS_OF_FIGURES),
    )


def _categories(values: dict[str, object]) -> CategoryQuery:
    return CategoryQuery(
        column=_name(values["column"]),
        kind=_one_of(values["kind"], KINDS),
        unit=_optional_name(values["unit"]),
        mitigation=_one_of(values["mitigation"], MITIGATIONS_OF_FIGURES),
    )


def _regression(values: dict[str, object]) -> RegressionQuery:
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


_READERS: Final[dict[type[Query], Callable[[dict[str, object]], Query]]] = {
    TableQuery: _table,
    HistogramQuery: _histogram,
    CategoryQuery: _categories,
    LineQuery: _line,
    RegressionQuery: _regression,
    SurvivalQuery: _survival,
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
