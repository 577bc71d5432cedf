"""The whole environment in one object: the parts joined, one short method per arrow of the journey, in its order.

    ingest → link → view → workspace / run → submit → check → review → release

Command line, web pages and hub call these methods and hold no rules. Every method that changes something takes who
does it, and what it changes is written together with its audit event.
"""

import secrets
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Self

from tre.adapters import sandbox
from tre.adapters.keys import PublicKey
from tre.airlock import package
from tre.airlock.check import check
from tre.airlock.earlier import EarlierOutput, check_nothing_else_left, earlier_outputs, related_projects
from tre.airlock.permissions import check_person_can_see, person_can_see
from tre.airlock.ports import CheckInputs
from tre.airlock.release import Released, release
from tre.airlock.request import Request
from tre.airlock.review import Ballot, review, send_back, withdraw
from tre.airlock.submit import freeze, resubmit, submit
from tre.audit.events import Action, Event
from tre.audit.verify import Verified, verify
from tre.catalogue.ingest import ingest
from tre.catalogue.link import link
from tre.catalogue.ports import DatasetVersion, Link
from tre.core import clock, digest
from tre.core.errors import BadTransition, IntegrityError, NotAllowed, NotFound
from tre.core.ids import DatasetId, PersonId, ProjectId, ReleaseId, RequestId, RunId
from tre.core.people import Person, Role, check_person_has_role
from tre.logins import Logins
from tre.parts import Parts
from tre.people import People
from tre.projects.approve import approve
from tre.projects.project import Project, check_person_may_enter
from tre.projects.shown import Level, ShownLimits, limits_passed
from tre.projects.summary import ProjectSummary, summaries
from tre.projects.view import view
from tre.projects.workspace import Workspace
from tre.runs.execute import execute
from tre.runs.manifest import OUTPUTS, Run, RunState
from tre.runs.reproduce import Comparison, check_run_can_be_reproduced, compare
from tre.runs.template import Value, load_template
from tre.settings import Settings
from tre.software import Software


