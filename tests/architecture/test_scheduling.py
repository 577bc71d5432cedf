"""The tests of a module stay together, in the order of `tests.scheduling`; some modules are given out one by one."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.scheduling import ONE_BY_ONE, Modules, place

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("nodeid", "scope"),
    [
        ("tests/unit/a/test_b.py::test_c[x/y::z]", "tests/unit/a/test_b.py"),
        (
            "tests/integration/tre/airlock/test_races.py::test_c[1]",
            "tests/integration/tre/airlock/test_races.py::test_c[1]",
        ),
    ],
)
def test_a_module_is_one_piece_of_work_unless_its_tests_share_nothing(nodeid: str, scope: str) -> None:
    assert Modules._split_scope(SimpleNamespace(), nodeid) == scope  # type: ignore[arg-type]


def test_slow_folders_come_first_and_single_tests_last() -> None:
    names = [
        "tests/unit/test_a.py",
        "tests/attack/test_mutated_files.py",
        "tests/attack/test_b.py",
        "tests/e2e/test_c.py",
    ]
    items = sorted((SimpleNamespace(nodeid=f"{name}::test_x") for name in names), key=place)  # type: ignore[arg-type]
    assert [item.nodeid.partition("::")[0] for item in items] == [names[3], names[2], names[0], names[1]]


def test_every_module_that_is_given_out_test_by_test_is_there() -> None:
    found = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert found >= ONE_BY_ONE
