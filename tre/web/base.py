"""What every page of the airlock shares: who is asking, the templates, the session's token, refusals as pages."""

import hmac
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.templating import Jinja2Templates

from disclosure_control.core.outcome import Outcome
from tre.airlock.states import State
from tre.app import Tre
from tre.core.errors import BadInput, NotAllowed, TreError
from tre.web.form_nonces import FormNonces
from tre.web.identity import Identity
from tre.web.statuses import status_of

# A wheel carries it (hatch_build.py); in a checkout npm brings it, with the version of package-lock.json. Without it
# every form still works, by loading the page anew.
_PACKED: Final = Path(__file__).parent / "_scripts" / "htmx.min.js"
_FROM_NPM: Final = Path(__file__).parents[2] / "node_modules" / "htmx.org" / "dist" / "htmx.min.js"
HTMX: Final = _PACKED if _PACKED.is_file() else _FROM_NPM
MAX_FORM_BYTES: Final = 1 << 20
MAX_FIELDS: Final = 4_000
T = TypeVar("T")
Form = dict[str, str]


class Site:
    """The installation, who asks it, and how pages are drawn."""

    def __init__(self, app: Tre, identity: Identity, *, prefix: str, hub: str) -> None:
        """Show ``app`` to whoever ``identity`` says is asking."""
        self.app = app
        self.prefix = prefix
        self._identity = identity
        self._once = FormNonces()
        self._templates = Jinja2Templates(directory=Path(__file__).parent / "templates")
        self._templates.env.globals.update(
            prefix=prefix, hub=hub, htmx=HTMX.is_file(), Outcome=Outcome, State=State, once=self._once.new
        )

    def person(self, request: Request) -> str:
        """Who is asking. Raises NotAllowed when nobody is logged in."""
        person = self._identity.person(request)
        if person is None:
            raise NotAllowed("Your session has ended.", hint="Open the airlock again and log in.")
        return person

    async def render(self, request: Request, name: str, gather: Callable[[str], dict[str, Any]]) -> Response:
        """A page for somebody who is logged in; anybody else is sent to the login."""
        person = self._identity.person(request)
        if person is None:
            return await self._identity.login(request)
        return self._page(request, name, person, **await run_in_threadpool(gather, person))

    async def answer(self, request: Request, gather: Callable[[str], object]) -> Response:
        """A JSON answer for somebody who is logged in; a refusal is JSON too."""
        try:
            person = self.person(request)
            return JSONResponse(await run_in_threadpool(gather, person))
        except TreError as error:
            return JSONResponse({"message": error.message, "hint": error.hint}, status_of(error))

    async def take_form(self, request: Request, act: Callable[[str, Form], str | Response]) -> Response:
        """Do what a form asks, once; go to the page whose path ``act`` returns, or send what it returns.

        Raises:
            NotAllowed: nobody is logged in, or the form is of another session.
            BadInput: the form is too large, or was sent before.
        """
        person = self.person(request)
        form = await _form(request)
        if not hmac.compare_digest(form.get("token", "").encode(), token(request).encode()):
            raise NotAllowed("This form is not of your session.", hint="Open the page again.")
        number = form.get("once", "")
        if not self._once.take(number):
            raise BadInput("This form was sent already.", hint="Look at the page for what came of it.")
        try:
            result = await run_in_threadpool(act, person, form)
        except TreError:
            self._once.give_back(number)
            raise
        return RedirectResponse(f"{self.prefix}{result}", 303) if isinstance(result, str) else result

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

    def _page(self, request: Request, name: str, person: str | None, status: int = 200, **values: Any) -> Response:
        values |= {"person": person, "token": token(request)}
        return self._templates.TemplateResponse(request, name, values, status_code=status)


def token(request: Request) -> str:
    """The session's own token, which every form must carry back."""
    value: str = request.session.setdefault("token", secrets.token_urlsafe(24))
    return value


async def _form(request: Request) -> Form:
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MAX_FORM_BYTES:
        raise BadInput("The form is too large.", hint="Shorten your words.")
    form = await request.form(max_files=0, max_fields=MAX_FIELDS, max_part_size=MAX_FORM_BYTES)
    return {key: value for key, value in form.items() if isinstance(value, str)}
