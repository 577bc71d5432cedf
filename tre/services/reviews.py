"""What checkers, leads and data owners do with requests that wait, each as one short method."""

from collections.abc import Mapping, Sequence

from tre.airlock.claims import assign, claim, hand_back
from tre.airlock.comments import Subject, comment
from tre.airlock.owners import owner_decide
from tre.airlock.queue import WAITING, Figures, QueueEntry, Targets, figures, queue
from tre.airlock.request import Audience, Request
from tre.airlock.review import Ballot, finish, review, send_back
from tre.audit.events import Event
from tre.core import clock
from tre.core.people import Person, Role, check_person_has_role
from tre.projects.project import Project
from tre.services.container import Container
from tre.services.people import PeopleService
from tre.services.requests import RequestService


class ReviewService:
    """The two humans between the check and the release. Who may do what is asked of ``airlock.permissions``."""

    def __init__(self, requests: RequestService, people: PeopleService, container: Container) -> None:
        """Work on one installation."""
        self._requests = requests
        self._people = people
        self._container = container
        self._needed = container.settings.approvals_needed

    # ---- votes

    def review(self, person: str, request: str, ballots: Mapping[str, Ballot], *, finished: bool = True) -> Request:
        """Record one checker's votes.

        Args:
            person: the checker.
            request: its id.
            ballots: a vote a file, by the file's name.
            finished: end their review, which needs a vote on every output.

        Returns:
            The request, which may now be approved or refused.

        Raises:
            BadInput: a vote lacks its reason or is about other bytes, or an output has no vote.
            BadTransition: the request is not in review.
            NotAllowed: not for this person.
            NotFound: there is no such person, request or file.
        """

        def act(old: Request, checker: Person, project: Project) -> tuple[Request, Event]:
            return review(old, checker, project, ballots, needed=self._needed, now=clock.now(), finish=finished)

        return self._requests.change(person, request, act)

    def finish(self, person: str, request: str) -> Request:
        """End one checker's review of this round, with the votes they have given.

        Args:
            person: the checker.
            request: its id.

        Returns:
            The request, which may now be approved or refused.

        Raises:
            BadInput: an output has no vote of theirs.
            BadTransition: the request is not in review.
            NotAllowed: not for this person.
            NotFound: there is no such person or request.
        """
        return self._requests.change(person, request, lambda *old: finish(*old, needed=self._needed, now=clock.now()))

    def send_back(self, person: str, request: str, reason: str, groups: Sequence[str] = ()) -> Request:
        """Return a request to its author.

        Args:
            person: the checker.
            request: its id.
            reason: what the author should change.
            groups: the groups of which changes are asked.

        Returns:
            The request, returned.

        Raises:
            BadInput: there is no reason.
            BadTransition: the request is not in review.
            NotAllowed: not for this person.
            NotFound: there is no such person, request or group.
        """
        return self._requests.change(
            person, request, lambda *old: send_back(*old, reason=reason, groups=groups, now=clock.now())
        )

    def comment(
        self,
        person: str,
        request: str,
        text: str,
        *,
        audience: Audience = Audience.PUBLIC,
        group: str = "",
        file: str = "",
        cell: str = "",
    ) -> Request:
        """Add a comment on a request, a group, a file or a cell.

        Args:
            person: who writes it.
            request: its id.
            text: the comment.
            audience: who reads it.
            group: the group that it is about.
            file: the file that it is about.
            cell: the place in the file.

        Returns:
            The request with the comment.

        Raises:
            BadInput: there is no text or too much of it, or a cell without its file.
            BadTransition: not now.
            NotAllowed: not for this person.
            NotFound: there is no such person or request, or it has no such group or file.
        """

        def act(old: Request, author: Person, project: Project) -> tuple[Request, Event]:
            about = Subject(group, file, cell)
            return comment(old, author, project, text=text, audience=audience, now=clock.now(), about=about)

        return self._requests.change(person, request, act)

    def owner_decide(self, person: str, request: str, dataset: str, *, approves: bool, reason: str = "") -> Request:
        """A data owner approves this round for their dataset, or refuses it.

        Args:
            person: the owner.
            request: its id.
            dataset: theirs.
            approves: whether it may leave.
            reason: needed to refuse.

        Returns:
            The request with the decision.

        Raises:
            BadInput: there is no reason to refuse.
            BadTransition: the request waits for no owner.
            NotAllowed: not for this person.
            NotFound: there is no such person, request or dataset.
        """

        def act(old: Request, owner: Person, project: Project) -> tuple[Request, Event]:
            now = clock.now()
            return owner_decide(old, owner, project, dataset=dataset, approves=approves, reason=reason, now=now)

        return self._requests.change(person, request, act)

    # ---- who looks at what

    def claim(self, person: str, request: str) -> Request:
        """Take a request, so that others know it is looked at.

        Args:
            person: the checker.
            request: its id.

        Returns:
            The request with the claim.

        Raises:
            BadTransition: it does not wait for checkers, or this one or enough others have it.
            NotAllowed: not for this person.
            NotFound: there is no such person or request.
        """
        return self._requests.change(person, request, lambda *old: claim(*old, needed=self._needed, now=clock.now()))

    def assign(self, person: str, request: str, checker: str) -> Request:
        """Give a request to a checker.

        Args:
            person: a lead.
            request: its id.
            checker: who is to look at it.

        Returns:
            The request with the claim.

        Raises:
            BadTransition: it does not wait for checkers, or this one or enough others have it.
            NotAllowed: not for this person, or not to that checker.
            NotFound: there is no such person, checker or request.
        """

        def act(old: Request, lead: Person, project: Project) -> tuple[Request, Event]:
            return assign(old, lead, self._people.get(checker), project, needed=self._needed, now=clock.now())

        return self._requests.change(person, request, act)

    def hand_back(self, person: str, request: str, checker: str = "") -> Request:
        """Give up a claim.

        Args:
            person: the checker, or a lead.
            request: its id.
            checker: whose claim a lead ends; by default the person's own.

        Returns:
            The request without the claim.

        Raises:
            BadInput: there is no such claim.
            BadTransition: the request does not wait for checkers.
            NotAllowed: not for this person.
            NotFound: there is no such person or request.
        """
        return self._requests.change(person, request, lambda *old: hand_back(*old, checker=checker, now=clock.now()))

    def queue(self, person: str) -> list[QueueEntry]:
        """What waits and this person may see.

        Args:
            person: who asks.

        Returns:
            Late first, then by risk, then the oldest first.

        Raises:
            NotFound: there is no such person.
        """
        return queue(self._requests.summaries(person, WAITING), clock.now(), self._targets)

    def figures(self, person: str) -> Figures:
        """Waiting times, outcomes, grounds and load.

        Args:
            person: a lead.

        Returns:
            The figures of all requests.

        Raises:
            NotAllowed: the person is no lead.
            NotFound: there is no such person.
        """
        check_person_has_role(self._people.get(person), Role.LEAD)
        return figures(self._container.requests.summaries(), clock.now(), self._targets)

    @property
    def _targets(self) -> Targets:
        settings = self._container.settings
        return Targets(settings.first_review_target_h, settings.decision_target_h)
