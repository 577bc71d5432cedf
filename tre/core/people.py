"""People and what they may be here. Who may do what is decided by the stages; this only says who somebody is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tre.core.errors import NotAllowed
from tre.core.ids import PersonId


class Role(StrEnum):
    """What a person may be. One person may be several, never author and checker of the same request."""

    RESEARCHER = "researcher"
    CHECKER = "checker"
    DATA_MANAGER = "data-manager"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Person:
    """Somebody known to this environment.

    Attributes:
        accredited_until: the last day on which the accreditation holds; ``None`` means not accredited.
    """

    id: PersonId
    name: str
    roles: frozenset[Role]
    accredited_until: date | None = None

    def is_accredited(self, today: date) -> bool:
        """Whether the accreditation holds today, its last day included."""
        return self.accredited_until is not None and today <= self.accredited_until


def check_person_has_role(person: Person, role: Role) -> None:
    """Raise NotAllowed unless the person holds the role."""
    if role not in person.roles:
        raise NotAllowed(f"'{person.id}' is not a {role.value}.", hint="Ask an operator for the role.")


def check_person_is_accredited(person: Person, today: date) -> None:
    """Raise NotAllowed unless the person's accreditation holds today."""
    if not person.is_accredited(today):
        raise NotAllowed(
            f"The accreditation of '{person.id}' does not hold today.", hint="It is renewed with 'tre person accredit'."
        )
