"""The queue: late first, then by risk, then the oldest; and the figures over it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import NOW, file, request, vote
from tre.airlock.queue import Targets, figures, queue, summary
from tre.airlock.request import Claim, Decision, Ground
from tre.airlock.risk import Risk
from tre.airlock.states import State, Step

TARGETS = Targets(first_review_h=24, decision_h=72)


def waiting(name, *, hours, risk=Risk.LOW, state=State.IN_REVIEW, reviewed=False):
    at = (NOW - timedelta(hours=hours)).isoformat(timespec="microseconds")
    made = summary(replace(request(state=state), id=name, submitted_at=at))
    return replace(made, risk=risk, first_review_at=at if reviewed else "")


def order(*rows):
    return [row.summary.id for row in queue(rows, NOW, TARGETS)]


def test_late_then_risk_then_age():
    rows = [
        waiting("young", hours=1),
        waiting("older", hours=5),
        waiting("risky", hours=2, risk=Risk.HIGH),
        waiting("late", hours=30),
        waiting("late and risky", hours=25, risk=Risk.MEDIUM),
        waiting("in time, reviewed", hours=30, reviewed=True),
    ]
    assert order(*rows) == ["late and risky", "late", "risky", "in time, reviewed", "older", "young"]


def test_what_has_ended_or_is_with_its_author_does_not_wait():
    assert order(*[waiting("x", hours=1, state=state) for state in State]) == ["x"] * 3


@pytest.mark.parametrize(
    ("hours", "reviewed", "late"),
    [(23, False, ""), (25, False, "first review"), (25, True, ""), (73, True, "decision"), (73, False, "decision")],
)
def test_which_target_was_missed(hours, reviewed, late):
    (row,) = queue([waiting("x", hours=hours, reviewed=reviewed)], NOW, TARGETS)
    assert row.late == late
    assert row.waits_s == hours * 3600


def test_what_is_approved_waits_for_its_release_and_is_not_late():
    (row,) = queue([waiting("x", hours=100, state=State.APPROVED)], NOW, TARGETS)
    assert not row.late


def test_a_summary_tells_of_the_round_and_of_nothing_that_was_said():
    of = file()
    asked = request(
        files=[of], votes=[replace(vote(of, by="chidi", decision=Decision.REFUSE), ground=Ground.LOW_COUNTS)]
    )
    asked = replace(asked, claims=(Claim("chidi", "lea", "t"),)).noted(Step.REJECT, "chidi", NOW)
    told = summary(asked)
    assert (told.outputs, told.claimed_by, told.finished_by) == (1, ("chidi",), ("chidi",))
    assert (told.grounds, dict(told.votes_by)) == (("low counts",), {"chidi": 1})
    assert told.first_review_at == asked.votes[0].at
    assert told.decided_at.startswith(NOW.isoformat()[:19])
    assert asked.context not in str(told)
    assert "fine" not in str(told), "a checker's reason"


def test_the_figures():
    rows = [waiting("a", hours=30), waiting("b", hours=1)]
    rows[1] = replace(rows[1], claimed_by=("chidi",), votes_by={"chidi": 3}, grounds=("low counts",))
    decided = replace(
        waiting("c", hours=10, state=State.REJECTED), votes_by={"chidi": 1, "sofia": 2}, grounds=("low counts",)
    )
    decided = replace(
        decided,
        first_review_at=(NOW - timedelta(hours=8)).isoformat(),
        decided_at=(NOW - timedelta(hours=6)).isoformat(),
    )
    found = figures([*rows, decided], NOW, TARGETS)
    assert (found.late, found.first_review_s, found.decision_s) == (1, (7200.0, 7200.0), (14400.0, 14400.0))
    assert (found.votes_by["chidi"], found.open_claims["chidi"], found.grounds["low counts"]) == (4, 1, 2)
    assert found.by_state == {"in review": 2, "rejected": 1}
    assert figures([], NOW, TARGETS).decision_s is None
