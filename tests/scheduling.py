"""Which tests a process is given together: those of a module, since they share what is slow to start."""

from pathlib import PurePosixPath
from typing import Final

import pytest
from xdist.scheduler import LoadScopeScheduling

# The longest modules first; what can be given out one by one last, so that no process waits at the end.
ORDER: Final = ("tests/e2e/", "tests/integration/", "tests/attack/", "tests/property/", "tests/")
ONE_BY_ONE: Final = {
    "test_crashes.py",
    "test_mutated_files.py",
    "test_protection.py",
    "test_protection_at_scale.py",
    "test_races.py",
}


def one_by_one(nodeid: str) -> bool:
    """Whether the tests of this module share nothing that is slow to start."""
    return PurePosixPath(nodeid.partition("::")[0]).name in ONE_BY_ONE


def place(item: pytest.Item) -> tuple[bool, int]:
    """Where a test stands in the order."""
    return one_by_one(item.nodeid), next(i for i, part in enumerate(ORDER) if item.nodeid.startswith(part))


class Modules(LoadScopeScheduling):
    """xdist's ``loadscope``, but for modules whose tests can be given out one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if one_by_one(nodeid) else nodeid.partition("::")[0]
