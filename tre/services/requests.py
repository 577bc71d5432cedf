"""Requests on their way through the airlock: who may see which, what their authors change, and how any step is taken.

Every decision is made within the store's transaction, on the person and the project as they are then.
"""

from collections.abc import Callable, Collection

from tre.airlock.grouping import Arrangement, arrange
from tre.airlock.permissions import check_person_can_see, person_can_see, steps_of
from tre.airlock.queue import Summary
from tre.airlock.request import Request
from tre.airlock.review import withdraw
from tre.airlock.states import State, Step
from tre.audit.events import Event
from tre.core import clock
from tre.core.errors import NotAllowed
from tre.core.ids import ProjectId, RequestId
from tre.core.people import Person, Role
from tre.projects.project import Project
from tre.services.container import Container
from tre.services.people import PeopleService

Act = Callable[[Request, Person, Project], tuple[Request, Event]]


class RequestService:
    """Requests. Who may do what is asked of ``airlock.permissions`` by each step."""

    def __init__(self, people: PeopleService, container: Container) -> None:
        """Work on one installation."""
        self._people = people
        self._container = container

    def get(self, person: str, request: str) -> Request:
        """One request, for those who may see it.

        Args:
            person: who asks.
            request: its id.

        Returns:
            The request.

        Raises:
            NotAllowed: the person may not see it.
            NotFound: there is no such person or request.
        """
        record = self.record(request)
        project = self._container.projects.project(record.project)
        check_person_can_see(self._people.get(person), record, project, clock.now().date())
        return record

    def get_for_recipient(self, person: str, request: str) -> Request:
        """One released request, for somebody who may have its package and see nothing else of it.

        Args:
            person: who asks.
            request: its id.

        Returns:
            The request.

        Raises:
            NotAllowed: nobody named them, or it was revoked.
            NotFound: there is no such person or request.
        """
        record = self.record(request)
        if Step.DOWNLOAD not in self.steps(person, record):
            raise NotAllowed("Nobody named you as a recipient of this release, or it was revoked.")
        return record

    def record(self, request: str) -> Request:
        """One request, for the environment itself: who may see it is not asked.

        Args:
            request: its id.

        Returns:
            The request.

        Raises:
            NotFound: there is none of this id.
        """
        return self._container.requests.request(RequestId(request))

    def all(self, person: str) -> list[Request]:
        """The requests that a person may see.

        Args:
            person: who asks.

        Returns:
            Them, oldest first.

        Raises:
            NotFound: there is no such person.
        """
        viewer, today = self._people.get(person), clock.now().date()
        projects = {project.id: project for project in self._container.projects.projects()}
        everything = self._container.requests.requests()
        return [request for request in everything if person_can_see(viewer, request, projects[request.project], today)]

    def summaries(self, person: str, states: Collection[State] | None = None) -> list[Summary]:
        """What lists show of the requests that a person may see.

        Args:
            person: who asks.
            states: only in these.

        Returns:
            Them, oldest first.

        Raises:
            NotFound: there is no such person.
        """
        viewer, today = self._people.get(person), clock.now().date()
        members = {project.id: project.members for project in self._container.projects.projects()}
        if not viewer.is_accredited(today):
            return []
        reviews = bool(viewer.roles & {Role.CHECKER, Role.LEAD})
        owns = Role.DATA_OWNER in viewer.roles
        return [
            summary
            for summary in self._container.requests.summaries(states)
            if summary.author == viewer.id
            or (
                (reviews or (owns and viewer.id in summary.owners))
                and viewer.id not in summary.involved | members[ProjectId(summary.project)]
            )
        ]

    def steps(self, person: str, request: Request) -> frozenset[Step]:
        """What a person can do with a request now, for its page's buttons.

        Args:
            person: who asks.
            request: the request.

        Returns:
            The steps that are open to them.

        Raises:
            NotFound: there is no such person.
        """
        project = self._container.projects.project(request.project)
        return steps_of(self._people.get(person), request, project, clock.now().date())

    def change(self, person: str, request: str, act: Act) -> Request:
        """Change a request within the store's transaction; the services of other stages call this.

        Args:
            person: who does it.
            request: its id.
            act: says what the request becomes, by this person in its project, and with which event.

        Returns:
            The request as it is now.

        Raises:
            NotFound: there is no such person or request.
        """

        def decide(old: Request) -> tuple[Request, Event]:
            return act(old, self._people.get(person), self._container.projects.project(old.project))

        return self._container.requests.change_request(RequestId(request), decide)

    def arrange(self, person: str, request: str, arrangement: Arrangement) -> Request:
        """Move files between groups, change their kinds or the groups' words.

        Args:
            person: its author.
            request: its id.
            arrangement: what is changed.

        Returns:
            The request, arranged anew.

        Raises:
            BadInput: the groups cannot be used.
            BadTransition: not now.
            NotAllowed: the person is not its author.
            NotFound: there is no such person, request or file.
        """
        return self.change(
            person, request, lambda old, author, project: arrange(old, author, project, arrangement, now=clock.now())
        )

    def withdraw(self, person: str, request: str) -> Request:
        """Take a request back.

        Args:
            person: its author.
            request: its id.

        Returns:
            The request, withdrawn.

        Raises:
            BadTransition: it is too late.
            NotAllowed: the person is not its author.
            NotFound: there is no such person or request.
        """
        return self.change(person, request, lambda *old: withdraw(*old, now=clock.now()))
