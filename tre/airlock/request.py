"""A request: files with their context, submitted together, moving through numbered rounds. Pure values.

What is decided about a file follows from its votes alone; ``decisions`` counts them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from disclosure_control.core.finding import Finding
from disclosure_control.core.outcome import Outcome
from tre.airlock.states import State, Step
from tre.core import clock, digest
from tre.core.ids import DatasetId, PersonId, ProjectId, ReleaseId, RequestId, RunId

MANIFEST: Final = "results.json"
RECORDS: Final = ("evidence/", "checksums/")
ONLY_GROUP: Final = "outputs"  # the group of files that were submitted without groups
MAX_CODE_BYTES: Final = 8 << 20
FEWEST_APPROVALS: Final = 2  # no setting and no stored value makes it fewer


class Direction(StrEnum):
    """Which way the files of a request go."""

    OUT = "out"
    IN = "in"


class FileKind(StrEnum):
    """What a file is for. Only outputs are voted on, and only they pass the door."""

    OUTPUT = "output"
    SUPPORTING = "supporting"
    CODE = "code"
    WITHDRAWN = "withdrawn"


class Decision(StrEnum):
    """What a checker says of one file."""

    APPROVE = "approve"
    CHANGES = "changes"
    REFUSE = "refuse"
    UNDECIDED = "undecided"


class Ground(StrEnum):
    """Why something is not approved, in kinds that can be counted."""

    LOW_COUNTS = "low counts"
    UNROUNDED = "unrounded counts"
    LITTLE_CONTEXT = "too little context"
    UNDERLYING_COUNTS = "underlying counts missing"
    DOMINANCE = "dominance"
    DIFFERENCING = "differencing"
    PERSONAL_DATA = "personal data"
    FILE_TYPE = "file type"
    OTHER = "other"


class FileDecision(StrEnum):
    """What the votes on one file amount to."""

    INCOMPLETE = "incomplete"
    CONFLICTED = "conflicted"
    CHANGES = "changes asked"
    APPROVED = "approved"
    REFUSED = "refused"


class Audience(StrEnum):
    """Who may read a comment: everybody on the request, or its checkers alone."""

    PUBLIC = "public"
    CHECKERS = "checkers"


@dataclass(frozen=True)
class Group:
    """Files that belong together: what they are and why they are needed, and what was done against disclosure."""

    name: str
    context: str
    controls: str = ""


@dataclass(frozen=True)
class RequestFile:
    """One file of a request.

    Attributes:
        digest: SHA-256 of the bytes as submitted.
        clean_digest: SHA-256 of the rebuilt bytes that would be released; empty when nothing could be.
        outcome: what the check says; ``None`` until it was checked.
        verified: whether its evidence was recomputed from the kept frame and fitted.
        fingerprint: SHA-256 of who stands behind its cells, by which later outputs are compared with it.
        kind: what it is for.
        group: the name of its group.
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
    kind: FileKind = FileKind.OUTPUT
    group: str = ONLY_GROUP

    @property
    def is_evidence(self) -> bool:
        """Whether the file only supports others: it is kept inside and never released."""
        return self.name == MANIFEST or self.name.startswith(RECORDS)

    @property
    def is_output(self) -> bool:
        """Whether somebody wants to take it out."""
        return self.kind is FileKind.OUTPUT and not self.is_evidence


@dataclass(frozen=True)
class Code:
    """Code that made the outputs, as the author says: kept as it was handed in, read by checkers, never released."""

    name: str
    digest: str
    bytes: int


@dataclass(frozen=True)
class Vote:
    """One checker's word on one file, in one round, for exactly what ``binding`` stands for.

    Attributes:
        digest: of the bytes that would be released.
        binding: see ``Request.binding``; a vote with another one does not count.
    """

    round: int
    checker: PersonId
    file: str
    digest: str
    decision: Decision
    reason: str
    at: str
    binding: str = ""
    ground: Ground | None = None


@dataclass(frozen=True)
class FinishedReview:
    """A checker's review of a round is complete: from here on their votes count."""

    round: int
    checker: PersonId
    at: str


@dataclass(frozen=True)
class Claim:
    """A checker has taken a request, or was given it by a lead."""

    checker: PersonId
    by: PersonId
    at: str


@dataclass(frozen=True)
class Comment:
    """Words on a request, one of its groups, files or cells.

    Attributes:
        id: "c1", "c2", ... in the order in which they were written.
        file, cell: the file it is about and the place in it, as the page names places; empty for the whole.
        by_author: whether the request's author wrote it.
    """

    id: str
    round: int
    by: PersonId
    by_author: bool
    text: str
    audience: Audience
    at: str
    group: str = ""
    file: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Reply:
    """What the author answered, on resubmission, to the changes that were asked of a group in the round before."""

    round: int
    group: str
    text: str


