"""The airlock's desk: what authors, checkers, leads and data owners do with requests, each as one short method.

Every decision is made within the store's transaction, on the person and the project as they are then.
"""

import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from tre.airlock.check import check
from tre.airlock.claims import assign, claim, hand_back
from tre.airlock.comments import comment
from tre.airlock.grouping import Arrangement, arrange
from tre.airlock.owners import conditions_of, owner_decide
from tre.airlock.permissions import check_person_can_see, person_can_see, steps_of
from tre.airlock.ports import CheckInputs
from tre.airlock.prior_outputs import PriorOutput, earlier_outputs, related_projects
from tre.airlock.queue import WAITING, Figures, QueueEntry, Summary, Targets, figures, queue
from tre.airlock.request import Audience, Condition, Direction, Request
from tre.airlock.review import Ballot, finish, review, send_back, withdraw
from tre.airlock.source_code import Source, is_of_run, sources
from tre.airlock.states import State, Step
from tre.airlock.submit import SubmissionDetails, freeze, freeze_code, resubmit, submit
from tre.audit.events import Action, Event
from tre.audit.ports import EntryFilter
from tre.core import clock
from tre.core.errors import BadInput, BadTransition, NotFound
from tre.core.ids import ProjectId, RequestId, RunId
from tre.core.people import Person, Role, check_person_has_role
from tre.projects.effective_policy import strictest_policy
from tre.projects.project import Project
from tre.runs.manifest import Run
from tre.services.container import Container
from tre.services.people import PeopleService

Act = Callable[[Request, Person, Project], tuple[Request, Event]]


