"""What an output tells, as bytes that are kept with a release."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from disclosure_control.core.errors import BadEvidence
from disclosure_control.core.policy import Policy
from disclosure_control.evidence.compute import answer
from disclosure_control.evidence.profile import DisclosureProfile, facts, profile_of
from disclosure_control.evidence.query import (
    CategoryQuery,
    HistogramQuery,
    LineQuery,
    Measure,
    Query,
    RegressionQuery,
    SurvivalQuery,
    TableQuery,
)
from disclosure_control.tables.attack.released_table import COUNT, MEAN, SPREAD, SUM, ReleasedTable

POLICY = Policy(min_units=10)


@pytest.fixture
def frame() -> pa.Table:
    random = np.random.default_rng(5)
    data = pd.DataFrame({"area": random.choice(list("NSW"), 400, p=[0.5, 0.48, 0.02]), "year": [2020, 2021] * 200})
    data = data.assign(pay=random.uniform(1, 9, 400), ended=[True, False] * 200, who=[f"p{i}" for i in range(400)])
    data.loc[:4, "pay"] = np.nan
    return pa.Table.from_pandas(data)


def table(*measures: Measure, mitigation: str = "suppress", unit: str | None = "who") -> TableQuery:
    return TableQuery(("area",), ("year",), measures, True, unit, mitigation)


def made(frame: pa.Table, query: Query) -> tuple[ReleasedTable, ...]:
    return facts(frame, query, answer(query, frame, POLICY).cells, POLICY)


@pytest.mark.parametrize(
    ("measures", "tells"),
    [
        ([("count", None)], [COUNT]),
        ([("count", "pay"), ("mean", "pay")], [COUNT | MEAN]),
        ([("sum", "pay"), ("std", "pay")], [SUM | SPREAD]),
        ([("sum", "pay"), ("mean", "pay"), ("count", None)], [SUM | MEAN | COUNT, COUNT]),
        ([("median", "pay")], []),
    ],
)
def test_each_value_has_facts_that_say_what_is_told_of_it(
    frame: pa.Table, measures: list[Measure], tells: list[int]
) -> None:
    found = made(frame, table(*measures))
    assert [one.tells for one in found] == tells
    for one in found:
        counts = one.quantities[0].values
        assert counts[-1] == (400 if len(one.quantities) == 1 else 395)
        assert len(one.quantities) == (1 if one.tells == COUNT else 2)


def test_the_numbers_and_the_hidden_cells_are_those_of_the_answer(frame: pa.Table) -> None:
    query = table(("mean", "pay"))
    cells = answer(query, frame, POLICY).cells
    (one,) = facts(frame, query, cells, POLICY)
    counts, totals = one.quantities
    by_place = {str(one.place(i)): i for i in range(len(one.shown))}
    for cell in cells.itertuples():
        i = by_place[f"area {cell.area}, year {cell.year}"]
        assert counts.values[i] == cell.n
        assert totals.values[i] == pytest.approx(cell.total)
        assert one.shown[i] == (cell.suppressed == "")
    hidden = {str(one.place(int(i))) for i in totals.unsafe}
    assert hidden == {f"area {c.area}, year {c.year}" for c in cells.itertuples() if c.suppressed == "primary"} != set()
    assert (totals.low < totals.values[totals.unsafe]).all()
    assert (totals.high > totals.values[totals.unsafe]).all()
    assert not len(counts.unsafe), "a mean alone tells nobody how many there are"


def test_figures_of_counts_are_tables_too(frame: pa.Table) -> None:
    bars = CategoryQuery("area", "bar", "who", "suppress")
    lines = LineQuery("year", None, ("mean", "pay"), "who", "none")
    histogram = HistogramQuery("pay", (1.0, 3.0, 6.0, 9.0), "who", "suppress")
    for query, shape in ((bars, (4,)), (lines, (3,)), (histogram, (4,))):
        (one,) = made(frame, query)
        assert one.shape == shape
    (bins,) = made(frame, histogram)
    assert str(bins.place(0)) == "bin 1 to 3"
    assert bins.quantities[0].values[-1] == 395


@pytest.mark.parametrize(
    "query",
    [
        table(("count", None), mitigation="round"),
        table(("count", None), unit=None),
        RegressionQuery("pay", ("year",), None, None, "who"),
        SurvivalQuery("year", "ended", "table", "who"),
    ],
)
def test_what_does_not_add_up_exactly_has_no_facts(frame: pa.Table, query: Query) -> None:
    assert facts(frame, query, pd.DataFrame(), POLICY) == ()


def test_the_bytes_are_read_as_they_were_written_and_names_can_be_left_out(frame: pa.Table) -> None:
    query = table(("mean", "pay"), ("count", None))
    told = profile_of(frame, query, answer(query, frame, POLICY).cells, POLICY)
    again = DisclosureProfile.from_bytes(told.to_bytes())
    assert again.to_bytes() == told.to_bytes()
    assert len(again.facts) == 2
    assert str(again.facts[0].place(0)).startswith("area ")
    assert not again.unnamed().facts[0].place(0)
    assert b"area" not in again.unnamed().to_bytes()


@pytest.mark.parametrize("content", [b"", b"SDCF2", b"SDCO1", b"SDCO2", b"SDCO2" + b"\xff" * 30, b"SDCL1" + bytes(40)])
def test_bytes_that_are_not_what_an_output_tells_are_refused(content: bytes) -> None:
    with pytest.raises(BadEvidence):
        DisclosureProfile.from_bytes(content)


def test_no_cut_and_no_changed_head_is_read(frame: pa.Table) -> None:
    query = table(("count", None))
    told = profile_of(frame, query, answer(query, frame, POLICY).cells, POLICY)
    whole = told.to_bytes()
    for size in range(len(whole)):
        with pytest.raises(BadEvidence):
            DisclosureProfile.from_bytes(whole[:size])
    facts_alone = told.facts[0].to_bytes()
    with pytest.raises(BadEvidence):
        ReleasedTable.from_bytes(facts_alone.replace(b'"N"', b'"N,'))  # a label that does not end
    for place in range(20):
        changed = bytearray(facts_alone)
        changed[place] ^= 0xFF
        if place not in (13, 14):  # what is told, and whether numbers may be negative
            with pytest.raises(BadEvidence):
                ReleasedTable.from_bytes(bytes(changed))
    with pytest.raises(BadEvidence):
        ReleasedTable.from_bytes(facts_alone + b"\x00")
