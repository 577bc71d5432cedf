"""Reviewing: votes belong to a round and to bytes, reasons are forced, two people decide."""

from dataclasses import replace

import pytest

from disclosure_control.core.outcome import Outcome
from tests.factories import NOW, checker, file, finding, person, project, request, vote
from tre.airlock.request import Decision, FileDecision
from tre.airlock.review import Ballot, review, send_back, withdraw
from tre.airlock.states import State
from tre.airlock.submit import Answers, resubmit
from tre.airlock.votes import file_decision
from tre.core.errors import BadInput, BadTransition, NotAllowed, NotFound

APPROVE = Decision.APPROVE
REFUSE = Decision.REFUSE


REPLIES = {"outputs": "Rounded."}


def reviewed(asked, by="chidi", decision=APPROVE, reason="", binding=None):
    of = asked.outputs[0]
    ballot = Ballot(decision, asked.binding(of) if binding is None else binding, reason)
    return review(asked, checker(id=by), project(), {of.name: ballot}, needed=2, now=NOW)


def test_two_checkers_approve():
    once, event = reviewed(request())
    assert once.state is State.IN_REVIEW
    twice, event = reviewed(once, by="sofia")
    assert twice.state is State.APPROVED
    assert event.details["state"] == "approved"


def test_one_checker_twice_is_one_checker():
    once, _ = reviewed(request())
    again, _ = reviewed(once)
    assert again.state is State.IN_REVIEW


def test_two_refusals_reject():
    once, _ = reviewed(request(), decision=REFUSE, reason="too small")
    twice, _ = reviewed(once, by="sofia", decision=REFUSE, reason="too small")
    assert twice.state is State.REJECTED


def test_a_third_checker_settles_a_conflict():
    once, _ = reviewed(request())
    split, _ = reviewed(once, by="sofia", decision=REFUSE, reason="hm")
    assert split.state is State.IN_REVIEW
    assert file_decision(split, split.outputs[0], 2) is FileDecision.CONFLICTED
    settled, _ = reviewed(split, by="yuki")
    assert settled.state is State.APPROVED


def test_the_author_never_reviews():
    with pytest.raises(NotAllowed):
        of = request().outputs[0]
        author = person(roles=("researcher", "checker"))
        review(request(), author, project(), {of.name: Ballot(APPROVE, request().binding(of))}, needed=2, now=NOW)


def test_an_authors_vote_that_got_in_does_not_count():
    of = file()
    asked = request(files=[of], votes=[vote(of, by="ravi"), vote(of, by="chidi")])
    assert file_decision(asked, of, 2) is FileDecision.INCOMPLETE


def test_a_failed_file_is_overruled_only_with_a_reason_and_the_reason_is_recorded():
    asked = request(files=[file(outcome=Outcome.FAIL, findings=[finding()])])
    with pytest.raises(BadInput, match="reason"):
        reviewed(asked)
    _, event = reviewed(asked, reason="the group is public knowledge")
    assert event.details["overruled"][0]["rules"] == ["table.threshold"]


@pytest.mark.parametrize("outcome", [Outcome.REVIEW, Outcome.FAIL, None])
def test_only_a_pass_is_approved_without_a_reason(outcome):
    with pytest.raises(BadInput):
        reviewed(request(files=[file(outcome=outcome)]))


def test_a_refusal_needs_a_reason():
    with pytest.raises(BadInput):
        reviewed(request(), decision=REFUSE, reason="  ")


def test_what_cannot_be_rebuilt_cannot_be_approved():
    asked = request(files=[file(outcome=Outcome.FAIL, clean=b"")])
    with pytest.raises(BadInput):
        reviewed(asked, reason="looks fine")


def test_a_stale_page_is_refused():
    with pytest.raises(BadInput, match="changed"):
        reviewed(request(), binding="0" * 64)


def test_a_page_of_the_round_before_is_refused_though_the_bytes_are_the_same():
    first = request()
    with pytest.raises(BadInput, match="changed"):
        reviewed(replace(first, round=2), binding=first.binding(first.files[0]))


def test_evidence_is_no_output():
    asked = request(files=[file(), file(name="evidence/table.json")])
    with pytest.raises(NotFound):
        ballots = {"evidence/table.json": Ballot(APPROVE, asked.binding(asked.files[1]))}
        review(asked, checker(), project(), ballots, needed=2, now=NOW)


def test_an_empty_ballot_is_no_review():
    with pytest.raises(BadInput):
        review(request(), checker(), project(), {}, needed=2, now=NOW)


def test_resubmission_resets_every_vote():
    once, _ = reviewed(request())
    back, _ = send_back(once, checker(), project(), reason="round the counts", now=NOW)
    assert back.state is State.RETURNED
    again, event = resubmit(back, person(), project(), back.files, Answers(REPLIES), now=NOW)
    assert (again.state, again.round, event.details["round"]) == (State.SUBMITTED, 2, 2)
    in_review = replace(again, state=State.IN_REVIEW)
    after, _ = reviewed(in_review, by="sofia")
    assert after.state is State.IN_REVIEW, "the vote of round 1 must not count in round 2"


def test_a_vote_for_other_bytes_does_not_count():
    old = file(clean=b"old")
    new = file(clean=b"new")
    asked = request(files=[new], votes=[vote(old, by="chidi"), vote(old, by="sofia")])
    assert file_decision(asked, new, 2) is FileDecision.INCOMPLETE


def test_only_the_author_resubmits_and_withdraws():
    back = request(state=State.RETURNED)
    with pytest.raises(NotAllowed):
        resubmit(back, person(id="mei"), project(members=("ravi", "mei")), back.files, Answers(REPLIES), now=NOW)
    with pytest.raises(NotAllowed):
        withdraw(back, person(id="mei"), project(), now=NOW)
    assert withdraw(back, person(), project(), now=NOW)[0].state is State.WITHDRAWN


def test_returning_needs_a_reason():
    with pytest.raises(BadInput):
        send_back(request(), checker(), project(), reason=" ", now=NOW)


@pytest.mark.parametrize("state", [state for state in State if state is not State.IN_REVIEW])
def test_review_happens_in_review_alone(state):
    with pytest.raises(BadTransition):
        reviewed(request(state=state))
