"""The protector's model: which sums it finds, and that they are the attacker's."""

import numpy as np
import pandas as pd
import pytest

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.attack.equations import read_system
from disclosure_control.tables.hierarchy import add_totals
from disclosure_control.tables.suppression.constraints import Sums, find_sums

TREES = {"a": {"G": ["x", "y"], "H": ["z"]}}


def table() -> pd.DataFrame:
    rows = [(a, b, i + 1) for i, (a, b) in enumerate((a, b) for a in "xyz" for b in "pq")]
    return add_totals(pd.DataFrame(rows, columns=["a", "b", "n"]), ["a", "b"], ["n"], TREES)


def as_text(sums: Sums, labels: list[tuple[str, ...]]) -> set[tuple[object, ...]]:
    found = set()
    for line in range(sums.matrix.shape[0]):
        row = sums.matrix[line]
        cells = {int(c): float(v) for c, v in zip(row.indices, row.data, strict=True)}
        margin = next(labels[c] for c, v in cells.items() if v < 0)
        found.add((margin, frozenset(labels[c] for c, v in cells.items() if v > 0)))
    return found


def test_the_protector_and_the_attacker_find_the_same_sums() -> None:
    tables = [table(), table()[table().b == "All"].drop(columns="b").assign(c="All")]
    sums, rows = find_sums(tables, ["a", "b", "c"], TREES)
    labels = {}
    for one, numbers in zip(tables, rows, strict=True):
        whole = one.reindex(columns=["a", "b", "c"], fill_value="All")
        labels |= dict(zip(map(int, numbers), whole.itertuples(index=False, name=None), strict=True))
    system = read_system([one.assign(suppressed="") for one in tables], ["a", "b", "c"], "n", TREES)
    theirs = {(system.labels[m], frozenset(system.labels[p] for p in parts)) for m, parts in system.equations}
    assert as_text(sums, [labels[i] for i in range(len(labels))]) == theirs


def test_values_of_margins_that_are_not_shown_are_added_up() -> None:
    shown = table()[lambda t: ~t.a.isin(["G", "H"])]
    sums, (rows,) = find_sums([shown], ["a", "b"], TREES)
    assert sums.size == sums.shown + 6
    values = np.zeros(sums.shown)
    values[rows] = shown.n
    complete = sums.complete(values)
    assert sorted(complete[sums.shown :]) == sorted(table()[lambda t: t.a.isin(["G", "H"])].n)
    values[rows[-1]] += 1
    with pytest.raises(BadTable, match="do not add up"):
        sums.complete(values)


def test_what_stands_around_a_cell() -> None:
    full = table()
    sums, (rows,) = find_sums([full], ["a", "b"], TREES)
    where = dict(zip(zip(full.a, full.b, strict=True), rows, strict=True))
    around = set(np.flatnonzero(sums.around(int(where["x", "p"]))))
    assert around == {where[a, b] for a in ("x", "y", "G") for b in ("p", "q", "All")}
    assert sums.around(int(where["G", "p"])).sum() == sums.size


def test_a_cell_that_stands_twice_or_a_table_that_is_too_large_is_refused() -> None:
    with pytest.raises(BadTable, match="twice"):
        find_sums([pd.concat([table(), table()])], ["a", "b"], TREES)
    names = [f"c{i}" for i in range(8)]
    wide = pd.DataFrame({name: [*(f"{i}" for i in range(9)), "All"] for name in names})
    with pytest.raises(BadTable, match="more than"):
        find_sums([wide], names)


def test_a_margin_that_holds_more_than_its_cells_is_refused() -> None:
    alone = pd.DataFrame({"a": ["x", "G"], "b": ["p", "All"], "n": [1, 4]})
    sums, _ = find_sums([alone], ["a", "b"], TREES)
    with pytest.raises(BadTable, match="do not add up"):
        sums.complete(np.array([1.0, 4.0]))


def test_more_combinations_than_can_be_numbered_are_refused() -> None:
    many = pd.DataFrame({f"d{i}": [f"{j}" for j in range(100)] for i in range(10)}).assign(n=1)
    with pytest.raises(BadTable, match="too many combinations"):
        find_sums([many], [f"d{i}" for i in range(10)])
