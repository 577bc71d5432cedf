"""Who may do what with a request. Each word of ``Who`` is one function that raises; the predicates answer.

Which word a step needs stands in the table of ``states``; that a stopped project stands still, too.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from tre.airlock.request import Request
from tre.airlock.states import ALLOWED_WHILE_STOPPED, TRANSITIONS, Step, Who
from tre.core.errors import NotAllowed
from tre.core.people import Person, Role, check_person_has_role, check_person_is_accredited
from tre.projects.project import Project, check_person_may_enter
from tre.projects.suspension import check_project_is_not_stopped


def check_person_can_submit(person: Person, project: Project, today: date) -> None:
    """Raise NotAllowed unless this person may send outputs of this project to the airlock."""
    check_person_may_enter(person, project, today)
    check_project_is_not_stopped(project)


def check_person_is_author(person: Person, request: Request) -> None:
    """Raise NotAllowed unless this person wrote the request."""
    if person.id != request.author:
        raise NotAllowed(f"Only the author of request '{request.id}' may do this.")


def check_person_can_review(person: Person, request: Request, project: Project, today: date) -> None:
    """Raise NotAllowed unless this person may decide on this request.

    A checker, accredited today, who is neither the author nor anyone on the project, now or when it was submitted.
    """
    check_person_has_role(person, Role.CHECKER)
    _check_outsider(person, request, project, today)


def person_can_review(person: Person, request: Request, project: Project, today: date) -> bool:
    """Whether this person may decide on this request."""
    return _holds(check_person_can_review, person, request, project, today)


def check_person_can_see(person: Person, request: Request, project: Project, today: date) -> None:
    """Raise NotAllowed unless this person may see the request.

    Its author, one who may review it, a lead who is not on the project, or an owner whose approval it needs.
    """
    if person.id == request.author:
        check_person_is_accredited(person, today)
        return
    _check_any((Who.LEAD, Who.OWNER, Who.CHECKER), person, request, project, today)


def person_can_see(person: Person, request: Request, project: Project, today: date) -> bool:
    """Whether this person may see the request."""
    return _holds(check_person_can_see, person, request, project, today)


def check_person_can(
    who: Iterable[Who], step: Step, person: Person, request: Request, project: Project, today: date
) -> None:
    """Raise NotAllowed unless this person is one of what a row of the table of transitions asks for.

    Raises:
        NotAllowed: they are none of it, or the project is stopped and the step is not one of those left.
    """
    _check_any(tuple(who), person, request, project, today)
    if step not in ALLOWED_WHILE_STOPPED:
        check_project_is_not_stopped(project)


def steps_of(person: Person, request: Request, project: Project, today: date) -> frozenset[Step]:
    """The steps that this person can take now; whether votes and files allow them is asked by the step itself."""
    steps = set()
    for (state, step), row in TRANSITIONS.items():
        if state is request.state:
            try:
                check_person_can(row.who, step, person, request, project, today)
            except NotAllowed:
                continue
            steps.add(step)
    return frozenset(steps)


def _check_author(person: Person, request: Request, _: Project, today: date) -> None:
    check_person_is_author(person, request)
    check_person_is_accredited(person, today)


def _check_lead(person: Person, request: Request, project: Project, today: date) -> None:
    check_person_has_role(person, Role.LEAD)
    _check_outsider(person, request, project, today)


def _check_owner(person: Person, request: Request, project: Project, today: date) -> None:
    check_person_has_role(person, Role.DATA_OWNER)
    if not any(person.id in condition.owners for condition in request.conditions if condition.owner_approval):
        raise NotAllowed(f"'{person.id}' owns no dataset whose approval request '{request.id}' needs.")
    _check_outsider(person, request, project, today)


def _check_recipient(person: Person, request: Request, _: Project, __: date) -> None:
    if person.id not in {recipient.person for recipient in request.recipients}:
        raise NotAllowed(
            f"'{person.id}' is no recipient of this release.", hint="A checker or a lead names recipients."
        )


def _check_system(person: Person, request: Request, project: Project, today: date) -> None:  # noqa: ARG001 - a row of the table
    raise NotAllowed("This step follows by itself and is taken by nobody.")


def _check_outsider(person: Person, request: Request, project: Project, today: date) -> None:
    check_person_is_accredited(person, today)
    if person.id == request.author:
        raise NotAllowed("Nobody reviews a request of their own.", hint="Another checker must do it.")
    if person.id in project.members or person.id in request.involved:
        raise NotAllowed(
            f"'{person.id}' works or worked on project '{project.id}' and cannot review its requests.",
            hint="A checker outside the project must do it.",
        )


_CHECKS: Final[Mapping[Who, Callable[[Person, Request, Project, date], None]]] = {
    Who.SYSTEM: _check_system,
    Who.AUTHOR: _check_author,
    Who.CHECKER: check_person_can_review,
    Who.LEAD: _check_lead,
    Who.OWNER: _check_owner,
    Who.RECIPIENT: _check_recipient,
}

_OUTSIDE: Final = "accredited today; neither the author nor on the project, now or at a submission"

# What each word needs, for the table of the documentation.
NEEDS: Final[Mapping[Who, str]] = {
    Who.SYSTEM: "nobody; it follows from the check or the votes",
    Who.AUTHOR: "wrote the request; accredited today",
    Who.CHECKER: f"has the role checker; {_OUTSIDE}",
    Who.LEAD: f"has the role lead; {_OUTSIDE}",
    Who.OWNER: f"has the role data-owner; named by a dataset's contract; {_OUTSIDE}",
    Who.RECIPIENT: "named as a recipient of the release",
}


def _check_any(who: tuple[Who, ...], person: Person, request: Request, project: Project, today: date) -> None:
    """Raise the last word's refusal unless the person is one of them."""
    for place, word in enumerate(who):
        try:
            _CHECKS[word](person, request, project, today)
        except NotAllowed:
            if place == len(who) - 1:
                raise
        else:
            return


def _holds(
    check: Callable[[Person, Request, Project, date], None],
    person: Person,
    request: Request,
    project: Project,
    today: date,
) -> bool:
    try:
        check(person, request, project, today)
    except NotAllowed:
        return False
    return True
