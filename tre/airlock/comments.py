"""Words beside a request: by request, group, file or cell; public or for checkers; blind until consolidation. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from tre.airlock.free_text import name, words
from tre.airlock.permissions import check_person_can
from tre.airlock.request import Audience, Comment, Request
from tre.airlock.states import Step, transition
from tre.airlock.votes import Phase, phase
from tre.audit.events import Event
from tre.core import clock, digest
from tre.core.errors import BadInput, NotFound
from tre.core.people import Person
from tre.projects.project import Project

MOST_COMMENTS = 2_000  # on one request; more is an accident or an attack


@dataclass(frozen=True)
class Subject:
    """What a comment is about: a group, a file, or a cell, which is a place in a file as the page names it."""

    group: str = ""
    file: str = ""
    cell: str = ""


_WHOLE: Final = Subject()


def comment(
    request: Request,
    person: Person,
    project: Project,
    *,
    text: str,
    audience: Audience,
    now: datetime,
    about: Subject = _WHOLE,
) -> tuple[Request, Event]:
    """Add a comment.

    Args:
        audience: the author's comments are public always.
        about: what it is about; by default the whole request.

    Raises:
        NotAllowed, BadTransition: this person may not, or not now.
        NotFound: the request has no such group or file.
        BadInput: there are no words, or they are too long; or a cell without its file.
    """
    row = transition(request.state, Step.COMMENT)
    check_person_can(row.who, Step.COMMENT, person, request, project, now.date())
    by_author = person.id == request.author
    if by_author and audience is not Audience.PUBLIC:
        raise BadInput("An author's comment is public.")
    if about.file and request.file(about.file) is None:
        raise NotFound(f"Request '{request.id}' has no file of this name.")
    if about.group and about.group not in {file.group for file in request.files}:
        raise NotFound(f"Request '{request.id}' has no group of this name.")
    if about.cell and not about.file:
        raise BadInput("A comment on a cell names its file.")
    if len(request.comments) >= MOST_COMMENTS:
        raise BadInput(f"A request holds {MOST_COMMENTS} comments at most.")
    body = words(text, "comment")
    place = name(about.cell, "cell") if about.cell else ""
    entry = Comment(
        f"c{len(request.comments) + 1}",
        request.round,
        person.id,
        by_author,
        body,
        audience,
        clock.text(now),
        about.group,
        about.file,
        place,
    )
    details = {
        "round": request.round,
        "comment": entry.id,
        "audience": audience.value,
        "text_digest": digest.of_bytes(body.encode()),
    }
    changed = replace(request, comments=(*request.comments, entry))
    return changed, Event(row.event, person.id, request.id, now, details)


def visible_comments(request: Request, viewer: str, needed: int) -> tuple[Comment, ...]:
    """The comments that somebody may read; who may see the request at all is asked elsewhere.

    Everybody reads their own and the author's. A checker reads other checkers' once the round they were written in is
    in consolidation or over; the author reads the public ones once that round is over or the request came back.
    """
    now = phase(request, needed)
    checkers_see = now in {Phase.CONSOLIDATING, Phase.AUTHOR, Phase.COMPLETE}
    author_sees = now in {Phase.AUTHOR, Phase.COMPLETE}

    def is_visible(comment: Comment) -> bool:
        if comment.by == viewer or comment.by_author:
            return True
        over = comment.round < request.round
        if viewer == request.author:
            return comment.audience is Audience.PUBLIC and (over or author_sees)
        return over or checkers_see

    return tuple(comment for comment in request.comments if is_visible(comment))
