"""Random histories of an airlock on real stores, with several people, rounds, and two at once.

The oracle is independent of the airlock's own counting: it keeps who last approved which bytes, in which round and
group and as what kind, and reads what left from the package on the disk.
"""

import concurrent.futures
import threading
from collections.abc import Callable

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.airlock import SAID, Airlock
from tests.stores import stores
from tre.airlock.grouping import Arrangement
from tre.airlock.request import Audience, Decision, FileKind, Group, Request
from tre.airlock.review import Ballot
from tre.airlock.states import State
from tre.core import digest
from tre.core.errors import TreError
from tre.projects.project import Stop

NEVER = {"ravi", "mei", "lea", "odo", "dana", "lapsed"}  # whose approval must never let anything out
NEEDED = 2
NAMES = ("one.csv", "two.csv")
# Mostly what carries a request forward, so that many histories reach its end.
CHECKER = st.sampled_from(["chidi", "sofia", "yuki"])
ANYBODY = CHECKER | st.sampled_from(["chidi", "sofia", "ravi", "mei", "lapsed", "lea", "dana"])
AUTHOR = st.sampled_from(["ravi"] * 6 + ["mei", "chidi"])
SAYS = st.sampled_from(
    [(Decision.APPROVE,) * 2] * 8
    + [(Decision.APPROVE,), (Decision.CHANGES, Decision.APPROVE), (Decision.REFUSE,) * 2, (Decision.UNDECIDED,) * 2]
    + [(Decision.REFUSE, Decision.APPROVE)]
)
RARELY = st.sampled_from([False] * 7 + [True])
CONTENT = st.sampled_from([b"1\n", b"2\n"])


