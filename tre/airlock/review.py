"""People decide. Pure: a request and votes in, the request that follows out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from disclosure_control.core.outcome import Outcome
from tre.airlock.free_text import words
from tre.airlock.permissions import check_person_can
from tre.airlock.request import Decision, FileDecision, FinishedReview, Ground, Request, RequestFile, Vote
from tre.airlock.states import Step, transition
from tre.airlock.votes import decisions, votes_of
from tre.audit.events import Event
from tre.core import clock
from tre.core.errors import BadInput, NotFound
from tre.core.people import Person
from tre.projects.project import Project

_NEGATIVE = frozenset({Decision.REFUSE, Decision.CHANGES})


@dataclass(frozen=True)
class Ballot:
    """What a checker says of one file, and why.

    ``binding`` is what ``Request.binding`` gave for the file as it was looked at: a page that was open too long cannot
    decide on what came after it.
    """

    decision: Decision
    binding: str
    reason: str = ""
    ground: Ground | None = None


def review(
    request: Request,
    person: Person,
    project: Project,
    ballots: Mapping[str, Ballot],
    *,
    needed: int,
    now: datetime,
    finish: bool = True,
) -> tuple[Request, Event]:
    """Add one checker's votes; when every output is decided, the request is approved or rejected.

    Args:
        ballots: by file name; a checker may vote on some files now and others later, or change a vote.
        needed: how many different checkers must approve each file, at least.
        finish: whether the review of this round is complete as soon as every output has a vote of this checker. Votes
            count, and can be seen by others, only after that.

    Raises:
        NotAllowed, BadTransition: this person may not, or not now.
        NotFound: a name is no output of the request.
        BadInput: a reason is missing, the page was stale, or the file cannot be released at all.
    """
    row = transition(request.state, Step.REVIEW)
    check_person_can(row.who, Step.REVIEW, person, request, project, now.date())
    if not ballots:
        raise BadInput("There is no vote to record.", hint="Decide on at least one file.")
    votes = tuple(_vote(request, person, name, ballot, now) for name, ballot in ballots.items())
    voted = replace(request, votes=(*request.votes, *votes))
    if finish and set(votes_of(voted, person.id)) == {file.name for file in voted.outputs}:
        voted = _with_finished_review(voted, person, now)
    return _apply_votes(voted, person, project, votes, needed=needed, now=now)


def finish(request: Request, person: Person, project: Project, *, needed: int, now: datetime) -> tuple[Request, Event]:
    """Complete a checker's review of this round with the votes they have given.

    Raises:
        NotAllowed, BadTransition: this person may not, or not now.
        BadInput: an output has no vote of theirs; names it.
    """
    row = transition(request.state, Step.REVIEW)
    check_person_can(row.who, Step.REVIEW, person, request, project, now.date())
    undecided = [file.name for file in request.outputs if file.name not in votes_of(request, person.id)]
    if undecided or not request.outputs:
        raise BadInput(
            f"There is no vote of yours on {len(undecided)} outputs.", hint="Decide on each, or say undecided."
        )
    return _apply_votes(_with_finished_review(request, person, now), person, project, (), needed=needed, now=now)


def send_back(
    request: Request, person: Person, project: Project, *, reason: str, now: datetime, groups: Sequence[str] = ()
) -> tuple[Request, Event]:
    """Return a request to its author, with what to change.

    Changes are asked of the groups that are named and of those with a vote that asks for changes or refuses; of every
    group when there is none of either. The author must answer to each.

    Raises:
        NotAllowed, BadTransition, BadInput: as ``review``; NotFound: a group is none of the request's.
    """
    row = transition(request.state, Step.RETURN)
    check_person_can(row.who, Step.RETURN, person, request, project, now.date())
    reason_text = words(reason, "reason", hint="Say what the author should change.")
    group_names = list(dict.fromkeys(file.group for file in request.outputs))
    if unknown := [group for group in groups if group not in group_names]:
        raise NotFound(f"The request has no group '{unknown[0][:63]}' with outputs.")
    negative = {vote.file for vote in request.votes if vote.round == request.round and vote.decision in _NEGATIVE}
    targets = {*groups, *(file.group for file in request.outputs if file.name in negative)}
    asked_groups = tuple(group for group in group_names if group in targets or not targets)
    changed = replace(request, state=row.to, returned_because=reason_text, asked=asked_groups)
    changed = changed.noted(Step.RETURN, person.id, now)
    details = {"round": request.round, "reason": reason_text, "groups": list(asked_groups)}
    return changed, Event(row.event, person.id, request.id, now, details)


def withdraw(request: Request, person: Person, project: Project, *, now: datetime) -> tuple[Request, Event]:
    """The author takes a request back. Raises NotAllowed, BadTransition."""
    row = transition(request.state, Step.WITHDRAW)
    check_person_can(row.who, Step.WITHDRAW, person, request, project, now.date())
    changed = replace(request, state=row.to)
    changed = changed.noted(Step.WITHDRAW, person.id, now)
    return changed, Event(row.event, person.id, request.id, now, {"round": request.round})


def _with_finished_review(request: Request, person: Person, now: datetime) -> Request:
    if any((item.round, item.checker) == (request.round, person.id) for item in request.finished):
        return request
    return replace(request, finished=(*request.finished, FinishedReview(request.round, person.id, clock.text(now))))


def _apply_votes(
    voted: Request, person: Person, project: Project, votes: Sequence[Vote], *, needed: int, now: datetime
) -> tuple[Request, Event]:
    """The request after its votes, approved or rejected if they say so."""
    step = _next_step(voted, project, needed)
    row = transition(voted.state, step)
    changed = replace(voted, state=row.to)
    changed = changed.noted(step, person.id, now)
    overruled = [
        {"digest": vote.digest, "rules": [finding.rule for finding in file.findings], "reason": vote.reason}
        for vote, file in ((vote, changed.file(vote.file)) for vote in votes)
        if vote.decision is Decision.APPROVE and file is not None and file.outcome is not Outcome.PASS
    ]
    vote_decisions = {vote.binding: vote.decision.value for vote in votes}
    finished = any((item.round, item.checker) == (voted.round, person.id) for item in voted.finished)
    details = {
        "round": voted.round,
        "votes": vote_decisions,
        "overruled": overruled,
        "finished": finished,
        "state": changed.state.value,
    }
    return changed, Event(row.event, person.id, voted.id, now, details)


def _vote(request: Request, person: Person, name: str, ballot: Ballot, now: datetime) -> Vote:
    file = request.file(name)
    if file is None or not file.is_output:
        raise NotFound(f"Request '{request.id}' has no output of this name.")
    if ballot.binding != request.binding(file):
        raise BadInput("The file changed since it was looked at.", hint="Open it again and decide anew.")
    _check_ballot(file, ballot)
    reason = words(ballot.reason, "reason", required=False)
    return Vote(
        request.round,
        person.id,
        name,
        file.clean_digest,
        ballot.decision,
        reason,
        clock.text(now),
        ballot.binding,
        ballot.ground,
    )


def _check_ballot(file: RequestFile, ballot: Ballot) -> None:
    """Raise BadInput unless this may be said of this file."""
    has_reason = bool(ballot.reason.strip())
    if ballot.decision in _NEGATIVE and not has_reason:
        verb = "Refusing" if ballot.decision is Decision.REFUSE else "Asking for changes of"
        raise BadInput(f"{verb} '{file.name}' needs a reason.", hint="Tell the author what to do instead.")
    if ballot.decision is Decision.APPROVE and not file.clean_digest:
        raise BadInput(f"'{file.name}' holds nothing that could be released.", hint="Refuse it, or return the request.")
    if ballot.decision is Decision.APPROVE and file.outcome is not Outcome.PASS and not has_reason:
        raise BadInput(
            f"Approving '{file.name}' overrules the check's findings and needs a reason.",
            hint="It is recorded with your name.",
        )


def _next_step(request: Request, project: Project, needed: int) -> Step:
    outcomes = set(decisions(request, needed, project.members).values())
    if not outcomes or outcomes - {FileDecision.APPROVED, FileDecision.REFUSED}:
        return Step.REVIEW
    return Step.APPROVE if FileDecision.APPROVED in outcomes else Step.REJECT