@dataclass(frozen=True)
class Condition:
    """What a dataset asks of everything made from it, as its contract said when the request was submitted.

    Attributes:
        policy: thresholds by which it is stricter than the project's policy, by their names in a policy.
        owner_approval: whether one of ``owners`` must approve each round of each request.
    """

    dataset: DatasetId
    version: int
    conditions: tuple[str, ...] = ()
    policy: Mapping[str, object] = field(default_factory=dict)
    owner_approval: bool = False
    owners: tuple[PersonId, ...] = ()


@dataclass(frozen=True)
class OwnerDecision:
    """A data owner's word on one round of a request. ``approves`` False stops it until the owner says otherwise."""

    round: int
    dataset: DatasetId
    owner: PersonId
    approves: bool
    reason: str
    at: str


@dataclass(frozen=True)
class Recipient:
    """Somebody who may download the package, once for each time they are named."""

    person: PersonId
    by: PersonId
    at: str


@dataclass(frozen=True)
class Delivery:
    """A receipt: the package went to a person ("person:ID") or a store ("store:ADDRESS")."""

    to: str
    by: PersonId
    at: str
    manifest_digest: str


@dataclass(frozen=True)
class HistoryEntry:
    """One step that was taken, for waiting times and the page's own history."""

    at: str
    by: str
    step: Step
    state: State
    round: int


@dataclass(frozen=True)
class Request:
    """One request, whole.

    ``report_digest``, ``policy_digest``, ``compared_with``, ``risks`` and ``needed`` are the latest check's.

    Attributes:
        run: the run that left exactly these files.
        code: what the author handed in as the code behind files that no run left.
        before: the files of the round before, to be compared with.
        needed: how many checkers must approve each output; the installation's own number is a floor to it.
        risks: what makes it a request of high risk; empty when nothing does.
        involved: everybody who was on the project at one of its submissions; none of them reviews it.
        asked: the groups of which changes were asked when it was last returned.
        released_files: the names of the outputs that left.
        manifest_digest: SHA-256 of the package's manifest; ``released_at`` when it left, and who may have it or had it.
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
    code: tuple[Code, ...] = ()
    before: tuple[RequestFile, ...] = ()
    report_digest: str = ""
    policy_digest: str = ""
    returned_because: str = ""
    release: ReleaseId | None = None
    compared_with: tuple[str, ...] = ()
    direction: Direction = Direction.OUT
    groups: tuple[Group, ...] = ()
    finished: tuple[FinishedReview, ...] = ()
    claims: tuple[Claim, ...] = ()
    comments: tuple[Comment, ...] = ()
    replies: tuple[Reply, ...] = ()
    asked: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    owner_decisions: tuple[OwnerDecision, ...] = ()
    involved: frozenset[PersonId] = frozenset()
    risks: tuple[str, ...] = ()
    needed: int = FEWEST_APPROVALS
    history: tuple[HistoryEntry, ...] = ()
    released_files: tuple[str, ...] = ()
    manifest_digest: str = ""
    released_at: str = ""
    recipients: tuple[Recipient, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    revoked_because: str = ""
    revoked_at: str = ""

    @property
    def outputs(self) -> tuple[RequestFile, ...]:
        """The files that somebody wants to take out."""
        return tuple(file for file in self.files if file.is_output)

    def file(self, name: str) -> RequestFile | None:
        """The file of this name."""
        return next((file for file in self.files if file.name == name), None)

    def group(self, name: str) -> Group:
        """The group of this name; one that was never described has the request's own context."""
        return next((group for group in self.groups if group.name == name), Group(name, self.context))

    def binding(self, file: RequestFile) -> str:
        """What a vote on this file belongs to: SHA-256 of the request, its round, and the file's bytes, kind and group.

        Whoever changes one of them resets the votes. The page shows it, and a ballot brings it back.
        """
        group = self.group(file.group)
        parts = [file.name, file.digest, file.clean_digest, file.kind.value]
        return digest.of_value([self.id, self.round, *parts, group.name, group.context, group.controls])

    def noted(self, step: Step, by: str, now: datetime) -> "Request":
        """The request with one more step in its history, to be called after the state was changed."""
        return replace(self, history=(*self.history, HistoryEntry(clock.text(now), by, step, self.state, self.round)))
