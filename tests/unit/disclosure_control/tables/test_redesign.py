"""Collapsing categories until the cells are safe."""

import pandas as pd
import pytest

from disclosure_control.core.errors import BadTable
from disclosure_control.core.policy import Policy
from disclosure_control.tables.redesign import Redesign, redesign
from disclosure_control.tables.sensitivity import unsafe

TREE = {"North": {"NE": ["Leeds", "Hull"], "NW": ["Bury"]}, "South": ["Hove", "Kent"]}


def collapsed(**counts: int) -> Redesign:
    people = pd.DataFrame({"area": [name for name, n in counts.items() for _ in range(n)]})
    return redesign(people, ["area"], {"area": TREE}, Policy())


def test_only_groups_with_small_categories_are_collapsed() -> None:
    made = collapsed(Leeds=4, Hull=20, Bury=30, Hove=40, Kent=15)
    assert made.merged == {"area": ("NE",)}
    assert not unsafe(made.cells).any()
    assert set(made.frame.area) == {"NE", "Bury", "Hove", "Kent"}


def test_collapsing_climbs_the_hierarchy() -> None:
    made = collapsed(Leeds=4, Hull=2, Bury=5, Hove=40, Kent=15)
    assert made.merged["area"][-1] == "North"
    assert not unsafe(made.cells).any()


def test_it_stops_where_collapsing_does_not_help() -> None:
    made = collapsed(Hove=4, Kent=3)
    assert unsafe(made.cells).any()
    assert collapsed(Hove=4).merged == {}
    with pytest.raises(BadTable, match="no column sex"):
        redesign(pd.DataFrame({"area": ["Hove"]}), ["area"], {"sex": TREE}, Policy())