class RequestService:
    """What people do with requests. Who may do what is asked of ``airlock.permissions`` by each step."""

    def __init__(self, people: PeopleService, parts: Container) -> None:
        """Work on one installation."""
        self._people = people
        self._parts = parts
        self._settings = parts.settings
        self._needed = parts.settings.approvals_needed

    # ---- authors

    def submit(
        self,
        person: str,
        project: str,
        files: Mapping[str, bytes],
        said: SubmissionDetails,
        *,
        run: RunId | None = None,
        direction: Direction = Direction.OUT,
    ) -> Request:
        """Send files to the airlock, out of the environment or into the project, and have them checked."""
        who, where = self._people.get(person), self._parts.projects.project(ProjectId(project))
        made = submit(
            who,
            where,
            files,
            self._parts.vault,
            self._parts.requests,
            said,
            now=clock.now(),
            run=run,
            conditions=self._conditions(where),
            direction=direction,
        )
        return self.check(made.id)

    def submit_import(self, person: str, project: str, path: Path, said: SubmissionDetails) -> Request:
        """Ask that a folder of code or reference data may come into a project."""
        files = self._parts.collector.read(path.absolute().parent, path.name)
        return self.submit(person, project, files, said, direction=Direction.IN)

    def resubmit(
        self,
        person: str,
        request: str,
        files: Mapping[str, bytes],
        said: SubmissionDetails,
        replies: Mapping[str, str] | None = None,
        *,
        run: RunId | None = None,
    ) -> Request:
        """Send a returned request again, in its next round; ``run`` is the one that left the new files.

        Without ``replies``, the context answers for every group of which changes were asked, if it is not the old one.
        """
        frozen, now = freeze(files, self._parts.vault), clock.now()
        code = freeze_code(said.code, self._parts.vault)

        def act(old: Request, who: Person, where: Project) -> tuple[Request, Event]:
            arrangement = said.arrangement if said.arrangement.groups or said.arrangement.places else None
            given = replies if replies is not None else _context_as_reply(old, said)
            asks = self._conditions(where)
            return resubmit(
                old,
                who,
                where,
                frozen,
                now=now,
                replies=given,
                arrangement=arrangement,
                conditions=asks,
                run=run,
                code=code,
            )

        self.change(person, request, act)
        return self.check(request)

    def arrange(self, person: str, request: str, arrangement: Arrangement) -> Request:
        """Move files between groups, change their kinds or the groups' words."""
        return self.change(
            person, request, lambda old, who, where: arrange(old, who, where, arrangement, now=clock.now())
        )

    def withdraw(self, person: str, request: str) -> Request:
        """The author takes a request back."""
        return self.change(person, request, lambda *old: withdraw(*old, now=clock.now()))

    def check(self, request: str) -> Request:
        """Run disclosure control on a submitted request; it then waits for its checkers."""
        submitted = self._parts.requests.request(RequestId(request))
        parts, vault, now = self._parts, self._parts.vault, clock.now()
        earlier = self.earlier(submitted)
        where = parts.projects.project(submitted.project)
        asked = [(one.dataset, one.version, one.policy) for one in submitted.conditions]
        inputs = CheckInputs(
            policy=strictest_policy(where.policy, asked),
            views=parts.views(where),
            numbers=numbers if (numbers := parts.numbers(where.id)).is_file() else None,
            earlier=[(one, vault.get(one.fingerprint)) for one in earlier],
        )
        with tempfile.TemporaryDirectory(prefix="request-", dir=parts.folder("checks")) as temporary:
            for file in submitted.files:
                path = Path(temporary) / file.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(vault.get(file.digest))
            checked = parts.checker.check(Path(temporary), inputs, timeout_s=self._settings.check_timeout_s)
        usual, high = self._needed, self._settings.high_risk_approvals_needed

        def decide(old: Request) -> tuple[Request, Event]:
            if old.round != submitted.round:
                raise BadTransition(
                    f"Request '{old.id}' was submitted again while round {submitted.round} was checked."
                )
            return check(old, checked, vault, now, earlier, usual=usual, high=high)

        return parts.requests.change_request(submitted.id, decide)

    # ---- checkers and data owners

    def review(self, person: str, request: str, ballots: Mapping[str, Ballot], *, finished: bool = True) -> Request:
        """Record one checker's votes; with ``finished`` their review ends when every output has one."""

        def act(old: Request, who: Person, where: Project) -> tuple[Request, Event]:
            return review(old, who, where, ballots, needed=self._needed, now=clock.now(), finish=finished)

        return self.change(person, request, act)

    def finish(self, person: str, request: str) -> Request:
        """End one checker's review of this round, with the votes they have given."""
        return self.change(person, request, lambda *old: finish(*old, needed=self._needed, now=clock.now()))

    def send_back(self, person: str, request: str, reason: str, groups: Sequence[str] = ()) -> Request:
        """A checker returns a request to its author, asking for changes of these groups."""
        return self.change(person, request, lambda *old: send_back(*old, reason=reason, groups=groups, now=clock.now()))

    def comment(
        self,
        person: str,
        request: str,
        text: str,
        *,
        audience: Audience = Audience.PUBLIC,
        group: str = "",
        file: str = "",
        cell: str = "",
    ) -> Request:
        """Add a comment on a request, a group, a file or a cell."""

        def act(old: Request, who: Person, where: Project) -> tuple[Request, Event]:
            now = clock.now()
            return comment(old, who, where, text=text, audience=audience, group=group, file=file, cell=cell, now=now)

        return self.change(person, request, act)

    def owner_decide(self, person: str, request: str, dataset: str, *, approves: bool, reason: str = "") -> Request:
        """A data owner approves this round for their dataset, or refuses it."""

        def act(old: Request, who: Person, where: Project) -> tuple[Request, Event]:
            return owner_decide(old, who, where, dataset=dataset, approves=approves, reason=reason, now=clock.now())

        return self.change(person, request, act)

    # ---- who looks at what

    def claim(self, person: str, request: str) -> Request:
        """A checker takes a request."""
        return self.change(person, request, lambda *old: claim(*old, needed=self._needed, now=clock.now()))

    def assign(self, person: str, request: str, checker: str) -> Request:
        """A lead gives a request to a checker."""

        def act(old: Request, who: Person, where: Project) -> tuple[Request, Event]:
            return assign(old, who, self._people.get(checker), where, needed=self._needed, now=clock.now())

        return self.change(person, request, act)

    def hand_back(self, person: str, request: str, checker: str = "") -> Request:
        """A checker gives up a claim, or a lead ends another's."""
        return self.change(person, request, lambda *old: hand_back(*old, checker=checker, now=clock.now()))

    def queue(self, person: str) -> list[QueueEntry]:
        """What waits and this person may see: late first, then by risk, then the oldest first."""
        return queue(self.summaries(person, WAITING), clock.now(), self._targets)

    def figures(self, person: str) -> Figures:
        """Waiting times, outcomes, grounds and load, for a lead. Raises NotAllowed."""
        check_person_has_role(self._people.get(person), Role.LEAD)
        return figures(self._parts.requests.summaries(), clock.now(), self._targets)

    def summaries(self, person: str, states: Collection[State] | None = None) -> list[Summary]:
        """What lists show of the requests, in some states, that this person may see, oldest first."""
        who, today = self._people.get(person), clock.now().date()
        members = {project.id: project.members for project in self._parts.projects.projects()}
        if not who.is_accredited(today):
            return []
        outside = bool(who.roles & {Role.CHECKER, Role.LEAD})
        owns = Role.DATA_OWNER in who.roles
        return [
            one
            for one in self._parts.requests.summaries(states)
            if one.author == who.id
            or (
                (outside or (owns and who.id in one.owners))
                and who.id not in one.involved | members[ProjectId(one.project)]
            )
        ]

    # ---- what anyone entitled may look at

    def request(self, person: str, request: str) -> Request:
        """One request, for those who may see it. Raises NotFound, NotAllowed."""
        found = self._parts.requests.request(RequestId(request))
        where = self._parts.projects.project(found.project)
        check_person_can_see(self._people.get(person), found, where, clock.now().date())
        return found

    def requests(self, person: str) -> list[Request]:
        """The requests that a person may see, oldest first."""
        who, today = self._people.get(person), clock.now().date()
        projects = {project.id: project for project in self._parts.projects.projects()}
        found = self._parts.requests.requests()
        return [item for item in found if person_can_see(who, item, projects[item.project], today)]

    def steps(self, person: str, request: Request) -> frozenset[Step]:
        """What this person can do with a request now, for its page's buttons."""
        where = self._parts.projects.project(request.project)
        return steps_of(self._people.get(person), request, where, clock.now().date())

    def clean_file(self, person: str, request: str, name: str) -> bytes:
        """The bytes that would be released of one file; who looked is written down. Raises NotFound."""
        found = self.request(person, request)
        file = found.file(name)
        if file is None or file.is_evidence:
            raise NotFound(f"Request '{found.id}' has no file of this name to look at.")
        data = self._parts.vault.get(file.clean_digest)
        details = {"round": found.round, "digest": file.clean_digest}
        self._parts.requests.note_request(Event(Action.REQUEST_FILE_VIEWED, person, found.id, clock.now(), details))
        return data

    def run_of(self, request: Request) -> Run | None:
        """The run that left exactly the request's files, if one did."""
        run = self._parts.runs.run(request.run) if request.run else None
        return run if run is not None and is_of_run(request, run) else None

    def sources(self, request: Request) -> tuple[Source, ...]:
        """The code behind a request's outputs, for those who may see it."""
        run = self.run_of(request)
        wanted = EntryFilter(limit=1, subject=run.id if run else "", action=Action.RUN_ENDED)
        ended = self._parts.database.page(wanted) if run else []
        logged = str(ended[0].details.get("manifest_digest", "")) if ended else ""
        return sources(request, run, logged, self._parts.vault.get)

    def code(self, person: str, request: str, digest: str) -> Source:
        """One source of a request; who looked is written down. Raises NotFound, NotAllowed."""
        found = self.request(person, request)
        source = next((one for one in self.sources(found) if one.digest == digest), None)
        if source is None:
            raise NotFound(f"Request '{found.id}' has no code of this digest.")
        details = {"round": found.round, "digest": source.digest}
        self._parts.requests.note_request(Event(Action.REQUEST_FILE_VIEWED, person, found.id, clock.now(), details))
        return source

    def earlier(self, request: Request, *, released_only: bool = False) -> list[PriorOutput]:
        """What a request is compared with, so that nobody is found by subtracting outputs."""
        where = self._parts.projects.project(request.project)
        # A project that sees no dataset shares none.
        related = related_projects(where, self._parts.projects.projects()) if where.columns else frozenset()
        everything = self._parts.requests.requests({request.project, *related})
        return earlier_outputs(request, everything, related, released_only=released_only)

    # ---- helpers

    def change(self, person: str, request: str, act: Act) -> Request:
        """Let ``act`` say what a request becomes, by this person, within the store's transaction."""

        def decide(old: Request) -> tuple[Request, Event]:
            return act(old, self._people.get(person), self._parts.projects.project(old.project))

        return self._parts.requests.change_request(RequestId(request), decide)

    @property
    def _targets(self) -> Targets:
        return Targets(self._settings.first_review_target_h, self._settings.decision_target_h)

    def _conditions(self, project: Project) -> tuple[Condition, ...]:
        """What the project's datasets ask: by the contract of the version that it sees, and by the newest."""
        catalogue = self._parts.catalogue
        newest = [catalogue.version(dataset) for dataset in project.columns]
        seen = [catalogue.version(dataset, number) for dataset, number in project.versions.items()]
        versions = {(one.dataset, one.contract_digest): one for one in [*newest, *seen]}
        return conditions_of(self._parts.contracts(versions.values()))


def _context_as_reply(old: Request, said: SubmissionDetails) -> dict[str, str]:
    if old.asked and said.context.strip() == old.context:
        raise BadInput("Say what you changed.", hint="Give it as the context, or as a reply to each group.")
    return dict.fromkeys(old.asked, said.context)
