"""Row matches: whether rows of a file stand in the data.

The file's columns are matched with the view's by name and values, in whatever order. Then rows are looked for in the
view by all matched columns, and by all but one, since one may have been changed. A row counts when fewer people than
the policy's minimum have it. Whether chance explains those that count is seen from the same file with each column
shifted against the others: that keeps every value and breaks every row.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from disclosure_control.microdata.cell_values import Cells, Kind
from disclosure_control.microdata.column_matches import Overlap, log_tail
from disclosure_control.microdata.groups import may_be_groups, repeating
from disclosure_control.microdata.view import View, ViewColumn

MIN_ROWS: Final = 5
_MAX_COLUMNS: Final = 6
_LEAST_SHARE: Final = 0.5
_TIMES_CHANCE: Final = 1.5
_SURE: Final = math.log(1e-6)
_SHIFTS: Final = (1, 2)
Pair = tuple[Cells, ViewColumn]


@dataclass(frozen=True)
class Rows:
    """How many rows of a file stand in the data and are rare there, and by how many columns.

    ``may_be_statistics``: a table of medians or percentiles would look alike, since each is the value of somebody.
    """

    matched: int
    columns: int
    may_be_statistics: bool


def rows_in(view: View, table: Sequence[Cells], overlaps: Sequence[Overlap], min_units: int) -> Rows | None:
    """The rows of one table that stand in the view, if there are more than chance explains."""
    pairs = _column_pairs(table, overlaps)
    if len(pairs) < 2 or len(table[0].values) < MIN_ROWS:
        return None
    rows = max(len(set(zip(*(cells.values for cells, _ in pairs), strict=True))), 1)
    best: Rows | None = None
    for subset, (matched, shifted) in _counts(view, pairs, min_units).items():
        chance = min((shifted + 1) / (rows + 1), 1.0)
        evidence = matched >= _TIMES_CHANCE * shifted + MIN_ROWS and log_tail(matched, rows, chance) < _SURE
        if evidence:
            subset_pairs = [pairs[place] for place in subset]
            candidate = Rows(matched, len(subset), _is_statistics(table, subset_pairs, overlaps, min_units))
            best = max((rows_found for rows_found in (best, candidate) if rows_found is not None), key=_weight)
    return best


def _weight(rows: Rows) -> tuple[bool, int]:
    return (not rows.may_be_statistics, rows.matched)


def _column_pairs(table: Sequence[Cells], overlaps: Sequence[Overlap]) -> list[Pair]:
    """The view's column for each of the file's columns, the most telling ones first."""
    pairs: list[Pair] = []
    view_names: set[str] = set()
    ranked = sorted(overlaps, key=lambda o: (-o.has_same_name, -o.share, -len(o.held)))
    table_cells = {id(cells) for cells in table}
    paired: set[int] = set()
    for overlap in ranked:
        cells = overlap.cells
        fits = id(cells) in table_cells and id(cells) not in paired and overlap.column.name not in view_names
        if fits and (overlap.share >= _LEAST_SHARE or overlap.has_same_name) and len(cells.different) > 1:
            pairs.append((cells, overlap.column))
            view_names.add(overlap.column.name)
            paired.add(id(cells))
    pairs.sort(key=lambda pair: -len(pair[0].different))
    return pairs[:_MAX_COLUMNS]


def _is_statistics(table: Sequence[Cells], pairs: Sequence[Pair], overlaps: Sequence[Overlap], min_units: int) -> bool:
    """Whether the rows may be groups with one number each, rather than people."""
    matched = [cells for cells, _ in pairs]
    numbers = [cells for cells in matched if cells.kind is Kind.NUMBER]
    responses = [cells for cells in numbers if cells.decimals] or numbers[:1]
    if len(responses) > 1:
        return False
    keys = [cells for cells in matched if all(cells is not column for column in responses)]
    levels = [cells for cells in repeating(table) if all(cells is not column for column in matched)]
    return may_be_groups(keys, levels, overlaps, min_units)


def _subsets(number: int) -> list[tuple[int, ...]]:
    places = tuple(range(number))
    return [places] + ([places[:i] + places[i + 1 :] for i in places] if number > 2 else [])


def _counts(view: View, pairs: Sequence[Pair], min_units: int) -> dict[tuple[int, ...], tuple[int, float]]:
    """For each set of columns, how many of the file's rows are rare rows of the view; as it is, and shifted."""
    subsets = _subsets(len(pairs))
    file_rows = pa.table({f"c{i}": _array(cells, cells.values) for i, (cells, _) in enumerate(pairs)})
    versions = {0: file_rows} | {shift: _shifted_table(pairs, shift) for shift in _SHIFTS}
    keys = " UNION ALL ".join(
        _keys(number, subset, version) for number, subset in enumerate(subsets) for version in versions
    )
    columns = [column.sql(cells.decimals) for cells, column in pairs]
    hashes = ", ".join(_hash([f"d{i}" for i in subset], number) for number, subset in enumerate(subsets))
    select = ", ".join(f"{sql} AS d{i}" for i, sql in enumerate(columns))
    result = view.query(
        f"WITH keys AS MATERIALIZED ({keys}), held AS (SELECT h, count(*) AS people FROM"  # noqa: S608
        f" (SELECT unnest([{hashes}]) AS h FROM (SELECT {select} FROM {{view}})) SEMI JOIN keys USING (h) GROUP BY h)"
        f" SELECT subset, version, count(*) FROM keys JOIN held USING (h) WHERE people < {int(min_units)}"
        " GROUP BY subset, version",
        **{f"v{version}": table for version, table in versions.items()},
    )
    counted = {(int(subset), int(version)): int(number) for subset, version, number in result}
    return {
        subset: (counted.get((number, 0), 0), max(counted.get((number, shift), 0) for shift in _SHIFTS))
        for number, subset in enumerate(subsets)
    }


def _keys(number: int, subset: Sequence[int], version: int) -> str:
    names = [f"c{i}" for i in subset]
    present = " AND ".join(f"{name} IS NOT NULL" for name in names)
    picks = f"{number} AS subset, {version} AS version, {_hash(names, number)} AS h"
    return f"SELECT DISTINCT {picks} FROM v{version} WHERE {present}"  # noqa: S608


def _hash(names: Sequence[str], number: int) -> str:
    return f"hash({number}, {', '.join(names)})"


def _shifted_table(pairs: Sequence[Pair], shift: int) -> pa.Table:
    """The file's columns, each moved against the one before, so that every value stays and every row breaks."""
    columns: dict[str, Any] = {}
    for i, (cells, _) in enumerate(pairs):
        offset = (i * shift * 7 + i * i) % max(len(cells.values), 1)
        columns[f"c{i}"] = _array(cells, cells.values[offset:] + cells.values[:offset])
    return pa.table(columns)


def _array(cells: Cells, values: Sequence[float | str | None]) -> Any:
    return pa.array(values, pa.float64() if cells.kind is Kind.NUMBER else pa.string())
