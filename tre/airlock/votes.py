"""Counting votes: what was said of each file, in which phase a round is, and who may see what of it yet. Pure.

A vote counts when its checker has finished the review of this round, and neither wrote the request nor ever worked on
its project, and it is bound to the file exactly as it is now. No program's word counts.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from tre.airlock.request import FEWEST_APPROVALS, Decision, FileDecision, Request, RequestFile, Vote
from tre.airlock.states import State
from tre.core.ids import PersonId

SYSTEM: Final = "system"


class Phase(StrEnum):
    """Where a round is. In INDEPENDENT each checker sees only their own votes and comments."""

    CHECKING = "checking"
    INDEPENDENT = "independent review"
    CONSOLIDATING = "consolidation"
    AUTHOR = "with the author"
    COMPLETE = "complete"


_PHASES: Final[Mapping[State, Phase]] = {
    State.SUBMITTED: Phase.CHECKING,
    State.IN_REVIEW: Phase.INDEPENDENT,
    State.RETURNED: Phase.AUTHOR,
    State.APPROVED: Phase.COMPLETE,
    State.REJECTED: Phase.COMPLETE,
    State.WITHDRAWN: Phase.COMPLETE,
    State.RELEASED: Phase.COMPLETE,
    State.REVOKED: Phase.COMPLETE,
}


def approvals_needed(request: Request, floor: int = FEWEST_APPROVALS) -> int:
    """How many checkers must approve each output: the most of what the request, ``floor`` and the rule of two ask."""
    return max(FEWEST_APPROVALS, floor, request.needed)


def votes_of(request: Request, checker: str) -> dict[str, Vote]:
    """A checker's own latest vote on each file as it is now, by file name, finished or not."""
    return {file.name: vote for file in request.outputs if (vote := _latest(request, file).get(PersonId(checker)))}


def counting_votes(request: Request, file: RequestFile, barred: Collection[PersonId] = ()) -> tuple[Vote, ...]:
    """The latest vote on this file of each checker whose votes count.

    Args:
        barred: further people whose votes must not count, such as those on the project today.
    """
    finished = {item.checker for item in request.finished if item.round == request.round}
    out = {request.author, PersonId(SYSTEM), *request.involved, *barred}
    return tuple(vote for checker, vote in _latest(request, file).items() if checker in finished - out)


def file_decision(request: Request, file: RequestFile, needed: int, barred: Collection[PersonId] = ()) -> FileDecision:
    """What the votes on a file amount to.

    Enough approvals by different checkers approve it, as many refusals refuse it, as many requests for changes (or
    changes and refusals together) ask for changes; with enough of both, the approvals lose. Until then a file with
    different decisions is in conflict, which a further checker can settle.
    """
    enough = approvals_needed(request, needed)
    votes = [vote.decision for vote in counting_votes(request, file, barred)]
    approved, refused, changes = (
        votes.count(decision) for decision in (Decision.APPROVE, Decision.REFUSE, Decision.CHANGES)
    )
    if refused >= enough:
        return FileDecision.REFUSED
    if refused + changes >= enough:
        return FileDecision.CHANGES
    if approved >= enough and file.clean_digest:
        return FileDecision.APPROVED
    return FileDecision.CONFLICTED if approved and refused + changes else FileDecision.INCOMPLETE


def decisions(request: Request, needed: int, barred: Collection[PersonId] = ()) -> Mapping[str, FileDecision]:
    """What the votes amount to, for each output by name."""
    return {file.name: file_decision(request, file, needed, barred) for file in request.outputs}


def finished_checkers(request: Request) -> tuple[PersonId, ...]:
    """Who has finished the review of this round, in that order."""
    return tuple(dict.fromkeys(item.checker for item in request.finished if item.round == request.round))


def phase(request: Request, needed: int) -> Phase:
    """Where this round is: review is independent until as many checkers have finished as must approve."""
    now = _PHASES[request.state]
    if now is Phase.INDEPENDENT and len(finished_checkers(request)) >= approvals_needed(request, needed):
        return Phase.CONSOLIDATING
    return now


def visible_votes(request: Request, viewer: str, needed: int) -> Mapping[str, tuple[Vote, ...]]:
    """The votes of this round that somebody may see, by file name; who may see the request at all is asked elsewhere.

    Each checker sees their own, and those of all who finished once the round is in consolidation or over. The author
    sees them when the round is over or the request came back.
    """
    now = phase(request, needed)
    if (now is Phase.CONSOLIDATING and viewer != request.author) or now in {Phase.AUTHOR, Phase.COMPLETE}:
        return {file.name: counting_votes(request, file) for file in request.outputs}
    own_votes = votes_of(request, viewer)
    return {file.name: (own_votes[file.name],) if file.name in own_votes else () for file in request.outputs}


def _latest(request: Request, file: RequestFile) -> dict[PersonId, Vote]:
    binding = request.binding(file)
    latest: dict[PersonId, Vote] = {}
    for vote in request.votes:
        fits = (vote.round, vote.file, vote.digest) == (request.round, file.name, file.clean_digest)
        if fits and vote.binding == binding:
            latest[vote.checker] = vote
    return latest
