"""Packages that researchers ask for. What they may use is one list, which an operator changes; this keeps who asked.

Asking installs nothing. A request is an entry of the audit log and nothing else.
"""

import re
from typing import Final

from tre.audit.events import Action, Event
from tre.core import clock
from tre.core.errors import BadInput
from tre.core.ids import ProjectId
from tre.core.people import Role, check_person_has_role
from tre.parts import Parts
from tre.people import People
from tre.projects.project import check_person_may_enter

# A distribution's name (Python's packaging guide, "Names and normalization").
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
_LONGEST_REASON: Final = 200


class Software:
    """Who asked for which package."""

    def __init__(self, people: People, parts: Parts) -> None:
        self._people = people
        self._parts = parts

    def ask(self, person: str, project: str, package: str, reason: str) -> dict[str, str]:
        """Write down that somebody needs a package for a project.

        Raises:
            BadInput: that is no package's name, or there is no reason or a long one.
            NotAllowed: the person does not work in the project.
        """
        now = clock.now()
        who, where = self._people.get(person), self._parts.projects.project(ProjectId(project))
        check_person_may_enter(who, where, now.date())
        if not _NAME.fullmatch(package):
            raise BadInput("That is not the name of a package.", hint="Give its name alone, as in 'import' or on PyPI.")
        if not 0 < len(reason.strip()) <= _LONGEST_REASON or not reason.isprintable():
            raise BadInput(f"A package needs a reason of one line, at most {_LONGEST_REASON} characters.")
        name = re.sub(r"[-_.]+", "-", package).lower()
        details = {"project": where.id, "package": name, "reason": reason.strip()}
        self._parts.projects.note_project(Event(Action.PACKAGE_REQUESTED, who.id, where.id, now, details))
        return {"package": name, "state": "asked for"}

    def asked(self, actor: str) -> list[dict[str, str]]:
        """What was asked for, oldest first. Raises NotAllowed unless the actor is an operator."""
        check_person_has_role(self._people.get(actor), Role.OPERATOR)
        return [
            {"at": entry.at, "person": entry.actor, **{key: str(value) for key, value in entry.details.items()}}
            for entry in self._parts.database.entries()
            if entry.action == Action.PACKAGE_REQUESTED
        ]
