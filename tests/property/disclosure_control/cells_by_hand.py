"""Cells counted row by row in plain Python, from the definitions alone: what every engine must agree with."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pandas as pd

Row = Mapping[str, Any]


def cells_by_hand(
    rows: list[Row],
    by: list[str],
    *,
    value: str | None = None,
    unit: str | None = None,
    weight: str | None = None,
    holding: str | None = None,
    largest: int = 2,
    groups: Mapping[str, Mapping[str, list[str]]] | None = None,
) -> pd.DataFrame:
    """The cells of rows; missing is None."""
    rows = [row for row in rows if all(row[name] is not None for name in by)]
    axes = []
    for name in by:
        labels = [str(label) for label in sorted({row[name] for row in rows})]
        above = [g for g, below in (groups or {}).get(name, {}).items() if set(below) & set(labels)]
        axes.append([*labels, *above, "All"] if labels else [])
    records = []
    for labels in product(*axes):
        inside = [
            row
            for row in rows
            if all(
                _holds(label, row[name], (groups or {}).get(name, {})) for label, name in zip(labels, by, strict=True)
            )
        ]
        cell = _cell(inside, value, unit, weight, holding, largest)
        records.append({**dict(zip(by, labels, strict=True)), **cell})
    return pd.DataFrame(records)


def _holds(label: str, found: Any, groups: Mapping[str, list[str]]) -> bool:
    return label in ("All", str(found)) or str(found) in groups.get(label, [])


def _cell(
    rows: list[Row], value: str | None, unit: str | None, weight: str | None, holding: str | None, largest: int
) -> dict[str, Any]:
    filled = [row for row in rows if value is None or row[value] is not None]
    who: dict[Any, list[Row]] = {}
    for i, row in enumerate(filled):
        together = holding is not None and row[holding] is not None
        key = ("h", row[holding]) if together else ("u", row[unit] if unit is not None else i)
        who.setdefault(key, []).append(row)
    cell: dict[str, Any] = {"n": len(filled), "units": len(who)}
    nothing = float("nan")
    names = ["largest", "second_largest", *(f"largest_{i}" for i in range(3, largest + 1))]
    if value is None or not filled:
        cell |= dict.fromkeys(["total", "total_absolute", *names, "minimum", "maximum"], nothing)
        return cell | {"negatives": 0, "missing": len(rows) - len(filled), "zeros": 0}

    def weight_of(row: Row) -> float:
        return 1.0 if weight is None else float(row[weight])

    sums = [abs(sum(row[value] for row in own)) for own in who.values()]
    weighted = [abs(sum(row[value] * weight_of(row) for row in own)) for own in who.values()]
    people = [max(1.0, min(weight_of(row) for row in own)) for own in who.values()]
    found = list(_largest(sums, people, largest))
    values = [row[value] for row in filled]
    return cell | {
        "total": sum(row[value] * weight_of(row) for row in filled),
        "total_absolute": sum(weighted),
        **dict(zip(names, found, strict=True)),
        "minimum": min(values),
        "maximum": max(values),
        "negatives": sum(number < 0 for number in values),
        "missing": len(rows) - len(filled),
        "zeros": sum(number == 0 for number in values),
    }


def _largest(sums: list[float], people: list[float], largest: int) -> Iterator[float]:
    """The contributions from the largest down, each as often as its weight says, by quarters of a person."""
    quarters = [size for size, w in sorted(zip(sums, people, strict=True), reverse=True) for _ in range(round(4 * w))]
    for i in range(largest):
        yield sum(quarters[4 * i : 4 * i + 4]) / 4
