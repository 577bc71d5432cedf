"""The queue and its figures: what waits, how long, for whom. Pure: summaries and the time in, rows and counts out."""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from disclosure_control.core.outcome import Outcome
from tre.airlock.request import Direction, Request
from tre.airlock.risk import Risk, risk_level
from tre.airlock.states import State, Step

WAITING: Final = frozenset({State.SUBMITTED, State.IN_REVIEW, State.APPROVED})
_DECIDED: Final = frozenset({Step.APPROVE, Step.REJECT, Step.RETURN})


@dataclass(frozen=True)
class Summary:
    """What lists and figures show of a request; stored beside it, so that a queue reads no whole request.

    Times are ISO 8601 in UTC, empty when it has not happened.

    Attributes:
        submitted_at: of this round; ``first_submitted_at`` of the first.
        first_review_at: when somebody first voted in this round.
        decided_at: when it was approved, rejected or returned.
        ended_at: when it was released, rejected or withdrawn.
        claimed_by, finished_by: checkers who have it, and who have finished this round.
        grounds: of its votes that did not approve, in all rounds; ``votes_by``: how many votes each checker gave.
    """

    id: str
    project: str
    author: str
    title: str
    state: State
    round: int
    direction: Direction
    first_submitted_at: str
    submitted_at: str
    first_review_at: str
    decided_at: str
    ended_at: str
    outputs: int
    worst: Outcome | None
    risk: Risk
    claimed_by: tuple[str, ...]
    finished_by: tuple[str, ...]
    involved: frozenset[str]
    owners: tuple[str, ...]
    grounds: tuple[str, ...]
    votes_by: Mapping[str, int]
    release: str


@dataclass(frozen=True)
class Targets:
    """How long a request may wait, in hours: for the first vote of a round, and for its decision."""

    first_review_h: float
    decision_h: float


@dataclass(frozen=True)
class QueueEntry:
    """One row of the queue. ``waits_s`` counts from this round's submission; ``late`` says which target was missed."""

    summary: Summary
    waits_s: float
    late: str


@dataclass(frozen=True)
class Figures:
    """For leads. Times are in seconds over finished rounds; None where there is none yet.

    Attributes:
        by_state: requests by state. ``late``: waiting requests that missed a target.
        first_review_s, decision_s: median and 90th percentile from a submission to its first vote, its decision.
        grounds: why votes did not approve. ``votes_by``, ``open_claims``: each checker's load.
    """

    by_state: Mapping[str, int]
    late: int
    first_review_s: tuple[float, float] | None
    decision_s: tuple[float, float] | None
    grounds: Mapping[str, int]
    votes_by: Mapping[str, int]
    open_claims: Mapping[str, int]


def summary(request: Request) -> Summary:
    """What lists show of a request."""
    submission_times = [entry.at for entry in request.history if entry.step in {Step.RESUBMIT}]
    votes = [vote for vote in request.votes if vote.round == request.round]
    decision_times = [entry.at for entry in request.history if entry.round == request.round and entry.step in _DECIDED]
    end_steps = {State.RELEASED: Step.RELEASE, State.REJECTED: Step.REJECT, State.WITHDRAWN: Step.WITHDRAW}
    end_times = [entry.at for entry in request.history if entry.step in end_steps.values()]
    outcomes = [file.outcome for file in request.outputs if file.outcome is not None]
    first_time = request.history[0].at if request.history else request.submitted_at
    return Summary(
        id=request.id,
        project=request.project,
        author=request.author,
        title=request.title,
        state=request.state,
        round=request.round,
        direction=request.direction,
        first_submitted_at=min([first_time, request.submitted_at, *submission_times]),
        submitted_at=request.submitted_at,
        first_review_at=min((vote.at for vote in votes), default=""),
        decided_at=max(decision_times, default=""),
        ended_at=max(end_times, default=""),
        outputs=len(request.outputs),
        worst=max(outcomes, default=None),
        risk=risk_level(request.risks),
        claimed_by=tuple(claim.checker for claim in request.claims),
        finished_by=tuple(review.checker for review in request.finished if review.round == request.round),
        involved=frozenset(request.involved),
        owners=tuple(
            owner for condition in request.conditions if condition.owner_approval for owner in condition.owners
        ),
        grounds=tuple(vote.ground.value for vote in request.votes if vote.ground is not None),
        votes_by=Counter(vote.checker for vote in request.votes),
        release=request.release or "",
    )


def queue(summaries: Iterable[Summary], now: datetime, targets: Targets) -> list[QueueEntry]:
    """What waits for checkers: first what missed its target, then by risk, then the oldest first."""
    rows = [
        QueueEntry(summary, _seconds(summary.submitted_at, now), _late(summary, now, targets))
        for summary in summaries
        if summary.state in WAITING
    ]
    return sorted(rows, key=lambda row: (not row.late, -row.summary.risk, -row.waits_s, row.summary.id))


def figures(summaries: Sequence[Summary], now: datetime, targets: Targets) -> Figures:
    """Waiting times, outcomes, grounds and load over these requests."""
    entries = queue(summaries, now, targets)
    to_review = [
        _between(summary.submitted_at, summary.first_review_at) for summary in summaries if summary.first_review_at
    ]
    to_decision = [_between(summary.submitted_at, summary.decided_at) for summary in summaries if summary.decided_at]
    votes: Counter[str] = Counter()
    for summary in summaries:
        votes.update(summary.votes_by)
    return Figures(
        by_state=Counter(summary.state.value for summary in summaries),
        late=sum(bool(row.late) for row in entries),
        first_review_s=_median_and_p90(to_review),
        decision_s=_median_and_p90(to_decision),
        grounds=Counter(ground for summary in summaries for ground in summary.grounds),
        votes_by=votes,
        open_claims=Counter(checker for row in entries for checker in row.summary.claimed_by),
    )


def _late(summary: Summary, now: datetime, targets: Targets) -> str:
    if summary.state is State.APPROVED:
        return ""
    waits_h = _seconds(summary.submitted_at, now) / 3600
    if waits_h > targets.decision_h:
        return "decision"
    return "first review" if not summary.first_review_at and waits_h > targets.first_review_h else ""


def _seconds(since: str, now: datetime) -> float:
    return max(0.0, (now - datetime.fromisoformat(since)).total_seconds())


def _between(start: str, end: str) -> float:
    return max(0.0, (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())


def _median_and_p90(values: Sequence[float]) -> tuple[float, float] | None:
    if not values:
        return None
    ordered = sorted(values)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]
