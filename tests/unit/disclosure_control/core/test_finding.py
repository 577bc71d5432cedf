import json

import pytest

from disclosure_control.core.finding import Finding, make_finding, places
from disclosure_control.core.outcome import Outcome


def test_a_finding_takes_outcome_reason_and_next_step_from_its_rule() -> None:
    finding = make_finding("table.threshold", "area West, band high", cells=1)
    assert finding.outcome is Outcome.FAIL
    assert finding.why
    assert finding.todo
    assert finding.counts == {"cells": 1}


def test_a_finding_survives_json() -> None:
    finding = make_finding("pii.person", "line 3", places=2)
    assert Finding.from_dict(json.loads(json.dumps(finding.to_dict()))) == finding


def test_an_unknown_rule_cannot_be_found_or_read() -> None:
    with pytest.raises(KeyError):
        make_finding("table.treshold")
    forged = make_finding("pii.person").to_dict() | {"rule": "all.fine"}
    with pytest.raises(ValueError, match="not in the table of rules"):
        Finding.from_dict(forged)


@pytest.mark.parametrize("broken", [{"outcome": "fine"}, {"where": 3}, {"counts": [1]}])
def test_a_malformed_finding_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"outcome|finding"):
        Finding.from_dict(make_finding("pii.person").to_dict() | broken)


def test_places_are_cut_and_say_how_many_are_left_out() -> None:
    assert places([f"line {i}" for i in range(25)]).endswith("; and 5 more")
    assert places(["line 1"]) == "line 1"
