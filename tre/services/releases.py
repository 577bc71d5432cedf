"""Stage 7, the door itself: sealed packages on their way out, files on their way in."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tre.adapters import sandbox
from tre.adapters.release_packages import FolderPackages, packed, read_package, verify_package
from tre.airlock import package
from tre.airlock.distribution import address, download, push, revoke, start_push
from tre.airlock.materials import ReleaseMaterials
from tre.airlock.prior_outputs import check_nothing_else_left
from tre.airlock.release import ReleaseResult, land, release
from tre.airlock.request import Direction, Request
from tre.airlock.revocation_notice import notice
from tre.airlock.states import State
from tre.audit.events import Event
from tre.core import clock, digest
from tre.core.errors import BadTransition, IntegrityError, NotFound
from tre.core.ids import ReleaseId, RequestId
from tre.core.people import Person
from tre.projects.project import Project
from tre.services.checks import CheckService
from tre.services.container import Container
from tre.services.people import PeopleService
from tre.services.request_files import RequestFileService
from tre.services.requests import RequestService


class ReleaseService:
    """What leaves and what lands."""

    def __init__(
        self,
        requests: RequestService,
        files: RequestFileService,
        checks: CheckService,
        people: PeopleService,
        container: Container,
    ) -> None:
        """Work on one installation."""
        self._requests = requests
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

    def address(self, person: str, request: str, recipients: Sequence[str]) -> Request:
        """Name people who may download the package, each once more.

        Args:
            person: who names them.
            request: its id.
            recipients: whom.

        Returns:
            The request with its recipients.

        Raises:
            BadInput: nobody is named.
            BadTransition: it was not released, or revoked.
            NotAllowed: not for this person.
            NotFound: there is no such person, recipient or request.
        """
        named = [self._people.get(recipient).id for recipient in recipients]
        return self._requests.change(
            person,
            request,
            lambda old, sender, project: address(old, sender, project, recipients=named, now=clock.now()),
        )

    def download(self, person: str, request: str) -> tuple[str, bytes]:
        """The package as a ZIP file; its receipt is written before a byte is given out.

        Args:
            person: a recipient.
            request: its id.

        Returns:
            The file's name and bytes.

        Raises:
            BadTransition: it was not released, or revoked.
            IntegrityError: the package is not as it was sealed; no receipt is written then.
            NotAllowed: no recipient, or had it already.
            NotFound: there is no such person, request or package; no receipt is written then.
        """
        files = dict[str, bytes]()

        def act(old: Request, recipient: Person, project: Project) -> tuple[Request, Event]:
            changed = download(old, recipient, project, now=clock.now())
            files.update(self._whole_package(old))
            return changed

        record = self._requests.change(person, request, act)
        return f"{record.release}.zip", packed(files, root=str(record.release))

    def push(self, person: str, request: str) -> str:
        """Put the package into the configured store and write the receipt.

        Nobody waits for the store: that it begins is written first, and the receipt when the store holds every byte. A
        push that was cut off is done again, with the same bytes.

        Args:
            person: who pushes it.
            request: its id.

        Returns:
            The package's address in the store.

        Raises:
            BadInput: no store was set.
            BadTransition: not released; or revoked while it was put there, which the receipt then shows.
            IntegrityError: the package is not as it was sealed, or the store does not hold it.
            NotAllowed: not for this person.
            NotFound: there is no such person, request or package.
            Unavailable: the store does not take it; there is no receipt.
        """
        store, files = self._container.release_store, dict[str, bytes]()

        def start(old: Request, sender: Person, project: Project) -> tuple[Request, Event]:
            started = start_push(old, sender, project, store=store.address, now=clock.now())
            files.update(self._whole_package(old))
            return started

        release_id = ReleaseId(str(self._requests.change(person, request, start).release))
        placed = store.put_package(release_id, files)

        def receipt(old: Request, sender: Person, _: Project) -> tuple[Request, Event]:
            return push(old, sender, store=store.address, now=clock.now())

        if self._requests.change(person, request, receipt).state is not State.RELEASED:
            raise BadTransition(f"Release '{release_id}' was revoked meanwhile.", hint=f"Remove it there: {placed}")
        return placed

    def revoke(self, person: str, request: str, reason: str) -> bytes:
        """Take a release back.

        Args:
            person: who does this.
            request: its id.
            reason: why what was released must no longer be used.

        Returns:
            The signed notice, which ``notice`` gives again.

        Raises:
            BadInput: there is no reason.
            BadTransition: it was not released, or revoked already.
            NotAllowed: not for this person.
            NotFound: there is no such person or request.
        """

        def act(old: Request, revoker: Person, project: Project) -> tuple[Request, Event]:
            changed, event = revoke(old, revoker, project, reason=reason, now=clock.now())
            if old.direction is Direction.IN:
                FolderPackages(self._imports(project)).remove_package(ReleaseId(str(old.release)))
            return changed, event

        return notice(self._requests.change(person, request, act), self._container.keys.sign)

    def notice(self, release_id: str) -> bytes:
        """The signed notice that a release was revoked.

        Args:
            release_id: which release.

        Returns:
            The notice, a file.

        Raises:
            BadTransition: it was not revoked.
            NotFound: there is no such release.
        """
        return notice(self._requests.record(self._request_of(release_id)), self._container.keys.sign)

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
        self._request_of(release_id)
        return self._container.packages.package_path(ReleaseId(release_id))

    def _land(self, old: Request, releaser: Person, project: Project) -> tuple[Request, Event, ReleaseResult]:
        """What comes in, put into the project's view."""
        container = self._container
        landed = land(
            old,
            releaser,
            project,
            needed=container.settings.approvals_needed,
            vault=container.vault,
            packages=FolderPackages(self._imports(project)),
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

    def _request_of(self, release_id: str) -> str:
        """The id of the request that was released so."""
        for summary in self._container.requests.summaries():
            if summary.release == release_id:
                return str(summary.id)
        raise NotFound(f"There is no release '{release_id[:63]}'.")

    def _imports(self, project: Project) -> Path:
        return self._container.view_folder(project.id) / "imports"

    def _whole_package(self, request: Request) -> Mapping[str, bytes]:
        """The package's files, verified and the very ones that were sealed when it was released."""
        path = self._container.packages.package_path(ReleaseId(str(request.release)))
        files = self._container.packages.read_package(path)
        package.verify(files, self._container.keys.fits)
        if digest.of_bytes(files[package.MANIFEST]) != request.manifest_digest:
            raise IntegrityError(f"The package of release '{request.release}' is not the one that was released.")
        return files
