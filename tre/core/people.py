"""People and what they may be here. Who may do what is decided by the stages; this only says who somebody is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tre.core import digest
from tre.core.errors import NotAllowed
from tre.core.ids import PersonId


class Role(StrEnum):
    """What a person may be. One person may be several, never author and checker of the same request."""

    RESEARCHER = "researcher"
    CHECKER = "checker"
    LEAD = "lead"
    DATA_OWNER = "data-owner"
    DATA_MANAGER = "data-manager"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Person:
    """Somebody known to this environment.

    Attributes:
        accredited_until: the last day on which the accreditation holds; ``None`` means not accredited.
        training: for each course done, the last day on which it counts.
        identity: the code of the identity that logs in as this person; empty when none was bound.
    """

    id: PersonId
    name: str
    roles: frozenset[Role]
    accredited_until: date | None = None
    training: Mapping[str, date] = field(default_factory=dict)
    identity: str = ""

    def is_accredited(self, today: date) -> bool:
        """Whether the accreditation holds today, its last day included."""
        return self.accredited_until is not None and today <= self.accredited_until

    def is_trained(self, course: str, today: date) -> bool:
        """Whether a course counts today, its last day included."""
        return course in self.training and today <= self.training[course]


def identity_code(issuer: str, subject: str) -> str:
    """What stands here for an identity of a provider: a digest, so that nothing of it is kept, logged or shown.

    Made of the issuer and the subject alone, which OpenID Connect says are the only claims that name a person for
    good (Core 1.0, section 5.7): names and addresses can be changed, and given to somebody else.
    """
    return digest.of_value([issuer, subject])[:32]


def check_person_has_role(person: Person, role: Role) -> None:
    """Raise NotAllowed unless the person holds the role."""
    if role not in person.roles:
        raise NotAllowed(f"'{person.id}' is not a {role.value}.", hint="Ask an operator for the role.")


def check_person_is_accredited(person: Person, today: date) -> None:
    """Raise NotAllowed unless the person's accreditation holds today."""
    if person.accredited_until is None:
        raise NotAllowed(f"'{person.id}' is not accredited.", hint="An operator writes an accreditation down.")
    if not person.is_accredited(today):
        raise NotAllowed(
            f"The accreditation of '{person.id}' ended on {person.accredited_until}.",
            hint="Renew it, and ask an operator to write it down.",
        )


def check_person_is_trained(person: Person, course: str, today: date) -> None:
    """Raise NotAllowed unless the person has done the course and it counts today."""
    if course not in person.training:
        raise NotAllowed(
            f"'{person.id}' has not done the training '{course}'.", hint="Do it, and ask an operator to write it down."
        )
    if not person.is_trained(course, today):
        raise NotAllowed(
            f"The training '{course}' of '{person.id}' ended on {person.training[course]}.",
            hint="Repeat it, and ask an operator to write it down.",
        )
