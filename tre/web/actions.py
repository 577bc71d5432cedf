"""What the forms of a request's page do: each reads its fields, asks ``tre.app`` and goes back to the page."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from tre.airlock.grouping import Arrangement
from tre.airlock.request import Audience, Decision, FileKind, Ground
from tre.airlock.review import Ballot
from tre.airlock.states import Step
from tre.airlock.submit import SubmissionDetails
from tre.core.errors import BadInput, NotAllowed
from tre.web.base import Form, Site

E = TypeVar("E", bound=StrEnum)
Act = Callable[["Actions", str, str, Form], str | None]


class Actions:
    """The handlers of forms."""

    def __init__(self, site: Site) -> None:
        """Act on the installation of ``site``."""
        self.site = site
        self.app = site.app

    async def download(self, request: Request) -> Response:
        """The package, once, for somebody whom a checker named."""
        identifier = request.path_params["request"]

        def give(person: str, _: Form) -> Response:
            name, data = self.app.distribution.download(person, identifier)
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return Response(data, media_type="application/zip", headers=headers)

        return await self.site.take_form(request, give)

    def handler(self, act: Act) -> Callable[[Request], object]:
        """The handler of one form; it goes back to the request's page, at the place that ``act`` returns."""

        async def handle(request: Request) -> Response:
            identifier = request.path_params["request"]

            def go(person: str, form: Form) -> str:
                place = act(self, person, identifier, form)
                return f"requests/{identifier}" + (f"#{place}" if place else "")

            return await self.site.take_form(request, go)

        return handle

    def check(self, person: str, request: str, _: Form) -> None:
        """Check a submitted request again, when its check was cut off."""
        self.app.requests.get(person, request)  # only who may see it
        self.app.checks.check(request)

    def vote(self, person: str, request: str, form: Form) -> str:
        """Save one vote on one file; it counts when the review is finished."""
        ground = form.get("ground", "")
        ballot = Ballot(
            _one_of(Decision, form.get("decision", ""), "decision"),
            form.get("binding", ""),
            form.get("reason", ""),
            _one_of(Ground, ground, "ground") if ground else None,
        )
        self.app.reviews.review(person, request, {form.get("file", ""): ballot}, finished=False)
        return _anchor(form)

    def finish(self, person: str, request: str, _: Form) -> None:
        """End a checker's review of this round."""
        self.app.reviews.finish(person, request)

    def send_back(self, person: str, request: str, form: Form) -> None:
        """Return a request to its author."""
        self.app.reviews.send_back(person, request, form.get("reason", ""))

    def withdraw(self, person: str, request: str, _: Form) -> None:
        """The author takes a request back."""
        self.app.requests.withdraw(person, request)

    def resubmit(self, person: str, request: str, form: Form) -> None:
        """The author sends a folder of the workspace again, with a reply to each group that changes were asked of."""
        old = self.app.requests.get(person, request)
        if Step.RESUBMIT not in self.app.requests.steps(person, old):
            raise NotAllowed(f"Only the author of request '{old.id}' sends it again, once it was returned.")
        replies = {group: form.get(f"reply:{group}", "") for group in old.asked}
        self.app.submissions.submit_folder(
            person,
            old.project,
            form.get("folder", ""),
            SubmissionDetails(old.title, old.context),
            request=request,
            replies=replies,
            code=form.get("code", ""),
        )

    def arrange(self, person: str, request: str, form: Form) -> str:
        """The author changes what a file is for."""
        name, old = form.get("file", ""), self.app.requests.get(person, request)
        file = old.file(name)
        kind = _one_of(FileKind, form.get("kind", ""), "kind")
        group = file.group if file is not None else ""
        self.app.requests.arrange(person, request, Arrangement(places={name: (group, kind)}))
        return _anchor(form)

    def release(self, person: str, request: str, _: Form) -> None:
        """Write the sealed package of an approved request."""
        self.app.release(person, request)

    def address(self, person: str, request: str, form: Form) -> None:
        """Name somebody who may download the package."""
        named = form.get("recipients", "").replace(",", " ").split()
        self.app.distribution.address(person, request, named)

    def push(self, person: str, request: str, _: Form) -> None:
        """Put the package into the configured store."""
        self.app.distribution.push(person, request)

    def revoke(self, person: str, request: str, form: Form) -> None:
        """Take a release back."""
        self.app.distribution.revoke(person, request, form.get("reason", ""))

    def claim(self, person: str, request: str, _: Form) -> None:
        """A checker takes a request."""
        self.app.reviews.claim(person, request)

    def assign(self, person: str, request: str, form: Form) -> None:
        """A lead gives a request to a checker."""
        self.app.reviews.assign(person, request, form.get("checker", ""))

    def hand_back(self, person: str, request: str, form: Form) -> None:
        """A checker gives a request up, or a lead ends a claim."""
        self.app.reviews.hand_back(person, request, form.get("checker", ""))

    def comment(self, person: str, request: str, form: Form) -> str:
        """Add a comment on a request, a group, a file or a cell."""
        audience = _one_of(Audience, form.get("audience", Audience.PUBLIC), "audience")
        place = {name: form.get(name, "") for name in ("group", "file", "cell")}
        self.app.reviews.comment(person, request, form.get("text", ""), audience=audience, **place)
        return _anchor(form)

    def owner(self, person: str, request: str, form: Form) -> None:
        """A data owner's word on this round."""
        answer = form.get("approves", "")
        if answer not in {"yes", "no"}:
            raise BadInput("Say yes or no.")
        dataset, reason = form.get("dataset", ""), form.get("reason", "")
        self.app.reviews.owner_decide(person, request, dataset, approves=answer == "yes", reason=reason)

    def stop(self, person: str, request: str, form: Form) -> None:
        """Stop the request's project."""
        self.app.projects.stop(person, self.app.requests.get(person, request).project, form.get("reason", ""))

    def resume(self, person: str, request: str, form: Form) -> None:
        """Lift the stop of the request's project."""
        self.app.projects.resume(person, self.app.requests.get(person, request).project, form.get("reason", ""))


# The last part of each form's address, and what it does.
FORMS: Final[dict[str, Act]] = {
    "check": Actions.check,
    "vote": Actions.vote,
    "finish": Actions.finish,
    "return": Actions.send_back,
    "withdraw": Actions.withdraw,
    "resubmit": Actions.resubmit,
    "arrange": Actions.arrange,
    "release": Actions.release,
    "address": Actions.address,
    "push": Actions.push,
    "revoke": Actions.revoke,
    "claim": Actions.claim,
    "assign": Actions.assign,
    "hand-back": Actions.hand_back,
    "comment": Actions.comment,
    "owner": Actions.owner,
    "stop": Actions.stop,
    "resume": Actions.resume,
}


def _anchor(form: Form) -> str:
    """The place on the page that a form stands at."""
    index = form.get("index", "")
    return f"file-{index}" if index.isascii() and index.isdigit() and len(index) < 6 else ""


def _one_of(kind: type[E], value: str, what: str) -> E:
    try:
        return kind(value)
    except ValueError:
        raise BadInput(f"There is no such {what}.", hint=f"One of: {', '.join(kind)}.") from None
