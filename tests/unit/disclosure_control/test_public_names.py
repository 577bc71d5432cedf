"""The public names: each can be used, and none costs anything before it is."""

import subprocess
import sys

import pytest

import disclosure_control as sdc

HEAVY = ("pandas", "numpy", "scipy", "duckdb", "highspy", "pyarrow")


@pytest.mark.parametrize("name", sdc.__all__)
def test_every_public_name_is_there(name):
    assert getattr(sdc, name) is not None
    assert name in dir(sdc)


def test_another_name_is_an_ordinary_mistake():
    with pytest.raises(AttributeError, match="no attribute 'crosstabs'"):
        _ = sdc.crosstabs


def loaded(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(said.stdout.split())


def test_a_statistic_loads_what_it_needs():
    assert {"pandas", "duckdb"} <= loaded("import disclosure_control as sdc; sdc.cell_statistics")


@pytest.mark.parametrize(
    "statement", ["import disclosure_control", "import tre", "from tre.workspace import client, lab"]
)
def test_what_jupyters_server_loads_in_every_workspace_stays_small(statement):
    assert loaded(statement) == set()
