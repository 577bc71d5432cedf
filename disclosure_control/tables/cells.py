"""What each cell of a table is made of: rows, units, total, largest contributions, negatives, missing values.

The work is done by DuckDB in two steps, cells by unit and then cells, so that what one unit contributes in several
rows counts as one contribution. Whether a cell may be shown is decided in ``judge``.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final

import duckdb
import numpy as np
import pandas as pd

from disclosure_control.errors import BadTable
from disclosure_control.sql import connect, quote
from disclosure_control.tables.frames import as_arrow

ALL: Final = "All"
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
MAX_CELLS: Final = 1_000_000


def cell_statistics(
    frame: Any,
    by: Sequence[str],
    value: str | None = None,
    unit: str | None = None,
    *,
    weight: str | None = None,
    margins: bool = True,
) -> pd.DataFrame:
    """One row a cell with what it is made of.

    Rows that lack a category are left out, as in ``pandas.crosstab``. Labels of categories become text. Every
    combination of the categories that occur stands in the result, empty ones with n = 0. A value that is missing (or
    NaN) is counted in ``missing`` and contributes nothing; a unit with only missing values does not count as a unit
    of that cell. Contributions are added up by unit before they are ranked, and ranked by absolute value (Handbook on
    Statistical Disclosure Control, 2nd ed., section 4.2.2).

    Args:
        frame: a pandas or polars frame, a DuckDB relation, an Arrow table, or the path of a Parquet file.
        by: the columns whose categories make the cells.
        value: the column that is added up; None for counts.
        unit: the column that says which person or business a row belongs to; None counts rows as units.
        weight: a column of sampling weights for the totals; contributions are ranked without it.
        margins: whether to add the margins, labelled "All".

    Returns:
        The columns of ``by``, then n (rows with a value), units, total, total_absolute (sum of the units' absolute
        contributions), largest, second_largest (absolute, by unit), minimum, maximum (of single rows), negatives,
        missing, zeros (rows). Without ``value`` the columns from total to zeros are missing or 0.

    Raises:
        BadTable: a column is missing, mixed, not numeric where it must be, infinite, or uses a reserved name.

    >>> frame = pd.DataFrame({"area": ["N", "N", "S"], "pay": [5.0, -7.0, 1.0], "who": [1, 2, 3]})
    >>> cells = cell_statistics(frame, by=["area"], value="pay", unit="who", margins=False)
    >>> cells[["area", "n", "units", "total", "largest", "negatives"]].values.tolist()
    [['N', 2, 2, -2.0, 7.0, 1], ['S', 1, 1, 1.0, 1.0, 0]]
    """
    by = list(by)
    _check_names(by, value, unit, weight)
    needed = list(dict.fromkeys([*by, *(name for name in (value, unit, weight) if name)]))
    table = as_arrow(frame, needed)
    with connect() as connection:
        connection.register("frame", table)
        _make_source(connection, by, value, unit, weight)
        levels = [_levels(connection, i, name) for i, name in enumerate(by)]
        observed = _observed(connection, len(by), with_value=value is not None, margins=margins)
    return _with_empty_cells(observed, by, levels, margins=margins)


def labels_of(cells: pd.DataFrame) -> list[str]:
    """The columns of a frame of cells that hold labels: those that are not statistics or judgements."""
    known = {*STATISTICS, "outcome", "reasons", "suppressed", "statistic"}
    return [str(name) for name in cells.columns if str(name) not in known]


def _check_names(by: list[str], value: str | None, unit: str | None, weight: str | None) -> None:
    if not by:
        raise BadTable("A table needs at least one column to group by.")
    names = [*by, *(name for name in (value, unit, weight) if name)]
    if len(set(names)) != len(names):
        raise BadTable("One column is used twice: categories, value, unit and weight must be different columns.")
    for name in by:
        if name in STATISTICS or name in ("outcome", "reasons", "suppressed", "statistic"):
            raise BadTable(f"A category column cannot be named {name!r}.", hint="Rename it before making the table.")


def _make_source(
    connection: duckdb.DuckDBPyConnection, by: list[str], value: str | None, unit: str | None, weight: str | None
) -> None:
    picks = [f"CAST({quote(name)} AS VARCHAR) AS b{i}, {quote(name)} AS o{i}" for i, name in enumerate(by)]
    picks.append(f"{quote(unit)} AS u" if unit else "row_number() OVER () AS u")
    picks.append(f"{_numeric(connection, value)} AS v" if value else "NULL::DOUBLE AS v")
    picks.append(f"{_numeric(connection, weight)} AS w" if weight else "1.0::DOUBLE AS w")
    present = " AND ".join(_present(connection, name) for name in by)
    connection.execute(f"CREATE TEMP TABLE source AS SELECT {', '.join(picks)} FROM frame WHERE {present}")  # noqa: S608
    bad = connection.execute(
        "SELECT count(*) FILTER (isinf(v)), count(*) FILTER (isinf(w) OR w IS NULL OR w < 0),"
        " count(*) FILTER (u IS NULL) FROM source"
    ).fetchone()
    infinite, weights, unknown = bad if bad else (0, 0, 0)
    if infinite:
        raise BadTable(f"Column {value!r} holds {infinite} infinite values.", hint="Make them missing first.")
    if weights:
        raise BadTable(f"Column {weight!r} holds {weights} weights that are missing, negative or infinite.")
    if unknown:
        raise BadTable(f"{unknown} rows have no unit in {unit!r}.", hint="Leave them out, or give each its unit.")


def _present(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    column = quote(name)
    floating = _type_of(connection, name) in ("DOUBLE", "FLOAT")
    return f"({column} IS NOT NULL AND NOT isnan({column}))" if floating else f"({column} IS NOT NULL)"


def _type_of(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    row = connection.execute(f"SELECT typeof({quote(name)}) FROM frame LIMIT 1").fetchone()  # noqa: S608
    return str(row[0]) if row else "DOUBLE"


def _numeric(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """An SQL expression for the column as numbers, NaN as missing; refuses text that is not numbers."""
    cast = f"TRY_CAST({quote(name)} AS DOUBLE)"
    row = connection.execute(
        f"SELECT count(*) FROM frame WHERE {quote(name)} IS NOT NULL AND {cast} IS NULL"  # noqa: S608
    ).fetchone()
    if row and row[0]:
        raise BadTable(
            f"Column {name!r} holds {row[0]} values that are not numbers.",
            hint="Convert it with pandas.to_numeric, or make the others missing.",
        )
    return f"CASE WHEN isnan({cast}) THEN NULL ELSE {cast} END"


def _levels(connection: duckdb.DuckDBPyConnection, i: int, name: str) -> list[str]:
    """The labels of one category column, in the order of the values behind them."""
    rows = connection.execute(f"SELECT b{i} FROM source GROUP BY b{i} ORDER BY min(o{i}), b{i}").fetchall()  # noqa: S608
    levels = [str(row[0]) for row in rows]
    if ALL in levels:
        raise BadTable(f"Column {name!r} has a category named {ALL!r}, which is the label of margins.")
    return levels


def _observed(
    connection: duckdb.DuckDBPyConnection, dimensions: int, *, with_value: bool, margins: bool
) -> pd.DataFrame:
    keys = [f"b{i}" for i in range(dimensions)]
    kept = [subset for k in range(dimensions + 1) for subset in combinations(keys, k)] if margins else [tuple(keys)]
    sets = ", ".join(f"({', '.join([*subset, 'u'])})" for subset in kept)
    labels = ", ".join(f"CASE WHEN grouping({key}) = 1 THEN '{ALL}' ELSE {key} END AS {key}" for key in keys)
    rows, contributing = ("present", "present > 0") if with_value else ("everything", "true")
    return connection.execute(
        f"""
        WITH by_unit AS (
            SELECT {labels}, u, count(*) AS everything, count(v) AS present, sum(v) AS s, sum(v * w) AS weighted,
                   min(v) AS low, max(v) AS high, count(*) FILTER (v < 0) AS below, count(*) FILTER (v = 0) AS at_zero
            FROM source GROUP BY GROUPING SETS ({sets})
        )
        SELECT {", ".join(keys)}, sum({rows})::BIGINT AS n, count(*) FILTER ({contributing}) AS units,
               fsum(weighted) AS total, fsum(abs(weighted)) AS total_absolute,
               max(abs(s), 2)[1] AS largest, coalesce(max(abs(s), 2)[2], 0 * max(abs(s))) AS second_largest,
               min(low) AS minimum, max(high) AS maximum, sum(below)::BIGINT AS negatives,
               {"sum(everything - present)" if with_value else "0"}::BIGINT AS missing, sum(at_zero)::BIGINT AS zeros
        FROM by_unit GROUP BY {", ".join(keys)}
        """  # noqa: S608
    ).fetch_df()


def _with_empty_cells(observed: pd.DataFrame, by: list[str], levels: list[list[str]], *, margins: bool) -> pd.DataFrame:
    axes = [[*level, ALL] if margins and level else level for level in levels]
    size = int(np.prod([len(axis) for axis in axes], dtype=np.float64))
    if size > MAX_CELLS:
        raise BadTable(f"The table would have {size:,} cells; the most is {MAX_CELLS:,}.", hint="Combine categories.")
    every = pd.MultiIndex.from_product(axes, names=by)
    observed.columns = pd.Index([*by, *STATISTICS])
    cells = every.to_frame(index=False).merge(observed, how="left", on=by)
    for name in COUNTS:
        cells[name] = cells[name].fillna(0).astype("int64")
    for name in STATISTICS:
        if name not in COUNTS:
            cells[name] = cells[name].astype("float64")
    return cells
