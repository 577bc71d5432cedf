"""Packages that researchers ask for: a queue that operators and data managers answer.

    asked for ── approve ──► approved ── install ──► installed, for the project that asked
        └────── refuse ────► refused

The queue is read from the audit log, which is where each step is written; nothing else keeps it. An approved package is
installed at once where the installation has a mirror that holds it, and else waits for the operator.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from tre.adapters.wheelhouse import Wheelhouse
from tre.audit.events import Action, Event
from tre.core import clock
from tre.core.errors import BadInput, BadTransition, NotAllowed, NotFound
from tre.core.ids import ProjectId
from tre.core.people import Role, check_person_has_role
from tre.projects.project import check_person_may_enter
from tre.services.container import Container
from tre.services.people import PeopleService

# A distribution's name (Python's packaging guide, "Names and normalization").
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
_LONGEST_REASON: Final = 200


class PackageState(StrEnum):
    """What has become of a package that was asked for."""

    ASKED = "asked for"
    APPROVED = "approved, to be added by the operator"
    REFUSED = "refused"
    INSTALLED = "installed"


# From which state each step leads to which; the event that it writes.
STEPS: Final[Mapping[Action, tuple[frozenset[PackageState | None], PackageState]]] = {
    # Who was refused may ask again, with a better reason.
    Action.PACKAGE_REQUESTED: (frozenset({None, PackageState.REFUSED}), PackageState.ASKED),
    Action.PACKAGE_APPROVED: (frozenset({PackageState.ASKED}), PackageState.APPROVED),
    Action.PACKAGE_REFUSED: (frozenset({PackageState.ASKED}), PackageState.REFUSED),
    Action.PACKAGE_INSTALLED: (frozenset({PackageState.APPROVED}), PackageState.INSTALLED),
}


@dataclass(frozen=True)
class PackageRequest:
    """One package that was asked for in one project.

    Attributes:
        at: when it was asked for, in UTC.
        person: who asked.
        project: for which project.
        package: its name, normalised.
        reason: why it is needed.
        state: how far it is.
        answered_by: who answered; empty before.
        answer: why it was refused, or what an approver wanted to say.
    """

    at: str
    person: str
    project: str
    package: str
    reason: str
    state: PackageState = PackageState.ASKED
    answered_by: str = ""
    answer: str = ""

    def to_dict(self) -> dict[str, str]:
        """As text, for people and JSON.

        Returns:
            Its attributes.
        """
        return {name: str(value) for name, value in vars(self).items()}


class PackageRequestService:
    """Who asked for which package, and what became of it."""

    def __init__(self, people: PeopleService, container: Container) -> None:
        """Work on one installation."""
        self._people = people
        self._container = container

    def ask(self, person: str, project: str, package: str, reason: str) -> dict[str, str]:
        """Ask for a package for a project.

        Args:
            person: who needs it, a member of the project.
            project: for which project.
            package: its name, as in an index of Python packages.
            reason: what it is needed for, in a line.

        Returns:
            The package's name and state.

        Raises:
            BadInput: that is no package's name, or there is no reason or a long one.
            BadTransition: it was asked for already.
            NotAllowed: the person does not work in the project.
            NotFound: there is no such person or project.
        """
        now = clock.now()
        member, record = self._people.get(person), self._container.projects.project(ProjectId(project))
        check_person_may_enter(member, record, now.date())
        name = _normalised(package)
        _check_reason(reason)
        self._step(Action.PACKAGE_REQUESTED, member.id, record.id, name, reason.strip())
        return {"package": name, "state": PackageState.ASKED}

    def all(self, actor: str) -> list[dict[str, str]]:
        """What was asked for anywhere.

        Args:
            actor: who looks, an operator or data manager.

        Returns:
            A record a package and project, oldest first.

        Raises:
            NotAllowed: the actor is neither operator nor data manager.
            NotFound: there is no such actor.
        """
        self._check_reviewer(actor)
        return [request.to_dict() for request in self._queue().values()]

    def of_project(self, person: str, project: str) -> list[dict[str, str]]:
        """What was asked for in a project.

        Args:
            person: who looks, a member of the project.
            project: which.

        Returns:
            A record a package, oldest first.

        Raises:
            NotAllowed: the person does not work in the project.
            NotFound: there is no such person or project.
        """
        member, record = self._people.get(person), self._container.projects.project(ProjectId(project))
        check_person_may_enter(member, record, clock.now().date())
        return [request.to_dict() for request in self._queue().values() if request.project == record.id]

    def approve(self, actor: str, project: str, package: str) -> dict[str, str]:
        """Approve a package, and install it for its project where the mirror holds it.

        Args:
            actor: who answers, an operator or data manager.
            project: for which project.
            package: its name.

        Returns:
            The request's record as it is now.

        Raises:
            NotAllowed: the actor is neither operator nor data manager, or asked for it themselves.
            NotFound: nobody asked for it, or there is no such actor.
            BadTransition: it was answered already.
            BadInput: what the mirror holds is not what its list says.
            Unavailable: the mirror of packages is not there, or nothing can be installed on this machine.
        """
        request = self._answerable(actor, project, package)
        mirror = self._mirror()
        if mirror is not None and mirror.holds(request.package):
            # First, so that nothing is called approved that cannot be installed as it was approved.
            mirror.install(request.package, self._container.packages_folder(ProjectId(request.project)))
            self._step(Action.PACKAGE_APPROVED, actor, request.project, request.package)
            return self._step(Action.PACKAGE_INSTALLED, actor, request.project, request.package).to_dict()
        return self._step(Action.PACKAGE_APPROVED, actor, request.project, request.package).to_dict()

    def refuse(self, actor: str, project: str, package: str, reason: str) -> dict[str, str]:
        """Refuse a package, and say why.

        Args:
            actor: who answers, an operator or data manager.
            project: for which project.
            package: its name.
            reason: why not, in a line; the researcher reads it.

        Returns:
            The request's record as it is now.

        Raises:
            BadInput: there is no reason, or a long one.
            BadTransition: it was answered already.
            NotAllowed: the actor is neither operator nor data manager, or asked for it themselves.
            NotFound: nobody asked for it, or there is no such actor.
        """
        request = self._answerable(actor, project, package)
        _check_reason(reason)
        return self._step(Action.PACKAGE_REFUSED, actor, request.project, request.package, reason.strip()).to_dict()

    def _answerable(self, actor: str, project: str, package: str) -> PackageRequest:
        self._check_reviewer(actor)
        request = self._queue().get((project, _normalised(package)))
        if request is None:
            raise NotFound(f"Nobody asked for '{package[:40]}' in project '{project[:40]}'.", hint="See: package list.")
        if request.person == actor:
            raise NotAllowed("Nobody answers their own request.", hint="Another operator or data manager can.")
        return request

    def _step(self, action: Action, actor: str, project: str, package: str, reason: str = "") -> PackageRequest:
        request = self._queue().get((project, package))
        before, _ = STEPS[action]
        state = request.state if request else None
        if state not in before:
            raise BadTransition(f"'{package}' in project '{project}' is {state}.", hint="See: package list.")
        details = {"project": project, "package": package, "reason": reason}
        self._container.projects.note_project(Event(action, actor, project, clock.now(), details))
        return self._queue()[project, package]

    def _queue(self) -> dict[tuple[str, str], PackageRequest]:
        """The last request for each package in each project, by when it was first asked for."""
        requests: dict[tuple[str, str], PackageRequest] = {}
        for entry in self._container.database.entries():
            step = next((action for action in STEPS if action == entry.action), None)
            if step is None:
                continue
            details = {name: str(entry.details[name]) for name in ("project", "package", "reason")}
            key = details["project"], details["package"]
            if step is Action.PACKAGE_REQUESTED:
                requests[key] = PackageRequest(str(entry.at), entry.actor, *key, details["reason"])
            else:
                answer = details["reason"] or requests[key].answer
                requests[key] = replace(requests[key], state=STEPS[step][1], answered_by=entry.actor, answer=answer)
        return requests

    def _mirror(self) -> Wheelhouse | None:
        folder = self._container.settings.package_mirror
        return None if folder is None else Wheelhouse(folder)

    def _check_reviewer(self, actor: str) -> None:
        person = self._people.get(actor)
        if Role.DATA_MANAGER not in person.roles:
            check_person_has_role(person, Role.OPERATOR)


def _normalised(package: str) -> str:
    if not _NAME.fullmatch(package):
        raise BadInput("That is not the name of a package.", hint="Give its name alone, as in 'import' or on PyPI.")
    return re.sub(r"[-_.]+", "-", package).lower()


def _check_reason(reason: str) -> None:
    if not 0 < len(reason.strip()) <= _LONGEST_REASON or not reason.isprintable():
        raise BadInput(f"A package needs a reason of one line, at most {_LONGEST_REASON} characters.")
