"""Fingerprints of queries: the units behind tables, histograms and models."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from disclosure_control.core.policy import Policy
from disclosure_control.evidence.compute import answer
from disclosure_control.evidence.profile import DisclosureProfile, fingerprints
from disclosure_control.evidence.query import HistogramQuery, RegressionQuery, TableQuery
from disclosure_control.tables.attack.differencing import Fingerprint, Numbering, compare


@pytest.fixture
def frame() -> pa.Table:
    random = np.random.default_rng(3)
    data = pd.DataFrame({"area": random.choice(list("NSW"), 300), "sex": random.choice(["f", "m"], 300)})
    data = data.assign(pay=random.uniform(10, 20, 300).round(2), who=[f"p{i}" for i in range(300)])
    data.loc[:4, "pay"] = np.nan
    data.loc[5:7, "area"] = None
    return pa.Table.from_pandas(data)


def table(value: str | None, unit: str | None = "who", aggfunc: str = "count") -> TableQuery:
    return TableQuery(("area",), ("sex",), ((aggfunc, value),), margins=False, unit=unit, mitigation="suppress")


def only(*arguments: Any, **options: Any) -> Fingerprint:
    """The fingerprint of an output that tells one thing."""
    (one,) = fingerprints(*arguments, **options)
    return one


def test_people_who_lack_the_value_are_what_two_tables_give_away(frame: pa.Table) -> None:
    counted, paid = only(frame, table(None)), only(frame, table("pay"))
    total = dict(zip(counted.cells, counted.sizes.tolist(), strict=True))
    assert total["area All, sex All"] == 297
    assert dict(zip(paid.cells, paid.sizes.tolist(), strict=True))["area All, sex All"] == 292
    assert [one.rule for one in compare(paid, {"counts": counted}, Policy())] == ["table.differencing"]


def test_a_count_and_a_total_cannot_be_subtracted(frame: pa.Table) -> None:
    counted, total = only(frame, table(None)), only(frame, table("pay", aggfunc="sum"))
    mean = only(frame.slice(8), table("pay", aggfunc="mean"))
    assert compare(total, {"counts": counted}, Policy()) == []
    assert compare(mean, {"totals": only(frame.slice(9), table("pay", aggfunc="sum"))}, Policy()) != []


def test_suppressed_cells_and_margins_left_out_are_not_known(frame: pa.Table) -> None:
    query = table(None)
    cells = answer(query, frame, Policy()).cells
    everything = only(frame, query, cells)
    assert "area All, sex All" in everything.cells  # no cell is hidden, so the margins can be added up
    cells.loc[(cells["area"] == "N") & (cells["sex"] == "f"), "suppressed"] = "primary"
    some = only(frame, query, cells)
    assert "area N, sex f" not in some.cells
    assert "area N, sex All" not in some.cells
    assert "area S, sex All" in some.cells
    assert not any(name.startswith("the suppressed") for name in some.cells)


def test_histograms_and_models_have_fingerprints_too(frame: pa.Table) -> None:
    query = HistogramQuery("pay", (10.0, 15.0, 20.0), "who", "suppress")
    one = only(frame, query, answer(query, frame, Policy()).cells)
    assert set(one.cells) == {"bin 10 to 15", "bin 15 to 20", "bin All"}
    assert one.sizes.sum() == 2 * 295
    model = only(frame, RegressionQuery("pay", ("sex",), None, None, "who"))
    assert (model.cells, model.sizes.tolist()) == (("model fitted", "model All"), [295, 295])


def test_without_units_nothing_can_be_compared_and_with_a_numbering_places_count(frame: pa.Table) -> None:
    assert only(frame, table(None, unit=None)).scheme == ""
    numbering = Numbering("pay@1", pd.Index([f"p{i}" for i in range(300)]))
    one = only(frame, table(None), numbering=numbering)
    assert one.scheme == "pay@1"
    assert max(one.members(one.cells.index("area All, sex All"))) == 299


def test_a_table_of_several_statistics_has_a_fingerprint_for_each_thing_that_it_tells(frame: pa.Table) -> None:
    several = (("count", None), ("mean", "pay"), ("std", "pay"), ("count", "pay"))
    told = fingerprints(frame, TableQuery(("area",), (), several, False, "who", "suppress"))
    assert [(one.measure, int(one.sizes.max())) for one in told] == [
        ("people", 297),
        ("value of pay", 292),
        ("people", 292),
    ]
    again = DisclosureProfile.from_bytes(DisclosureProfile(tuple(told)).to_bytes())
    assert [one.to_bytes() for one in again.fingerprints] == [one.to_bytes() for one in told]


def test_rounded_counts_cannot_be_subtracted(frame: pa.Table) -> None:
    assert fingerprints(frame, TableQuery(("area",), (), (("count", None),), True, "who", "round")) == []
