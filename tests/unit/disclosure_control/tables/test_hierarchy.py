"""Hierarchies: families, collapsing, totals."""

import pandas as pd
import pytest

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.hierarchy import Family, add_totals, collapse, families, leaves

AREA = {"North": {"NE": ["Leeds", "Hull"], "NW": []}, "South": ["SE"]}


def test_without_a_tree_all_labels_add_up_to_all() -> None:
    assert families("area", ["a", "All", "b"]) == (Family("All", ("a", "b")),)
    assert families("area", ["All"]) == ()


def test_a_tree_gives_a_family_for_each_group_and_labels_outside_stand_under_all() -> None:
    found = families("area", ["Leeds", "Hull", "NW", "SE", "Islands"], {"area": AREA})
    assert found == (
        Family("All", ("North", "South", "Islands")),
        Family("North", ("NE", "NW")),
        Family("South", ("SE",)),
        Family("NE", ("Leeds", "Hull")),
    )


def test_labels_that_the_table_does_not_have_are_left_out() -> None:
    assert families("area", ["Leeds", "NW"], {"area": AREA}) == (
        Family("All", ("North",)),
        Family("North", ("NE", "NW")),
        Family("NE", ("Leeds",)),
    )


def test_two_trees_group_the_same_labels_in_two_ways() -> None:
    trees = {"area": [{"North": ["a", "b"], "South": ["c"]}, {"Town": ["a", "c"], "Country": ["b"]}]}
    found = families("area", ["a", "b", "c", "North", "Town"], trees)
    assert Family("All", ("North", "South")) in found
    assert Family("All", ("Town", "Country")) in found
    assert Family("Town", ("a", "c")) in found
    assert leaves("area", ["a", "b", "c", "North", "Town", "All"], trees) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("tree", "match"),
    [
        ({"North": ["a"], "South": ["a"]}, "twice"),
        ({"All": ["a"]}, "twice"),
        ({"North": "ab"}, "not a list"),
        ({"North": 3}, "not a list"),
        ([["North"]], "not a mapping"),
    ],
)
def test_what_is_not_a_tree_is_refused(tree: object, match: str) -> None:
    with pytest.raises(BadTable, match=match):
        families("area", ["a"], {"area": tree})  # type: ignore[dict-item]


def test_collapsing_takes_the_highest_group_named() -> None:
    labels = pd.Series(["Leeds", "Hull", "NW", "SE"], name="area")
    assert collapse(labels, AREA, ["NE"]).tolist() == ["NE", "NE", "NW", "SE"]
    assert collapse(labels, AREA, ["NE", "North"]).tolist() == ["North", "North", "North", "SE"]
    assert collapse(labels, AREA, ["North", "NE"]).tolist() == ["North", "North", "North", "SE"]
    with pytest.raises(BadTable, match="not a group"):
        collapse(labels, AREA, ["Leeds"])


def test_totals_are_added_for_groups_and_margins() -> None:
    cells = pd.DataFrame({"area": ["Leeds", "Hull", "SE"], "sex": ["f", "m", "f"], "n": [1, 2, 4]})
    table = add_totals(cells, ["area", "sex"], ["n"], {"area": AREA}).set_index(["area", "sex"]).n
    assert table["All", "All"] == 7
    assert table["North", "All"] == 3
    assert table["NE", "f"] == 1
    assert ("NW", "f") not in table.index
    with pytest.raises(BadTable, match="twice"):
        add_totals(pd.concat([cells, cells]), ["area", "sex"], ["n"])
    with pytest.raises(BadTable, match="totals already"):
        add_totals(pd.DataFrame({"area": ["Leeds", "North"], "n": [1, 1]}), ["area"], ["n"], {"area": AREA})
