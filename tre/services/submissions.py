"""Outputs are handed in, from a run, a workspace's folder or outside, and again after they were returned."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tre.adapters import sandbox
from tre.airlock.request import MAX_CODE_BYTES, Direction, Request
from tre.airlock.submit import Answers, Origin, SubmissionDetails, freeze, freeze_code, resubmit, submit
from tre.audit.events import Event
from tre.core import clock
from tre.core.errors import BadInput
from tre.core.ids import PersonId, ProjectId, RunId
from tre.core.people import Person
from tre.projects.project import Project
from tre.services.checks import CheckService
from tre.services.container import Container
from tre.services.people import PeopleService
from tre.services.requests import RequestService
from tre.services.runs import RunService


class SubmissionService:
    """What goes into the airlock. Each submission is checked at once."""

    def __init__(
        self,
        requests: RequestService,
        runs: RunService,
        checks: CheckService,
        people: PeopleService,
        container: Container,
    ) -> None:
        """Work on one installation."""
        self._requests = requests
        self._runs = runs
        self._checks = checks
        self._people = people
        self._container = container

    def submit(
        self,
        person: str,
        project: str,
        files: Mapping[str, bytes],
        details: SubmissionDetails,
        *,
        run: RunId | None = None,
        direction: Direction = Direction.OUT,
    ) -> Request:
        """Send files to the airlock, out of the environment or into the project, and have them checked.

        Args:
            person: their author.
            project: in which project.
            files: by name.
            details: title, context, controls, groups and code.
            run: the run that left them.
            direction: out of the environment, or into the project.

        Returns:
            The request with what the check found.

        Raises:
            BadInput: there is no output, or words or groups cannot be used.
            NotAllowed: the person may not submit in this project today.
            NotFound: there is no such person or project.
        """
        author, record = self._people.get(person), self._container.projects.project(ProjectId(project))
        request = submit(
            author,
            record,
            files,
            self._container.vault,
            self._container.requests,
            details,
            Origin(run, self._checks.conditions(record), direction),
            now=clock.now(),
        )
        return self._checks.check(request.id)

    def submit_run(self, person: str, run: str, *, title: str, context: str, controls: str = "") -> Request:
        """Send a run's outputs to the airlock, and have them checked.

        Args:
            person: who made the run.
            run: its id.
            title: what the outputs are, in a line.
            context: who and what they describe, and why they are needed.
            controls: what was done against disclosure.

        Returns:
            The request with what the check found.

        Raises:
            BadInput: the words cannot be used.
            BadTransition: the run did not succeed.
            IntegrityError: its outputs changed after it ended.
            NotAllowed: it belongs to somebody else, or they may not submit in its project today.
            NotFound: there is no such run.
        """
        record, files = self._runs.outputs(person, run)
        details = SubmissionDetails(title, context, controls)
        return self.submit(person, record.project, files, details, run=record.id)

    def submit_folder(
        self,
        person: str,
        project: str,
        folder: str,
        details: SubmissionDetails,
        *,
        request: str | None = None,
        replies: Mapping[str, str] | None = None,
        code: str = "",
    ) -> Request:
        """Send a folder of a person's workspace to the airlock, and have it checked.

        Args:
            person: whose workspace.
            project: in which project.
            folder: below the workspace's home.
            details: title, context, controls and groups.
            request: a returned request, to submit it again.
            replies: what was changed, by group; as ``resubmit`` takes them.
            code: the notebook or script that made the files, for the checkers to read; it is never released.

        Returns:
            The request with what the check found.

        Raises:
            BadInput: there is no output in the folder, or words, groups or paths cannot be used.
            BadTransition: the request that is named was not returned.
            NotAllowed: the person may not submit in this project today.
            NotFound: there is no such person, project or request.
        """
        home = self._container.home(PersonId(person), ProjectId(project))
        files = self._container.collector.read(home, folder)
        sources = {code: sandbox.read_bytes(home, code, max_bytes=MAX_CODE_BYTES)} if code else {}
        details = replace(details, code=sources)
        if request is None:
            return self.submit(person, project, files, details)
        return self.resubmit(person, request, files, details, replies)

    def submit_import(self, person: str, project: str, path: Path, details: SubmissionDetails) -> Request:
        """Ask that a folder of code or reference data may come into a project.

        Args:
            person: who asks.
            project: which project needs it.
            path: the folder.
            details: title, context and controls.

        Returns:
            The request with what the check found.

        Raises:
            BadInput: the folder or the words cannot be used.
            NotAllowed: the person may not submit in this project today.
            NotFound: there is no such person or project.
        """
        files = self._container.collector.read(path.absolute().parent, path.name)
        return self.submit(person, project, files, details, direction=Direction.IN)

    def resubmit(
        self,
        person: str,
        request: str,
        files: Mapping[str, bytes],
        details: SubmissionDetails,
        replies: Mapping[str, str] | None = None,
        *,
        run: RunId | None = None,
    ) -> Request:
        """Send a returned request again, in its next round.

        Args:
            person: its author.
            request: its id.
            files: by name, in place of the old ones.
            details: its code and groups; the title stays.
            replies: what was changed, by group. Without them the context answers for every group of which changes
                were asked, if it is not the old one.
            run: the run that left the new files.

        Returns:
            The request with what the check found.

        Raises:
            BadInput: nothing is said of the changes, or files, words or groups cannot be used.
            BadTransition: it was not returned.
            NotAllowed: the person is not its author, or may not submit today.
            NotFound: there is no such person or request.
        """
        vault = self._container.vault
        frozen, code, now = freeze(files, vault), freeze_code(details.code, vault), clock.now()
        is_arranged = bool(details.arrangement.groups or details.arrangement.places)

        def act(old: Request, author: Person, project: Project) -> tuple[Request, Event]:
            group_replies = replies if replies is not None else _context_as_reply(old, details)
            answers = Answers(group_replies, details.arrangement if is_arranged else None, code)
            origin = Origin(run, self._checks.conditions(project))
            return resubmit(old, author, project, frozen, answers, origin, now=now)

        self._requests.change(person, request, act)
        return self._checks.check(request)


def _context_as_reply(old: Request, details: SubmissionDetails) -> dict[str, str]:
    if old.asked and details.context.strip() == old.context:
        raise BadInput("Say what you changed.", hint="Give it as the context, or as a reply to each group.")
    return dict.fromkeys(old.asked, details.context)