class Histories(RuleBasedStateMachine):
    """One project and its one request at a time; ``airlock`` is set by the test."""

    airlock: Airlock

    def __init__(self) -> None:
        super().__init__()
        self.approvals: dict[tuple[object, ...], dict[str, Decision]] = {}
        self.stopped = False
        self.removed: set[str] = set()
        self.pool = concurrent.futures.ThreadPoolExecutor(2)

    def teardown(self) -> None:
        self.pool.shutdown()

    @initialize(content=CONTENT)
    def begin(self, content):
        self.project = self.airlock.project()
        self.id = self.airlock.submissions.submit("ravi", self.project.id, dict.fromkeys(NAMES, content), SAID).id

    # ---- what people do; each returns an act, so that it can be done alone or beside another

    def voting(self, who, says, stale, finished) -> Callable[[], object]:
        seen = self.request
        shown = {name: seen.binding(seen.file(name)) for name in NAMES}
        ballots = {
            name: Ballot(said, "0" * 64 if stale else shown[name], "a reason")
            for name, said in zip(NAMES, says, strict=False)
        }

        def act():
            self.airlock.reviews.review(who, self.id, ballots, finished=finished)
            for name, ballot in ballots.items():
                self.approvals.setdefault(key(seen, name), {})[who] = ballot.decision

        return act

    def arranging(self, who, kind, words) -> Callable[[], object]:
        groups = [Group("outputs", words, "none")]
        places = {"two.csv": ("outputs", kind)}
        return lambda: self.airlock.requests.arrange(who, self.id, Arrangement(groups, places))

    def releasing(self, who) -> Callable[[], object]:
        return lambda: self.airlock.releases.release(who, self.id)

    # ---- rules

    @rule(who=ANYBODY, says=SAYS, stale=RARELY, unfinished=RARELY)
    def review(self, who, says, stale, unfinished):
        self.attempt(self.voting(who, says, stale, not unfinished))

    @rule(who=CHECKER, also=CHECKER, says=SAYS, says_too=SAYS)
    def two_review_at_once(self, who, also, says, says_too):
        if who != also:
            self.at_once(self.voting(who, says, False, True), self.voting(also, says_too, False, True))

    @rule(who=CHECKER, says=SAYS, kind=st.sampled_from(FileKind), words=st.sampled_from(["For A", "For B"]))
    def the_author_rearranges_meanwhile(self, who, says, kind, words):
        self.at_once(self.voting(who, says, False, True), self.arranging("ravi", kind, words))

    @rule(who=CHECKER, also=CHECKER)
    def two_release_at_once(self, who, also):
        before = self.request.state
        done = self.at_once(self.releasing(who), self.releasing(also))
        assert sum(done) <= 1
        assert not (any(done) and before is not State.APPROVED)

    @rule(who=CHECKER)
    def the_author_withdraws_during_a_release(self, who):
        if self.request.state is State.APPROVED:
            released, withdrew = self.at_once(
                self.releasing(who), lambda: self.airlock.requests.withdraw("ravi", self.id)
            )
            assert released != withdrew

    @rule(who=AUTHOR, kind=st.sampled_from(FileKind), words=st.sampled_from(["For A", "For B"]), meant=RARELY)
    def arrange(self, who, kind, words, meant):
        if meant:
            self.attempt(self.arranging(who, kind, words))

    @rule(who=ANYBODY)
    def finish(self, who):
        self.attempt(lambda: self.airlock.reviews.finish(who, self.id))

    @rule(who=ANYBODY, meant=RARELY, content=CONTENT, author=AUTHOR)
    def return_and_resubmit(self, who, meant, content, author):
        if meant and self.attempt(lambda: self.airlock.reviews.send_back(who, self.id, "Round it.")):
            self.resubmit(author, content, replied=True)

    @rule(who=AUTHOR, content=CONTENT, replied=st.booleans())
    def resubmit(self, who, content, replied):
        files, replies = dict.fromkeys(NAMES, content), {"outputs": "Rounded."} if replied else {}
        done = self.attempt(lambda: self.airlock.submissions.resubmit(who, self.id, files, SAID, replies))
        assert replied or not done, "resubmitted without an answer to what was asked"

    @rule(who=ANYBODY, audience=st.sampled_from(Audience))
    def comment_and_claim(self, who, audience):
        self.attempt(lambda: self.airlock.reviews.comment(who, self.id, "A word.", audience=audience))
        self.attempt(lambda: self.airlock.reviews.claim(who, self.id))

    @rule(who=CHECKER, also=CHECKER, together=st.booleans(), leaves=st.booleans())
    def carried_forward(self, who, also, together, leaves):
        """What mostly happens: two approve, and somebody releases."""
        first, second = (self.voting(one, (Decision.APPROVE,) * 2, False, True) for one in (who, also))
        if together and who != also:
            self.at_once(first, second)
        else:
            self.attempt(first)
            self.attempt(self.voting(also, (Decision.APPROVE,) * 2, False, True))
        if leaves:
            self.attempt(self.releasing(who))

    @rule(on=RARELY)
    def stop_or_lift(self, on):
        self.airlock.stop(self.project.id, Stop("lea", "look", "now") if on else None)
        self.stopped = on

    @rule(who=CHECKER, meant=RARELY)
    def a_checker_joins_the_project(self, who, meant):
        if meant:
            self.airlock.join(self.project.id, who)
            self.removed.add(who)

    @rule(who=ANYBODY)
    def release(self, who):
        self.attempt(self.releasing(who))

    @rule(who=ANYBODY, meant=RARELY)
    def revoke_or_begin_again(self, who, meant):
        if meant:
            self.attempt(lambda: self.airlock.distribution.revoke(who, self.id, "An error."))
        if self.request.state in {State.REVOKED, State.REJECTED, State.WITHDRAWN} and not self.stopped:
            self.id = self.airlock.submit(self.project).id

    # ---- what must hold

    @invariant()
    def never_out_without_the_needed_approvals_of_exactly_those_bytes(self):
        request = self.request
        if not request.release:
            return
        path = stores(self.airlock).packages.package_path(request.release)
        files = stores(self.airlock).packages.read_package(path)
        left = {name.removeprefix("outputs/"): data for name, data in files.items() if name.startswith("outputs/")}
        assert left, "an empty package"
        for name, data in left.items():
            file = request.file(name)
            assert file.kind is FileKind.OUTPUT
            assert digest.of_bytes(data) == file.clean_digest
            said = self.approvals.get(key(request, name), {})
            by = {who for who, word in said.items() if word is Decision.APPROVE}
            assert len(by) >= NEEDED, f"{name} left with the approval of {by}"
            assert not by & NEVER

    @invariant()
    def a_stopped_project_releases_nothing(self):
        released = self.request.state is State.RELEASED
        if self.stopped and released and not getattr(self, "was_released", False):
            raise AssertionError("released while the project was stopped")
        self.was_released = released

    # ---- helpers

    @property
    def request(self) -> Request:
        return self.airlock.request(self.id)

    def attempt(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except TreError:
            return False
        return True

    def at_once(self, *acts: Callable[[], object]) -> list[bool]:
        start = threading.Barrier(len(acts))

        def go(act):
            start.wait()
            return self.attempt(act)

        return [future.result() for future in [self.pool.submit(go, act) for act in acts]]


def key(request: Request, name: str) -> tuple[object, ...]:
    """Exactly what somebody approves: these bytes, in this round, as this kind, in this group with these words."""
    file = request.file(name)
    group = request.group(file.group)
    return (request.id, request.round, name, file.clean_digest, file.kind, group.name, group.context, group.controls)
