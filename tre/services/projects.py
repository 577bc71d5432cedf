"""Who may see which part of the data. Projects are approved with their view, changed, stopped and closed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from tre.adapters import sandbox
from tre.audit.events import Action, Event
from tre.catalogue.ports import DatasetVersion, Link
from tre.core import clock
from tre.core.ids import DatasetId, PersonId, ProjectId
from tre.core.people import Role, check_person_has_role
from tre.projects.approve import approve
from tre.projects.effective_policy import tighten_policy
from tre.projects.project import Project
from tre.projects.summary import ProjectSummary, summaries
from tre.projects.suspension import resume_project, stop_project
from tre.projects.view import view
from tre.services.container import Container
from tre.services.people import PeopleService


class ProjectService:
    """Approved purposes, their people and their views."""

    def __init__(self, people: PeopleService, container: Container) -> None:
        """Work on one installation."""
        self._people = people
        self._container = container

    def create(
        self,
        actor: str,
        project: str,
        *,
        title: str,
        purpose: str,
        columns: Mapping[str, Sequence[str]],
        ends_on: date,
        policy: str | None = None,
        training: Sequence[str] = (),
    ) -> Project:
        """Approve a project and make its view.

        Args:
            actor: who does this, a data manager.
            project: its id, short and in lower case.
            title: what it is, in a line.
            purpose: what the data is used for, as it was approved.
            columns: for each dataset, the columns that the project may see.
            ends_on: the last day of access.
            policy: a disclosure policy, a regime's name or a file; the installation's unless given.
            training: courses that its researchers need.

        Returns:
            The project, as strict as the contracts of its datasets ask.

        Raises:
            BadInput: the id is taken or has not its shape, words are missing, or the policy cannot be used.
            NotAllowed: the actor is no data manager.
            NotFound: there is no such actor, dataset or column, or no link between the datasets.
            BadPolicy: a dataset's contract asks for a threshold that is none.
        """
        self._check_data_manager(actor)
        approved = approve(
            project,
            title=title,
            purpose=purpose,
            columns=columns,
            ends_on=ends_on,
            policy=policy or self._container.settings.policy,
            project_ids={project.id for project in self.all()},
            training=training,
        )
        catalogue = self._container.catalogue
        versions = {dataset: catalogue.version(dataset) for dataset in approved.columns}
        spine = catalogue.link_of(list(versions)) if len(versions) > 1 else None
        approved = tighten_policy(approved, self._container.contracts(versions.values()))
        approved = self._with_view(approved, versions, spine)
        self._record_creation(actor, approved, spine)
        return approved

    def add_member(self, actor: str, project: str, person: str) -> Project:
        """Let a researcher work in a project.

        Args:
            actor: who does this, a data manager.
            project: its id.
            person: the researcher.

        Returns:
            The project, with them.

        Raises:
            BadTransition: the project has ended.
            NotAllowed: the actor is no data manager, or the person no researcher.
            NotFound: there is no such actor, project or person.
        """
        self._check_data_manager(actor)
        member, change = self._people.get(person), Action.PROJECT_MEMBER_ADDED
        return self._change(actor, project, change, lambda old: old.with_member(member), person=person)

    def remove_member(self, actor: str, project: str, person: str) -> Project:
        """End a researcher's access to a project; a workspace that is open is closed soon after.

        Args:
            actor: who does this, a data manager.
            project: its id.
            person: the researcher.

        Returns:
            The project, without them.

        Raises:
            NotAllowed: the actor is no data manager.
            NotFound: there is no such actor or project, or the person is no member.
        """
        self._check_data_manager(actor)
        member, change = PersonId(person), Action.PROJECT_MEMBER_REMOVED
        return self._change(actor, project, change, lambda old: old.without_member(member), person=person)

    def stop(self, actor: str, project: str, reason: str) -> Project:
        """Stop a project: nothing of it can be submitted, approved or released until the stop is lifted.

        Args:
            actor: who does this.
            project: its id.
            reason: why; it is recorded with the actor's name.

        Returns:
            The project, stopped.

        Raises:
            BadInput: there is no reason.
            BadTransition: it is stopped already.
            NotAllowed: the actor has no role that may stop projects.
            NotFound: there is no such actor or project.
        """
        person, now, change = self._people.get(actor), clock.now(), Action.PROJECT_STOPPED
        return self._change(
            actor, project, change, lambda old: stop_project(old, person, reason=reason, now=now), reason=reason
        )

    def resume(self, actor: str, project: str, reason: str) -> Project:
        """Lift the stop of a project.

        Args:
            actor: who does this; nobody on the project.
            project: its id.
            reason: why; it is recorded with the actor's name.

        Returns:
            The project, going on.

        Raises:
            BadInput: there is no reason.
            BadTransition: it is not stopped.
            NotAllowed: the actor has no role that may lift stops, or works on the project.
            NotFound: there is no such actor or project.
        """
        person, change = self._people.get(actor), Action.PROJECT_RESUMED
        return self._change(
            actor, project, change, lambda old: resume_project(old, person, reason=reason), reason=reason
        )

    def close(self, actor: str, project: str) -> Project:
        """End a project: nobody enters it any more.

        Args:
            actor: who does this, a data manager.
            project: its id.

        Returns:
            The project, closed.

        Raises:
            BadTransition: it has ended already.
            NotAllowed: the actor is no data manager.
            NotFound: there is no such actor or project.
        """
        self._check_data_manager(actor)
        return self._change(actor, project, Action.PROJECT_CLOSED, lambda old: old.closed())

    def get(self, project: str) -> Project:
        """One project.

        Args:
            project: its id.

        Returns:
            The project.

        Raises:
            NotFound: there is none of this id.
        """
        return self._container.projects.project(ProjectId(project))

    def all(self) -> Sequence[Project]:
        """Every project.

        Returns:
            Them, by id.
        """
        return self._container.projects.projects()

    def of_person(self, person: str) -> list[ProjectSummary]:
        """The projects of a person, with why one cannot be entered.

        Args:
            person: whose.

        Returns:
            A summary a project.

        Raises:
            NotFound: there is no such person.
        """
        return summaries(self._people.get(person), self.all(), clock.now().date())

    def _with_view(self, project: Project, versions: Mapping[DatasetId, DatasetVersion], spine: Link | None) -> Project:
        """Make the view's files; the project with their digests."""
        folder = self._container.view_folder(project.id)
        master, numbers = self._container.keys.master, self._container.numbers(project.id)
        digests = view(project, versions, spine, master=master, folder=folder, numbers=numbers)
        sandbox.prepare_readable(folder)
        numbered = {dataset: version.version for dataset, version in versions.items()}
        return replace(project, view_digests=digests, versions=numbered)

    def _record_creation(self, actor: str, project: Project, spine: Link | None) -> None:
        now, store = clock.now(), self._container.projects
        created = {
            "datasets": {dataset: list(names) for dataset, names in project.columns.items()},
            "policy_digest": project.policy_digest,
            "ends_on": project.ends_on.isoformat(),
            "training": sorted(project.training),
        }
        store.save_project(project, Event(Action.PROJECT_CREATED, actor, project.id, now, created))
        files = {"datasets": dict(project.view_digests or {}), "link": spine.id if spine else ""}
        store.note_project(Event(Action.VIEW_MADE, actor, project.id, now, files))

    def _change(
        self, actor: str, project: str, action: Action, change: Callable[[Project], Project], **details: str
    ) -> Project:
        def decide(old: Project) -> tuple[Project, Event]:
            return change(old), Event(action, actor, old.id, clock.now(), details)

        return self._container.projects.change_project(ProjectId(project), decide)

    def _check_data_manager(self, actor: str) -> None:
        check_person_has_role(self._people.get(actor), Role.DATA_MANAGER)
