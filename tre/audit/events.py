"""Every kind of event and the details it must carry, as one table.

An event says who did what to which thing. It carries identifiers, digests, counts and reasons; never a person's data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from tre.core.digest import Json
from tre.core.errors import TreError


class Action(StrEnum):
    """What can happen, named ``noun.verb``."""

    PERSON_ADDED = "person.added"
    PERSON_ACCREDITED = "person.accredited"
    PERSON_TRAINED = "person.trained"
    PERSON_BOUND = "person.bound"
    PERSON_UNBOUND = "person.unbound"
    PERSON_LOGGED_IN = "person.logged-in"
    LOGIN_REFUSED = "login.refused"
    PERSON_SHOWN_MUCH = "person.shown-much"
    PERSON_SHOWN_MOST = "person.shown-most"
    DATASET_INGESTED = "dataset.ingested"
    DATASET_REFUSED = "dataset.refused"
    LINK_MADE = "link.made"
    PROJECT_CREATED = "project.created"
    PROJECT_MEMBER_ADDED = "project.member-added"
    PROJECT_MEMBER_REMOVED = "project.member-removed"
    PROJECT_CLOSED = "project.closed"
    PROJECT_STOPPED = "project.stopped"
    PROJECT_RESUMED = "project.resumed"
    VIEW_MADE = "view.made"
    WORKSPACE_OPENED = "workspace.opened"
    WORKSPACE_REFUSED = "workspace.refused"
    WORKSPACE_CLOSED = "workspace.closed"
    PACKAGE_REQUESTED = "package.requested"
    PACKAGE_APPROVED = "package.approved"
    PACKAGE_REFUSED = "package.refused"
    PACKAGE_INSTALLED = "package.installed"
    RUN_STARTED = "run.started"
    RUN_ENDED = "run.ended"
    REQUEST_SUBMITTED = "request.submitted"
    REQUEST_CHECKED = "request.checked"
    REQUEST_FILE_VIEWED = "request.file-viewed"
    REQUEST_REVIEWED = "request.reviewed"
    REQUEST_RETURNED = "request.returned"
    REQUEST_REJECTED = "request.rejected"
    REQUEST_WITHDRAWN = "request.withdrawn"
    REQUEST_RELEASED = "request.released"
    REQUEST_REVOKED = "request.revoked"
    REQUEST_ARRANGED = "request.arranged"
    REQUEST_COMMENTED = "request.commented"
    REQUEST_CLAIMED = "request.claimed"
    REQUEST_ASSIGNED = "request.assigned"
    REQUEST_HANDED_BACK = "request.handed-back"
    REQUEST_OWNER_DECIDED = "request.owner-decided"
    RELEASE_ADDRESSED = "release.addressed"
    RELEASE_DOWNLOADED = "release.downloaded"
    RELEASE_PUSH_STARTED = "release.push-started"
    RELEASE_PUSHED = "release.pushed"
    AUDIT_HEAD_EXPORTED = "audit.head-exported"


REQUIRED_DETAILS: Final[Mapping[Action, frozenset[str]]] = MappingProxyType(
    {
        Action.PERSON_ADDED: frozenset({"roles"}),
        Action.PERSON_ACCREDITED: frozenset({"until"}),
        Action.PERSON_TRAINED: frozenset({"course", "until"}),
        Action.PERSON_BOUND: frozenset({"identity"}),
        Action.PERSON_UNBOUND: frozenset({"identity"}),
        Action.PERSON_LOGGED_IN: frozenset({"by"}),
        Action.LOGIN_REFUSED: frozenset({"by", "reason"}),
        # A day in which a workspace showed a browser more than the limit of warning, of showing at all.
        Action.PERSON_SHOWN_MUCH: frozenset({"day", "shown_bytes", "limit_bytes"}),
        Action.PERSON_SHOWN_MOST: frozenset({"day", "shown_bytes", "limit_bytes"}),
        Action.DATASET_INGESTED: frozenset({"version", "contract_digest", "delivery_digest", "rows"}),
        Action.DATASET_REFUSED: frozenset({"contract_digest", "delivery_digest", "broken_rules"}),
        Action.LINK_MADE: frozenset({"datasets", "spine_digest", "linked_pairs"}),
        Action.PROJECT_CREATED: frozenset({"datasets", "policy_digest", "ends_on"}),
        Action.PROJECT_MEMBER_ADDED: frozenset({"person"}),
        Action.PROJECT_MEMBER_REMOVED: frozenset({"person"}),
        Action.PROJECT_CLOSED: frozenset(),
        Action.PROJECT_STOPPED: frozenset({"reason"}),
        Action.PROJECT_RESUMED: frozenset({"reason"}),
        Action.VIEW_MADE: frozenset({"datasets", "link"}),
        Action.WORKSPACE_OPENED: frozenset({"project"}),
        Action.WORKSPACE_REFUSED: frozenset({"project", "reason"}),
        Action.WORKSPACE_CLOSED: frozenset({"project"}),
        Action.PACKAGE_REQUESTED: frozenset({"project", "package", "reason"}),
        Action.PACKAGE_APPROVED: frozenset({"project", "package"}),
        Action.PACKAGE_REFUSED: frozenset({"project", "package", "reason"}),
        Action.PACKAGE_INSTALLED: frozenset({"project", "package"}),
        Action.RUN_STARTED: frozenset({"project", "template", "notebook_digest"}),
        Action.RUN_ENDED: frozenset({"state", "manifest_digest"}),
        Action.REQUEST_SUBMITTED: frozenset({"project", "round", "files"}),
        Action.REQUEST_CHECKED: frozenset({"round", "outcome", "policy_digest", "report_digest"}),
        Action.REQUEST_FILE_VIEWED: frozenset({"round", "digest"}),
        Action.REQUEST_REVIEWED: frozenset({"round", "votes"}),
        Action.REQUEST_RETURNED: frozenset({"round", "reason"}),
        Action.REQUEST_REJECTED: frozenset({"round"}),
        Action.REQUEST_WITHDRAWN: frozenset({"round"}),
        Action.REQUEST_RELEASED: frozenset({"round", "release", "manifest_digest"}),
        Action.REQUEST_REVOKED: frozenset({"round", "release", "reason"}),
        Action.REQUEST_ARRANGED: frozenset({"round", "arrangement_digest"}),
        # The words of a comment stay in the request; the log holds their digest.
        Action.REQUEST_COMMENTED: frozenset({"round", "comment", "audience", "text_digest"}),
        Action.REQUEST_CLAIMED: frozenset({"round"}),
        Action.REQUEST_ASSIGNED: frozenset({"round", "checker"}),
        Action.REQUEST_HANDED_BACK: frozenset({"round", "checker"}),
        Action.REQUEST_OWNER_DECIDED: frozenset({"round", "dataset", "decision", "reason"}),
        Action.RELEASE_ADDRESSED: frozenset({"release", "recipients"}),
        Action.RELEASE_DOWNLOADED: frozenset({"release", "manifest_digest"}),
        # Written before the first byte leaves: a push that was cut off has this and no receipt.
        Action.RELEASE_PUSH_STARTED: frozenset({"release", "store", "manifest_digest"}),
        Action.RELEASE_PUSHED: frozenset({"release", "store", "manifest_digest"}),
        Action.AUDIT_HEAD_EXPORTED: frozenset({"entry"}),
    }
)


@dataclass(frozen=True)
class Event:
    """One thing that happened, before it is linked into the chain."""

    action: Action
    actor: str
    subject: str
    at: datetime
    details: Mapping[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        missing = REQUIRED_DETAILS[self.action] - set(self.details)
        if missing:
            raise TreError(f"The event '{self.action}' lacks its details {', '.join(sorted(missing))}.")
