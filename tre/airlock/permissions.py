"""Who may do what with a request. One function per kind of actor; each check raises, each predicate answers."""

from datetime import date

from tre.airlock.request import Request
from tre.airlock.states import Who
from tre.core.errors import NotAllowed
from tre.core.people import Person, Role, check_person_has_role, check_person_is_accredited
from tre.projects.project import Project, check_person_may_enter


def check_person_can_submit(person: Person, project: Project, today: date) -> None:
    """Raise NotAllowed unless this person may send outputs of this project to the airlock."""
    check_person_may_enter(person, project, today)


def check_person_is_author(person: Person, request: Request) -> None:
    """Raise NotAllowed unless this person wrote the request."""
    if person.id != request.author:
        raise NotAllowed(f"Only the author of request '{request.id}' may do this.")


def check_person_can_review(person: Person, request: Request, project: Project, today: date) -> None:
    """Raise NotAllowed unless this person may decide on this request.

    A checker, accredited today, who is neither the author nor anyone on the project.
    """
    check_person_has_role(person, Role.CHECKER)
    check_person_is_accredited(person, today)
    if person.id == request.author:
        raise NotAllowed("Nobody reviews a request of their own.", hint="Another checker must do it.")
    if person.id in project.members:
        raise NotAllowed(
            f"'{person.id}' works on project '{project.id}' and cannot review its requests.",
            hint="A checker outside the project must do it.",
        )


def person_can_review(person: Person, request: Request, project: Project, today: date) -> bool:
    """Whether this person may decide on this request."""
    try:
        check_person_can_review(person, request, project, today)
    except NotAllowed:
        return False
    return True


def check_person_can_see(person: Person, request: Request, project: Project, today: date) -> None:
    """Raise NotAllowed unless this person may see the request: its author, or one who may review it."""
    if person.id == request.author:
        check_person_is_accredited(person, today)
        return
    check_person_can_review(person, request, project, today)


def person_can_see(person: Person, request: Request, project: Project, today: date) -> bool:
    """Whether this person may see the request."""
    try:
        check_person_can_see(person, request, project, today)
    except NotAllowed:
        return False
    return True


def check_person_can(who: Who, person: Person, request: Request, project: Project, today: date) -> None:
    """Raise NotAllowed unless this person is what a row of the table of transitions asks for."""
    match who:
        case Who.AUTHOR:
            check_person_is_author(person, request)
            check_person_is_accredited(person, today)
        case Who.CHECKER:
            check_person_can_review(person, request, project, today)
        case Who.SYSTEM:
            raise NotAllowed("This step follows by itself and is taken by nobody.")
