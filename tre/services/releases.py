"""The door itself: sealed packages on their way out, files on their way in."""

from collections.abc import Mapping
from pathlib import Path

from tre.adapters import sandbox
from tre.adapters.release_packages import FolderPackages, read_package, verify_package
from tre.airlock import package
from tre.airlock.materials import ReleaseMaterials
from tre.airlock.prior_outputs import check_nothing_else_left
from tre.airlock.release import ReleaseResult, land, release
from tre.airlock.request import Direction, Request
from tre.audit.events import Event
from tre.core import clock, digest
from tre.core.errors import IntegrityError, NotFound
from tre.core.ids import ReleaseId, RequestId
from tre.core.people import Person
from tre.projects.project import Project
from tre.services.checks import CheckService
from tre.services.container import Container
from tre.services.people import PeopleService
from tre.services.request_files import RequestFileService


class ReleaseService:
    """What leaves and what lands."""

    def __init__(
        self,
        files: RequestFileService,
        checks: CheckService,
        people: PeopleService,
        container: Container,
    ) -> None:
        """Work on one installation."""
        self._files = files
        self._checks = checks
        self._people = people
        self._container = container

    def release(self, person: str, request: str) -> ReleaseResult:
        """Write the sealed package of an approved request; what comes in lands in its project.

        Args:
            person: who releases.
            request: its id.

        Returns:
            The release's id, where it lies, and its files.

        Raises:
            BadTransition: the request is not approved, or something left meanwhile that it was not compared with.
            IntegrityError: what was approved is not what is kept.
            NotAllowed: not for this person.
            NotFound: there is no such person or request.
        """
        results = list[ReleaseResult]()

        def decide(old: Request) -> tuple[Request, Event]:
            releaser, project = self._people.get(person), self._container.projects.project(old.project)
            step = self._land if old.direction is Direction.IN else self._seal
            changed, event, result = step(old, releaser, project)
            results.append(result)
            return changed, event

        self._container.requests.change_request(RequestId(request), decide)
        return results[0]

    def verify(
        self, package_path: Path, public_key: str | None = None, notice: bytes | None = None
    ) -> Mapping[str, str]:
        """Check every byte of a package.

        Args:
            package_path: its folder, or the ZIP file of a download.
            public_key: the sender's, PEM; by default this installation's own.
            notice: a revocation notice to hold it against.

        Returns:
            Each file's SHA-256, by name.

        Raises:
            BadInput: what lies there is no package.
            IntegrityError: names the place that does not fit, or says that ``notice`` revokes this package.
            NotFound: nothing lies there.
        """
        return verify_package(package_path, public_key or self._container.keys.public_key(), notice)

    def read(self, package_path: Path) -> Mapping[str, bytes]:
        """Every file of a package, unverified.

        Args:
            package_path: its folder, or the ZIP file of a download.

        Returns:
            Each file's bytes, by name.

        Raises:
            BadInput: what lies there is no package.
            NotFound: nothing lies there.
            IntegrityError: the ZIP file holds a file twice.
        """
        return read_package(package_path)

    def path(self, release_id: str) -> Path:
        """Where a release's package lies.

        Args:
            release_id: which release.

        Returns:
            Its folder.

        Raises:
            NotFound: there is no such release; also for a package that was written but never recorded.
        """
        self.request_of(release_id)
        return self._container.packages.package_path(ReleaseId(release_id))

    def request_of(self, release_id: str) -> str:
        """Which request was released so.

        Args:
            release_id: which release.

        Returns:
            The request's id.

        Raises:
            NotFound: there is no such release.
        """
        for summary in self._container.requests.summaries():
            if summary.release == release_id:
                return str(summary.id)
        raise NotFound(f"There is no release '{release_id[:63]}'.")

    def sealed_files(self, request: Request) -> Mapping[str, bytes]:
        """The files of a request's package, verified and the very ones that were sealed when it was released.

        Args:
            request: the request, released.

        Returns:
            Each file's bytes, by name.

        Raises:
            IntegrityError: names the place that does not fit.
            NotFound: the package is not there.
        """
        path = self._container.packages.package_path(ReleaseId(str(request.release)))
        files = self._container.packages.read_package(path)
        package.verify(files, self._container.keys.fits)
        if digest.of_bytes(files[package.MANIFEST]) != request.manifest_digest:
            raise IntegrityError(f"The package of release '{request.release}' is not the one that was released.")
        return files

    def imports(self, project: Project) -> FolderPackages:
        """What came into a project.

        Args:
            project: the project.

        Returns:
            Its packages, beside its view.
        """
        return FolderPackages(self._container.view_folder(project.id) / "imports")

    def _land(self, old: Request, releaser: Person, project: Project) -> tuple[Request, Event, ReleaseResult]:
        """What comes in, put into the project's view."""
        container = self._container
        landed = land(
            old,
            releaser,
            project,
            needed=container.settings.approvals_needed,
            vault=container.vault,
            packages=self.imports(project),
            now=clock.now(),
        )
        sandbox.prepare_readable(container.view_folder(project.id))
        return landed

    def _seal(self, old: Request, releaser: Person, project: Project) -> tuple[Request, Event, ReleaseResult]:
        """What goes out, sealed and signed."""
        container = self._container
        check_nothing_else_left(old, self._checks.prior_outputs(old, released_only=True))
        materials = ReleaseMaterials(
            needed=container.settings.approvals_needed,
            vault=container.vault,
            packages=container.packages,
            signer=container.keys,
            run=self._files.run_of(old),
            head=container.database.head(),
        )
        return release(old, releaser, project, materials, now=clock.now())
