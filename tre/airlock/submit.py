"""Stage 5: outputs are collected from a workspace or run, frozen under their digests, and become a request."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from tre.airlock.permissions import check_person_can_submit
from tre.airlock.ports import RequestStore, Vault
from tre.airlock.request import Request, RequestFile
from tre.airlock.states import Step, transition
from tre.audit.events import Action, Event
from tre.core import clock, digest
from tre.core.errors import BadInput, NotAllowed
from tre.core.ids import RequestId, RunId
from tre.core.people import Person
from tre.projects.project import Project

MAX_TITLE: Final = 200  # characters
MAX_CONTEXT: Final = 10_000  # characters


def submit(
    person: Person,
    project: Project,
    files: Mapping[str, bytes],
    vault: Vault,
    store: RequestStore,
    *,
    title: str,
    context: str,
    now: datetime,
    run: RunId | None = None,
) -> Request:
    """Freeze the files and register a request in its first round.

    Args:
        files: relative names and bytes, already collected by means that an adversary cannot redirect.
        context: what the outputs are and why they are needed, for the checkers.

    Raises:
        NotAllowed: the person may not work in the project today.
        BadInput: there is nothing to submit, or title and context are missing or too long.
    """
    check_person_can_submit(person, project, now.date())
    _check_words(title, context)
    request = Request(
        id=RequestId(f"req-{now:%Y%m%d}-{secrets.token_hex(4)}"),
        project=project.id,
        author=person.id,
        title=title.strip(),
        context=context.strip(),
        submitted_at=clock.text(now),
        files=freeze(files, vault),
        run=run,
    )
    store.add_request(request, _event(request, person, now))
    return request


def resubmit(
    request: Request, person: Person, project: Project, files: tuple[RequestFile, ...], today: date, now: datetime
) -> tuple[Request, Event]:
    """A returned request with new files, in its next round; earlier votes no longer count. Pure."""
    row = transition(request.state, Step.RESUBMIT)
    if person.id != request.author:
        raise NotAllowed(f"Only the author of request '{request.id}' may resubmit it.")
    check_person_can_submit(person, project, today)
    changed = Request(
        **{
            **request.__dict__,
            "state": row.to,
            "round": request.round + 1,
            "files": files,
            "submitted_at": clock.text(now),
            "report_digest": "",
            "policy_digest": "",
        }
    )
    return changed, _event(changed, person, now)


def freeze(files: Mapping[str, bytes], vault: Vault) -> tuple[RequestFile, ...]:
    """Put files into the vault. Raises BadInput when there is no output among them."""
    frozen = tuple(RequestFile(name, vault.put(data), len(data)) for name, data in sorted(files.items()))
    if not any(not file.is_evidence for file in frozen):
        raise BadInput("There is no output in the folder.", hint="Make one with Outputs and call finalise() first.")
    return frozen


def _check_words(title: str, context: str) -> None:
    for what, text, most in (("title", title, MAX_TITLE), ("context", context, MAX_CONTEXT)):
        if not text.strip() or len(text) > most or any(ord(letter) < 32 and letter not in "\n\t\r" for letter in text):
            raise BadInput(f"A request needs a {what} of 1 to {most} characters.")


def _event(request: Request, person: Person, now: datetime) -> Event:
    files = {digest.of_bytes(file.name.encode())[:16]: file.digest for file in request.files}
    details = {"project": request.project, "round": request.round, "files": files}
    return Event(Action.REQUEST_SUBMITTED, person.id, request.id, now, details)
