"""The airlock's pages for authors and checkers: they ask ``tre.app`` and show; forms carry the digests seen."""

import hmac
import secrets
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from disclosure_control.outcome import Outcome
from tre.airlock.decisions import decisions, visible_votes, votes_of
from tre.airlock.permissions import person_can_review
from tre.airlock.request import Decision, RequestFile
from tre.airlock.request import Request as AirlockRequest
from tre.airlock.review import Ballot
from tre.airlock.states import TRANSITIONS, State, Step
from tre.app import Tre
from tre.core import clock
from tre.core.errors import BadInput, NotAllowed, TreError
from tre.core.people import Role
from tre.web.identity import Identity
from tre.web.render import shown
from tre.web.statuses import status_of

DONE: Final = frozenset(State) - {State.SUBMITTED, State.IN_REVIEW}
NEXT: Final = {
    State.SUBMITTED: "It is being checked.",
    State.IN_REVIEW: "Two checkers look at it, each by themselves. You need do nothing now.",
    State.RETURNED: "A checker asks for changes. Make them, then submit the folder again with "
    "tre.request(..., update=<this request>).",
    State.APPROVED: "It is approved; a checker releases it.",
    State.REJECTED: "No output was approved. The reasons stand beside each file.",
    State.WITHDRAWN: "You took it back.",
    State.RELEASED: "The package has been released.",
    State.REVOKED: "The release was revoked: what left must no longer be used.",
}


