"""The door itself: sealed packages on their way out, files on their way in."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tre.adapters import sandbox
from tre.adapters.release_packages import FolderPackages, packed, verify_package
from tre.airlock import package
from tre.airlock.distribution import address, download, push, revoke, start_push
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
from tre.services.container import Container
from tre.services.people import PeopleService
from tre.services.requests import RequestService


class ReleaseService:
    """What leaves and what lands."""

    def __init__(self, desk: RequestService, people: PeopleService, parts: Container) -> None:
        """Work on one installation."""
        self._desk = desk
        self._people = people
        self._parts = parts

    def release(self, person: str, request: str) -> ReleaseResult:
        """Write the sealed package of an approved request; what comes in lands in its project."""
        parts, made = self._parts, list[ReleaseResult]()
        needed = parts.settings.approvals_needed

        def decide(old: Request) -> tuple[Request, Event]:
            who, where, now = self._people.get(person), parts.projects.project(old.project), clock.now()
            if old.direction is Direction.IN:
                folder = FolderPackages(self._imports(where))
                changed, event, landed = land(
                    old, who, where, needed=needed, vault=parts.vault, packages=folder, now=now
                )
                sandbox.prepare_readable(parts.view_folder(where.id))
                made.append(landed)
                return changed, event
            check_nothing_else_left(old, self._desk.earlier(old, released_only=True))
            changed, event, released = release(
                old,
                who,
                where,
                needed=needed,
                vault=parts.vault,
                packages=parts.packages,
                signer=parts.keys,
                run=self._desk.run_of(old),
                head=parts.database.head(),
                now=now,
            )
            made.append(released)
            return changed, event

        parts.requests.change_request(RequestId(request), decide)
        return made[0]

    def address(self, person: str, request: str, recipients: Sequence[str]) -> Request:
        """Name people who may download the package, each once more."""
        known = [self._people.get(one).id for one in recipients]
        return self._desk.change(
            person,
            request,
            lambda old, who, where: address(old, who, where, recipients=known, now=clock.now()),
        )

    def download(self, person: str, request: str) -> tuple[str, bytes]:
        """The package as a ZIP file with its name; its receipt is written before a byte is given out.

        Raises:
            NotAllowed: no recipient, or had it already. BadTransition: not released, or revoked.
            NotFound, IntegrityError: the package is not as it was sealed; no receipt is written then.
        """
        held = dict[str, bytes]()

        def act(old: Request, who: Person, where: Project) -> tuple[Request, Event]:
            changed = download(old, who, where, now=clock.now())
            held.update(self._whole_package(old))
            return changed

        done = self._desk.change(person, request, act)
        return f"{done.release}.zip", packed(held, root=str(done.release))

    def push(self, person: str, request: str) -> str:
        """Put the package into the configured store and write the receipt; returns its address there.

        Nobody waits for the store: that it begins is written first, and the receipt when the store holds every byte. A
        push that was cut off is done again, with the same bytes.

        Raises:
            NotAllowed: not for this person. Unavailable: the store does not take it; there is no receipt.
            BadTransition: not released; or revoked while it was put there, which the receipt then shows.
            IntegrityError: the package is not as it was sealed, or the store does not hold it.
        """
        store, held = self._parts.release_store, dict[str, bytes]()

        def start(old: Request, who: Person, where: Project) -> tuple[Request, Event]:
            started = start_push(old, who, where, store=store.address, now=clock.now())
            held.update(self._whole_package(old))
            return started

        release_id = ReleaseId(str(self._desk.change(person, request, start).release))
        placed = store.put_package(release_id, held)

        def receipt(old: Request, who: Person, _: Project) -> tuple[Request, Event]:
            return push(old, who, store=store.address, now=clock.now())

        if self._desk.change(person, request, receipt).state is not State.RELEASED:
            raise BadTransition(f"Release '{release_id}' was revoked meanwhile.", hint=f"Remove it there: {placed}")
        return placed

    def revoke(self, person: str, request: str, reason: str) -> bytes:
        """Take a release back; returns the signed notice, which ``notice`` gives again."""

        def act(old: Request, who: Person, where: Project) -> tuple[Request, Event]:
            changed, event = revoke(old, who, where, reason=reason, now=clock.now())
            if old.direction is Direction.IN:
                FolderPackages(self._imports(where)).remove_package(ReleaseId(str(old.release)))
            return changed, event

        return notice(self._desk.change(person, request, act), self._parts.keys.sign)

    def notice(self, release_id: str) -> bytes:
        """The signed notice that a release was revoked. Raises NotFound, BadTransition when it was not."""
        found = [one for one in self._parts.requests.summaries() if one.release == release_id]
        if not found:
            raise NotFound(f"There is no release '{release_id[:63]}'.")
        return notice(self._parts.requests.request(RequestId(found[0].id)), self._parts.keys.sign)

    def verify(
        self, package_path: Path, public_key: str | None = None, notice: bytes | None = None
    ) -> Mapping[str, str]:
        """Check every byte of a package; returns each file's SHA-256.

        Raises:
            IntegrityError: names the place that does not fit, or says that ``notice`` revokes this package.
        """
        return verify_package(package_path, public_key or self._parts.keys.public_key(), notice)

    def path(self, release_id: str) -> Path:
        """Where a release's package lies. Raises NotFound, for a package too that was written but never recorded."""
        if not any(one.release == release_id for one in self._parts.requests.summaries()):
            raise NotFound(f"There is no release '{release_id[:63]}'.")
        return self._parts.packages.package_path(ReleaseId(release_id))

    def _imports(self, project: Project) -> Path:
        return self._parts.view_folder(project.id) / "imports"

    def _whole_package(self, request: Request) -> Mapping[str, bytes]:
        """The package's files, verified and the very ones that were sealed when it was released."""
        path = self._parts.packages.package_path(ReleaseId(str(request.release)))
        files = self._parts.packages.read_package(path)
        package.verify(files, self._parts.keys.fits)
        if digest.of_bytes(files[package.MANIFEST]) != request.manifest_digest:
            raise IntegrityError(f"The package of release '{request.release}' is not the one that was released.")
        return files
