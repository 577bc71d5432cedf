"""The airlock's pages for authors and checkers: they ask ``tre.app`` and show; forms carry the digests seen."""

from collections import Counter
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from disclosure_control.outcome import Outcome
from tre.airlock.permissions import person_can_review
from tre.airlock.request import Decision, RequestFile, decisions
from tre.airlock.request import Request as AirlockRequest
from tre.airlock.review import Ballot
from tre.airlock.states import TRANSITIONS, State, Step
from tre.core import clock
from tre.core.errors import BadInput
from tre.core.people import Role
from tre.web.shown import frame
from tre.web.site import Form, Site

DONE: Final = frozenset({State.APPROVED, State.REJECTED, State.RELEASED, State.WITHDRAWN, State.RETURNED})
NEXT: Final = {
    State.SUBMITTED: "It is being checked.",
    State.IN_REVIEW: "Two checkers look at it, each by themselves. You need do nothing now.",
    State.RETURNED: "A checker asks for changes. Make them, then submit the folder again with "
    "tre.request(..., update=<this request>).",
    State.APPROVED: "It is approved; a checker releases it.",
    State.REJECTED: "No output was approved. The reasons stand beside each file.",
    State.WITHDRAWN: "You took it back.",
    State.RELEASED: "The package has been released.",
}


class Pages:
    """The handlers of the pages."""

    def __init__(self, site: Site) -> None:
        """Show the installation of ``site``."""
        self._site = site
        self._app = site.app

    async def queue(self, request: Request) -> Response:
        """The requests that the person may see: what waits first."""
        return await self._site.shown(request, "queue.html", self._queue)

    async def request(self, request: Request) -> Response:
        """One request as one page."""
        identifier = request.path_params["request"]
        return await self._site.shown(request, "request.html", lambda person: self._asked(person, identifier))

    async def review(self, request: Request) -> Response:
        """Take a checker's votes: for each file a decision, its reason, and the digest of what was shown."""
        identifier = request.path_params["request"]
        return await self._site.posted(request, lambda person, form: self._review(person, identifier, form))

    async def check(self, request: Request) -> Response:
        """Check a submitted request again, when its check was cut off."""
        identifier = request.path_params["request"]
        return await self._site.posted(request, lambda person, _: self._check(person, identifier))

    async def send_back(self, request: Request) -> Response:
        """Return a request to its author."""
        identifier = request.path_params["request"]
        return await self._site.posted(
            request, lambda person, form: _of(self._app.send_back(person, identifier, form.get("reason", "")))
        )

    async def withdraw(self, request: Request) -> Response:
        """The author takes a request back."""
        identifier = request.path_params["request"]
        return await self._site.posted(request, lambda person, _: _of(self._app.withdraw(person, identifier)))

    async def release(self, request: Request) -> Response:
        """Write the sealed package of an approved request."""
        identifier = request.path_params["request"]

        def act(person: str, _: Form) -> str:
            self._app.release(person, identifier)
            return f"requests/{identifier}"

        return await self._site.posted(request, act)

    def _queue(self, person: str) -> dict[str, Any]:
        found = self._app.requests(person)
        return {
            "waiting": [item for item in found if item.state not in DONE],
            "ended": [item for item in reversed(found) if item.state in DONE],
            "worst": _worst,
            "checker": Role.CHECKER in self._app.people.get(person).roles,
        }

    def _asked(self, person: str, identifier: str) -> dict[str, Any]:
        """Everything that the page of one request shows."""
        found = self._app.request(person, identifier)
        project = self._app.project(found.project)
        today = clock.now().date()
        checker = person_can_review(self._app.people.get(person), found, project, today)
        possible = {step for state, step in TRANSITIONS if state is found.state}
        open_ = found.state is State.IN_REVIEW
        mine = {
            vote.file: vote for file in found.outputs for vote in found.counting_votes(file) if vote.checker == person
        }
        return {
            "asked": found,
            "project": project,
            "run": self._app.run_of(found),
            "checker": checker,
            "author": person == found.author,
            "next_step": NEXT[found.state],
            "can_check": Step.CHECK in possible,
            "can_review": checker and Step.REVIEW in possible,
            "can_return": checker and Step.RETURN in possible,
            "can_release": checker and Step.RELEASE in possible,
            "can_withdraw": person == found.author and Step.WITHDRAW in possible,
            "mine": mine,
            # While a review is open each checker sees only their own votes.
            "votes": {} if open_ else {file.name: found.counting_votes(file) for file in found.outputs},
            "decisions": {} if open_ else decisions(found, self._app.settings.approvals_needed),
            "counts": Counter(file.outcome for file in found.outputs),
            "files": [(file, frame.kind(file), frame.sandbox(file)) for file in _by_risk(found)],
        }

    def _check(self, person: str, identifier: str) -> str:
        self._app.request(person, identifier)  # only who may see it
        return _of(self._app.check(identifier))

    def _review(self, person: str, identifier: str, form: Form) -> str:
        names = [key.removeprefix("digest:") for key in form if key.startswith("digest:")]
        ballots = {}
        for name in names:
            said = form.get(f"decision:{name}", "")
            if not said:
                continue
            if said not in set(Decision):
                raise BadInput("A decision is approve or refuse.")
            ballots[name] = Ballot(Decision(said), form[f"digest:{name}"], form.get(f"reason:{name}", ""))
        return _of(self._app.review(person, identifier, ballots))


def _of(found: AirlockRequest) -> str:
    return f"requests/{found.id}"


def _by_risk(found: AirlockRequest) -> list[RequestFile]:
    """The outputs, those that the check is least happy with first."""
    return sorted(
        found.outputs, key=lambda file: (-(Outcome.FAIL if file.outcome is None else file.outcome), file.name)
    )


def _worst(found: AirlockRequest) -> Outcome | None:
    return max((file.outcome for file in found.outputs if file.outcome is not None), default=None)
