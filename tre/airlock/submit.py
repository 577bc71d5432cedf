"""Outputs are collected from a workspace or run, frozen under their digests, and become a request."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tre.airlock.free_text import name, words
from tre.airlock.grouping import BY_RECORD, Arrangement, arrange_files
from tre.airlock.permissions import check_person_can, check_person_can_submit
from tre.airlock.ports import RequestStore, Vault
from tre.airlock.request import ONLY_GROUP, Code, Condition, Direction, Group, Reply, Request, RequestFile
from tre.airlock.states import Step, transition
from tre.audit.events import Action, Event
from tre.core import clock, digest
from tre.core.errors import BadInput
from tre.core.ids import RequestId, RunId
from tre.core.people import Person
from tre.projects.project import Project


@dataclass(frozen=True)
class SubmissionDetails:
    """What an author says of their files.

    Attributes:
        context: what the outputs are and why they are needed, for the checkers.
        controls: what was done against disclosure; may be left to a record of the session among the files.
        arrangement: groups and kinds; by default one group of outputs, with ``context`` and ``controls``.
        code: names and bytes of what made the files, for the checkers to read.
    """

    title: str
    context: str
    controls: str = ""
    arrangement: Arrangement = field(default_factory=Arrangement)
    code: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Origin:
    """Where files come from and go to.

    Attributes:
        run: the run that left exactly these files; None where none did.
        conditions: what the project's datasets ask of what is made from them.
        direction: out of the environment, or into the project.
    """

    run: RunId | None = None
    conditions: Sequence[Condition] = ()
    direction: Direction = Direction.OUT


@dataclass(frozen=True)
class Answers:
    """What an author says when a request is sent again.

    Attributes:
        replies: by name of the group, the answer to each group of which changes were asked.
        arrangement: groups and kinds of the new files; None for those of before, by name.
        code: what made the new files; what made the old ones is not carried over.
    """

    replies: Mapping[str, str]
    arrangement: Arrangement | None = None
    code: Sequence[Code] = ()


def submit(
    person: Person,
    project: Project,
    files: Mapping[str, bytes],
    vault: Vault,
    store: RequestStore,
    details: SubmissionDetails,
    origin: Origin,
    *,
    now: datetime,
) -> Request:
    """Freeze the files and register a request in its first round.

    Args:
        files: relative names and bytes, already collected by means that an adversary cannot redirect.
        origin: where they come from and go to.

    Raises:
        NotAllowed: the person may not work in the project today, or it is stopped.
        BadInput: there is nothing to submit, or title, context or controls are missing or too long.
    """
    check_person_can_submit(person, project, now.date())
    title, context = words(details.title, "title"), words(details.context, "context")
    frozen, groups = arrange_files(
        freeze(files, vault), details.arrangement, context=context, controls=details.controls
    )
    request = Request(
        id=RequestId(f"req-{now:%Y%m%d}-{secrets.token_hex(4)}"),
        project=project.id,
        author=person.id,
        title=title,
        context=context,
        submitted_at=clock.text(now),
        files=frozen,
        run=origin.run,
        code=freeze_code(details.code, vault),
        direction=origin.direction,
        groups=groups,
        conditions=tuple(origin.conditions),
        involved=frozenset(project.members),
    )
    store.add_request(request, _event(request, person, now))
    return request


def resubmit(
    request: Request,
    person: Person,
    project: Project,
    files: Sequence[RequestFile],
    answers: Answers,
    origin: Origin | None = None,
    *,
    now: datetime,
) -> tuple[Request, Event]:
    """A returned request with new files, in its next round; earlier votes no longer count. Pure.

    Args:
        answers: what the author says to the changes that were asked.
        origin: where the new files come from, and what the datasets ask now; the direction stays.

    Raises:
        NotAllowed, BadTransition: not the author, or not now.
        BadInput: an answer is missing, or as ``submit``.
    """
    row = transition(request.state, Step.RESUBMIT)
    check_person_can(row.who, Step.RESUBMIT, person, request, project, now.date())
    check_person_can_submit(person, project, now.date())
    replies = tuple(
        Reply(
            request.round + 1,
            group,
            words(answers.replies.get(group, ""), "reply", hint=f"Say what you changed in '{group}'."),
        )
        for group in request.asked
    )
    origin = origin or Origin()
    arrangement = answers.arrangement or _last_arrangement(request, files)
    placed, groups = arrange_files(files, arrangement, context=request.context, controls="")
    changed = replace(
        request,
        state=row.to,
        round=request.round + 1,
        files=placed,
        before=request.files,
        run=origin.run,
        code=tuple(answers.code),
        groups=groups,
        submitted_at=clock.text(now),
        report_digest="",
        policy_digest="",
        asked=(),
        replies=(*request.replies, *replies),
        conditions=tuple(origin.conditions),
        involved=request.involved | project.members,
    )
    changed = changed.noted(Step.RESUBMIT, person.id, now)
    return changed, _event(changed, person, now)


def freeze(files: Mapping[str, bytes], vault: Vault) -> tuple[RequestFile, ...]:
    """Put files into the vault. Raises BadInput when there is no output among them."""
    frozen = tuple(RequestFile(name, vault.put(data), len(data)) for name, data in sorted(files.items()))
    if not any(file.is_output for file in frozen):
        raise BadInput("There is no output in the folder.", hint="Make one with Outputs and call finalise() first.")
    return frozen


def freeze_code(code: Mapping[str, bytes], vault: Vault) -> tuple[Code, ...]:
    """Put code into the vault, beside the files and not among them. Raises BadInput for a name that cannot be used."""
    return tuple(
        Code(name(file_name, "name of the code"), vault.put(data), len(data)) for file_name, data in code.items()
    )


def _last_arrangement(request: Request, files: Sequence[RequestFile]) -> Arrangement:
    """The groups of the last round, and each file of the same name where it was."""
    placements = {file.name: (file.group, file.kind) for file in request.files}
    places = {file.name: placements[file.name] for file in files if file.name in placements}
    return Arrangement(request.groups or (Group(ONLY_GROUP, request.context, BY_RECORD),), places)


def _event(request: Request, person: Person, now: datetime) -> Event:
    files = {digest.of_bytes(file.name.encode())[:16]: file.digest for file in request.files}
    details = {
        "project": request.project,
        "round": request.round,
        "files": files,
        "direction": request.direction.value,
        "conditions": [[condition.dataset, condition.version] for condition in request.conditions],
        "run": request.run,
        "code": [script.digest for script in request.code],
    }
    return Event(Action.REQUEST_SUBMITTED, person.id, request.id, now, details)