class Tre:
    """One installation. Read its methods from top to bottom to follow a department's file to a release."""

    def __init__(self, settings: Settings) -> None:
        """Open the installation that ``settings`` describe."""
        self.settings = settings
        self.parts = Parts(settings)
        self.people = People(self.parts)
        self.logins = Logins(self.people, self.parts)
        self.software = Software(self.people, self.parts)

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
        changed = self.project(project).with_member(self.people.get(person))
        event = Event(Action.PROJECT_MEMBER_ADDED, actor, changed.id, clock.now(), {"person": person})
        self.parts.projects.save_project(changed, event)
        return changed

    def remove_member(self, actor: str, project: str, person: str) -> Project:
        """End a researcher's access to a project; a workspace that is open is closed soon after."""
        self._check(actor, Role.DATA_MANAGER)
        changed = self.project(project).without_member(PersonId(person))
        event = Event(Action.PROJECT_MEMBER_REMOVED, actor, changed.id, clock.now(), {"person": person})
        self.parts.projects.save_project(changed, event)
        return changed

    def close_project(self, actor: str, project: str) -> Project:
        """End a project: nobody enters it any more."""
        self._check(actor, Role.DATA_MANAGER)
        changed = self.project(project).closed()
        self.parts.projects.save_project(changed, Event(Action.PROJECT_CLOSED, actor, changed.id, clock.now()))
        return changed

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
        limits, now = ShownLimits(self.settings.warn_shown_bytes, self.settings.max_shown_bytes), clock.now()
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

    # ---- 4 how an output leaves

    def submit_run(self, person: str, run: str, *, title: str, context: str) -> Request:
        """Send a run's outputs to the airlock, and have them checked."""
        made = self.parts.runs.run(RunId(run))
        if made.person != person:
            raise NotAllowed(f"Run '{made.id}' belongs to somebody else.")
        if made.state is not RunState.SUCCEEDED:
            raise BadTransition(f"Run '{made.id}' is {made.state}; only a run that succeeded has outputs to send.")
        files = self.parts.collector.read(self.settings.home / "runs" / made.id / "home", OUTPUTS)
        if {name: digest.of_bytes(data) for name, data in files.items()} != made.output_digests:
            raise IntegrityError(f"The outputs of run '{made.id}' changed after it ended.", hint="Run it again.")
        return self._submit(person, made.project, files, title=title, context=context, run=made.id)

    def submit_folder(
        self, person: str, project: str, folder: str, *, title: str, context: str, request: str | None = None
    ) -> Request:
        """Send a folder of a person's workspace to the airlock; ``request`` names a returned one to resubmit."""
        files = self.parts.collector.read(self.parts.home(PersonId(person), ProjectId(project)), folder)
        if request is None:
            return self._submit(person, ProjectId(project), files, title=title, context=context)
        who, where, now = self.people.get(person), self.project(project), clock.now()
        frozen = freeze(files, self.parts.vault)
        self.parts.requests.change_request(
            RequestId(request), lambda old: resubmit(old, who, where, frozen, now.date(), now)
        )
        return self.check(request)

    def check(self, request: str) -> Request:
        """Run disclosure control on a submitted request; it then waits for its checkers."""
        submitted = self.parts.requests.request(RequestId(request))
        vault, now = self.parts.vault, clock.now()
        earlier = self._earlier(submitted)
        where = self.project(submitted.project)
        inputs = CheckInputs(
            policy=where.policy,
            views=self.parts.views(where),
            numbers=numbers if (numbers := self.parts.numbers(submitted.project)).is_file() else None,
            earlier=[(one, vault.get(one.fingerprint)) for one in earlier],
        )
        with tempfile.TemporaryDirectory(prefix="request-", dir=self.parts.folder("checks")) as temporary:
            for file in submitted.files:
                path = Path(temporary) / file.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(vault.get(file.digest))
            timeout_s = self.settings.check_timeout_s
            checked = self.parts.checker.check(Path(temporary), inputs, timeout_s=timeout_s)
        return self.parts.requests.change_request(submitted.id, lambda old: check(old, checked, vault, now, earlier))

    def review(self, person: str, request: str, ballots: Mapping[str, Ballot]) -> Request:
        """Record one checker's votes."""
        who, where, now = *self._who_and_where(person, request), clock.now()
        needed = self.settings.approvals_needed
        return self.parts.requests.change_request(
            RequestId(request), lambda old: review(old, who, where, ballots, needed=needed, now=now)
        )

    def send_back(self, person: str, request: str, reason: str) -> Request:
        """A checker returns a request to its author."""
        who, where, now = *self._who_and_where(person, request), clock.now()
        return self.parts.requests.change_request(
            RequestId(request), lambda old: send_back(old, who, where, reason=reason, now=now)
        )

    def withdraw(self, person: str, request: str) -> Request:
        """The author takes a request back."""
        who, where, now = *self._who_and_where(person, request), clock.now()
        return self.parts.requests.change_request(RequestId(request), lambda old: withdraw(old, who, where, now=now))

    def release(self, person: str, request: str) -> Released:
        """Write the sealed package of an approved request."""
        who, where, now = *self._who_and_where(person, request), clock.now()
        parts, made = self.parts, list[Released]()
        run = self.run_of(parts.requests.request(RequestId(request)))

        def decide(old: Request) -> tuple[Request, Event]:
            check_nothing_else_left(old, self._earlier(old, released_only=True))
            changed, event, released = release(
                old,
                who,
                where,
                needed=self.settings.approvals_needed,
                vault=parts.vault,
                packages=parts.packages,
                signer=parts.keys,
                run=run,
                head=parts.database.head(),
                now=now,
            )
            made.append(released)
            return changed, event

        parts.requests.change_request(RequestId(request), decide)
        return made[0]

    # ---- what anyone entitled may look at

    def request(self, person: str, request: str) -> Request:
        """One request, for its author or one who may review it. Raises NotFound, NotAllowed."""
        found = self.parts.requests.request(RequestId(request))
        check_person_can_see(self.people.get(person), found, self.project(found.project), clock.now().date())
        return found

    def requests(self, person: str) -> list[Request]:
        """The requests that a person may see, oldest first."""
        who, today = self.people.get(person), clock.now().date()
        projects = {project.id: project for project in self.parts.projects.projects()}
        found = self.parts.requests.requests()
        return [item for item in found if person_can_see(who, item, projects[item.project], today)]

    def clean_file(self, person: str, request: str, name: str) -> bytes:
        """The bytes that would be released of one output; who looked is written down. Raises NotFound."""
        found = self.request(person, request)
        file = found.file(name)
        kept = file.clean_digest if file is not None and not file.is_evidence else ""
        data = self.parts.vault.get(kept)
        details = {"round": found.round, "digest": kept}
        self.parts.requests.note_request(Event(Action.REQUEST_FILE_VIEWED, person, found.id, clock.now(), details))
        return data

    def run_of(self, request: Request) -> Run | None:
        """The run that a request's outputs came from, if they came from one."""
        return self.parts.runs.run(request.run) if request.run else None

    def verify_release(self, package_path: Path, public_key: str | None = None) -> Mapping[str, str]:
        """Check every byte of a package; returns each file's SHA-256. Raises IntegrityError, naming the place."""
        key = PublicKey(public_key or self.parts.keys.public_key())
        return package.verify(self.parts.packages.read_package(package_path), key.fits)

    def release_path(self, release_id: str) -> Path:
        """Where a release's package lies. Raises NotFound."""
        return self.parts.packages.package_path(ReleaseId(release_id))

    def verify_audit(self) -> Verified:
        """Walk the audit log. Raises IntegrityError, naming the first entry that does not fit."""
        database = self.parts.database
        return verify(database.entries(), database.head(), self.parts.keys.fits)

    # ---- helpers

    def _submit(
        self,
        person: str,
        project: ProjectId,
        files: Mapping[str, bytes],
        *,
        title: str,
        context: str,
        run: RunId | None = None,
    ) -> Request:
        who, where = self.people.get(person), self.project(project)
        vault, store = self.parts.vault, self.parts.requests
        made = submit(who, where, files, vault, store, title=title, context=context, now=clock.now(), run=run)
        return self.check(made.id)

    def _who_and_where(self, person: str, request: str) -> tuple[Person, Project]:
        found = self.parts.requests.request(RequestId(request))
        return self.people.get(person), self.project(found.project)

    def _check(self, actor: str, role: Role) -> None:
        check_person_has_role(self.people.get(actor), role)

    def _earlier(self, request: Request, *, released_only: bool = False) -> list[EarlierOutput]:
        """What a request is compared with, so that nobody is found by subtracting outputs."""
        related = related_projects(self.project(request.project), self.parts.projects.projects())
        everything, needed = self.parts.requests.requests(), self.settings.approvals_needed
        return earlier_outputs(request, everything, related, needed, released_only=released_only)
