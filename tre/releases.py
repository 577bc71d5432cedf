"""The door itself: sealed packages on their way out, files on their way in."""

from collections.abc import Mapping
from pathlib import Path

from tre.adapters import sandbox
from tre.adapters.keys import PublicKey
from tre.adapters.packages import FolderPackages
from tre.airlock import package
from tre.airlock.earlier import check_nothing_else_left
from tre.airlock.release import Released, land, release
from tre.airlock.request import Direction, Request
from tre.audit.events import Event
from tre.core import clock
from tre.core.ids import ReleaseId, RequestId
from tre.desk import Desk
from tre.parts import Parts
from tre.people import People


class Releases:
    """What leaves and what lands."""

    def __init__(self, desk: Desk, people: People, parts: Parts) -> None:
        """Work on one installation."""
        self._desk = desk
        self._people = people
        self._parts = parts

    def release(self, person: str, request: str) -> Released:
        """Write the sealed package of an approved request; what comes in lands in its project."""
        parts, made = self._parts, list[Released]()
        needed = parts.settings.approvals_needed

        def decide(old: Request) -> tuple[Request, Event]:
            who, where, now = self._people.get(person), parts.projects.project(old.project), clock.now()
            if old.direction is Direction.IN:
                folder = FolderPackages(parts.view_folder(where.id) / "imports")
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

    def verify(self, package_path: Path, public_key: str | None = None) -> Mapping[str, str]:
        """Check every byte of a package; returns each file's SHA-256. Raises IntegrityError, naming the place."""
        key = PublicKey(public_key or self._parts.keys.public_key())
        return package.verify(self._parts.packages.read_package(package_path), key.fits)

    def path(self, release_id: str) -> Path:
        """Where a release's package lies. Raises NotFound."""
        return self._parts.packages.package_path(ReleaseId(release_id))
