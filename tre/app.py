"""The whole environment in one object: the arrows of the journey, in its order, each a call of its stage's service.

    ingest → link → view → workspace / run → submit → check → review → release

Read it from top to bottom to follow a department's file to a release. Command line, web pages and hub call the services
and hold no rules. Whatever changes something takes who does it, and is written together with its audit event.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Self

from tre.airlock.release import ReleaseResult
from tre.airlock.request import Request
from tre.airlock.review import Ballot
from tre.catalogue.ports import DatasetVersion, Link
from tre.projects.project import Project
from tre.projects.workspace import Workspace
from tre.runs.manifest import Run
from tre.services.audit_log import AuditLogService
from tre.services.authentication import AuthenticationService
from tre.services.catalogue import CatalogueService
from tre.services.checks import CheckService
from tre.services.container import Container
from tre.services.distribution import DistributionService
from tre.services.package_requests import PackageRequestService
from tre.services.people import PeopleService
from tre.services.projects import ProjectService
from tre.services.releases import ReleaseService
from tre.services.request_files import RequestFileService
from tre.services.requests import RequestService
from tre.services.reviews import ReviewService
from tre.services.runs import RunService
from tre.services.submissions import SubmissionService
from tre.services.workspaces import WorkspaceService
from tre.settings import Settings
from tre.workspace.template import Value


class Tre:
    """One installation: a service a stage, and the journey through them."""

    def __init__(self, container: Container) -> None:
        """Join the services over ``container``; ``open`` makes the one that settings describe."""
        self.settings = container.settings
        self._container = container
        self.people = people = PeopleService(container)
        self.authentication = AuthenticationService(people, container)
        self.audit_log = AuditLogService(people, container)
        self.package_requests = PackageRequestService(people, container)
        self.catalogue = CatalogueService(people, container)
        self.projects = projects = ProjectService(people, container)
        self.workspaces = WorkspaceService(people, projects, container)
        self.runs = RunService(people, projects, container)
        self.requests = RequestService(people, container)
        self.checks = CheckService(container)
        self.submissions = SubmissionService(self.requests, self.runs, self.checks, people, container)
        self.request_files = RequestFileService(self.requests, container)
        self.reviews = ReviewService(self.requests, people, container)
        self.releases = ReleaseService(self.request_files, self.checks, people, container)
        self.distribution = DistributionService(self.requests, self.releases, people, container)

    @classmethod
    def open(cls, settings: Settings | None = None) -> Self:
        """Open an installation.

        Args:
            settings: which one; by default the one of the environment's variables.

        Returns:
            The installation. Its database is opened when it is first needed.

        Raises:
            BadInput: the environment's variables are no settings.
            IntegrityError: a key of the installation is damaged.
        """
        return cls(Container(settings or Settings.load()))

    # ---- the journey; each arrow is described where it leads

    def ingest(self, actor: str, contract: Path, delivery: Path) -> DatasetVersion:
        """A department's file becomes a version of a dataset; see ``CatalogueService.ingest``."""
        return self.catalogue.ingest(actor, contract, delivery)

    def link(self, actor: str, left: str, right: str, truth: Path | None = None) -> Link:
        """Two datasets' records of one person are found; see ``CatalogueService.link``."""
        return self.catalogue.link(actor, left, right, truth)

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
        """A project gets its view of the data; see ``ProjectService.create``."""
        return self.projects.create(
            actor,
            project,
            title=title,
            purpose=purpose,
            columns=columns,
            ends_on=ends_on,
            policy=policy,
            training=training,
        )

    def open_workspace(self, person: str, project: str) -> Workspace:
        """A member works on the view by hand; see ``WorkspaceService.open``."""
        return self.workspaces.open(person, project)

    def run(self, person: str, project: str, template: str, parameters: Mapping[str, Value] | None = None) -> Run:
        """Or a notebook is executed on it; see ``RunService.execute``."""
        return self.runs.execute(person, project, template, parameters)

    def submit_run(self, person: str, run: str, *, title: str, context: str, controls: str = "") -> Request:
        """Outputs are handed in, and checked at once; see ``SubmissionService.submit_run``."""
        return self.submissions.submit_run(person, run, title=title, context=context, controls=controls)

    def check(self, request: str) -> Request:
        """A check that was cut off is made again; see ``CheckService.check``."""
        return self.checks.check(request)

    def review(self, person: str, request: str, ballots: Mapping[str, Ballot]) -> Request:
        """Two people look; see ``ReviewService.review``."""
        return self.reviews.review(person, request, ballots)

    def release(self, person: str, request: str) -> ReleaseResult:
        """What was approved leaves, sealed; see ``ReleaseService.release``."""
        return self.releases.release(person, request)
