"""Ingest: a delivery that breaks its contract is refused with rule, column and count, and nothing is registered."""

import polars
import pytest

from tests.conftest import CONTRACT, delivery
from tests.stores import stores
from tre.audit.events import Action
from tre.core.errors import BadInput, NotAllowed
from tre.core.ids import DatasetId


def ingest(app, contract, tmp_path, text, name="wages.csv"):
    path = tmp_path / name
    path.write_text(text)
    return app.ingest("dana", contract, path)


def test_identifiers_and_attributes_part_at_the_door(wages):
    version = stores(wages).catalogue.version(DatasetId("wages"))
    attributes, identifiers = (
        polars.read_parquet(version.attributes_path),
        polars.read_parquet(version.identifiers_path),
    )
    assert attributes.columns == ["row_key", "sex", "pay", "district"]
    assert identifiers.columns == ["row_key", "ref", "surname", "born"]
    assert attributes.schema["pay"] == polars.Float64
    assert attributes["row_key"].to_list() == sorted(attributes["row_key"].to_list()), "delivery order would join again"
    assert identifiers["ref"].to_list() != [f"R{number}" for number in range(40)]


def test_versions_are_counted(wages, contract, tmp_path):
    assert ingest(wages, contract, tmp_path, delivery(50)).version == 2
    assert [version.version for version in stores(wages).catalogue.versions()] == [1, 2]


BROKEN = {
    "required": (",f,", ",,", "completeness in column 'sex': 20 of 40"),
    "allowed values": (",f,", ",x,", "allowed values in column 'sex': 20 of 40"),
    "pattern": (",NE", ",Ne", "pattern in column 'district': 13 of 40"),
    "the whole of a pattern": (",NE", ",NEE", "pattern in column 'district': 13 of 40"),
    "range": (",10.0,", ",-1,", "range in column 'pay': 1 of 40"),
    "type of a number": (",10.0,", ",ten,", "type number in column 'pay': 1 of 40"),
    "not a number": (",10.0,", ",NaN,", "type number in column 'pay': 1 of 40"),
    "infinity": (",10.0,", ",inf,", "type number in column 'pay': 1 of 40"),
    "type of a date": ("1950-02-03", "03/02/1950", "type date in column 'born': 1 of 40"),
    "unique": ("R1,", "R0,", "unique in column 'ref': 2 of 40"),
}


@pytest.mark.parametrize(("old", "new", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_named_with_column_and_count(app, contract, tmp_path, old, new, said):
    with pytest.raises(BadInput) as refused:
        ingest(app, contract, tmp_path, delivery().replace(old, new))
    assert said in refused.value.message
    assert not stores(app).catalogue.versions()
    assert not (app.settings.home / "datasets" / "wages").exists()
    last = list(stores(app).database.entries())[-1]
    assert last.action == Action.DATASET_REFUSED
    assert last.details["broken_rules"]


def test_a_refusal_shows_no_value(app, contract, tmp_path):
    with pytest.raises(BadInput) as refused:
        ingest(app, contract, tmp_path, delivery().replace("Surname3", "Ashworth").replace(",f,", ",secretvalue,"))
    assert "secretvalue" not in str(refused.value)


COLUMNS = {
    "missing": ("ref,surname", "ref,name", "1 missing: surname"),
    "not in the contract": ("district\n", "district,age\n", "age"),
    "twice": ("ref,surname", "ref,ref", "twice: ref"),
}


@pytest.mark.parametrize(("old", "new", "said"), COLUMNS.values(), ids=COLUMNS)
def test_other_columns_are_refused(app, contract, tmp_path, old, new, said):
    with pytest.raises(BadInput, match=said):
        ingest(app, contract, tmp_path, delivery().replace(old, new))


@pytest.mark.parametrize(
    "text", ["", "ref,surname,born,sex,pay,district\n", "\x00\x01"], ids=["empty", "no rows", "binary"]
)
def test_nothing_is_not_a_delivery(app, contract, tmp_path, text):
    with pytest.raises(BadInput):
        ingest(app, contract, tmp_path, text)


def test_a_file_that_is_not_utf_8_is_refused(app, contract, tmp_path):
    path = tmp_path / "wages.csv"
    path.write_bytes(delivery().replace("Surname3", "Müller").encode("latin-1"))
    with pytest.raises(BadInput):
        app.ingest("dana", contract, path)


def test_parquet_is_taken_too(app, contract, tmp_path):
    csv = tmp_path / "wages.csv"
    csv.write_text(delivery())
    path = tmp_path / "wages.parquet"
    polars.read_csv(csv, try_parse_dates=True).write_parquet(path)
    assert app.ingest("dana", contract, path).rows == 40


def test_some_missing_values_can_be_tolerated(app, tmp_path):
    contract = tmp_path / "wages.yaml"
    rule = "quality: [{metric: nullValues, unit: percent, mustBeLessOrEqualTo: 5}], "
    contract.write_text(CONTRACT.replace("{name: pay, ", "{name: pay, " + rule))
    two_missing = delivery().replace(",10.0,", ",,").replace(",11.0,", ",,")
    assert ingest(app, contract, tmp_path, two_missing).rows == 40
    with pytest.raises(BadInput, match="completeness in column 'pay': 3 of 40"):
        ingest(app, contract, tmp_path, two_missing.replace(",12.0,", ",,"))


def test_only_a_data_manager_ingests(app, contract, tmp_path):
    path = tmp_path / "wages.csv"
    path.write_text(delivery())
    for person in ("ravi", "chidi", "olga"):
        with pytest.raises(NotAllowed):
            app.ingest(person, contract, path)
