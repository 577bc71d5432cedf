"""Tables of the sizes that the benchmarks time, protected and then attacked by an attacker that shares no model."""

import pytest

from benchmarks.protection import CASES, SHARE, under_protected
from disclosure_control.tables.suppression.protection import protection

pytestmark = pytest.mark.heavy


@pytest.mark.parametrize("name", CASES)
def test_no_cell_of_a_large_table_is_under_protected(name: str) -> None:
    case = CASES[name]()
    found = protection(case.table, case.by, "v", hierarchies=case.trees, method=case.method, share=SHARE)
    assert found.optimal is (case.method == "optimal")
    assert (found.tables[0].suppressed == "secondary").any()
    assert under_protected(case, found.tables[0]) == 0
