"""Who is let in: by a password kept here, or as an identity that a provider vouches for. Every answer is an event.

The people's registry is the authority: a provider says who somebody is, never that they are known here or what they
may do. Neither passwords nor names that nobody here has are written down: people type passwords into the wrong field.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tre.audit.events import Action, Event
from tre.core import clock
from tre.core.errors import NotAllowed
from tre.core.people import Person, identity_code
from tre.core.throttle import Allowance, Throttle
from tre.services.container import Container
from tre.services.people import PeopleService

# Not the shape of a person's id, so that no person's entry can be mistaken for it.
NOBODY: Final = "(nobody)"
PASSWORD: Final = "password"  # noqa: S105 - a name
PROVIDER: Final = "identity provider"
# An address can stand for many people behind one proxy; a name stands for one.
_BY_NAME: Final = Allowance(free=5)
_BY_ADDRESS: Final = Allowance(free=30)


class TooManyAttempts(NotAllowed):
    """Wait before the next attempt."""


@dataclass(frozen=True)
class Identity:
    """What a provider said of somebody, after its signature was verified.

    Attributes:
        issuer: the provider, as it writes itself.
        subject: whom the provider means, by its own id for that person.
        factors: the ``acr`` and ``amr`` values of this login.
    """

    issuer: str
    subject: str
    factors: Collection[str] = ()

    @property
    def code(self) -> str:
        """What stands for it here."""
        return identity_code(self.issuer, self.subject)


class AuthenticationService:
    """Lets people in, or tells them why not."""

    def __init__(self, people: PeopleService, container: Container) -> None:
        """Work on one installation."""
        self._people = people
        self._container = container
        self._by_name = Throttle(_BY_NAME)
        self._by_address = Throttle(_BY_ADDRESS)

    def by_password(self, name: str, password: str, address: str) -> Person:
        """The person whose name and password these are.

        Args:
            name: the person's id, as typed.
            password: as typed.
            address: where the attempt comes from; many failures from one are slowed down, whatever the names.

        Returns:
            The person.

        Raises:
            TooManyAttempts: some must pass first; nothing was compared.
            NotAllowed: they do not fit.
        """
        now = clock.now()
        wait = self._by_address.attempt(address, now) or self._by_name.attempt(name, now)
        if wait:
            raise _too_many(wait)
        identifier = self._people.check_password(name, password)
        if identifier is None:
            subject = next((str(person.id) for person in self._people.all() if person.id == name), NOBODY)
            raise self._refuse(subject, PASSWORD, "wrong name or password", NotAllowed("Wrong name or password."))
        self._by_name.forget(name)
        # Not forgotten: one who knows one password would be free to guess at others.
        self._by_address.take_back(address)
        return self._let_in(self._people.get(identifier), PASSWORD)

    def by_identity(self, identity: Identity) -> Person:
        """The person whom an identity was bound to.

        Args:
            identity: what the provider said, after its signature was verified.

        Returns:
            The person.

        Raises:
            NotAllowed: nobody was, or the second factor is missing that this installation asks for.
        """
        person = self._people.of_identity(identity.code)
        if person is None:
            unknown = NotAllowed(
                "You are who you say, but nobody here is bound to your identity.",
                hint=f"Give an operator this code: {identity.code}",
            )
            raise self._refuse(NOBODY, PROVIDER, "identity not bound", unknown, identity=identity.code)
        needed = self._container.settings.oidc_second_factor
        if needed and not set(needed) & set(identity.factors):
            missing = NotAllowed(
                "You logged in without a second factor, which is needed here.",
                hint="Set one up with your identity provider, log out there, and log in again.",
            )
            raise self._refuse(person.id, PROVIDER, "no second factor", missing)
        return self._let_in(person, PROVIDER)

    def refuse_answer(self, reason: str, address: str) -> NotAllowed:
        """What to tell somebody who comes with a provider's answer that did not stand up to its checks.

        It is written down, unless so many came from one address that they would fill the log.

        Args:
            reason: which check, for the log.
            address: where it came from.

        Returns:
            The error to raise; it says nothing of the reason.
        """
        refusal = NotAllowed(
            "The answer of the identity provider could not be trusted.",
            hint="Log in again; tell an operator if it stays so.",
        )
        if self._by_address.attempt(address, clock.now()):
            return refusal
        return self._refuse(NOBODY, PROVIDER, reason, refusal)

    def session_secret(self) -> str:
        """What signs the sessions of the airlock's pages; the same each time, and never shown.

        Returns:
            The secret.
        """
        return self._container.keys.session.hex()

    def _let_in(self, person: Person, by: str) -> Person:
        event = Event(Action.PERSON_LOGGED_IN, person.id, person.id, clock.now(), {"by": by})
        self._container.projects.note_project(event)
        return person

    def _refuse(self, actor: str, by: str, reason: str, refusal: NotAllowed, **details: str) -> NotAllowed:
        noted = {"by": by, "reason": reason, **details}
        self._container.projects.note_project(Event(Action.LOGIN_REFUSED, actor, actor, clock.now(), noted))
        return refusal


def _too_many(wait: timedelta) -> TooManyAttempts:
    return TooManyAttempts(
        "Too many failed logins.", hint=f"Wait {max(1, round(wait.total_seconds()))} seconds, then try again."
    )
