"""What may be looked at of a request: its rebuilt files, the code behind them, the run. Every look is an event."""

from tre.airlock.request import Request
from tre.airlock.source_code import Source, is_of_run, sources
from tre.airlock.states import State
from tre.audit.events import Action, Event
from tre.audit.ports import EntryFilter
from tre.core import clock
from tre.core.errors import NotFound
from tre.runs.manifest import Run
from tre.services.container import Container
from tre.services.requests import RequestService


class RequestFileService:
    """Files of requests, for those who may see the request."""

    def __init__(self, requests: RequestService, container: Container) -> None:
        """Work on one installation."""
        self._requests = requests
        self._container = container

    def clean_file(self, person: str, request: str, name: str) -> bytes:
        """The bytes that would be released of one file; who looked is written down.

        Args:
            person: who looks.
            request: its id.
            name: the file's.

        Returns:
            The rebuilt file.

        Raises:
            NotAllowed: the person may not see the request.
            NotFound: there is no such request, or it has no such file to look at.
        """
        record = self._requests.get(person, request)
        file = record.file(name)
        if file is None or file.is_evidence:
            raise NotFound(f"Request '{record.id}' has no file of this name to look at.")
        data = self._container.vault.get(file.clean_digest)
        self._note_look(person, record, file.clean_digest)
        return data

    def code(self, person: str, request: str, digest: str) -> Source:
        """One source of a request; who looked is written down.

        Args:
            person: who looks.
            request: its id.
            digest: which of its sources.

        Returns:
            The source.

        Raises:
            NotAllowed: the person may not see the request.
            NotFound: there is no such request, or it has no code of this digest.
        """
        record = self._requests.get(person, request)
        source = next((source for source in self.sources(record) if source.digest == digest), None)
        if source is None:
            raise NotFound(f"Request '{record.id}' has no code of this digest.")
        self._note_look(person, record, source.digest)
        return source

    def read(self, digest: str) -> bytes:
        """The bytes of a digest, for whoever was let see the request that has it; nothing is written down.

        Args:
            digest: of a file of that request.

        Returns:
            The bytes.

        Raises:
            IntegrityError: they are not as they were kept.
            NotFound: nothing of this digest is kept.
        """
        return self._container.vault.get(digest)

    def run_of(self, request: Request) -> Run | None:
        """The run that left exactly the request's files.

        Args:
            request: the request.

        Returns:
            The run, if one did.
        """
        run = self._container.runs.run(request.run) if request.run else None
        return run if run is not None and is_of_run(request, run) else None

    def sources(self, request: Request) -> tuple[Source, ...]:
        """The code behind a request's outputs, for those who may see it.

        Args:
            request: the request.

        Returns:
            The notebook of its run, and what its author named.
        """
        run = self.run_of(request)
        entries = EntryFilter(limit=1, subject=run.id if run else "", action=Action.RUN_ENDED)
        last = self._container.database.page(entries) if run else []
        logged = str(last[0].details.get("manifest_digest", "")) if last else ""
        return sources(request, run, logged, self._container.vault.get)

    def last_release(self, request: Request, name: str) -> tuple[str, str]:
        """The newest release of a file of that name from the request's project, but for the request itself.

        Args:
            request: the request.
            name: the file's.

        Returns:
            The release's id and the digest that left; both empty when there is none.
        """
        everything = self._container.requests.requests({request.project})
        candidates = [
            candidate for candidate in everything if candidate.state is State.RELEASED and candidate.id != request.id
        ]
        for candidate in sorted(candidates, key=lambda candidate: candidate.released_at, reverse=True):
            file = candidate.file(name)
            if file is not None and name in candidate.released_files:
                return str(candidate.release), file.clean_digest
        return "", ""

    def _note_look(self, person: str, request: Request, digest: str) -> None:
        details = {"round": request.round, "digest": digest}
        event = Event(Action.REQUEST_FILE_VIEWED, person, request.id, clock.now(), details)
        self._container.requests.note_request(event)
