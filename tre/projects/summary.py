"""What a person is shown of their projects: state, last day, and why one cannot be entered. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tre.core.ids import DatasetId, ProjectId
from tre.core.people import Person
from tre.projects.project import Project, ProjectState, why_person_may_not_enter


@dataclass(frozen=True)
class ProjectSummary:
    """One project of a person's.

    Attributes:
        state: the project's, or "ended" past its last day.
        datasets: each with the version that the project sees, where it is known.
        why_closed: everything that keeps the person out today, in words; empty when they may enter.
    """

    id: ProjectId
    title: str
    state: str
    ends_on: date
    datasets: tuple[str, ...]
    why_closed: tuple[str, ...]


def summaries(person: Person, projects: Iterable[Project], today: date) -> list[ProjectSummary]:
    """The projects that the person is a member of, first those that they may enter today."""
    own_projects = [
        ProjectSummary(
            project.id,
            project.title,
            _state(project, today),
            project.ends_on,
            tuple(_with_version(dataset, project) for dataset in project.columns),
            tuple(map(str, why_person_may_not_enter(person, project, today))),
        )
        for project in projects
        if person.id in project.members
    ]
    return sorted(own_projects, key=lambda summary: bool(summary.why_closed))


def _state(project: Project, today: date) -> str:
    return "ended" if project.state is ProjectState.ACTIVE and today > project.ends_on else project.state.value


def _with_version(dataset: DatasetId, project: Project) -> str:
    version = project.versions.get(dataset)
    return f"{dataset} (version {version})" if version else str(dataset)
