"""A project: an approved purpose, the columns it may see, its people, its policy and its last day. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final

from tre.core.errors import BadTransition, NotAllowed, NotFound
from tre.core.ids import DatasetId, PersonId, ProjectId
from tre.core.people import (
    Person,
    Role,
    check_person_has_role,
    check_person_is_accredited,
    check_person_is_trained,
)


class ProjectState(StrEnum):
    """Where a project stands."""

    ACTIVE = "active"
    CLOSED = "closed"


NEXT: Final[Mapping[ProjectState, frozenset[ProjectState]]] = {
    ProjectState.ACTIVE: frozenset({ProjectState.CLOSED}),
    ProjectState.CLOSED: frozenset(),
}


@dataclass(frozen=True)
class Stop:
    """Who stopped a project, why and when."""

    by: PersonId
    reason: str
    at: str


@dataclass(frozen=True)
class Project:
    """One approved project.

    Attributes:
        columns: for each dataset, the columns that the project may see; identifiers can never be among them.
        policy: the disclosure policy's text (TOML), fixed when the project was approved.
        ends_on: the last day of access.
        view_digests: for each dataset, the SHA-256 of the view's file; empty until a view is made.
        versions: for each dataset, the version that the view was made from.
        training: the courses that this project asks of its researchers.
        training_everywhere: those that the installation asks in every project; set when a project is read, not stored.
        stop: the emergency stop, while there is one.
    """

    id: ProjectId
    title: str
    purpose: str
    columns: Mapping[DatasetId, tuple[str, ...]]
    policy: str
    policy_digest: str
    ends_on: date
    members: frozenset[PersonId] = frozenset()
    state: ProjectState = ProjectState.ACTIVE
    view_digests: Mapping[DatasetId, str] | None = None
    versions: Mapping[DatasetId, int] = field(default_factory=dict)
    training: frozenset[str] = frozenset()
    training_everywhere: frozenset[str] = frozenset()
    stop: Stop | None = None

    @property
    def courses(self) -> list[str]:
        """Every course that a researcher needs here, by name."""
        return sorted(self.training | self.training_everywhere)

    def with_member(self, person: Person) -> "Project":
        """The project with one more researcher. Raises NotAllowed unless the person is a researcher."""
        check_person_has_role(person, Role.RESEARCHER)
        check_project_is_active(self)
        return replace(self, members=self.members | {person.id})

    def without_member(self, person: PersonId) -> "Project":
        """The project with one researcher less. Raises NotFound when the person is none of its members."""
        if person not in self.members:
            raise NotFound(f"'{person}' is not a member of project '{self.id}'.")
        return replace(self, members=self.members - {person})

    def closed(self) -> "Project":
        """The project after its end. Raises BadTransition if it has ended already."""
        if ProjectState.CLOSED not in NEXT[self.state]:
            raise BadTransition(f"Project '{self.id}' is {self.state} and cannot be closed.")
        return replace(self, state=ProjectState.CLOSED)


def check_project_is_active(project: Project) -> None:
    """Raise BadTransition unless the project is active."""
    if project.state is not ProjectState.ACTIVE:
        raise BadTransition(f"Project '{project.id}' is {project.state}.", hint="A data manager can tell you why.")


def check_person_may_enter(person: Person, project: Project, today: date) -> None:
    """Raise NotAllowed unless this person may work in this project today.

    A member, a researcher, accredited and trained today; the project active and not past its last day.
    """
    for refusal in why_person_may_not_enter(person, project, today):
        raise refusal


def why_person_may_not_enter(person: Person, project: Project, today: date) -> Iterator[NotAllowed]:
    """Everything that keeps this person out today, in the order in which it matters; nothing when they may enter."""
    for check in _ENTRY:
        try:
            check(person, project, today)
        except NotAllowed as refused:
            yield refused
    for course in project.courses:
        try:
            check_person_is_trained(person, course, today)
        except NotAllowed as refused:
            yield refused


def person_may_enter(person: Person, project: Project, today: date) -> bool:
    """Whether this person may work in this project today."""
    try:
        check_person_may_enter(person, project, today)
    except NotAllowed:
        return False
    return True


def _check_member(person: Person, project: Project, today: date) -> None:  # noqa: ARG001 - the checks' one signature
    if person.id not in project.members:
        raise NotAllowed(
            f"'{person.id}' is not a member of project '{project.id}'.", hint="A data manager can add members."
        )


def _check_open(person: Person, project: Project, today: date) -> None:  # noqa: ARG001 - the checks' one signature
    if project.state is not ProjectState.ACTIVE:
        raise NotAllowed(f"Project '{project.id}' was closed.", hint="A data manager can tell you why.")
    if today > project.ends_on:
        raise NotAllowed(
            f"Project '{project.id}' ended on {project.ends_on}.", hint="A data manager can approve a longer one."
        )


_ENTRY: Final[tuple[Callable[[Person, Project, date], None], ...]] = (
    _check_member,
    _check_open,
    lambda person, project, today: check_person_has_role(person, Role.RESEARCHER),  # noqa: ARG005
    lambda person, project, today: check_person_is_accredited(person, today),  # noqa: ARG005
)