class Pages:
    """The handlers of the pages."""

    def __init__(self, app: Tre, identity: Identity, *, prefix: str, hub: str) -> None:
        """Show ``app`` to whoever ``identity`` says is asking."""
        self._app = app
        self._identity = identity
        self._prefix = prefix
        self._templates = Jinja2Templates(directory=Path(__file__).parent / "templates")
        self._templates.env.globals.update(prefix=prefix, hub=hub, Outcome=Outcome, State=State)

    async def queue(self, request: Request) -> Response:
        """The requests that the person may see: what waits first."""
        person = self._identity.person(request)
        if person is None:
            return await self._identity.login(request)
        found = await run_in_threadpool(self._app.requests, person)
        roles = await run_in_threadpool(lambda: self._app.people.get(person).roles)
        waiting = [item for item in found if item.state not in DONE]
        ended = [item for item in reversed(found) if item.state in DONE]
        checker = Role.CHECKER in roles
        return self._page(request, "queue.html", person, waiting=waiting, ended=ended, worst=_worst, checker=checker)

    async def request(self, request: Request) -> Response:
        """One request as one page."""
        person = self._identity.person(request)
        if person is None:
            return await self._identity.login(request)
        asked = await run_in_threadpool(self._asked, person, request.path_params["request"])
        return self._page(request, "request.html", person, **asked)

    async def file(self, request: Request) -> Response:
        """The rebuilt bytes of one output: pictures for the page, text as text, anything else to be kept and opened."""
        person = self._identity.person(request)
        if person is None:
            raise NotAllowed("Log in first.")
        identifier, name = request.path_params["request"], request.path_params["name"]
        found = await run_in_threadpool(self._app.request, person, identifier)
        data = await run_in_threadpool(self._app.clean_file, person, identifier, name)
        file = found.file(name)
        media_type = "" if file is None else file.media_type
        kind = shown(data, media_type).kind
        if kind == "picture":
            return Response(data, media_type=media_type)
        if kind == "file":
            return Response(data, media_type="application/octet-stream", headers={"Content-Disposition": "attachment"})
        return Response(data, media_type="text/plain; charset=utf-8")

    async def review(self, request: Request) -> Response:
        """Take a checker's votes: for each file a decision, its reason, and the digest of what was shown."""
        return await self._post(request, self._review)

    async def check(self, request: Request) -> Response:
        """Check a submitted request again, when its check was cut off."""
        return await self._post(request, self._check)

    async def send_back(self, request: Request) -> Response:
        """Return a request to its author."""
        return await self._post(request, lambda person, asked, form: self._app.send_back(person, asked, form["reason"]))

    async def withdraw(self, request: Request) -> Response:
        """The author takes a request back."""
        return await self._post(request, lambda person, asked, _: self._app.withdraw(person, asked))

    async def release(self, request: Request) -> Response:
        """Write the sealed package of an approved request."""
        return await self._post(request, lambda person, asked, _: self._app.release(person, asked))

    async def error(self, request: Request, error: Exception) -> Response:
        """A refusal as a page: what, and what to do next."""
        if not isinstance(error, TreError):
            raise error
        answer = {"message": error.message, "hint": error.hint}
        return self._page(request, "error.html", self._identity.person(request), status=status_of(error), **answer)

    async def http_error(self, request: Request, error: Exception) -> Response:
        """A page that does not exist, a method that is not allowed."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        message = "There is no such page." if status == 404 else "This cannot be done here."
        return self._page(request, "error.html", None, status=status, message=message, hint="")

    def _asked(self, person: str, identifier: str) -> dict[str, Any]:
        """Everything that the page of one request shows."""
        found = self._app.request(person, identifier)
        project = self._app.project(found.project)
        today = clock.now().date()
        checker = person_can_review(self._app.people.get(person), found, project, today)
        possible = {step for state, step in TRANSITIONS if state is found.state}
        open_ = found.state is State.IN_REVIEW
        needed = self._app.settings.approvals_needed
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
            "mine": votes_of(found, person),
            "votes": {} if open_ else visible_votes(found, person, needed),
            "decisions": {} if open_ else decisions(found, needed),
            "counts": Counter(file.outcome for file in found.outputs),
            "files": [(file, shown(self._data(person, found, file), file.media_type)) for file in _by_risk(found)],
        }

    def _data(self, person: str, found: AirlockRequest, file: RequestFile) -> bytes | None:
        return self._app.clean_file(person, found.id, file.name) if file.clean_digest else None

    def _check(self, person: str, identifier: str, _: dict[str, str]) -> object:
        self._app.request(person, identifier)  # only who may see it
        return self._app.check(identifier)

    def _review(self, person: str, identifier: str, form: dict[str, str]) -> object:
        names = [key.removeprefix("digest:") for key in form if key.startswith("digest:")]
        ballots = {}
        for name in names:
            said = form.get(f"decision:{name}", "")
            if not said:
                continue
            if said not in set(Decision):
                raise BadInput("A decision is approve or refuse.")
            ballots[name] = Ballot(Decision(said), form[f"digest:{name}"], form.get(f"reason:{name}", ""))
        return self._app.review(person, identifier, ballots)

    async def _post(self, request: Request, act: Callable[[str, str, dict[str, str]], object]) -> Response:
        person = self._identity.person(request)
        if person is None:
            raise NotAllowed("Your session has ended.", hint="Open the airlock again and log in.")
        form = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
        if not hmac.compare_digest(form.get("token", ""), _token(request)):
            raise NotAllowed("This form is not of your session.", hint="Open the page again.")
        identifier = request.path_params["request"]
        await run_in_threadpool(act, person, identifier, form)
        return RedirectResponse(f"{self._prefix}requests/{identifier}", 303)

    def _page(self, request: Request, name: str, person: str | None, status: int = 200, **values: Any) -> Response:
        values |= {"person": person, "token": _token(request)}
        return self._templates.TemplateResponse(request, name, values, status_code=status)


def _token(request: Request) -> str:
    """The session's own token, which every form must carry back."""
    token: str = request.session.setdefault("token", secrets.token_urlsafe(24))
    return token


def _by_risk(found: AirlockRequest) -> list[RequestFile]:
    """The outputs, those that the check is least happy with first."""
    return sorted(
        found.outputs, key=lambda file: (-(Outcome.FAIL if file.outcome is None else file.outcome), file.name)
    )


def _worst(found: AirlockRequest) -> Outcome | None:
    return max((file.outcome for file in found.outputs if file.outcome is not None), default=None)
