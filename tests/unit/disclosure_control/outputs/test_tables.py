"""Tables of several statistics: laid out as pandas has them, and hidden alike."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from disclosure_control.checking.check import check_folder
from disclosure_control.core.errors import BadTable
from disclosure_control.core.outcome import Outcome
from disclosure_control.outputs import Outputs
from disclosure_control.tables.attack.attacker import attack_table

pytestmark = pytest.mark.usefixtures("one_worker")

Session = Callable[..., Outputs]

LAYOUTS: list[dict[str, Any]] = [
    {"values": "pay", "index": "band"},
    {"values": ["pay"], "index": "band"},
    {"values": "pay", "index": "band", "aggfunc": ["mean", "sum"]},
    {"values": ["pay"], "index": "band", "columns": "area", "aggfunc": ["mean", "std"]},
    {"values": ["pay", "age"], "index": "band", "columns": "area"},
    {"values": ["pay", "age"], "index": ["band"], "aggfunc": ["median", "std"]},
    {"values": "pay", "index": ["band", "old"], "columns": "area", "aggfunc": ["mean"]},
    {"values": ["pay", "age"], "index": "band", "aggfunc": {"pay": "mean", "age": "sum"}},
    {"values": ["pay", "age"], "index": "band", "columns": "area", "aggfunc": {"pay": ["mean", "std"], "age": "count"}},
]


@pytest.mark.parametrize("call", LAYOUTS)
def test_a_pivot_table_has_pandas_numbers_under_pandas_headings(
    people: pd.DataFrame, session: Session, call: dict[str, Any]
) -> None:
    people["old"] = np.where(people.age > 40, "no", "yes")
    table, expected = session().pivot_table(people, **call), people.pivot_table(**call)
    assert list(table.index) == list(expected.index)
    shown = table.notna()
    assert shown.to_numpy().sum() >= 3
    for column in table.columns:
        here = shown[column].to_numpy()
        assert np.allclose(table[column].to_numpy()[here], expected[column].to_numpy(dtype=float)[here]), column
    assert sorted(map(str, table.columns)) == sorted(map(str, expected.columns))
    assert table.columns.nlevels == expected.columns.nlevels


def test_a_crosstab_of_several_statistics_is_pandas_own(people: pd.DataFrame, session: Session) -> None:
    old = people.age > 40
    table = session().crosstab(people.band, old, values=people.pay, aggfunc=["mean", "median"], margins=True)
    expected = pd.crosstab(people.band, old, values=people.pay, aggfunc=["mean", "median"], margins=True)
    assert np.allclose(table.to_numpy(), expected.to_numpy(dtype=float))
    assert table.columns.nlevels == 2
    named = session("other").crosstab(people.band, old, rownames=["income"], colnames=["over 40"])
    assert (named.index.name, named.columns.name) == ("income", "over 40")


def test_all_statistics_hide_the_same_cells_and_none_can_be_worked_out(people: pd.DataFrame, session: Session) -> None:
    people["fee"] = np.where(people.age > 60, np.nan, people.age * 2.0)
    outputs = session()
    asked = {"pay": ["sum", "mean", "count"], "fee": ["sum", "count"]}
    values = ["pay", "fee"]
    table = outputs.pivot_table(people, values, "area", "band", asked, margins=True, name="all")
    away = [table[value][how].isna().to_numpy() for value, hows in asked.items() for how in hows]
    assert all((one == away[0]).all() for one in away)
    assert away[0].sum() >= 4
    kept = outputs._outputs["all"].answer
    assert kept is not None
    for value in values:
        cells = kept.cells[kept.cells["statistic"] == value].drop(columns="statistic")
        for link in ("n", "total"):
            found = attack_table(cells[["area", "band", link, "suppressed"]], ["area", "band"], link)
            assert not found["exact"].any(), (value, link)
    outputs.finalise()
    report = check_folder(outputs.folder, outputs.policy)
    assert (report.file("all.csv").outcome, report.file("all.csv").verified) == (Outcome.PASS, True)


def test_a_cell_that_is_unsafe_for_one_value_is_hidden_for_the_other(people: pd.DataFrame, session: Session) -> None:
    """Fewer people have a fee than pay: the cell is hidden for both, and both say so."""
    people["fee"] = np.where((people.band == "high") & (people.age > 20), np.nan, 5.0 + people.age)
    table = session().pivot_table(people, ["pay", "fee"], "band")
    assert table.loc["high"].isna().all()
    assert table.loc["low"].notna().all()


def test_counts_are_rounded_so_that_they_add_up(people: pd.DataFrame, session: Session) -> None:
    outputs = session()
    outputs.enable_rounding()
    table = outputs.crosstab(people.area, people.band, margins=True, name="counts")
    exact = pd.crosstab(people.area, people.band, margins=True)
    assert (table % 10 == 0).to_numpy().all()
    assert (table.drop(index="All").sum() == table.loc["All"]).all()
    assert (abs(table - exact.loc[table.index, table.columns]) < 10).to_numpy().all()
    means = outputs.crosstab(people.area, people.band, values=people.pay, aggfunc="mean", name="means")
    assert means.isna().to_numpy().any()  # what is no count is suppressed
    outputs.disable_rounding()
    assert outputs.crosstab(people.area, people.band).isna().to_numpy().any()
    outputs.finalise()
    file = check_folder(outputs.folder, outputs.policy).file("counts.csv")
    assert (file.outcome, file.verified) == (Outcome.PASS, True)
    assert [finding.rule for finding in file.findings if finding.rule.startswith("table.")] == ["table.rounded"]


def test_rows_of_few_people_are_not_rounded_but_hidden(session: Session) -> None:
    """40 rows of 4 people would stay 40 when rounded."""
    index = pd.Index([f"p{i % 4}" for i in range(80)], name="person_id")
    frame = pd.DataFrame({"a": ["x", "y"] * 40, "b": ["p"] * 40 + ["q"] * 40}, index=index)
    outputs = session()
    outputs.enable_rounding()
    assert outputs.crosstab(frame.a, frame.b).isna().to_numpy().all()
    assert outputs.finalise().outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "call",
    [
        lambda o, p: o.crosstab(p.area, p.band, normalize=True),
        lambda o, p: o.crosstab(p.area, p.band, dropna=False),
        lambda o, p: o.crosstab(p.area, p.band, colour="red"),
        lambda o, p: o.crosstab(p.area, p.band, rownames=["a", "b"]),
        lambda o, p: o.crosstab(p.area, p.band, values=p.pay, aggfunc=[]),
        lambda o, p: o.crosstab(p.area, p.band, values=p.pay, aggfunc={"pay": "mean"}),
        lambda o, p: o.pivot_table(p, "pay", "area", aggfunc={"age": "mean"}),
        lambda o, p: o.pivot_table(p, "pay", "area", aggfunc=np.var),
        lambda o, p: o.table(p.rename(columns={"area": "median"}), "median", "pay"),
    ],
)
def test_what_is_not_held_is_refused_and_not_ignored(
    people: pd.DataFrame, session: Session, call: Callable[[Outputs, pd.DataFrame], object]
) -> None:
    with pytest.raises(BadTable):
        call(session(), people)


def test_groups_are_a_line_each(people: pd.DataFrame, session: Session) -> None:
    table = session().table(people, ["band"], ["pay", "age"], "mean")
    assert np.allclose(table.to_numpy(), people.groupby("band")[["age", "pay"]].mean().to_numpy())


def test_a_notebook_shows_why_each_cell_is_hidden(people: pd.DataFrame, session: Session) -> None:
    outputs = session()
    table = outputs.crosstab(people.area, people.band, margins=True)
    page = table._repr_html_()  # type: ignore[operator]
    hidden = int(table.isna().to_numpy().sum())
    assert page.count("[c]</td>") == hidden
    assert "hidden for table.threshold" in page
    assert "hidden so that the others cannot be worked out" in page
    assert type(table + 0) is pd.DataFrame
    outputs.disable_suppression()
    open_page = outputs.crosstab(people.area, people.band)._repr_html_()  # type: ignore[operator]
    assert "bold red in" in open_page
    assert "[c]" not in open_page


def test_a_label_is_never_read_as_html(people: pd.DataFrame, session: Session) -> None:
    frame = people.assign(area=people.area.replace({"North": "<script>alert(1)</script>"}))
    page = session().crosstab(frame.area, frame.band)._repr_html_()  # type: ignore[operator]
    assert "<script>" not in page


def test_the_record_is_what_sacro_viewer_reads(people: pd.DataFrame, session: Session) -> None:
    """What SACRO-Viewer asks of a record: a version of the format, files, checksums, places of flagged cells."""
    import hashlib

    outputs = session()
    table = outputs.crosstab([people.area, people.band], people.age > 40, margins=True, name="areas")
    outputs.finalise()
    record = json.loads((outputs.folder / "results.json").read_text())
    major, minor, *_ = record["version"].split(".")
    assert (int(major), int(minor)) >= (0, 4)
    for result in record["results"].values():
        assert result["properties"]["method"]
        for file in result["files"]:
            told = (outputs.folder / "checksums" / f"{file['name']}.txt").read_text()
            assert told == hashlib.sha256((outputs.folder / file["name"]).read_bytes()).hexdigest()
    sdc = record["results"]["areas"]["files"][0]["sdc"]
    lines = [line.split(",") for line in (outputs.folder / "areas.csv").read_text().splitlines()]
    flagged = {tuple(place) for places in sdc["cells"].values() for place in places}
    # The viewer counts rows below the header, and columns beside the first.
    marked = {(i, j - 1) for i, line in enumerate(lines[1:]) for j, text in enumerate(line) if text == "[c]"}
    assert flagged == marked != set()
    assert len(marked) == table.isna().to_numpy().sum()
    assert sdc["summary"]["suppressed"] is True
