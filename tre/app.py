"""The whole environment in one object: the parts joined, one short method per arrow of the journey, in its order.

    ingest → link → view → workspace / run → submit → check → review → release

Command line, web pages and hub call these methods and hold no rules. Every method that changes something takes who
does it, and what it changes is written together with its audit event.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Self

from tre.adapters import sandbox
from tre.airlock.grouping import Arrangement
from tre.airlock.release import ReleaseResult
from tre.airlock.request import MAX_CODE_BYTES, Request
from tre.airlock.review import Ballot
from tre.airlock.submit import SubmissionDetails
from tre.audit.events import Action, Event
from tre.audit.verify import VerificationResult
from tre.catalogue.ingest import ingest
from tre.catalogue.link import link
from tre.catalogue.ports import DatasetVersion, Link
from tre.core import clock, digest
from tre.core.errors import BadTransition, IntegrityError, NotAllowed, NotFound
from tre.core.ids import DatasetId, PersonId, ProjectId, RunId
from tre.core.people import Role, check_person_has_role
from tre.projects.approve import approve
from tre.projects.effective_policy import with_policy_of
from tre.projects.egress import EgressLimits, Level, limits_passed
from tre.projects.project import Project, check_person_may_enter
from tre.projects.summary import ProjectSummary, summaries
from tre.projects.suspension import resumed, stopped
from tre.projects.view import view
from tre.projects.workspace import Workspace
from tre.runs.execute import execute
from tre.runs.manifest import OUTPUTS, Run, RunState
from tre.runs.reproduce import Comparison, check_run_can_be_reproduced, compare
from tre.runs.template import Value, load_template
from tre.services.audit_log import AuditLogService
from tre.services.authentication import AuthenticationService
from tre.services.container import Container
from tre.services.package_requests import PackageRequestService
from tre.services.people import PeopleService
from tre.services.releases import ReleaseService
from tre.services.requests import RequestService
from tre.settings import Settings


class Tre:
    """One installation. Read its methods from top to bottom to follow a department's file to a release."""

    def __init__(self, settings: Settings) -> None:
        """Open the installation that ``settings`` describe."""
        self.settings = settings
        self.parts = Container(settings)
        self.people = PeopleService(self.parts)
        self.logins = AuthenticationService(self.people, self.parts)
        self.software = PackageRequestService(self.people, self.parts)
        self.desk = RequestService(self.people, self.parts)
        self.releases = ReleaseService(self.desk, self.people, self.parts)
        self.auditor = AuditLogService(self.people, self.parts)

    @classmethod
    def open(cls, settings: Settings | None = None) -> Self:
        """Open an installation, by default the one of the environment."""
        return cls(settings or Settings.load())

    # ---- 1 what data we hold

    def ingest(self, actor: str, contract: Path, delivery: Path) -> DatasetVersion:
        """Check a delivery against its contract and register it, or refuse it."""
        self._check(actor, Role.DATA_MANAGER)
        folder = self.parts.folder("datasets")
        return ingest(contract, delivery, self.parts.catalogue, datasets=folder, actor=actor, now=clock.now())

    def link(self, actor: str, left: str, right: str, truth: Path | None = None) -> Link:
        """Find the records of one person in the newest versions of two datasets."""
        from tre.adapters.splink_linker import SplinkLinker  # noqa: PLC0415 - slow to import, used by this step alone

        self._check(actor, Role.DATA_MANAGER)
        catalogue = self.parts.catalogue
        one, two = catalogue.version(DatasetId(left)), catalogue.version(DatasetId(right))
        folder = self.parts.folder("links")
        return link(one, two, SplinkLinker(), catalogue, links=folder, actor=actor, now=clock.now(), truth=truth)

    # ---- 2 who may see which part

    def create_project(
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
        """Approve a project and make its view."""
        self._check(actor, Role.DATA_MANAGER)
        approved = approve(
            project,
            title=title,
            purpose=purpose,
            columns=columns,
            ends_on=ends_on,
            policy=policy or self.settings.policy,
            known={known.id for known in self.parts.projects.projects()},
            training=training,
        )
        versions = {dataset: self.parts.catalogue.version(dataset) for dataset in approved.columns}
        approved = with_policy_of(approved, self.parts.contracts(versions.values()))
        spine = self.parts.catalogue.link_of(list(versions)) if len(versions) > 1 else None
        folder = self.parts.view_folder(approved.id)
        master, numbers = self.parts.keys.master, self.parts.numbers(approved.id)
        digests = view(approved, versions, spine, master=master, folder=folder, numbers=numbers)
        sandbox.prepare_readable(folder)
        approved = replace(approved, view_digests=digests, versions={name: v.version for name, v in versions.items()})
        now = clock.now()
        created = {
            "datasets": {dataset: list(names) for dataset, names in approved.columns.items()},
            "policy_digest": approved.policy_digest,
            "ends_on": ends_on.isoformat(),
            "training": sorted(approved.training),
        }
        self.parts.projects.save_project(approved, Event(Action.PROJECT_CREATED, actor, approved.id, now, created))
        made = {"datasets": dict(digests), "link": spine.id if spine else ""}
        self.parts.projects.note_project(Event(Action.VIEW_MADE, actor, approved.id, now, made))
        return approved

    def add_member(self, actor: str, project: str, person: str) -> Project:
        """Let a researcher work in a project."""
        self._check(actor, Role.DATA_MANAGER)
        who, change = self.people.get(person), Action.PROJECT_MEMBER_ADDED
        return self._change(actor, project, change, lambda old: old.with_member(who), person=person)

    def remove_member(self, actor: str, project: str, person: str) -> Project:
        """End a researcher's access to a project; a workspace that is open is closed soon after."""
        self._check(actor, Role.DATA_MANAGER)
        gone = PersonId(person)
        change = Action.PROJECT_MEMBER_REMOVED
        return self._change(actor, project, change, lambda old: old.without_member(gone), person=person)

    def stop_project(self, actor: str, project: str, reason: str) -> Project:
        """Stop a project: nothing of it can be submitted, approved or released until the stop is lifted."""
        who, now = self.people.get(actor), clock.now()
        stop = Action.PROJECT_STOPPED
        return self._change(actor, project, stop, lambda old: stopped(old, who, reason=reason, now=now), reason=reason)

    def resume_project(self, actor: str, project: str, reason: str) -> Project:
        """Lift the stop of a project."""
        who = self.people.get(actor)
        lift = Action.PROJECT_RESUMED
        return self._change(actor, project, lift, lambda old: resumed(old, who, reason=reason), reason=reason)

    def close_project(self, actor: str, project: str) -> Project:
        """End a project: nobody enters it any more."""
        self._check(actor, Role.DATA_MANAGER)
        return self._change(actor, project, Action.PROJECT_CLOSED, lambda old: old.closed())

    def project(self, project: str) -> Project:
        """One project. Raises NotFound."""
        return self.parts.projects.project(ProjectId(project))

    def projects_of(self, person: str) -> list[ProjectSummary]:
        """The projects of a person, with why one cannot be entered."""
        return summaries(self.people.get(person), self.parts.projects.projects(), clock.now().date())

    def open_workspace(self, person: str, project: str) -> Workspace:
        """The workspace of one person in one project, its folders made, ready for a spawner."""
        now = clock.now()
        who, where = self.people.get(person), self.project(project)
        try:
            check_person_may_enter(who, where, now.date())
        except NotAllowed as refused:
            details = {"project": where.id, "reason": refused.message}
            self.parts.projects.note_project(Event(Action.WORKSPACE_REFUSED, who.id, where.id, now, details))
            raise
        home = self.parts.home(who.id, where.id)
        sandbox.prepare_writable(home)
        event = Event(Action.WORKSPACE_OPENED, who.id, where.id, now, {"project": where.id})
        self.parts.projects.note_project(event)
        return self.parts.workspace_of(who.id, where.id, home)

    def why_workspace_must_close(self, person: str, project: str) -> str:
        """Why somebody who works in a project may not go on, in words; empty while they may."""
        try:
            check_person_may_enter(self.people.get(person), self.project(project), clock.now().date())
        except (NotAllowed, NotFound) as refused:
            return refused.message
        return ""

    def close_workspace(self, person: str, project: str, reason: str = "") -> None:
        """Note that a workspace was closed, and why if the person did not ask for it."""
        details = {"project": project, **({"reason": reason} if reason else {})}
        self.parts.projects.note_project(Event(Action.WORKSPACE_CLOSED, person, project, clock.now(), details))

    def note_shown(self, person: str, size_bytes: int) -> tuple[int, Level]:
        """Count what a workspace showed its person's browser; the day's sum, and whether there may be more today."""
        limits, now = EgressLimits(self.settings.warn_shown_bytes, self.settings.max_shown_bytes), clock.now()
        shown = self.parts.shown.add_shown(
            PersonId(person), now.date(), size_bytes, lambda day: limits_passed(day, limits, now)
        )
        return shown.shown_bytes, limits.level(shown.shown_bytes)

    # ---- 3 how an output came to be

    def run(self, person: str, project: str, template: str, parameters: Mapping[str, Value] | None = None) -> Run:
        """Execute a notebook template on the project's view, in a sandbox of its own."""
        now = clock.now()
        who, where = self.people.get(person), self.project(project)
        check_person_may_enter(who, where, now.date())
        identifier = RunId(f"run-{now:%Y%m%d}-{secrets.token_hex(4)}")
        home = self.parts.folder(f"runs/{identifier}/home")
        self.parts.views(where)
        return execute(
            load_template(self.settings.templates, template),
            parameters or {},
            where,
            self.parts.workspace_of(who.id, where.id, home),
            self.parts.runner,
            self.parts.runs,
            self.parts.vault,
            identifier=identifier,
            home=home,
            timeout_s=self.settings.run_timeout_s,
            now=now,
        )

    def reproduce(self, person: str, run: str) -> Comparison:
        """Make a run again from its template and parameters, and compare what it was made of and what came out."""
        first = self.parts.runs.run(RunId(run))
        check_run_can_be_reproduced(first)
        return compare(first, self.run(person, first.project, first.template, first.parameters))

    # ---- 4 how an output leaves; ``desk`` holds what people do there, ``releases`` the door itself

    def submit_run(self, person: str, run: str, *, title: str, context: str, controls: str = "") -> Request:
        """Send a run's outputs to the airlock, and have them checked."""
        made = self.parts.runs.run(RunId(run))
        if made.person != person:
            raise NotAllowed(f"Run '{made.id}' belongs to somebody else.")
        if made.state is not RunState.SUCCEEDED:
            raise BadTransition(f"Run '{made.id}' is {made.state}; only a run that succeeded has outputs to send.")
        files = self.parts.collector.read(self.settings.home / "runs" / made.id / "home", OUTPUTS)
        if {name: digest.of_bytes(data) for name, data in files.items()} != made.output_digests:
            raise IntegrityError(f"The outputs of run '{made.id}' changed after it ended.", hint="Run it again.")
        return self.desk.submit(person, made.project, files, SubmissionDetails(title, context, controls), run=made.id)

    def submit_folder(
        self,
        person: str,
        project: str,
        folder: str,
        *,
        title: str,
        context: str,
        controls: str = "",
        arrangement: Arrangement | None = None,
        request: str | None = None,
        replies: Mapping[str, str] | None = None,
        code: str = "",
    ) -> Request:
        """Send a folder of a person's workspace to the airlock; ``request`` names a returned one to resubmit.

        ``code`` names the notebook or script that made the files, for the checkers to read; it is never released.
        """
        home = self.parts.home(PersonId(person), ProjectId(project))
        files = self.parts.collector.read(home, folder)
        made_by = {code: sandbox.read_bytes(home, code, max_bytes=MAX_CODE_BYTES)} if code else {}
        said = SubmissionDetails(title, context, controls, arrangement or Arrangement(), made_by)
        if request is None:
            return self.desk.submit(person, project, files, said)
        return self.desk.resubmit(person, request, files, said, replies)

    def check(self, request: str) -> Request:
        """Run disclosure control on a submitted request; it then waits for its checkers."""
        return self.desk.check(request)

    def review(self, person: str, request: str, ballots: Mapping[str, Ballot]) -> Request:
        """Record one checker's votes."""
        return self.desk.review(person, request, ballots)

    def send_back(self, person: str, request: str, reason: str) -> Request:
        """A checker returns a request to its author."""
        return self.desk.send_back(person, request, reason)

    def withdraw(self, person: str, request: str) -> Request:
        """The author takes a request back."""
        return self.desk.withdraw(person, request)

    def release(self, person: str, request: str) -> ReleaseResult:
        """Write the sealed package of an approved request, or land what comes in."""
        return self.releases.release(person, request)

    # ---- what anyone entitled may look at

    def request(self, person: str, request: str) -> Request:
        """One request, for those who may see it. Raises NotFound, NotAllowed."""
        return self.desk.request(person, request)

    def requests(self, person: str) -> list[Request]:
        """The requests that a person may see, oldest first."""
        return self.desk.requests(person)

    def clean_file(self, person: str, request: str, name: str) -> bytes:
        """The bytes that would be released of one file; who looked is written down. Raises NotFound."""
        return self.desk.clean_file(person, request, name)

    def run_of(self, request: Request) -> Run | None:
        """The run that a request's outputs came from, if they came from one."""
        return self.desk.run_of(request)

    def verify_release(self, package_path: Path, public_key: str | None = None) -> Mapping[str, str]:
        """Check every byte of a package; returns each file's SHA-256. Raises IntegrityError, naming the place."""
        return self.releases.verify(package_path, public_key)

    def release_path(self, release_id: str) -> Path:
        """Where a release's package lies. Raises NotFound."""
        return self.releases.path(release_id)

    def verify_audit(self) -> VerificationResult:
        """Walk the audit log. Raises IntegrityError, naming the first entry that does not fit."""
        return self.auditor.verify()

    # ---- helpers

    def _change(
        self, actor: str, project: str, action: Action, change: Callable[[Project], Project], **details: str
    ) -> Project:
        def decide(old: Project) -> tuple[Project, Event]:
            return change(old), Event(action, actor, old.id, clock.now(), details)

        return self.parts.projects.change_project(ProjectId(project), decide)

    def _check(self, actor: str, role: Role) -> None:
        check_person_has_role(self.people.get(actor), role)
