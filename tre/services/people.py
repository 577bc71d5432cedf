"""The people of an installation: added, accredited, let in with a password."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from tre.adapters.passwords import hash_password, password_fits
from tre.audit.events import Action, Event
from tre.core import clock
from tre.core.errors import BadInput, NotFound
from tre.core.ids import PersonId, check_slug
from tre.core.people import Person, Role, check_person_has_role
from tre.services.container import Container

SETUP = "setup"
IDENTITY: Final = re.compile(r"[0-9a-f]{32}")


class PeopleService:
    """Everybody known here. Only an operator adds and accredits; the first person of a new installation needs none."""

    def __init__(self, container: Container) -> None:
        """Work on one installation."""
        self._store = container.projects

    def get(self, person: str) -> Person:
        """One person.

        Args:
            person: their id.

        Returns:
            The person.

        Raises:
            NotFound: there is none of this id.
        """
        return self._store.person(PersonId(person))

    def all(self) -> Sequence[Person]:
        """Everybody.

        Returns:
            Them, by id.
        """
        return self._store.people()

    def add(self, actor: str, person: str, *, name: str, roles: Iterable[str], password: str | None = None) -> Person:
        """Add somebody, not yet accredited.

        Args:
            actor: who does this, an operator; ``SETUP`` while there is none.
            person: their id, short and in lower case.
            name: their name, for the pages that their colleagues see.
            roles: at least one.
            password: lets them log in with it.

        Returns:
            The person.

        Raises:
            BadInput: the id is taken or has not its shape, a role is unknown, or the password is too short.
            NotAllowed: the actor is not an operator.
            NotFound: there is no such actor.
        """
        self._check_operator(actor)
        identifier = PersonId(check_slug(person, what="person"))
        if any(person.id == identifier for person in self.all()):
            raise BadInput(f"There is a person '{identifier}' already.")
        try:
            role_set = frozenset(Role(role) for role in roles)
        except ValueError:
            raise BadInput("There is no such role.", hint=f"Roles: {', '.join(Role)}.") from None
        if not role_set or not name.strip():
            raise BadInput("A person needs a name and at least one role.", hint=f"Roles: {', '.join(Role)}.")
        added = Person(identifier, name.strip(), role_set)
        hashed = hash_password(password) if password is not None else None
        event = Event(Action.PERSON_ADDED, actor, identifier, clock.now(), {"roles": sorted(role_set)})
        self._store.save_person(added, event, password_hash=hashed)
        return added

    def accredit(self, actor: str, person: str, until: date) -> Person:
        """Let somebody's accreditation hold.

        Args:
            actor: who does this, an operator.
            person: whose.
            until: the last day on which it holds.

        Returns:
            The person.

        Raises:
            NotAllowed: the actor is not an operator.
            NotFound: there is no such actor or person.
        """
        self._check_operator(actor)
        accredited = replace(self.get(person), accredited_until=until)
        event = Event(Action.PERSON_ACCREDITED, actor, accredited.id, clock.now(), {"until": until.isoformat()})
        self._store.save_person(accredited, event)
        return accredited

    def train(self, actor: str, person: str, course: str, until: date) -> Person:
        """Let a course count for somebody.

        Args:
            actor: who does this, an operator.
            person: for whom.
            course: its id, short and in lower case.
            until: the last day on which it counts.

        Returns:
            The person.

        Raises:
            BadInput: the course's id has not its shape.
            NotAllowed: the actor is not an operator.
            NotFound: there is no such actor or person.
        """
        self._check_operator(actor)
        record = self.get(person)
        trained = replace(record, training={**record.training, check_slug(course, what="course"): until})
        details = {"course": course, "until": until.isoformat()}
        self._store.save_person(trained, Event(Action.PERSON_TRAINED, actor, trained.id, clock.now(), details))
        return trained

    def bind(self, actor: str, person: str, identity: str) -> Person:
        """Let an identity of a provider log in as somebody, once and for good.

        Args:
            actor: who does this, an operator.
            person: as whom it logs in.
            identity: its code, see ``tre.core.people.identity_code``.

        Returns:
            The person.

        Raises:
            BadInput: this is no code, somebody has that identity already, or the person has another one.
            NotFound: there is no such person.
            NotAllowed: the actor is not an operator.
        """
        self._check_operator(actor)
        record = self.get(person)
        if not IDENTITY.fullmatch(identity):
            raise BadInput(
                "This is not the code of an identity.", hint="The login page shows it: 32 digits and a to f."
            )
        if record.identity or any(candidate.identity == identity for candidate in self.all()):
            raise BadInput(
                f"This identity or '{record.id}' is bound already.",
                hint="Use 'tre person unbind' first, if that is meant.",
            )
        return self._save_identity(actor, Action.PERSON_BOUND, record, identity)

    def unbind(self, actor: str, person: str) -> Person:
        """Let no identity log in as somebody any more.

        Args:
            actor: who does this, an operator.
            person: as whom.

        Returns:
            The person.

        Raises:
            BadInput: none was bound.
            NotAllowed: the actor is not an operator.
            NotFound: there is no such actor or person.
        """
        self._check_operator(actor)
        record = self.get(person)
        if not record.identity:
            raise BadInput(f"No identity is bound to '{record.id}'.")
        return self._save_identity(actor, Action.PERSON_UNBOUND, record, "")

    def of_identity(self, identity: str) -> Person | None:
        """The one person whom an identity logs in as.

        Args:
            identity: its code.

        Returns:
            The person; None when nobody has it, or two have.
        """
        holders = [person for person in self.all() if identity and person.identity == identity]
        return holders[0] if len(holders) == 1 else None

    def check_password(self, person: str, password: str) -> PersonId | None:
        """Whether a password is somebody's; takes as long when there is no such person.

        Args:
            person: their id.
            password: what was typed.

        Returns:
            The person's id when it is theirs.
        """
        fits = password_fits(self._store.password_hash(PersonId(person)), password)
        return PersonId(person) if fits else None

    def _save_identity(self, actor: str, action: Action, person: Person, identity: str) -> Person:
        record = replace(person, identity=identity)
        event = Event(action, actor, person.id, clock.now(), {"identity": identity or person.identity})
        self._store.save_person(record, event)
        return record

    def _check_operator(self, actor: str) -> None:
        if actor == SETUP and not any(Role.OPERATOR in person.roles for person in self.all()):
            return
        try:
            check_person_has_role(self.get(actor), Role.OPERATOR)
        except NotFound:
            raise NotFound(
                f"There is no person '{actor[:63]}' to act as.", hint="Name an operator with --as."
            ) from None
