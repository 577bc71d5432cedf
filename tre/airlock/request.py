"""A request: outputs with their context, submitted together, moving through numbered rounds. Pure values.

A vote belongs to a round and to the digest of exactly the bytes that would be released; when either changes the vote
no longer counts. What is decided about a file follows from its votes alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from disclosure_control.finding import Finding
from disclosure_control.outcome import Outcome
from tre.airlock.states import State
from tre.core.ids import PersonId, ProjectId, ReleaseId, RequestId, RunId

MANIFEST = "results.json"
RECORDS = ("evidence/", "checksums/")


class Decision(StrEnum):
    """What a checker says of one file."""

    APPROVE = "approve"
    REFUSE = "refuse"


class FileDecision(StrEnum):
    """What the votes on one file amount to."""

    INCOMPLETE = "incomplete"
    CONFLICTED = "conflicted"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True)
class RequestFile:
    """One file of a request.

    Attributes:
        digest: SHA-256 of the bytes as submitted.
        clean_digest: SHA-256 of the rebuilt bytes that would be released; empty when nothing could be.
        outcome: what the check says; ``None`` until it was checked.
        verified: whether its evidence was recomputed from the kept frame and fitted.
        fingerprint: SHA-256 of who stands behind its cells, by which later outputs are compared with it.
    """

    name: str
    digest: str
    bytes: int
    outcome: Outcome | None = None
    findings: tuple[Finding, ...] = ()
    clean_digest: str = ""
    media_type: str = ""
    statbarn: str = ""
    verified: bool = False
    fingerprint: str = ""

    @property
    def is_evidence(self) -> bool:
        """Whether the file only supports others: it is kept inside and never released."""
        return self.name == MANIFEST or self.name.startswith(RECORDS)


@dataclass(frozen=True)
class Vote:
    """One checker's word on one file, in one round, for exactly these bytes."""

    round: int
    checker: PersonId
    file: str
    digest: str
    decision: Decision
    reason: str
    at: str


@dataclass(frozen=True)
class Request:
    """One request, whole. ``report_digest``, ``policy_digest`` and ``compared_with`` are the latest check's.

    ``compared_with`` holds the fingerprints of the outputs that were there when it was checked.
    """

    id: RequestId
    project: ProjectId
    author: PersonId
    title: str
    context: str
    submitted_at: str
    files: tuple[RequestFile, ...]
    round: int = 1
    state: State = State.SUBMITTED
    votes: tuple[Vote, ...] = ()
    run: RunId | None = None
    report_digest: str = ""
    policy_digest: str = ""
    returned_because: str = ""
    release: ReleaseId | None = None
    compared_with: tuple[str, ...] = ()

    @property
    def outputs(self) -> tuple[RequestFile, ...]:
        """The files that somebody wants to take out."""
        return tuple(file for file in self.files if not file.is_evidence)

    def file(self, name: str) -> RequestFile | None:
        """The file of this name."""
        return next((file for file in self.files if file.name == name), None)

    def counting_votes(self, file: RequestFile) -> tuple[Vote, ...]:
        """The latest vote of each checker on this file that still counts: this round's, for these very bytes."""
        latest: dict[PersonId, Vote] = {}
        for vote in self.votes:
            if (vote.round, vote.file, vote.digest) == (self.round, file.name, file.clean_digest):
                latest[vote.checker] = vote
        return tuple(latest.values())


def file_decision(request: Request, file: RequestFile, needed: int) -> FileDecision:
    """What the votes on a file amount to.

    ``needed`` approvals by different checkers approve it, as many refusals refuse it; with both, it is refused. A
    third checker can settle a conflict. The author's votes never count, whoever let them in.
    """
    votes = [vote for vote in request.counting_votes(file) if vote.checker != request.author]
    refused = sum(vote.decision is Decision.REFUSE for vote in votes)
    approved = sum(vote.decision is Decision.APPROVE for vote in votes)
    if refused >= needed:
        return FileDecision.REFUSED
    if approved >= needed and file.clean_digest:
        return FileDecision.APPROVED
    return FileDecision.CONFLICTED if refused and approved else FileDecision.INCOMPLETE


def decisions(request: Request, needed: int) -> Mapping[str, FileDecision]:
    """What the votes amount to, for each output by name."""
    return {file.name: file_decision(request, file, needed) for file in request.outputs}
