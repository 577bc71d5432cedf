"""The emergency stop of a project: its requests stand still until somebody lifts it by name, with a reason. Pure."""

from dataclasses import replace
from datetime import datetime

from tre.core import clock
from tre.core.errors import BadInput, BadTransition, NotAllowed
from tre.core.people import Person, Role
from tre.projects.project import Project, Stop

# Who may stop, and who may lift it.
MAY_STOP = frozenset({Role.CHECKER, Role.LEAD, Role.DATA_MANAGER, Role.OPERATOR, Role.DATA_OWNER})
MAY_RESUME = frozenset({Role.LEAD, Role.DATA_MANAGER, Role.OPERATOR})


def stop_project(project: Project, person: Person, *, reason: str, now: datetime) -> Project:
    """The project, stopped. Raises NotAllowed, BadInput without a reason, BadTransition when it is stopped already."""
    _check_role(person, MAY_STOP)
    if not reason.strip():
        raise BadInput("A stop needs a reason.", hint="It is recorded with your name.")
    if project.stop is not None:
        raise BadTransition(f"Project '{project.id}' is stopped already.")
    return replace(project, stop=Stop(person.id, reason.strip(), clock.text(now)))


def resume_project(project: Project, person: Person, *, reason: str) -> Project:
    """The project, going on. Nobody on the project lifts its stop. Raises as ``stop_project``."""
    _check_role(person, MAY_RESUME)
    if person.id in project.members:
        raise NotAllowed(f"'{person.id}' works on project '{project.id}' and cannot lift its stop.")
    if not reason.strip():
        raise BadInput("Lifting a stop needs a reason.", hint="It is recorded with your name.")
    if project.stop is None:
        raise BadTransition(f"Project '{project.id}' is not stopped.")
    return replace(project, stop=None)


def check_project_is_not_stopped(project: Project) -> None:
    """Raise NotAllowed while the project is stopped."""
    if project.stop is not None:
        raise NotAllowed(
            f"Project '{project.id}' was stopped by '{project.stop.by}'; nothing moves until the stop is lifted.",
            hint="A lead, a data manager or an operator can lift it: 'tre project resume'.",
        )


def _check_role(person: Person, roles: frozenset[Role]) -> None:
    if not person.roles & roles:
        raise NotAllowed(f"'{person.id}' is none of: {', '.join(sorted(roles))}.")
