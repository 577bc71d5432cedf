"""Recorded: notebooks executed on a project's view in sandboxes of their own, and made again."""

import secrets
from collections.abc import Mapping, Sequence

from tre.core import clock, digest
from tre.core.errors import BadTransition, IntegrityError, NotAllowed
from tre.core.ids import RunId
from tre.projects.project import check_person_may_enter
from tre.runs.execute import RunContext, execute
from tre.runs.manifest import OUTPUTS, Run, RunState
from tre.runs.reproduce import Comparison, check_run_can_be_reproduced, compare
from tre.services.container import Container
from tre.services.people import PeopleService
from tre.services.projects import ProjectService
from tre.workspace.template import Template, Value, load_template


class RunService:
    """Runs with their provenance."""

    def __init__(self, people: PeopleService, projects: ProjectService, container: Container) -> None:
        """Work on one installation."""
        self._people = people
        self._projects = projects
        self._container = container

    def template(self, name: str) -> Template:
        """A notebook that can be run.

        Args:
            name: as ``templates.toml`` lists it.

        Returns:
            What it is for, its parameters with their types, and the outputs it declares.

        Raises:
            BadInput: its description cannot be used.
            NotFound: there is none of this name.
        """
        return load_template(self._container.settings.templates, name)

    def execute(self, person: str, project: str, template: str, parameters: Mapping[str, Value] | None = None) -> Run:
        """Execute a notebook template on the project's view, in a sandbox of its own, and wait for it.

        Args:
            person: who runs it, a member of the project.
            project: whose view it sees.
            template: which notebook.
            parameters: values for it; the others keep their defaults.

        Returns:
            The run, which may have failed; its state says so.

        Raises:
            BadInput: a parameter is unknown or not of its type.
            IntegrityError: the view is not as it was made.
            NotAllowed: the person may not enter the project today.
            NotFound: there is no such person, project or template.
            Unavailable: this machine cannot isolate it.
        """
        now, settings = clock.now(), self._container.settings
        member, record = self._people.get(person), self._projects.get(project)
        check_person_may_enter(member, record, now.date())
        identifier = RunId(f"run-{now:%Y%m%d}-{secrets.token_hex(4)}")
        home = self._container.folder(f"runs/{identifier}/home")
        self._container.views(record)
        return execute(
            self.template(template),
            parameters or {},
            record,
            RunContext(
                workspace=self._container.workspace_of(member.id, record.id, home),
                home=home,
                runner=self._container.runner,
                store=self._container.runs,
                code=self._container.vault,
                timeout_s=settings.run_timeout_s,
            ),
            identifier=identifier,
            now=now,
        )

    def reproduce(self, person: str, run: str) -> Comparison:
        """Make a run again from its template and parameters.

        Args:
            person: who makes it again, a member of its project.
            run: the id of the first one.

        Returns:
            Whether what both were made of and what came out is the same.

        Raises:
            BadTransition: the first run did not succeed.
            NotFound: there is no such run.
            NotAllowed: the person may not enter its project today.
            BadInput: its template or parameters are no longer usable.
        """
        original = self.get(run)
        check_run_can_be_reproduced(original)
        return compare(original, self.execute(person, original.project, original.template, original.parameters))

    def outputs(self, person: str, run: str) -> tuple[Run, Mapping[str, bytes]]:
        """What a run left, to be submitted by whoever made it.

        Args:
            person: who made the run.
            run: its id.

        Returns:
            The run, and its files by name.

        Raises:
            BadTransition: the run did not succeed.
            IntegrityError: the files changed after it ended.
            NotAllowed: it belongs to somebody else.
            NotFound: there is no such run.
        """
        record = self.get(run)
        if record.person != person:
            raise NotAllowed(f"Run '{record.id}' belongs to somebody else.")
        if record.state is not RunState.SUCCEEDED:
            raise BadTransition(f"Run '{record.id}' is {record.state}; only a run that succeeded has outputs to send.")
        home = self._container.settings.home / "runs" / record.id / "home"
        files = self._container.collector.read(home, OUTPUTS)
        if {name: digest.of_bytes(data) for name, data in files.items()} != record.output_digests:
            raise IntegrityError(f"The outputs of run '{record.id}' changed after it ended.", hint="Run it again.")
        return record, files

    def get(self, run: str) -> Run:
        """One run, with everything it was made of.

        Args:
            run: its id.

        Returns:
            The run.

        Raises:
            NotFound: there is none of this id.
        """
        return self._container.runs.run(RunId(run))

    def all(self) -> Sequence[Run]:
        """Every run.

        Returns:
            Them, as they were started.
        """
        return self._container.runs.runs()
