"""Views: minimised columns, the project's own pseudonyms, no identifier, nothing that joins two projects."""

import json

import polars
import pytest

from tests.stores import stores
from tre.core.errors import BadInput, NotFound


def create(app, name, columns, in_a_month):
    return app.create_project(
        "dana", name, title="Pay", purpose="To see", columns={"wages": columns}, ends_on=in_a_month
    )


def frame(app, project):
    return polars.read_parquet(app.settings.home / "projects" / project / "view" / "wages.parquet")


def test_a_view_has_what_was_granted_and_nothing_else(wages, in_a_month):
    create(wages, "pay", ["sex", "pay"], in_a_month)
    view = frame(wages, "pay")
    assert view.columns == ["person_id", "sex", "pay"]
    assert len(view) == 40
    assert view["person_id"].str.starts_with("v1:").all()


def test_two_projects_cannot_be_joined(wages, in_a_month):
    for name in ("pay", "other"):
        create(wages, name, ["sex", "pay"], in_a_month)
    one, two = frame(wages, "pay"), frame(wages, "other")
    assert not set(one["person_id"]) & set(two["person_id"])
    assert one["pay"].to_list() != two["pay"].to_list(), "the order of rows must not join them either"
    assert sorted(one["pay"].to_list()) == sorted(two["pay"].to_list())


def test_no_file_of_a_view_holds_an_identifier_or_a_key(wages, in_a_month):
    create(wages, "pay", ["sex", "pay"], in_a_month)
    folder = wages.settings.home / "projects" / "pay"
    keys = polars.read_parquet(wages.settings.home / "datasets" / "wages" / "1" / "identifiers.parquet")["row_key"]
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"Surname" not in data
            assert not any(key.encode() in data for key in keys)


def test_the_view_is_described_with_its_conditions(wages, in_a_month):
    create(wages, "pay", ["sex"], in_a_month)
    described = json.loads((wages.settings.home / "projects" / "pay" / "view" / "view.json").read_text())
    assert described["datasets"][0]["conditions_of_use"] == ["Groups of fewer than 10 people are not published."]
    assert [column["name"] for column in described["datasets"][0]["columns"]] == ["sex"]


@pytest.mark.parametrize("columns", [["surname"], ["ref"], ["born", "sex"]])
def test_an_identifier_cannot_be_granted(wages, in_a_month, columns):
    with pytest.raises(BadInput, match="identifier"):
        create(wages, "pay", columns, in_a_month)
    assert not stores(wages).projects.projects()


@pytest.mark.parametrize("columns", [["nothing"], [], ["sex", "sex"]])
def test_unusable_grants_are_refused(wages, in_a_month, columns):
    with pytest.raises(BadInput):
        create(wages, "pay", columns, in_a_month)


def test_several_datasets_must_be_linked(wages, in_a_month, tmp_path, contract):
    text = contract.read_text().replace("id: wages", "id: care")
    (tmp_path / "care.yaml").write_text(text)
    (tmp_path / "care.csv").write_text((tmp_path / "wages.csv").read_text())
    wages.ingest("dana", tmp_path / "care.yaml", tmp_path / "care.csv")
    with pytest.raises(NotFound, match="not linked"):
        wages.create_project(
            "dana", "pay", title="Pay", purpose="x", columns={"wages": ["pay"], "care": ["sex"]}, ends_on=in_a_month
        )


def test_a_policy_that_cannot_be_used_stops_the_project(wages, in_a_month):
    with pytest.raises(BadInput, match="policy"):
        wages.create_project(
            "dana", "pay", title="P", purpose="x", columns={"wages": ["pay"]}, ends_on=in_a_month, policy="no-such"
        )


def test_the_description_tells_the_quality_of_each_granted_column(wages, in_a_month):
    wages.create_project(
        "dana", "pay", title="Pay", purpose="To see", columns={"wages": ["sex", "pay"]}, ends_on=in_a_month
    )
    described = json.loads((wages.settings.home / "projects" / "pay" / "view" / "view.json").read_text())
    (dataset,) = described["datasets"]
    assert [column["quality"] for column in dataset["columns"]] == [
        "keeps its 3 rules in every row",
        "keeps its 3 rules in every row",
    ]
