"""A project: an approved purpose, the columns it may see, its people, its policy and its last day. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from tre.core.errors import BadTransition, NotAllowed, NotFound
from tre.core.ids import DatasetId, PersonId, ProjectId
from tre.core.people import Person, Role, check_person_has_role, check_person_is_accredited


class ProjectState(StrEnum):
    """Where a project stands."""

    ACTIVE = "active"
    CLOSED = "closed"


NEXT: Final[Mapping[ProjectState, frozenset[ProjectState]]] = {
    ProjectState.ACTIVE: frozenset({ProjectState.CLOSED}),
    ProjectState.CLOSED: frozenset(),
}


@dataclass(frozen=True)
class Project:
    """One approved project.

    Attributes:
        columns: for each dataset, the columns that the project may see; identifiers can never be among them.
        policy: the disclosure policy's text (TOML), fixed when the project was approved.
        ends_on: the last day of access.
        view_digests: for each dataset, the SHA-256 of the view's file; empty until a view is made.
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

    A member, a researcher, accredited today; the project active and not past its last day.
    """
    if person.id not in project.members:
        raise NotAllowed(
            f"'{person.id}' is not a member of project '{project.id}'.", hint="A data manager can add members."
        )
    check_person_has_role(person, Role.RESEARCHER)
    check_person_is_accredited(person, today)
    if project.state is not ProjectState.ACTIVE or today > project.ends_on:
        raise NotAllowed(f"Project '{project.id}' has ended.", hint="A data manager can tell you why.")


def person_may_enter(person: Person, project: Project, today: date) -> bool:
    """Whether this person may work in this project today."""
    try:
        check_person_may_enter(person, project, today)
    except NotAllowed:
        return False
    return True
