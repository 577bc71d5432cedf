"""Read the arguments of pandas' calls: series by their names, functions by theirs, options that are held."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd

from disclosure_control.core.errors import BadTable
from disclosure_control.evidence.query import AGGREGATES, Measure
from disclosure_control.outputs.frame import name_of

Categories: TypeAlias = "pd.Series[Any] | Sequence[pd.Series[Any]]"
Function: TypeAlias = str | Callable[..., Any]
Functions: TypeAlias = Function | Sequence[Function] | Mapping[str, Function | Sequence[Function]]
# What pandas' tables can be asked for over and above, and the only answer that is held.
_ONLY: dict[str, Any] = {
    "margins_name": "All",
    "dropna": True,
    "normalize": False,
    "fill_value": None,
    "observed": True,
    "sort": True,
    "show_suppressed": False,
}


def named_series(categories: Categories, side: str, names: Sequence[str] | None = None) -> "dict[str, pd.Series[Any]]":
    """One series or several by their names, or by those given; two of one name are refused."""
    series_list = (
        [categories]
        if isinstance(categories, pd.Series)
        else list(categories)
        if isinstance(categories, list | tuple)
        else [categories]
    )
    if names is not None and len(names) != len(series_list):
        raise BadTable(f"There are {len(series_list)} series and {len(names)} names.", hint="Give one name for each.")
    own = [name_of(series, f"{side}_{place}") for place, series in enumerate(series_list)]
    named = dict(zip(own if names is None else map(str, names), series_list, strict=True))
    if not named or len(named) != len(series_list):
        raise BadTable("Two of the series have the same name, or there is none.", hint="Rename one of them.")
    return named


def column_names(names: str | Sequence[str] | None) -> list[str]:
    """One name or several as a list."""
    return [] if names is None else [names] if isinstance(names, str) else [str(name) for name in names]


def aggfunc_of(aggfunc: object) -> str:
    """The name of a function of aggregation, as "mean" or ``numpy.mean``.

    Raises:
        BadTable: it is not held.
    """
    name = aggfunc if isinstance(aggfunc, str) else getattr(aggfunc, "__name__", "")
    if name not in AGGREGATES:
        raise BadTable(f"aggfunc={name or aggfunc!r} is not held.", hint=f"Use one of: {', '.join(AGGREGATES)}.")
    return str(name)


def aggfuncs_of(aggfuncs: object) -> list[str]:
    """One function or several."""
    functions = list(aggfuncs) if isinstance(aggfuncs, list | tuple) else [aggfuncs]
    if not functions:
        raise BadTable("aggfunc is empty.", hint=f"Use one of: {', '.join(AGGREGATES)}.")
    return [aggfunc_of(function) for function in functions]


def measures_of(values: Sequence[str], aggfunc: object) -> list[Measure]:
    """What is shown, in pandas' order: by function, then by value; or by value, as a mapping says.

    Raises:
        BadTable: a function is not held, or the mapping names another value.
    """
    if not isinstance(aggfunc, Mapping):
        return [(function, value) for function in aggfuncs_of(aggfunc) for value in sorted(values)]
    missing = [value for value in values if value not in aggfunc] + [name for name in aggfunc if name not in values]
    if missing:
        raise BadTable(f"aggfunc and values do not name the same columns: {missing[0]!r} is in one of them.")
    return [(function, value) for value in sorted(values) for function in aggfuncs_of(aggfunc[value])]


def check_options(options: Mapping[str, object]) -> None:
    """Refuse what pandas can be asked for and is not held, rather than ignore it.

    Raises:
        BadTable: an option is not known, or has a value that is not held.
    """
    for name, value in options.items():
        if name not in _ONLY:
            raise BadTable(f"There is no option {name!r}.")
        if name == "show_suppressed" and value is True:
            continue  # hidden cells are always told apart from empty ones
        if value is not _ONLY[name] and value != _ONLY[name]:
            raise BadTable(f"{name}={value!r} is not held.", hint=f"Leave it at {_ONLY[name]!r}.")
