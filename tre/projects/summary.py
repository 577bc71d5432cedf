"""What a person is shown of their projects: state, last day, and why one cannot be entered. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tre.core.errors import NotAllowed
from tre.core.ids import ProjectId
from tre.core.people import Person
from tre.projects.project import Project, check_person_may_enter


@dataclass(frozen=True)
class ProjectSummary:
    """One project of a person's. ``why_closed`` is empty when they may enter it today."""

    id: ProjectId
    title: str
    state: str
    ends_on: date
    datasets: tuple[str, ...]
    why_closed: str


def summaries(person: Person, projects: Iterable[Project], today: date) -> list[ProjectSummary]:
    """The projects that the person is a member of."""
    return [
        ProjectSummary(
            project.id,
            project.title,
            project.state.value,
            project.ends_on,
            tuple(project.columns),
            _why_closed(person, project, today),
        )
        for project in projects
        if person.id in project.members
    ]


def _why_closed(person: Person, project: Project, today: date) -> str:
    try:
        check_person_may_enter(person, project, today)
    except NotAllowed as refused:
        return refused.message
    return ""
