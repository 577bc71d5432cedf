"""Stage 7: two people decide. Pure: a request and votes in, the request that follows out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from disclosure_control.outcome import Outcome
from tre.airlock.permissions import check_person_can
from tre.airlock.request import Decision, FileDecision, Request, RequestFile, Vote, decisions
from tre.airlock.states import Step, transition
from tre.audit.events import Event
from tre.core import clock
from tre.core.errors import BadInput, NotFound
from tre.core.people import Person
from tre.projects.project import Project


@dataclass(frozen=True)
class Ballot:
    """What a checker says of one file, and why. ``digest`` is of the bytes that were looked at."""

    decision: Decision
    digest: str
    reason: str = ""


def review(
    request: Request, person: Person, project: Project, ballots: Mapping[str, Ballot], *, needed: int, now: datetime
) -> tuple[Request, Event]:
    """Add one checker's votes; when every output is decided, the request is approved or rejected.

    Args:
        ballots: by file name; a checker may vote on some files now and others later, or change a vote.
        needed: how many different checkers must approve each file.

    Raises:
        NotAllowed, BadTransition: this person may not, or not now.
        NotFound: a name is no output of the request.
        BadInput: a reason is missing, the page was stale, or the file cannot be released at all.
    """
    row = transition(request.state, Step.REVIEW)
    check_person_can(row.who, person, request, project, now.date())
    if not ballots:
        raise BadInput("There is no vote to record.", hint="Decide on at least one file.")
    votes = tuple(_vote(request, person, name, ballot, now) for name, ballot in ballots.items())
    voted = replace(request, votes=(*request.votes, *votes))
    step = _step_that_follows(voted, needed)
    followed = transition(request.state, step)
    changed = replace(voted, state=followed.to)
    said = {vote.digest or vote.file: vote.decision.value for vote in votes}
    overruled = [
        {"digest": vote.digest, "rules": [finding.rule for finding in file.findings], "reason": vote.reason}
        for vote, file in ((vote, request.file(vote.file)) for vote in votes)
        if vote.decision is Decision.APPROVE and file is not None and file.outcome is Outcome.FAIL
    ]
    details = {"round": request.round, "votes": said, "overruled": overruled, "state": changed.state.value}
    return changed, Event(followed.event, person.id, request.id, now, details)


def send_back(
    request: Request, person: Person, project: Project, *, reason: str, now: datetime
) -> tuple[Request, Event]:
    """Return a request to its author, with what to change. Raises NotAllowed, BadTransition, BadInput."""
    row = transition(request.state, Step.RETURN)
    check_person_can(row.who, person, request, project, now.date())
    if not reason.strip():
        raise BadInput("Say what the author should change.")
    changed = replace(request, state=row.to, returned_because=reason.strip())
    return changed, Event(row.event, person.id, request.id, now, {"round": request.round, "reason": reason.strip()})


def withdraw(request: Request, person: Person, project: Project, *, now: datetime) -> tuple[Request, Event]:
    """The author takes a request back. Raises NotAllowed, BadTransition."""
    row = transition(request.state, Step.WITHDRAW)
    check_person_can(row.who, person, request, project, now.date())
    return replace(request, state=row.to), Event(row.event, person.id, request.id, now, {"round": request.round})


def _vote(request: Request, person: Person, name: str, ballot: Ballot, now: datetime) -> Vote:
    file = request.file(name)
    if file is None or file.is_evidence:
        raise NotFound(f"Request '{request.id}' has no output of this name.")
    if ballot.digest != file.clean_digest:
        raise BadInput("The file changed since it was looked at.", hint="Open it again and decide anew.")
    _check_ballot(file, ballot)
    return Vote(
        request.round, person.id, name, file.clean_digest, ballot.decision, ballot.reason.strip(), clock.text(now)
    )


def _check_ballot(file: RequestFile, ballot: Ballot) -> None:
    """Raise BadInput unless this may be said of this file."""
    if ballot.decision is Decision.REFUSE and not ballot.reason.strip():
        raise BadInput(f"Refusing '{file.name}' needs a reason.", hint="Tell the author what to do instead.")
    if ballot.decision is Decision.APPROVE and not file.clean_digest:
        raise BadInput(f"'{file.name}' holds nothing that could be released.", hint="Refuse it, or return the request.")
    if ballot.decision is Decision.APPROVE and file.outcome is not Outcome.PASS and not ballot.reason.strip():
        raise BadInput(
            f"Approving '{file.name}' overrules the check's findings and needs a reason.",
            hint="It is recorded with your name.",
        )


def _step_that_follows(request: Request, needed: int) -> Step:
    said = set(decisions(request, needed).values())
    if said & {FileDecision.INCOMPLETE, FileDecision.CONFLICTED}:
        return Step.REVIEW
    return Step.APPROVE if FileDecision.APPROVED in said else Step.REJECT
