"""What each cell of a table is made of: rows, units, total, largest contributions, negatives, missing values.

The engine that holds the data adds up (``engines``); here its answer becomes a table with every combination of the
categories. Whether a cell may be shown is decided in ``tables.sensitivity``.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from disclosure_control.core.errors import BadTable
from disclosure_control.tables import labels
from disclosure_control.tables.hierarchy import Trees
from disclosure_control.tables.statistics.engines.dispatch import observe
from disclosure_control.tables.statistics.engines.merge import Part
from disclosure_control.tables.statistics.engines.query import EVERYTHING, FIRST_GROUP, Axis, Question

ALL: Final = labels.ALL
STATISTICS: Final = (
    "n",
    "units",
    "total",
    "total_absolute",
    "largest",
    "second_largest",
    "minimum",
    "maximum",
    "negatives",
    "missing",
    "zeros",
)
COUNTS: Final = ("n", "units", "negatives", "missing", "zeros")
MOST_CONTRIBUTIONS: Final = 100
BROKEN_RULES: Final = "broken_rules"  # the rules that a judged cell breaks, as a tuple of their ids
JUDGED: Final = ("outcome", BROKEN_RULES, "reasons")  # what judging adds to a cell
_LATER_COLUMNS: Final = ("median", "std", *JUDGED, "level_above", "level_below", "suppressed", "rounded")
_NOT_LABELS: Final = frozenset({*STATISTICS, *_LATER_COLUMNS, "statistic", "structural"})
_FURTHER: Final = re.compile(r"largest_[0-9]+")


def cell_statistics(
    frame: Any,
    by: Sequence[str],
    value: str | None = None,
    unit: str | None = None,
    *,
    weight: str | None = None,
    holding: str | None = None,
    margins: bool = True,
    hierarchies: Trees | None = None,
    largest: int = 2,
    impossible: Iterable[Mapping[str, str]] = (),
) -> pd.DataFrame:
    """One row a cell with what it is made of, computed by the engine that holds the data.

    Rows that lack a category are left out, as in ``pandas.crosstab``. Labels of categories become text. Every
    combination of the categories that occur stands in the result, empty ones with n = 0. A value that is missing (or
    NaN) is counted in ``missing`` and contributes nothing; a unit with only missing values does not count as a unit
    of that cell. Contributions are added up by unit before they are ranked, and ranked by absolute value (Handbook on
    Statistical Disclosure Control, 2nd ed., section 4.2.1).

    Where there are weights, a contribution of weight w stands for w people who contribute as much (the approximation
    of tau-Argus; Handbook, section 4.2.1, "Sampling weights"): 100 with weight 4 and 10 with weight 7 make a total of
    470, whose two largest contributions are 100 and 100. A weight below 1 stands for the person alone.

    Args:
        frame: a pandas, polars, Dask or Spark frame, a DuckDB relation, an Arrow table, or the path of a Parquet file.
        by: the columns whose categories make the cells.
        value: the column that is added up; None for counts.
        unit: the column that says which person or business a row belongs to; None counts rows as units.
        weight: a column of sampling weights. Not together with ``holding``: nobody knows what the people that a
            contribution stands for belong to (Handbook, as above).
        holding: a column that says which units belong together, as businesses of one group do: units that share one
            count, and contribute, as one (Handbook, section 4.2.1, "Holdings"). Where it is missing, a unit is alone.
        margins: whether to add the margins, labelled "All", and the groups of hierarchies.
        hierarchies: groups of categories by column, as ``{"region": {"North": ["NE", "NW"]}}``; see ``hierarchy``.
        largest: how many of the largest contributions to give, at least 2.
        impossible: combinations of labels that nobody can have, as ``{"sex": "male", "pregnant": "yes"}``: their
            cells, and those they hold in part, are marked as structurally empty.

    Returns:
        The columns of ``by``, then n (rows with a value), units, total, total_absolute (sum of the units' absolute
        contributions), largest, second_largest (absolute, by unit), minimum, maximum (of single rows), negatives,
        missing, zeros (rows), then largest_3 and so on where asked for, and ``structural`` where impossible
        combinations are given. Without ``value`` the columns from total to zeros are missing or 0.

    Raises:
        BadTable: a column is missing, mixed, not numeric where it must be, infinite, or uses a reserved name; weights
            are missing or negative; rows have no unit; or there would be more than a million cells.
        MissingExtra: the library of the frame's engine lacks a part that is needed.

    Examples:
        >>> frame = pd.DataFrame({"area": ["N", "N", "S"], "pay": [5.0, -7.0, 1.0], "who": [1, 2, 3]})
        >>> cells = cell_statistics(frame, by=["area"], value="pay", unit="who", margins=False)
        >>> cells[["area", "n", "units", "total", "largest", "negatives"]].values.tolist()
        [['N', 2, 2, -2.0, 7.0, 1], ['S', 1, 1, 1.0, 1.0, 0]]
        >>> sample = pd.DataFrame({"area": ["N", "N"], "pay": [100.0, 10.0], "w": [4, 7]})
        >>> cells = cell_statistics(sample, by=["area"], value="pay", weight="w", margins=False)
        >>> cells[["total", "largest", "second_largest"]].values.tolist()
        [[470.0, 100.0, 100.0]]
    """
    question = Question(tuple(by), value, unit, weight, holding, largest, margins, dict(hierarchies or {}))
    _check(question)
    levels, part = observe(frame, question)
    _check_rows(part, question)
    cells = _full_table(levels, part, question)
    forbidden = list(impossible)
    return _with_structural(cells, question.by, forbidden) if forbidden else cells


def labels_of(cells: pd.DataFrame) -> list[str]:
    """The columns of a frame of cells that hold labels: those that are not statistics or judgements."""
    return [str(name) for name in cells.columns if str(name) not in _NOT_LABELS and not _FURTHER.fullmatch(str(name))]


def contribution_column(i: int) -> str:
    """The name of the column of the i-th largest contribution, counted from 1."""
    return ("largest", "second_largest")[i - 1] if i <= 2 else f"largest_{i}"


def largest_sum(cells: pd.DataFrame, n: int) -> NDArray[np.float64]:
    """The sum of the n largest contributions of each cell.

    Raises:
        BadTable: the cells do not hold so many.

    Examples:
        >>> largest_sum(pd.DataFrame({"largest": [5.0], "second_largest": [3.0]}), 2).tolist()
        [8.0]
    """
    names = [contribution_column(i) for i in range(1, n + 1)]
    absent = [name for name in names if name not in cells.columns]
    if absent:
        raise BadTable(
            f"The cells lack {', '.join(absent)}.", hint=f"Make them with cell_statistics(..., largest={n})."
        )
    summed: NDArray[np.float64] = np.zeros(len(cells))
    for name in names:
        summed = summed + cells[name].fillna(0.0).to_numpy(dtype=np.float64)
    return summed


def _check(question: Question) -> None:
    by, needed = question.by, question.needed
    if not by:
        raise BadTable("A table needs at least one column to group by.")
    if len(set(needed)) != len(needed):
        raise BadTable("One column is used twice: categories, value, unit and weight must be different columns.")
    for name in by:
        if name in _NOT_LABELS or _FURTHER.fullmatch(name):
            raise BadTable(f"A category column cannot be named {name!r}.", hint="Rename it before making the table.")
    unknown = [name for name in question.hierarchies if name not in by]
    if unknown:
        raise BadTable(f"There is a hierarchy for {unknown[0]!r}, which is not a column of the table.")
    if not 2 <= question.largest <= MOST_CONTRIBUTIONS:
        raise BadTable(f"largest must be between 2 and {MOST_CONTRIBUTIONS}.")
    _check_holding(question)


def _check_holding(question: Question) -> None:
    if question.holding is None:
        return
    if question.unit is None:
        raise BadTable("Holdings are groups of units.", hint="Say with unit= which business a row belongs to.")
    if question.weight is not None:
        raise BadTable("Holdings and weights do not go together.", hint="Leave one of them out.")


def _check_rows(part: Part, question: Question) -> None:
    """Refuse a frame with rows that cannot be judged; each is counted once, in its lowest cell."""
    leaf = (part.keys >= 0).all(axis=1)

    def rows(name: str) -> int:
        return int(part.sum_of(name)[leaf].sum())

    if rows("odd"):
        raise BadTable(
            f"Column {question.value!r} holds {rows('odd')} values that are not numbers.",
            hint="Convert it with pandas.to_numeric, or make the others missing.",
        )
    if rows("bad"):
        raise BadTable(
            f"Column {question.weight!r} holds {rows('bad')} weights that are missing, negative or infinite."
        )
    if rows("nobody"):
        raise BadTable(
            f"{rows('nobody')} rows have no unit in {question.unit!r}.", hint="Leave them out, or give each its unit."
        )
    filled = part.sum_of("n") > 0
    ends = np.concatenate([part.low[filled], part.high[filled]]) if question.value else np.empty(0)
    if np.isinf(ends).any():
        raise BadTable(f"Column {question.value!r} holds infinite values.", hint="Make them missing first.")
    if not np.isfinite(part.sum_of("total_absolute")).all():
        raise BadTable(
            f"The values of {question.value!r} are too large to add up.", hint="Use a larger unit of measure."
        )


def _full_table(levels: Sequence["pa.Array[Any]"], part: Part, question: Question) -> pd.DataFrame:
    """Every combination of the categories and groups that occur, with what was found in it."""
    axes = question.axes(levels)
    nodes = [
        _nodes(part.keys[:, d], level, axis, margins=question.margins)
        for d, (level, axis) in enumerate(zip(levels, axes, strict=True))
    ]
    shape = [len(node) for node in nodes]
    place = np.zeros(len(part.keys), dtype=np.int64)
    for d, node in enumerate(nodes):
        lowest = min((code for code, _ in node), default=0)
        positions = np.zeros(max((code for code, _ in node), default=0) - lowest + 1, dtype=np.int64)
        positions[[code - lowest for code, _ in node]] = np.arange(len(node))
        place = place * shape[d] + positions[part.keys[:, d] - lowest]
    size = int(np.prod(shape))
    columns: dict[str, Any] = {}
    for d, (name, node) in enumerate(zip(question.by, nodes, strict=True)):
        column = np.array([label for _, label in node], dtype=object)
        columns[name] = np.tile(np.repeat(column, int(np.prod(shape[d + 1 :]))), int(np.prod(shape[:d])))
    for name, numbers in _statistics(part, question).items():
        whole = name in COUNTS
        columns[name] = np.zeros(size, dtype=np.int64) if whole else np.full(size, np.nan)
        columns[name][place] = numbers
    return pd.DataFrame(columns)


def _nodes(keys: Any, level: "pa.Array[Any]", axis: Axis, *, margins: bool) -> list[tuple[int, str]]:
    """The codes and labels of one column in the order they are shown: categories by value, groups, the margin."""
    present = set(np.unique(keys).tolist())
    order: list[int] = pc.array_sort_indices(level).to_numpy().tolist() if len(level) else []
    nodes = [(code, axis.labels[code]) for code in order if code in present]
    nodes += [(FIRST_GROUP - g, name) for g, name in enumerate(axis.groups) if FIRST_GROUP - g in present]
    return [*nodes, (EVERYTHING, ALL)] if margins and nodes else nodes


def _statistics(part: Part, question: Question) -> dict[str, Any]:
    """The columns of the result, one entry for each cell that was found."""
    n, units = part.sum_of("n"), part.sum_of("units")
    summed = question.value is not None
    filled = (units > 0) & summed
    tops = _weighted_contributions(part.top, part.weights, question.largest)
    columns = {
        "n": n,
        "units": units,
        "total": np.where(filled, part.sum_of("total"), np.nan),
        "total_absolute": np.where(filled, part.sum_of("total_absolute"), np.nan),
        "largest": np.where(filled, tops[:, 0], np.nan),
        "second_largest": np.where(filled, tops[:, 1], np.nan),
        "minimum": np.where(filled, part.low, np.nan),
        "maximum": np.where(filled, part.high, np.nan),
        "negatives": part.sum_of("negatives"),
        "missing": part.sum_of("everything") - n if summed else np.zeros(len(n)),
        "zeros": part.sum_of("zeros"),
    }
    for i in range(3, question.largest + 1):
        columns[contribution_column(i)] = np.where(filled, tops[:, i - 1], np.nan)
    return columns


def _weighted_contributions(top: Any, weights: Any, largest: int) -> Any:
    """The largest contributions where each stands for as many people as its weight says, in fractions where needed."""
    end = np.cumsum(weights, axis=1)
    start = end - weights
    contributions = np.zeros((len(top), largest))
    for i in range(largest):
        share = np.clip(np.minimum(end, i + 1) - np.maximum(start, i), 0.0, 1.0)
        contributions[:, i] = (share * top).sum(axis=1)
    return contributions


def _with_structural(cells: pd.DataFrame, by: Sequence[str], impossible: list[Mapping[str, str]]) -> pd.DataFrame:
    """The cells with ``structural``: whether nobody can be in them.

    Raises:
        BadTable: a combination names another column, or somebody is in its cell.
    """
    flags = np.zeros(len(cells), dtype=np.bool_)
    for combination in impossible:
        if not combination or not set(combination) <= set(by):
            raise BadTable("An impossible combination names columns of the table and their labels.")
        flags |= np.logical_and.reduce([(cells[name] == label).to_numpy() for name, label in combination.items()])
    if (cells.loc[flags, ["n", "missing"]].sum(axis=1) > 0).any():
        raise BadTable("A combination that is called impossible has people in it.")
    return cells.assign(structural=flags)
