"""The kept frame against the project's views."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from disclosure_control.evidence.provenance import compare_with_views

UNIT = "person_id"


def kept(people: pd.DataFrame, columns: list[str]) -> pa.Table:
    return pa.Table.from_pandas(people.reset_index()[[UNIT, *columns]], preserve_index=False)


def rules_of(frame: pa.Table, view: Path, unit: str | None = UNIT) -> list[str]:
    return [finding.rule for finding in compare_with_views(frame, unit, {"pay": view}, UNIT)]


def test_the_views_own_columns_are_verified(people: pd.DataFrame, view: Path) -> None:
    assert rules_of(kept(people, ["area", "pay"]), view) == []


def test_a_subset_of_the_people_is_verified_and_said(people: pd.DataFrame, view: Path) -> None:
    findings = compare_with_views(kept(people.iloc[:500], ["area"]), UNIT, {"pay": view}, UNIT)
    assert [finding.rule for finding in findings] == ["evidence.subset"]
    assert findings[0].counts == {"units": 500, "of": len(people)}


def test_whole_numbers_that_became_floats_are_still_the_views(people: pd.DataFrame, view: Path) -> None:
    assert rules_of(kept(people.assign(age=people.age.astype(float)), ["age"]), view) == []


def test_invented_people_fail(people: pd.DataFrame, view: Path) -> None:
    invented = pd.concat([people, people.set_axis([f"v1:new{i}" for i in range(len(people))]).rename_axis(UNIT)])
    (finding,) = compare_with_views(kept(invented, ["area"]), UNIT, {"pay": view}, UNIT)
    assert finding.rule == "evidence.foreign-units"
    assert finding.counts == {"units": len(people)}


@pytest.mark.parametrize("change", ["value", "repeat", "swap"])
def test_rows_that_the_view_does_not_have_are_looked_at(people: pd.DataFrame, view: Path, change: str) -> None:
    if change == "value":
        people = people.assign(pay=people.pay.where(people.pay < people.pay.max(), 1.0))
    elif change == "repeat":
        people = pd.concat([people, people.iloc[:1]])
    else:
        people = people.assign(area=people.area.to_numpy()[::-1])
    assert rules_of(kept(people, ["area", "pay"]), view) == ["evidence.derived-frame"]


def test_columns_that_no_view_has_are_named(people: pd.DataFrame, view: Path) -> None:
    derived = people.assign(rich=people.pay > 20)
    (finding,) = compare_with_views(kept(derived, ["area", "rich"]), UNIT, {"pay": view}, UNIT)
    assert (finding.rule, finding.where) == ("evidence.derived-frame", "column rich")


def test_columns_of_two_views_are_verified_by_both(people: pd.DataFrame, view: Path, tmp_path: Path) -> None:
    other = tmp_path / "care.parquet"
    people.assign(visits=people.age % 5)[["visits"]].reset_index().to_parquet(other)
    both = kept(people.assign(visits=people.age % 5), ["area", "visits"])
    assert compare_with_views(both, UNIT, {"pay": view, "care": other}, UNIT) == []


def test_a_frame_without_the_projects_unit_is_looked_at(people: pd.DataFrame, view: Path) -> None:
    rows = kept(people.assign(row=range(len(people))), ["area", "row"])
    assert rules_of(rows, view, unit="row") == ["units.unknown"]
    assert rules_of(rows, view, unit=None) == ["evidence.derived-frame"]
