"""What votes amount to: two people, this round, these very bytes, nobody of the project, no program."""

from dataclasses import replace

import pytest

from tests.factories import NOW, checker, file, person, project, request, vote
from tre.airlock.release import approved_files
from tre.airlock.request import Decision, FileDecision, FileKind, Group
from tre.airlock.review import Ballot, finish, review
from tre.airlock.states import State
from tre.airlock.votes import SYSTEM, Phase, approvals_needed, counting_votes, file_decision, phase, visible_votes
from tre.core.errors import BadInput, BadTransition

A, C, R, U = Decision.APPROVE, Decision.CHANGES, Decision.REFUSE, Decision.UNDECIDED
COUNTED = [
    ([A], FileDecision.INCOMPLETE),
    ([A, A], FileDecision.APPROVED),
    ([A, U], FileDecision.INCOMPLETE),
    ([U, U], FileDecision.INCOMPLETE),
    ([A, C], FileDecision.CONFLICTED),
    ([A, R], FileDecision.CONFLICTED),
    ([C, C], FileDecision.CHANGES),
    ([C, R], FileDecision.CHANGES),
    ([R, R], FileDecision.REFUSED),
    ([A, R, A], FileDecision.APPROVED),
    ([A, R, R], FileDecision.REFUSED),
    ([A, C, C], FileDecision.CHANGES),
    ([A, A, R, R], FileDecision.REFUSED),
    ([A, A, C, C], FileDecision.CHANGES),
]


@pytest.mark.parametrize(("said", "means"), COUNTED)
def test_what_votes_amount_to(said, means):
    of = file()
    asked = request(files=[of], votes=[vote(of, by=f"c{n}", decision=word) for n, word in enumerate(said)])
    assert file_decision(asked, of, 2) is means


def test_no_setting_and_no_stored_number_makes_it_fewer_than_two():
    assert approvals_needed(request(needed=0), 0) == 2
    assert approvals_needed(request(needed=3), 2) == 3
    assert approvals_needed(request(), 4) == 4
    of = file()
    one = request(files=[of], votes=[vote(of, by="chidi")], needed=1)
    assert file_decision(one, of, 1) is FileDecision.INCOMPLETE


def test_a_request_of_high_risk_needs_three_when_that_is_set():
    of = file()
    two = request(files=[of], votes=[vote(of, by="chidi"), vote(of, by="sofia")], needed=3, state=State.APPROVED)
    assert file_decision(two, of, 2) is FileDecision.INCOMPLETE
    with pytest.raises(BadTransition, match="3 checkers"):
        approved_files(two, project(), 2)


@pytest.mark.parametrize("who", ["ravi", SYSTEM, "mei", "former"])
def test_the_votes_of_author_program_member_and_former_member_never_count(who):
    of = file()
    asked = request(files=[of], votes=[vote(of, by="chidi"), vote(of, by=who)], involved=frozenset({"former"}))
    assert file_decision(asked, of, 2, project(members=("ravi", "mei")).members) is FileDecision.INCOMPLETE
    with pytest.raises(BadTransition):
        approved_files(replace(asked, state=State.APPROVED), project(members=("ravi", "mei")), 2)


def test_a_vote_counts_only_when_its_review_is_finished():
    of = file()
    asked = request(files=[of], votes=[vote(of, by="chidi"), vote(of, by="sofia")], finished={(1, "chidi"): "t"})
    assert [one.checker for one in counting_votes(asked, of)] == ["chidi"]


