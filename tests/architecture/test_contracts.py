"""Each import contract of pyproject.toml holds, and fails on what it forbids; what is no import is read from code."""

import ast
from copy import deepcopy
from functools import cache
from pathlib import Path

import grimp
import pytest
from importlinter.api import read_configuration
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract
from importlinter.domain.contract import Contract

from tests.architecture.broken_contracts import ROWS

ROOT = Path(__file__).parents[2]
TYPES: dict[str, type[Contract]] = {
    "acyclic_siblings": AcyclicSiblingsContract,
    "forbidden": ForbiddenContract,
    "layers": LayersContract,
    "protected": ProtectedContract,
}


@cache
def graph() -> grimp.ImportGraph:
    options = read_configuration(str(ROOT / "pyproject.toml"))["session_options"]
    return grimp.build_graph(*options["root_packages"], include_external_packages=True)


@cache
def contracts() -> dict[str, Contract]:
    configuration = read_configuration(str(ROOT / "pyproject.toml"))
    return {
        options["id"]: TYPES[options["type"]](options["name"], configuration["session_options"], options)
        for options in configuration["contracts_options"]
    }


def test_every_contract_is_broken_once():
    assert {contract for contract, _, _ in ROWS} == set(contracts())


@pytest.mark.parametrize("contract", contracts())
def test_a_contract_holds(contract):
    assert contracts()[contract].check(deepcopy(graph()), verbose=False).kept


@pytest.mark.parametrize(("contract", "importer", "imported"), ROWS)
def test_a_contract_fails_on_purpose(contract, importer, imported):
    broken = deepcopy(graph())
    if imported:
        assert {importer, imported} <= broken.modules | {"subprocess", "papermill"}
        broken.add_import(importer=importer, imported=imported)
    else:
        assert importer not in broken.modules
        broken.add_module(importer)
    assert not contracts()[contract].check(broken, verbose=False).kept


def users_of_the_container(root: Path) -> set[str]:
    """The files below ``root`` in which something reaches for an attribute ``_container``."""
    return {
        path.relative_to(root).as_posix()
        for folder in ("tre", "hub_config", "tests", "benchmarks")
        for path in (root / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "_container"
    }


def test_what_an_installation_is_made_of_is_reached_by_its_services_alone():
    """An attribute is no import: the linter does not see it. Tests reach it in one place."""
    users = users_of_the_container(ROOT)
    assert {user for user in users if not user.startswith("tre/services/")} == {"tre/app.py", "tests/stores.py"}


def test_whoever_reaches_for_it_elsewhere_is_found(tmp_path):
    (tmp_path / "tre").mkdir()
    (tmp_path / "tre" / "page.py").write_text("head = app._container.database.head()\n")
    assert users_of_the_container(tmp_path) == {"tre/page.py"}
