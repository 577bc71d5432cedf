"""Contracts: one that could not be kept or checked is refused, with the place."""

import pytest

from tests.conftest import CONTRACT
from tre.catalogue.contract import read_contract
from tre.core.errors import BadInput


def test_a_contract_is_read():
    contract = read_contract(CONTRACT)
    assert (contract.dataset, contract.key, contract.unit, contract.min_rows) == ("wages", "ref", "person", 3)
    assert [column.name for column in contract.identifiers] == ["ref", "surname", "born"]
    assert [column.name for column in contract.attributes] == ["sex", "pay", "district"]
    assert contract.conditions_of_use == ("Groups of fewer than 10 people are not published.",)


BROKEN = {
    "not YAML": "{",
    "not a contract": "a: 1",
    "an unknown key": CONTRACT + "colour: red\n",
    "no key": CONTRACT.replace("primaryKey: true, ", ""),
    "a key that is no identifier": CONTRACT.replace(
        "{name: ref, logicalType: string, classification: identifier",
        "{name: ref, logicalType: string, classification: attribute",
    ),
    "an unknown type": CONTRACT.replace("logicalType: date", "logicalType: moment"),
    "no classification": CONTRACT.replace("classification: sensitive, ", ""),
    "an unknown meaning": CONTRACT.replace("semanticType: surname", "semanticType: nickname"),
    "a rule that nobody checks": CONTRACT.replace("minimum: 0", "multipleOf: 2"),
    "a column twice": CONTRACT.replace("name: surname", "name: sex"),
    "a name of ours": CONTRACT.replace("name: district", "name: person_id"),
    "a name that is SQL": CONTRACT.replace("name: district", "name: 'a; DROP'"),
    "an id that is a path": CONTRACT.replace("id: wages", "id: ../wages"),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_contract_is_refused(text):
    with pytest.raises(BadInput):
        read_contract(text)
