"""After the door: who may have a package, where it is put, and how it is taken back."""

from collections.abc import Sequence

from tre.adapters.release_packages import packed
from tre.airlock.distribution import address, download, push, revoke, start_push
from tre.airlock.request import Direction, Request
from tre.airlock.revocation_notice import notice
from tre.airlock.states import State
from tre.audit.events import Event
from tre.core import clock
from tre.core.errors import BadTransition
from tre.core.ids import ReleaseId
from tre.core.people import Person
from tre.projects.project import Project
from tre.services.container import Container
from tre.services.people import PeopleService
from tre.services.releases import ReleaseService
from tre.services.requests import RequestService


class DistributionService:
    """Sealed packages on their way to those who were named."""

    def __init__(
        self, requests: RequestService, releases: ReleaseService, people: PeopleService, container: Container
    ) -> None:
        """Work on one installation."""
        self._requests = requests
        self._releases = releases
        self._people = people
        self._container = container

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
            BadInput: what lies where the package should be is none.
        """
        files = dict[str, bytes]()

        def act(old: Request, recipient: Person, project: Project) -> tuple[Request, Event]:
            changed = download(old, recipient, project, now=clock.now())
            files.update(self._releases.sealed_files(old))
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
            files.update(self._releases.sealed_files(old))
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
                self._releases.imports(project).remove_package(ReleaseId(str(old.release)))
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
        return notice(self._requests.record(self._releases.request_of(release_id)), self._container.keys.sign)
