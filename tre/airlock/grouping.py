"""Groups and kinds of a request's files: how they are given on submission, and changed by the author later. Pure.

Every output stands in a group that says what it is, why it is needed, and what was done against disclosure. To move a
file, to change its kind or a group's words resets the votes on it: they are bound to all of these.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from disclosure_control.core.statbarns import RISKS, UNKNOWN
from tre.airlock.free_text import name, words
from tre.airlock.permissions import check_person_can
from tre.airlock.request import MANIFEST, ONLY_GROUP, FileKind, Group, Request, RequestFile
from tre.airlock.states import Step, transition
from tre.audit.events import Event
from tre.core import digest
from tre.core.errors import BadInput, NotFound
from tre.core.people import Person
from tre.projects.project import Project

BY_RECORD: Final = "As the record of the session says, file by file."
MOST_GROUPS: Final = 50

# By risk of a kind of output: what the statement of controls should speak of.
GUIDANCE: Final[Mapping[str, str]] = {
    "low counts": "How many people are the fewest behind a shown figure, and what was done with smaller groups?",
    "class disclosure": "Is there a group of whom all, or none, have a property; what was done about it?",
    "differencing": "Which other tables of the same people exist, and how do their groups differ from these?",
    "dominance": "How much of a total may the largest contributors make up, and how was that checked?",
    "end points": "Are the lowest and highest values those of one person; were they cut off?",
    "low degrees of freedom": "How many residual degrees of freedom does the model have?",
    "small groups": "Does a category of the model stand for few people?",
    "implicit tables": "Do the steps of the curve give a table of small counts?",
    "anything: the file does not say what it is": "What is in the file, who is behind it, how was each figure made?",
}


@dataclass(frozen=True)
class Arrangement:
    """How files are grouped.

    Attributes:
        groups: in the order in which they are shown; none means one group of everything.
        places: for a file by name, its group and its kind; what is not named is an output of the first group.
    """

    groups: Sequence[Group] = ()
    places: Mapping[str, tuple[str, FileKind]] = field(default_factory=dict)


def guidance(statbarns: Iterable[str]) -> tuple[str, ...]:
    """What a statement of controls should answer for outputs of these kinds, each question once."""
    risks = [risk for kind in statbarns for risk in RISKS.get(kind or UNKNOWN, RISKS[UNKNOWN])]
    return tuple(dict.fromkeys(GUIDANCE[risk] for risk in risks))


def arrange_files(
    files: Sequence[RequestFile], arrangement: Arrangement, *, context: str, controls: str
) -> tuple[tuple[RequestFile, ...], tuple[Group, ...]]:
    """The files with their groups and kinds, and the groups.

    Args:
        context, controls: of the one group when ``arrangement`` names none.

    Raises:
        BadInput: a group lacks its words, no output is left, or a place names a group or file that is not there.
    """
    recorded = any(file.name == MANIFEST for file in files)
    descriptions = arrangement.groups or (Group(ONLY_GROUP, context, controls),)
    groups = tuple(_checked_group(group, recorded=recorded) for group in descriptions)
    names = {group.name for group in groups}
    if len(names) < len(groups) or len(groups) > MOST_GROUPS:
        raise BadInput(f"Groups have different names, and there are {MOST_GROUPS} at most.")
    if unknown := set(arrangement.places) - {file.name for file in files}:
        raise BadInput(f"{len(unknown)} files were given a group but are not there.", hint="Name files as submitted.")
    placed = tuple(_file_in_group(file, arrangement.places, groups[0].name, names) for file in files)
    if not any(file.is_output for file in placed):
        raise BadInput("There is no output among the files.", hint="Make one with Outputs and call finalise() first.")
    return placed, groups


def arrange(
    request: Request, person: Person, project: Project, arrangement: Arrangement, *, now: datetime
) -> tuple[Request, Event]:
    """The author moves files between groups, changes their kinds (to withdraw one, say) or the groups' words.

    Files that ``arrangement`` does not name stay as they are; so do groups, when it gives none. The votes on what
    changed no longer count, whatever round they are of.

    Raises:
        NotAllowed, BadTransition: not the author, or not now.
        NotFound: no such file. BadInput: as ``arrange_files``.
    """
    row = transition(request.state, Step.ARRANGE)
    check_person_can(row.who, Step.ARRANGE, person, request, project, now.date())
    for file in arrangement.places:
        if request.file(file) is None:
            raise NotFound(f"Request '{request.id}' has no file of this name.")
    places = {file.name: (file.group, file.kind) for file in request.files} | dict(arrangement.places)
    groups = tuple(arrangement.groups) or request.groups or (Group(ONLY_GROUP, request.context, BY_RECORD),)
    files, groups = arrange_files(request.files, Arrangement(groups, places), context="", controls="")
    changed = replace(request, files=files, groups=groups)
    file_rows = [[file.name, file.group, file.kind.value] for file in files]
    document = [file_rows, [[group.name, group.context, group.controls] for group in groups]]
    details = {"round": request.round, "arrangement_digest": digest.of_value(document)}
    return changed, Event(row.event, person.id, request.id, now, details)


def _checked_group(group: Group, *, recorded: bool) -> Group:
    """The group with its words checked; with a record of the session, the controls may be left to it."""
    context = words(group.context, "context", hint="Say what the outputs are and why they are needed.")
    controls = words(
        group.controls or (BY_RECORD if recorded else ""),
        "controls",
        hint="Say what was done against disclosure: suppression, rounding, merged categories, or why none is needed.",
    )
    return Group(name(group.name, "group"), context, controls)


def _file_in_group(
    file: RequestFile, places: Mapping[str, tuple[str, FileKind]], default_group: str, group_names: set[str]
) -> RequestFile:
    group, kind = places.get(file.name, (default_group, FileKind.OUTPUT))
    if group not in group_names:
        raise BadInput(f"'{file.name}' was given a group that is not described.")
    if file.is_evidence and kind is not FileKind.OUTPUT:
        raise BadInput(f"'{file.name}' belongs to the record of the session and has no kind of its own.")
    return replace(file, group=group, kind=kind)
