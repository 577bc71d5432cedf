"""Random histories of a request: whatever happens in whatever order, nothing is released without two checkers.

The oracle is independent of the airlock's own counting: it keeps, for each round, who approved which bytes.
"""

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from disclosure_control.core.outcome import Outcome
from tests.factories import NOW, checker, file, file_row, person, project, report_record, request
from tre.airlock.check import check
from tre.airlock.ports import CheckResult
from tre.airlock.release import approved_files
from tre.airlock.request import Decision
from tre.airlock.review import Ballot, review, send_back, withdraw
from tre.airlock.states import State, Step, transition
from tre.airlock.submit import Answers, resubmit
from tre.core.digest import of_bytes
from tre.core.errors import TreError

PEOPLE = {
    "ravi": person(roles=("researcher", "checker")),  # the author, who is a checker elsewhere
    "mei": person(id="mei", roles=("researcher", "checker")),  # a member of the project
    "chidi": checker(),
    "sofia": checker(id="sofia"),
    "yuki": checker(id="yuki"),
    "lapsed": checker(id="lapsed", accredited_until=None),
    "olga": person(id="olga", roles=("operator",)),
}
NAMES = ["one.csv", "two.csv"]
NEEDED = 2
REPLIES = {"outputs": "Changed."}
PROJECT = project(members=("ravi", "mei"))
# Mostly what carries a request forward, so that many histories reach its end.
WHO = st.sampled_from(["chidi", "sofia", "yuki"]) | st.sampled_from(["ravi", "ravi", "mei", "mei", "lapsed", "olga"])
BALLOTS = st.sampled_from([[Decision.APPROVE] * 2] * 6 + [[Decision.APPROVE], [Decision.REFUSE], [Decision.REFUSE] * 2])
RARELY = st.sampled_from([False] * 7 + [True])
TEXTS = st.sampled_from([(b"a", b"a"), (b"a", b"a"), (b"a", b"b")])


class _Vault:
    def __init__(self):
        self.kept = {}

    def put(self, data):
        self.kept[of_bytes(data)] = data
        return of_bytes(data)

    def get(self, digest):
        return self.kept[digest]


class Airlock(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.vault = _Vault()
        self.request = request(
            state=State.SUBMITTED, files=[file(name=name, outcome=None, clean=b"") for name in NAMES]
        )
        self.clean = {}
        self.approvals = {}  # (round, name, digest) -> the people who last said approve
        self.released = None

    def attempt(self, act):
        try:
            self.request = act(self.request)
        except TreError:
            return False
        return True

    @initialize(texts=TEXTS)
    def submitted(self, texts):
        self.check(texts, [Outcome.PASS, Outcome.REVIEW])

    @rule(outcomes=st.tuples(*[st.sampled_from(Outcome)] * 2), texts=TEXTS)
    def checked(self, outcomes, texts):
        self.check(texts, outcomes)

    def check(self, texts, outcomes):
        rows = [
            file_row(of.name, of.digest, outcome=outcome.label)
            for of, outcome in zip(self.request.files, outcomes, strict=True)
        ]
        clean = dict(zip(NAMES, texts, strict=True))
        self.attempt(lambda old: check(old, CheckResult(report_record(*rows), clean), self.vault, NOW)[0])

    @rule(who=WHO, said=BALLOTS, stale=RARELY)
    def reviewed(self, who, said, stale):
        seen = {name: self.request.file(name).clean_digest for name in NAMES}
        shown = {name: self.request.binding(self.request.file(name)) for name in NAMES}
        ballots = {
            name: Ballot(decision, "0" * 64 if stale else shown[name], "a reason")
            for name, decision in zip(NAMES, said, strict=False)
        }
        round_ = self.request.round
        if self.attempt(lambda old: review(old, PEOPLE[who], PROJECT, ballots, needed=NEEDED, now=NOW)[0]):
            for name, ballot in ballots.items():
                approvers = self.approvals.setdefault((round_, name, seen[name]), set())
                (approvers.add if ballot.decision is Decision.APPROVE else approvers.discard)(who)
        self.release_if_it_can_be()

    @rule(who=WHO, author=st.just("ravi") | WHO, texts=TEXTS)
    def returned_and_resubmitted(self, who, author, texts):
        if self.attempt(lambda old: send_back(old, PEOPLE[who], PROJECT, reason="change it", now=NOW)[0]):
            self.resubmit(author, texts)

    @rule(who=WHO, texts=TEXTS)
    def resubmit(self, who, texts):
        files = tuple(file(name=name, outcome=None, clean=b"") for name in NAMES)
        if self.attempt(lambda old: resubmit(old, PEOPLE[who], PROJECT, files, Answers(REPLIES), now=NOW)[0]):
            self.check(texts, [Outcome.PASS, Outcome.FAIL])

    @rule(who=WHO, meant=RARELY)
    def withdrawn(self, who, meant):
        if meant:
            self.attempt(lambda old: withdraw(old, PEOPLE[who], PROJECT, now=NOW)[0])

    @rule()
    def release_if_it_can_be(self):
        def act(old):
            row = transition(old.state, Step.RELEASE)
            self.released = (old.round, approved_files(old, PROJECT, NEEDED))
            return type(old)(**{**old.__dict__, "state": row.to})

        self.attempt(act)

    @invariant()
    def never_released_without_two_checkers(self):
        if self.request.state is State.RELEASED:
            round_, files = self.released
            assert files
            for of in files:
                by = self.approvals.get((round_, of.name, of.clean_digest), set())
                assert len(by) >= NEEDED, f"released with the approval of {by}"
                assert not by & {"ravi", "mei", "lapsed", "olga"}


@pytest.mark.parametrize("times", [100, pytest.param(500, marks=pytest.mark.heavy)])
def test_airlock(times: int) -> None:
    run_state_machine_as_test(Airlock, settings=settings(max_examples=times, stateful_step_count=40, deadline=None))