CHANGES = {
    "its bytes": lambda asked: replace(asked, files=(replace(asked.files[0], clean_digest="1" * 64),)),
    "what was submitted": lambda asked: replace(asked, files=(replace(asked.files[0], digest="1" * 64),)),
    "its kind": lambda asked: replace(asked, files=(replace(asked.files[0], kind=FileKind.SUPPORTING),)),
    "its group": lambda asked: replace(asked, files=(replace(asked.files[0], group="other"),)),
    "its group's context": lambda asked: replace(asked, groups=(Group("outputs", "Other", asked.groups[0].controls),)),
    "its group's controls": lambda asked: replace(asked, groups=(Group("outputs", "For the report", "none"),)),
    "the round": lambda asked: replace(asked, round=2),
    "the round, with the reviews": lambda asked: replace(
        asked, round=2, finished=tuple(replace(one, round=2) for one in asked.finished)
    ),
    "the round, with the votes": lambda asked: replace(
        asked, round=2, votes=tuple(replace(one, round=2) for one in asked.votes)
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_any_change_resets_the_votes(change):
    of = file()
    asked = request(files=[of], votes=[vote(of, by="chidi"), vote(of, by="sofia")])
    assert len(counting_votes(asked, of)) == 2
    changed = change(asked)
    assert counting_votes(changed, changed.files[0]) == ()


def test_votes_of_round_one_do_not_count_in_round_two_though_the_bytes_are_the_same():
    """A fault of others: after a resubmission the old vote still counts."""
    of = file()
    second = request(files=[of], round=2, votes=[vote(of, by="chidi", round=1), vote(of, by="sofia", round=2)])
    assert file_decision(second, of, 2) is FileDecision.INCOMPLETE


def two_files():
    return request(files=[file(), file(name="other.csv")])


def said(asked, by, names, **more):
    ballots = {name: Ballot(A, asked.binding(asked.file(name))) for name in names}
    return review(asked, checker(id=by), project(), ballots, needed=2, now=NOW, **more)[0]


def test_a_round_is_independent_until_as_many_have_finished_as_must_approve():
    asked = two_files()
    assert phase(replace(asked, state=State.SUBMITTED), 2) is Phase.CHECKING
    asked = said(asked, "chidi", ["table.csv", "other.csv"])
    asked = said(asked, "sofia", ["table.csv"])
    assert phase(asked, 2) is Phase.INDEPENDENT
    assert {one.checker for votes in visible_votes(asked, "sofia", 2).values() for one in votes} == {"sofia"}
    assert visible_votes(asked, "ravi", 2) == {"table.csv": (), "other.csv": ()}
    refused = {"other.csv": Ballot(R, asked.binding(asked.file("other.csv")), "too small")}
    asked, _ = review(asked, checker(id="sofia"), project(), refused, needed=2, now=NOW)
    assert phase(asked, 2) is Phase.CONSOLIDATING
    assert {one.checker for votes in visible_votes(asked, "yuki", 2).values() for one in votes} == {"chidi", "sofia"}
    assert visible_votes(asked, "ravi", 2) == {"table.csv": (), "other.csv": ()}, "the author sees none of it yet"
    assert phase(replace(asked, state=State.REJECTED), 2) is Phase.COMPLETE
    assert len(visible_votes(replace(asked, state=State.RETURNED), "ravi", 2)["other.csv"]) == 2


def test_votes_may_be_kept_and_finished_later():
    asked = said(two_files(), "chidi", ["table.csv", "other.csv"], finish=False)
    assert not asked.finished
    asked, event = finish(asked, checker(), project(), needed=2, now=NOW)
    assert [one.checker for one in asked.finished] == ["chidi"]
    assert event.details["finished"] is True


def test_a_review_is_not_finished_while_an_output_has_no_vote():
    asked = said(two_files(), "chidi", ["table.csv"])
    with pytest.raises(BadInput, match="1 outputs"):
        finish(asked, checker(), project(), needed=2, now=NOW)


def test_supporting_and_code_files_need_no_vote_and_never_leave():
    of = file()
    others = [file(name="code.py", kind=FileKind.CODE), file(name="counts.csv", kind=FileKind.SUPPORTING)]
    asked = request(files=[of, *others, file(name="gone.csv", kind=FileKind.WITHDRAWN)])
    asked = said(said(asked, "chidi", ["table.csv"]), "sofia", ["table.csv"])
    assert asked.state is State.APPROVED
    assert [one.name for one in approved_files(asked, project(), 2)] == ["table.csv"]


def test_one_checker_and_the_author_as_checker_do_not_approve_at_the_last_vote():
    member = person(id="mei", roles=("researcher", "checker"))
    of = file()
    asked = request(files=[of], votes=[vote(of, by=member.id)])
    after, _ = review(
        asked, checker(), project(members=("ravi", "mei")), {of.name: Ballot(A, asked.binding(of))}, needed=2, now=NOW
    )
    assert after.state is State.IN_REVIEW
