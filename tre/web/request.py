"""One request as one page: what is asked, why, what was found, what was said, and what this reader can do now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from disclosure_control.core.outcome import Outcome
from tre.airlock.comments import visible_comments
from tre.airlock.grouping import guidance
from tre.airlock.owners import owners_still_to_decide
from tre.airlock.permissions import person_can_review
from tre.airlock.request import Audience, Comment, Decision, FileDecision, FileKind, Ground, RequestFile, Vote
from tre.airlock.request import Request as AirlockRequest
from tre.airlock.risk import risk_level
from tre.airlock.states import Step
from tre.airlock.votes import Phase, approvals_needed, decisions, finished_checkers, phase, visible_votes, votes_of
from tre.core import clock
from tre.core.people import Role
from tre.projects.suspension import MAY_RESUME, MAY_STOP
from tre.web.base import Site
from tre.web.previews import frame
from tre.web.queue import NEXT

PHASES: Final[Mapping[Phase, str]] = {
    Phase.CHECKING: "The check is running.",
    Phase.INDEPENDENT: "Review is independent: nobody sees another checker’s votes or comments yet.",
    Phase.CONSOLIDATING: "Enough checkers have finished. You see each other’s votes and settle what differs.",
    Phase.AUTHOR: "It is with the author, who was asked for changes.",
    Phase.COMPLETE: "The review is over.",
}
DECISIONS: Final[Mapping[Decision, str]] = {
    Decision.APPROVE: "Approve",
    Decision.CHANGES: "Ask for changes",
    Decision.REFUSE: "Refuse",
    Decision.UNDECIDED: "Undecided",
}


@dataclass(frozen=True)
class FileView:
    """One file as the page shows it. ``index`` counts from 1 over the whole page."""

    index: int
    file: RequestFile
    kind: str
    sandbox: str
    binding: str
    mine: Vote | None
    votes: Sequence[Vote]
    decision: FileDecision | None
    comments: Sequence[Comment]
    since: str


@dataclass(frozen=True)
class GroupView:
    """A group with its files, the worst first."""

    index: int
    name: str
    context: str
    controls: str
    questions: Sequence[str]
    reply: str
    files: Sequence[FileView]
    comments: Sequence[Comment]


class RequestPage:
    """The handler of one request's page."""

    def __init__(self, site: Site) -> None:
        """Show the installation of ``site``."""
        self._site = site
        self._app = site.app

    async def page(self, request: Request) -> Response:
        """One request."""
        identifier = request.path_params["request"]
        return await self._site.render(request, "request.html", lambda person: self._gather(person, identifier))

    async def release(self, request: Request) -> Response:
        """What somebody sees who may have the package and nothing else of the request."""
        identifier = request.path_params["request"]
        return await self._site.render(request, "release.html", lambda person: self._release(person, identifier))

    def _release(self, person: str, identifier: str) -> dict[str, Any]:
        record = self._app.requests.get_for_recipient(person, identifier)
        return {"record": record, "had": sum(delivery.to == f"person:{person}" for delivery in record.deliveries)}

    def _gather(self, person: str, identifier: str) -> dict[str, Any]:
        requests, floor = self._app.requests, self._app.settings.approvals_needed
        record = requests.get(person, identifier)
        viewer, project = self._app.people.get(person), self._app.projects.get(record.project)
        steps, now = requests.steps(person, record), phase(record, floor)
        groups = self._groups(record, person, now)
        files = [view for group in groups for view in group.files]
        outputs = [view for view in files if view.file.is_output]
        return {
            "record": record,
            "project": project,
            "run": self._app.request_files.run_of(record),
            "sources": self._app.request_files.sources(record),
            "groups": groups,
            "files": files,
            "counts": Counter(view.file.outcome for view in outputs),
            "voted": sum(view.mine is not None for view in outputs),
            "outputs": len(outputs),
            "finished": person in finished_checkers(record),
            "finished_count": len(finished_checkers(record)),
            "needed": approvals_needed(record, floor),
            "phase": PHASES[now],
            "can": {step.name.lower(): step in steps for step in Step},
            "checker": person_can_review(viewer, record, project, clock.now().date()),
            "author": person == record.author,
            "lead": Role.LEAD in viewer.roles,
            "next_step": NEXT[record.state],
            "claimed": person in {claim.checker for claim in record.claims},
            "checkers": self._checkers(record) if Step.ASSIGN in steps else [],
            "risk_level": risk_level(record.risks),
            "owners": owners_still_to_decide(record),
            "owned": [ask.dataset for ask in record.conditions if ask.owner_approval and person in ask.owners],
            "comments": [note for note in visible_comments(record, person, floor) if not (note.file or note.group)],
            "may_stop": project.stop is None and bool(viewer.roles & MAY_STOP),
            "may_resume": project.stop is not None and bool(viewer.roles & MAY_RESUME),
            "decisions": DECISIONS,
            "grounds": list(Ground),
            "kinds": list(FileKind),
            "Audience": Audience,
            "Decision": Decision,
        }

    def _groups(self, record: AirlockRequest, person: str, now: Phase) -> list[GroupView]:
        floor = self._app.settings.approvals_needed
        votes, own_votes = visible_votes(record, person, floor), votes_of(record, person)
        open_ = (now is Phase.CONSOLIDATING and person != record.author) or now in {Phase.AUTHOR, Phase.COMPLETE}
        settled = decisions(record, floor) if open_ else {}
        comments = visible_comments(record, person, floor)
        earlier_files = {file.name: file for file in record.before}
        replies = {reply.group: reply.text for reply in record.replies if reply.round == record.round}
        files = sorted((file for file in record.files if not file.is_evidence), key=_worst_first)
        names = list(dict.fromkeys(file.group for file in files))
        ordered = [file for name in names for file in files if file.group == name]
        views = [
            FileView(
                index=index,
                file=file,
                kind=frame.kind(file),
                sandbox=frame.sandbox(file),
                binding=record.binding(file),
                mine=own_votes.get(file.name),
                votes=votes.get(file.name, ()) if open_ else (),
                decision=settled.get(file.name),
                comments=[comment for comment in comments if comment.file == file.name],
                since=_since(file, earlier_files.get(file.name), record.round),
            )
            for index, file in enumerate(ordered, 1)
        ]
        groups = []
        for index, name in enumerate(names, 1):
            group, group_views = record.group(name), [view for view in views if view.file.group == name]
            questions = guidance(view.file.statbarn for view in group_views if view.file.is_output)
            own_comments = [comment for comment in comments if comment.group == name and not comment.file]
            reply = replies.get(name, "")
            groups.append(
                GroupView(index, name, group.context, group.controls, questions, reply, group_views, own_comments)
            )
        return groups

    def _checkers(self, record: AirlockRequest) -> list[str]:
        """Who may be given the request."""
        today, project = clock.now().date(), self._app.projects.get(record.project)
        claimed = {claim.checker for claim in record.claims}
        everybody = self._app.people.all()
        return [
            checker.id
            for checker in everybody
            if person_can_review(checker, record, project, today) and checker.id not in claimed
        ]


def _worst_first(file: RequestFile) -> tuple[bool, int, str]:
    return (not file.is_output, -(Outcome.FAIL if file.outcome is None else file.outcome), file.name)


def _since(file: RequestFile, before: RequestFile | None, number: int) -> str:
    """What became of a file since the last round."""
    if number == 1:
        return ""
    if before is None:
        return f"new in round {number}"
    same = (file.clean_digest, file.digest) == (before.clean_digest, before.digest)
    return f"as in round {number - 1}" if same else f"changed since round {number - 1}"
