import pytest

from disclosure_control.core.decoder import BadMessage, convert, decode, encode
from disclosure_control.core.finding import Finding, FindingRecord, make_finding, merge_findings
from disclosure_control.core.location import Location, places
from disclosure_control.core.outcome import Outcome


def test_a_finding_takes_outcome_reason_and_next_step_from_its_rule() -> None:
    finding = make_finding("table.threshold", "area West, band high", cells=1)
    assert finding.outcome is Outcome.FAIL
    assert finding.why
    assert finding.todo
    assert finding.counts == {"cells": 1}


def test_a_finding_survives_json() -> None:
    finding = make_finding("pii.person", [Location(line=3, outer=Location(cell=2)), "a note"], places=2)
    assert decode(encode(FindingRecord.of(finding)), FindingRecord).finding() == finding
    assert decode(encode(finding), Finding) == finding


def test_an_unknown_rule_cannot_be_found_or_read() -> None:
    with pytest.raises(KeyError):
        make_finding("table.treshold")
    forged = make_finding("pii.person").to_dict() | {"rule": "all.fine"}
    with pytest.raises(BadMessage):
        convert(forged, FindingRecord)
    with pytest.raises(ValueError, match="not in the table of rules"):
        Finding("all.fine", Outcome.PASS, (), "", "")


@pytest.mark.parametrize("broken", [{"outcome": "fine"}, {"where": 3}, {"counts": [1]}, {"more": "1"}, {"unknown": 1}])
def test_a_malformed_finding_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(BadMessage):
        convert(make_finding("pii.person").to_dict() | broken, FindingRecord)


def test_places_are_cut_and_say_how_many_are_left_out() -> None:
    some = places(Location(line=i) for i in range(1, 26))
    assert str(some).endswith("; line 20; and 5 more")
    assert str(some.first(2)) == "line 1; line 2; and 23 more"
    assert str(places(["line 1"])) == "line 1"


def test_a_finding_of_before_has_its_words_as_one_place() -> None:
    """Reports and requests that were stored before places were values, with the outcome as a word or a number."""
    old = {"rule": "pii.person", "outcome": 2, "where": "cell 1; line 3; and 4 more", "why": "A.", "todo": "B."}
    for outcome in (2, "fail"):
        read = convert({**old, "outcome": outcome}, FindingRecord).finding()
        assert (read.where, read.outcome) == (old["where"], Outcome.FAIL)
        assert read.locations == (Location(part=("cell 1; line 3; and 4 more",)),)


def test_findings_that_differ_in_their_place_become_one_with_every_place_counted() -> None:
    many = [make_finding("pii.person", [Location(line=i) for i in range(1, 16)], places=15) for _ in range(2)]
    (merged,) = merge_findings(many)
    assert (len(merged.locations), merged.more, merged.counts) == (20, 10, {"places": 30})
