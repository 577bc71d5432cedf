"""Each contract of the hub's rooms holds, and fails on an import that it forbids."""

from copy import deepcopy
from functools import cache
from pathlib import Path

import grimp
import pytest
from importlinter.api import read_configuration
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract
from importlinter.domain.contract import Contract

from tests.architecture.broken_hub_contracts import ROWS

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
TYPES: dict[str, type[Contract]] = {"forbidden": ForbiddenContract, "layers": LayersContract}


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("hub_config", "tre", "disclosure_control", include_external_packages=True)


@cache
def contracts() -> dict[str, Contract]:
    configuration = read_configuration(str(PROJECT))
    return {
        options["id"]: TYPES[options["type"]](options["name"], configuration["session_options"], options)
        for options in configuration["contracts_options"]
        if options["id"].startswith(("hub-", "gateway-"))
    }


def test_every_contract_of_the_hub_is_broken_once():
    assert {contract for contract, _, _ in ROWS} == set(contracts())


@pytest.mark.parametrize(("contract", "importer", "imported"), ROWS)
def test_a_contract_holds_and_fails_on_purpose(contract, importer, imported):
    assert contracts()[contract].check(deepcopy(graph()), verbose=False).kept
    broken = deepcopy(graph())
    assert {importer, imported} <= broken.modules
    broken.add_import(importer=importer, imported=imported)
    assert not contracts()[contract].check(broken, verbose=False).kept
