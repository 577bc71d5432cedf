"""A workspace's way into the airlock: submit a folder, list one's own requests, ask for a package.

Only a workspace's relay knows the secret. It stamps whose workspace speaks; nothing in the body can say otherwise.
"""

import hmac
import json
from collections.abc import Mapping
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from disclosure_control.core.outcome import Outcome
from tre.airlock.request import Request as AirlockRequest
from tre.airlock.submit import SubmissionDetails
from tre.app import Tre
from tre.core.errors import BadInput, NotAllowed, TreError
from tre.web.statuses import status_of

_FIELDS: Final = frozenset({"title", "context", "folder", "request"})
_MORE_FIELDS: Final = frozenset({"controls", "code"})
_PACKAGE_FIELDS: Final = frozenset({"package", "reason"})


class Api:
    """The calls of a workspace."""

    def __init__(self, app: Tre, secret: str) -> None:
        """Answer those who know ``secret``."""
        self._app = app
        self._secret = secret.encode()

    async def submit(self, request: Request) -> JSONResponse:
        """Submit a folder of the workspace that speaks; answers after its check."""
        try:
            person, project = self._origin(request)
            message = _message(await request.body(), optional=_MORE_FIELDS)
            record = await run_in_threadpool(
                self._app.submissions.submit_folder,
                person,
                project,
                message["folder"],
                SubmissionDetails(message["title"], message["context"], message.get("controls", "")),
                request=message["request"] or None,
                code=message.get("code", ""),
            )
        except TreError as error:
            return _refusal(error)
        return JSONResponse(_summary(record))

    async def ask_for_package(self, request: Request) -> JSONResponse:
        """Write down that somebody in the project that speaks needs a package."""
        try:
            person, project = self._origin(request)
            message = _message(await request.body(), _PACKAGE_FIELDS)
            ask = self._app.package_requests.ask
            answer = await run_in_threadpool(ask, person, project, message["package"], message["reason"])
        except TreError as error:
            return _refusal(error)
        return JSONResponse(answer)

    async def packages(self, request: Request) -> JSONResponse:
        """What was asked for in the project that speaks, and what became of it."""
        try:
            person, project = self._origin(request)
            packages = await run_in_threadpool(self._app.package_requests.of_project, person, project)
        except TreError as error:
            return _refusal(error)
        return JSONResponse({"packages": packages})

    async def requests(self, request: Request) -> JSONResponse:
        """The requests of the person in the project that speaks."""
        try:
            person, project = self._origin(request)
            everything = await run_in_threadpool(self._app.requests.all, person)
        except TreError as error:
            return _refusal(error)
        own_requests = [_summary(item) for item in everything if (item.author, item.project) == (person, project)]
        return JSONResponse({"requests": own_requests})

    def _origin(self, request: Request) -> tuple[str, str]:
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not hmac.compare_digest(secret.encode(), self._secret):
            raise NotAllowed("Only a workspace may speak here.")
        return request.headers["x-tre-person"], request.headers["x-tre-project"]


def _message(
    body: bytes, fields: frozenset[str] = _FIELDS, optional: frozenset[str] = frozenset()
) -> Mapping[str, str]:
    try:
        message = json.loads(body)
    except ValueError:
        raise BadInput("The request is not JSON.") from None
    if not isinstance(message, dict) or set(message) - optional != fields:
        raise BadInput(f"A request has exactly the fields {', '.join(sorted(fields))}.")
    if not all(value is None or isinstance(value, str) for value in message.values()):
        raise BadInput("Every field of a request is text.")
    return {name: value or "" for name, value in message.items()}


def _summary(record: AirlockRequest) -> dict[str, object]:
    counts = {outcome: sum(file.outcome is outcome for file in record.outputs) for outcome in Outcome}
    words = ", ".join(f"{count} {outcome.label}" for outcome, count in counts.items() if count)
    return {
        "id": record.id,
        "title": record.title,
        "state": record.state.value,
        "round": record.round,
        "summary": f"The check says: {words or 'nothing yet'}.",
        "asked": record.returned_because,
    }


def _refusal(error: TreError) -> JSONResponse:
    return JSONResponse({"message": error.message, "hint": error.hint}, status_of(error))
