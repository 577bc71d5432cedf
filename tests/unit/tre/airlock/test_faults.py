"""Faults that other airlocks had, each as a test of this one; those about single rules stand with the rules."""

from dataclasses import replace

import pandas as pd
import pytest

import disclosure_control as sdc
from disclosure_control.core.outcome import Outcome
from tests.airlock import FILES, SAID, Airlock
from tests.factories import file_row, report_record
from tests.stores import stores
from tre.airlock.check import check
from tre.airlock.ports import CheckResult
from tre.airlock.request import Decision, FileDecision
from tre.airlock.review import Ballot
from tre.airlock.states import State
from tre.airlock.votes import decisions
from tre.audit.ports import EntryFilter
from tre.core import clock
from tre.core.errors import BadInput, NotAllowed, NotFound


@pytest.fixture
def airlock(tmp_path):
    opened = Airlock(tmp_path / "home", "").prepare()
    yield opened
    opened.close()


@pytest.fixture
def request_(airlock):
    return airlock.submit(airlock.project())


def ballots(request, decision=Decision.APPROVE, reason="seen"):
    return {file.name: Ballot(decision, request.binding(file), reason) for file in request.outputs}


def test_the_check_that_passed_is_no_reviewer(airlock, request_):
    """Automation counted as one of the two reviewers: one human decided."""
    assert {file.outcome for file in request_.outputs} == {Outcome.PASS}
    after = airlock.reviews.review("chidi", request_.id, ballots(request_))
    assert after.state is State.IN_REVIEW


def test_who_submits_does_not_approve_with_whatever_role(airlock, request_):
    """The reviewer was never compared with the creator: the same token submitted and approved."""
    with pytest.raises(NotAllowed, match="their own"):
        airlock.reviews.review("ravi", request_.id, ballots(request_))


def test_a_failed_check_can_be_overruled_by_people_with_reasons(airlock):
    """An automatic flag that no human could overrule."""
    stores(airlock).checker.outcome = "fail"
    try:
        request = airlock.submit(airlock.project())
    finally:
        stores(airlock).checker.outcome = "pass"
    with pytest.raises(BadInput, match="overrules"):
        airlock.reviews.review("chidi", request.id, ballots(request, reason=""))
    for by in ("chidi", "sofia"):
        request = airlock.reviews.review(by, request.id, ballots(request, reason="Public figures."))
    assert request.state is State.APPROVED
    entry = stores(airlock).database.page(EntryFilter(limit=1, subject=request.id, action="request.reviewed"))[0]
    assert {one["reason"] for one in entry.details["overruled"]} == {"Public figures."}
    assert entry.actor == "sofia"


def test_dominance_is_of_contributions_and_a_mean_is_no_count():
    """A 'dominance' that compared two columns' values; a 'minimum cell' that read means and p-values as counts."""
    frame = pd.DataFrame({"region": ["N"] * 20 + ["S"] * 20, "pay": [1.5, 2.5] * 10 + [5000.0] + [1.0] * 19})
    cells = sdc.cell_statistics(frame, by=["region"], value="pay")
    judged = sdc.judge_cells(cells, sdc.Policy.load("default"), statistic="mean").set_index("region")
    assert "dominance" not in str(judged.loc["N", "reasons"]), "a mean of 2.0 is no count of two"
    assert judged.loc["N", "outcome"] is Outcome.PASS
    assert "dominance" in str(judged.loc["S", "reasons"])


def test_what_lies_in_the_folder_is_no_longer_asked_once_it_was_submitted(airlock, request_, tmp_path):
    """The file as database: edits lost, the index deleted, the folder out of step with it."""
    kept = airlock.request(request_.id)
    assert [stores(airlock).vault.get(file.digest) for file in kept.files] == list(FILES.values())
    assert not list(airlock.settings.home.glob("checks/*")), "nothing of it lies about"


@pytest.mark.parametrize("said", ["PASS", "Pass", "ok", "", None, 0])
def test_an_outcome_in_another_spelling_is_a_fail(airlock, request_, said):
    """A status compared as a string of the wrong case aggregated to 'pass'."""
    (first, *_) = request_.files
    row = file_row(first.name, first.digest, outcome=said)
    again = replace(request_, state=State.SUBMITTED)
    checked, _ = check(again, CheckResult(report_record(row), {}), stores(airlock).vault, clock.now())
    assert {file.outcome for file in checked.outputs} == {Outcome.FAIL}


def test_an_approved_request_whose_file_is_missing_does_not_leave_and_can_go_back(airlock, request_):
    """Stuck and failed transitions with no way on; 'approved' while a file was missing."""
    for by in ("chidi", "sofia"):
        request_ = airlock.reviews.review(by, request_.id, ballots(request_))
    clean = request_.outputs[0].clean_digest
    (airlock.settings.home / "vault" / clean[:2] / clean[2:]).unlink()
    with pytest.raises(NotFound):
        airlock.releases.release("chidi", request_.id)
    assert airlock.request(request_.id).state is State.APPROVED
    assert airlock.reviews.send_back("chidi", request_.id, "A file is missing; send it again.").state is State.RETURNED
    again = airlock.submissions.resubmit("ravi", request_.id, FILES, SAID, {"outputs": "Sent again."})
    assert set(decisions(again, 2).values()) == {FileDecision.INCOMPLETE}, "and nobody's earlier word counts"


def test_a_check_that_was_cut_off_is_taken_up_again(airlock):
    project = airlock.project()
    whole = stores(airlock).checker.check
    stores(airlock).checker.check = None
    try:
        with pytest.raises(TypeError):
            airlock.submit(project)
    finally:
        stores(airlock).checker.check = whole
    (stuck,) = stores(airlock).requests.requests()
    assert stuck.state is State.SUBMITTED
    assert airlock.checks.check(stuck.id).state is State.IN_REVIEW
