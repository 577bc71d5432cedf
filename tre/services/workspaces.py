"""By hand: a person's room in a project. It is opened, counted and closed here; a spawner starts it."""

from tre.adapters import sandbox
from tre.audit.events import Action, Event
from tre.core import clock
from tre.core.errors import NotAllowed, NotFound
from tre.core.ids import PersonId
from tre.core.people import Person
from tre.projects.egress import EgressLimits, Level, limits_passed
from tre.projects.project import Project, check_person_may_enter
from tre.projects.workspace import Workspace
from tre.services.container import Container
from tre.services.people import PeopleService
from tre.services.projects import ProjectService


class WorkspaceService:
    """Who may enter which room, and how much it showed its person."""

    def __init__(self, people: PeopleService, projects: ProjectService, container: Container) -> None:
        """Work on one installation."""
        self._people = people
        self._projects = projects
        self._container = container

    def open(self, person: str, project: str) -> Workspace:
        """The workspace of one person in one project, its folders made, ready for a spawner.

        Args:
            person: who enters.
            project: which project.

        Returns:
            What is mounted, limited and told inside.

        Raises:
            NotAllowed: the person may not enter this project today; the refusal is recorded.
            NotFound: there is no such person or project.
        """
        member, record = self._people.get(person), self._projects.get(project)
        self._check_entry(member, record)
        home = self._container.home(member.id, record.id)
        sandbox.prepare_writable(home)
        self._note(Action.WORKSPACE_OPENED, member.id, record.id)
        return self._container.workspace_of(member.id, record.id, home)

    def close(self, person: str, project: str, reason: str = "") -> None:
        """Note that a workspace was closed, and why if the person did not ask for it.

        Args:
            person: whose it was.
            project: in which project.
            reason: why, unless they asked for it.
        """
        self._note(Action.WORKSPACE_CLOSED, person, project, reason)

    def reason_to_close(self, person: str, project: str) -> str:
        """Why somebody who works in a project may not go on.

        Args:
            person: who works there.
            project: the project.

        Returns:
            The reason in words; empty while they may go on.
        """
        try:
            check_person_may_enter(self._people.get(person), self._projects.get(project), clock.now().date())
        except (NotAllowed, NotFound) as refusal:
            return refusal.message
        return ""

    def count_egress(self, person: str, size_bytes: int) -> tuple[int, Level]:
        """Count what a workspace showed its person's browser.

        Args:
            person: whose browser.
            size_bytes: how much it was shown since the last count.

        Returns:
            The day's sum in bytes, and whether there may be more today.
        """
        settings, now = self._container.settings, clock.now()
        limits = EgressLimits(settings.warn_shown_bytes, settings.max_shown_bytes)
        day = self._container.egress.add_shown(
            PersonId(person), now.date(), size_bytes, lambda total: limits_passed(total, limits, now)
        )
        return day.shown_bytes, limits.level(day.shown_bytes)

    def _check_entry(self, person: Person, project: Project) -> None:
        try:
            check_person_may_enter(person, project, clock.now().date())
        except NotAllowed as refusal:
            self._note(Action.WORKSPACE_REFUSED, person.id, project.id, refusal.message)
            raise

    def _note(self, action: Action, person: str, project: str, reason: str = "") -> None:
        details = {"project": project, **({"reason": reason} if reason else {})}
        self._container.projects.note_project(Event(action, person, project, clock.now(), details))
