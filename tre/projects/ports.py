"""What projects need of the outside world."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from tre.audit.events import Event
from tre.core.ids import PersonId, ProjectId
from tre.core.people import Person
from tre.projects.egress import DailyEgress
from tre.projects.project import Project


class PeopleStore(Protocol):
    """Where people are registered."""

    def save_person(self, person: Person, event: Event, *, password_hash: str | None = None) -> None:
        """Add or change a person; a password hash is replaced only when one is given."""

    def person(self, person: PersonId) -> Person:
        """One person. Raises NotFound."""

    def people(self) -> Sequence[Person]:
        """Everybody, by id."""

    def password_hash(self, person: PersonId) -> str | None:
        """The stored hash of the person's password, or None when there is no such person or no password."""


class ProjectStore(Protocol):
    """Where projects are registered."""

    def save_project(self, project: Project, event: Event) -> None:
        """Add or change a project."""

    def change_project(self, project: ProjectId, decide: Callable[[Project], tuple[Project, Event]]) -> Project:
        """Read a project, let ``decide`` say what it becomes, and write that with its event, or nothing at all."""

    def note_project(self, event: Event) -> None:
        """Write an event that changes no project, such as a workspace that was opened."""

    def project(self, project: ProjectId) -> Project:
        """One project. Raises NotFound."""

    def projects(self) -> Sequence[Project]:
        """Every project, by id."""


class EgressStore(Protocol):
    """Where it is counted how much people are shown."""

    def add_shown(
        self, person: PersonId, day: date, size_bytes: int, events: Callable[[DailyEgress], Sequence[Event]]
    ) -> DailyEgress:
        """Add to a person's day, and write the events that follow from the new sum, in one transaction."""
