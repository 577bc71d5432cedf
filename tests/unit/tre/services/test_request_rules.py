"""Comments, claims, groups, owners, risk and the emergency stop: each rule and its refusal."""

from dataclasses import replace

import pytest

from disclosure_control.core.outcome import Outcome
from tests.factories import NOW, TODAY, checker, file, finding, person, project, request, vote
from tre.airlock.claims import assign, claim, hand_back
from tre.airlock.comments import Subject, comment, visible_comments
from tre.airlock.grouping import GUIDANCE, Arrangement, arrange, arrange_files, guidance
from tre.airlock.owners import check_owners_approve, owner_decide, owners_still_to_decide
from tre.airlock.permissions import check_person_can, steps_of
from tre.airlock.request import Audience, Condition, FileKind, Group
from tre.airlock.review import Ballot, Decision, review, send_back
from tre.airlock.risk import RISKS, Risk, approvals_by_risk, risk_level, risks_of
from tre.airlock.states import ALLOWED_WHILE_STOPPED, TRANSITIONS, State, Who
from tre.airlock.submit import Answers, resubmit
from tre.core.errors import BadInput, BadTransition, NotAllowed, NotFound
from tre.projects.project import Stop
from tre.projects.suspension import resume_project, stop_project

LEAD = person(id="lea", roles=("lead",))
OWNER = person(id="odo", roles=("data-owner",))
ASKS = Condition("wages", 1, owner_approval=True, owners=("odo",))
STOP = Stop("lea", "look", "2026-05-04T09:00:00+00:00")


# ---- comments


def wrote(asked, who, audience=Audience.PUBLIC, **place):
    return comment(asked, who, project(), text="A word.", audience=audience, now=NOW, about=Subject(**place))[0]


def seen(asked, viewer):
    return [one.id for one in visible_comments(asked, viewer, 2)]


def test_comments_are_blind_until_consolidation_and_private_ones_stay_with_checkers():
    of = file()
    asked = wrote(wrote(request(files=[of]), checker()), checker(id="sofia"), Audience.CHECKERS)
    asked = wrote(asked, person(), file="table.csv", cell="row North, column f")
    assert seen(asked, "chidi") == ["c1", "c3"]
    assert seen(asked, "sofia") == ["c2", "c3"]
    assert seen(asked, "ravi") == ["c3"]
    finished = request(files=[of], votes=[vote(of, by="chidi"), vote(of, by="sofia", decision=Decision.UNDECIDED)])
    together = replace(asked, finished=finished.finished)
    assert seen(together, "yuki") == ["c1", "c2", "c3"]
    assert seen(together, "ravi") == ["c3"]
    assert seen(replace(together, state=State.RETURNED), "ravi") == ["c1", "c3"]
    assert seen(replace(asked, round=2), "ravi") == ["c1", "c3"], "of an earlier round"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"text": " "}, BadInput),
        ({"text": "x" * 20_000}, BadInput),
        ({"text": "a\x00b"}, BadInput),
        ({"cell": "row 1"}, BadInput),
        ({"file": "none.csv"}, NotFound),
        ({"group": "none"}, NotFound),
    ],
)
def test_a_comment_that_cannot_be(given, error):
    given = dict(given)
    with pytest.raises(error):
        text = given.pop("text", "x")
        comment(request(), checker(), project(), text=text, audience=Audience.PUBLIC, now=NOW, about=Subject(**given))


def test_the_log_holds_a_comments_digest_and_not_its_words():
    _, event = comment(request(), checker(), project(), text="secret words", audience=Audience.PUBLIC, now=NOW)
    assert "secret" not in str(event.details)


def test_an_author_writes_for_all():
    with pytest.raises(BadInput):
        comment(request(), person(), project(), text="x", audience=Audience.CHECKERS, now=NOW)


# ---- claims


def test_claim_assign_and_hand_back():
    asked, _ = claim(request(), checker(), project(), needed=2, now=NOW)
    with pytest.raises(BadTransition, match="already"):
        claim(asked, checker(), project(), needed=2, now=NOW)
    asked, event = assign(asked, LEAD, checker(id="sofia"), project(), needed=2, now=NOW)
    assert (event.details["checker"], [one.by for one in asked.claims]) == ("sofia", ["chidi", "lea"])
    asked, _ = claim(asked, checker(id="yuki"), project(), needed=2, now=NOW)
    with pytest.raises(BadTransition, match="enough"):
        claim(asked, checker(id="zoe"), project(), needed=2, now=NOW)
    with pytest.raises(NotAllowed):
        hand_back(asked, checker(), project(), checker="sofia", now=NOW)
    asked, _ = hand_back(asked, LEAD, project(), checker="sofia", now=NOW)
    asked, _ = hand_back(asked, checker(), project(), now=NOW)
    assert [one.checker for one in asked.claims] == ["yuki"]
    with pytest.raises(BadInput):
        hand_back(asked, checker(), project(), now=NOW)


def test_a_lead_assigns_to_nobody_who_may_not_review():
    for who in (person(roles=("researcher", "checker")), person(id="mei"), checker(accredited_until=None)):
        with pytest.raises(NotAllowed):
            assign(request(), LEAD, who, project(members=("ravi", "mei")), needed=2, now=NOW)


# ---- groups and kinds


def test_every_group_says_what_it_is_and_what_was_done():
    files = [file()]
    for group in (Group("outputs", "", "none"), Group("outputs", "Why", ""), Group("", "Why", "none")):
        with pytest.raises(BadInput):
            arrange_files(files, Arrangement([group]), context="", controls="")
    recorded = [*files, file(name="results.json")]
    placed, groups = arrange_files(recorded, Arrangement(), context="Why", controls="")
    assert "record" in groups[0].controls
    assert placed[0].is_output


def test_places_name_files_and_groups_that_are_there():
    group = Group("a", "Why", "none")
    for places in ({"none.csv": ("a", FileKind.OUTPUT)}, {"table.csv": ("b", FileKind.OUTPUT)}):
        with pytest.raises(BadInput):
            arrange_files([file()], Arrangement([group], places), context="", controls="")
    with pytest.raises(BadInput, match="no output"):
        arrange_files([file()], Arrangement([group], {"table.csv": ("a", FileKind.CODE)}), context="", controls="")


def test_the_author_alone_arranges_and_what_was_voted_starts_again():
    of, other = file(), file(name="other.csv")
    asked = request(files=[of, other], votes=[vote(one, by="chidi") for one in (of, other)])
    moved = Arrangement([*asked.groups, Group("more", "Why", "none")], {"other.csv": ("more", FileKind.OUTPUT)})
    changed, _ = arrange(asked, person(), project(), moved, now=NOW)
    assert changed.file("table.csv") == of
    assert changed.binding(changed.file("table.csv")) == asked.binding(of)
    assert changed.binding(changed.file("other.csv")) != asked.binding(other)
    with pytest.raises(NotAllowed):
        arrange(asked, checker(), project(), moved, now=NOW)
    with pytest.raises(NotFound):
        arrange(asked, person(), project(), Arrangement(places={"x": ("more", FileKind.CODE)}), now=NOW)


def test_the_guide_asks_after_each_risk_of_the_kinds_of_output_once():
    assert guidance(["frequencies", "frequencies", "linear aggregations"]) == (
        GUIDANCE["low counts"],
        GUIDANCE["class disclosure"],
        GUIDANCE["differencing"],
        GUIDANCE["dominance"],
    )
    assert guidance(["something new", ""]) == (GUIDANCE["anything: the file does not say what it is"],)


def test_each_group_with_changes_asked_needs_the_authors_answer():
    asked = request(
        files=[file(), file(name="b.csv", group="b")],
        groups=(Group("outputs", "Why", "none"), Group("b", "Why", "none")),
    )
    ballot = {"b.csv": Ballot(Decision.CHANGES, asked.binding(asked.files[1]), "round it")}
    asked, _ = review(asked, checker(), project(), ballot, needed=2, now=NOW)
    back, event = send_back(asked, checker(), project(), reason="See b.", now=NOW)
    assert (back.asked, event.details["groups"]) == (("b",), ["b"])
    for replies in ({}, {"outputs": "done"}, {"b": " "}):
        with pytest.raises(BadInput):
            resubmit(back, person(), project(), back.files, Answers(replies), now=NOW)
    after, _ = resubmit(back, person(), project(), back.files, Answers({"b": "Rounded to 10."}), now=NOW)
    assert (after.round, after.asked, [one.text for one in after.replies]) == (2, (), ["Rounded to 10."])
    with pytest.raises(NotFound):
        send_back(asked, checker(), project(), reason="x", groups=["none"], now=NOW)


def test_asking_for_changes_needs_a_reason():
    asked = request()
    with pytest.raises(BadInput, match="changes"):
        review(
            asked,
            checker(),
            project(),
            {"table.csv": Ballot(Decision.CHANGES, asked.binding(asked.files[0]))},
            needed=2,
            now=NOW,
        )


# ---- data owners


def test_an_owners_approval_of_this_round_is_needed_and_the_latest_word_counts():
    asked = request(conditions=(ASKS,), state=State.APPROVED)
    with pytest.raises(BadTransition, match="wages"):
        check_owners_approve(asked)
    said = {"dataset": "wages", "now": NOW}
    asked, _ = owner_decide(asked, OWNER, project(), approves=True, reason="", **said)
    check_owners_approve(asked)
    refused, _ = owner_decide(asked, OWNER, project(), approves=False, reason="Not yet.", **said)
    assert owners_still_to_decide(refused) == ("wages",)
    assert owners_still_to_decide(replace(asked, round=2)) == ("wages",), "of an earlier round"
    with pytest.raises(BadInput):
        owner_decide(asked, OWNER, project(), approves=False, reason="", **said)


@pytest.mark.parametrize(
    "who",
    [
        person(id="other", roles=("data-owner",)),
        person(id="odo", roles=("checker",)),
        person(id="odo", roles=("data-owner",), accredited_until=None),
    ],
)
def test_only_an_owner_whom_the_contract_names_decides(who):
    with pytest.raises(NotAllowed):
        owner_decide(request(conditions=(ASKS,)), who, project(), dataset="wages", approves=True, reason="", now=NOW)


def test_an_owner_on_the_project_does_not_decide():
    joined = project(members=("ravi", "odo"))
    with pytest.raises(NotAllowed):
        owner_decide(request(conditions=(ASKS,)), OWNER, joined, dataset="wages", approves=True, reason="", now=NOW)


# ---- risk

VERIFIED = replace(file(), verified=True)
RISKY = [
    ([VERIFIED], (), Risk.LOW),
    ([file()], (), Risk.MEDIUM),
    ([VERIFIED], (ASKS,), Risk.MEDIUM),
    ([replace(VERIFIED, outcome=Outcome.FAIL)], (), Risk.HIGH),
    ([replace(VERIFIED, outcome=None)], (), Risk.HIGH),
    ([replace(VERIFIED, outcome=Outcome.FAIL, findings=(finding(rule="pii.email"),))], (), Risk.HIGH),
    ([replace(VERIFIED, name=f"{n}.csv") for n in range(51)], (), Risk.MEDIUM),
]


@pytest.mark.parametrize(("files", "conditions", "level"), RISKY)
def test_what_makes_a_request_one_of_high_risk(files, conditions, level):
    risks = risks_of(request(files=files, conditions=conditions))
    assert set(risks) <= set(RISKS)
    assert risk_level(risks) is level


def test_a_risk_that_the_table_no_longer_knows_is_high():
    assert risk_level(["of an earlier version"]) is Risk.HIGH


@pytest.mark.parametrize(("usual", "high", "needed"), [(2, 2, 2), (2, 3, 3), (3, 2, 3), (0, 0, 2)])
def test_a_high_risk_can_need_more_and_never_fewer(usual, high, needed):
    assert approvals_by_risk(["an output fails the check"], usual=usual, high=high) == needed
    assert approvals_by_risk([], usual=usual, high=high) == max(2, usual)


# ---- the emergency stop


@pytest.mark.parametrize(("state", "step"), sorted(TRANSITIONS))
def test_a_stopped_project_lets_through_nothing_that_brings_a_request_nearer_to_its_way_out(state, step):
    row = TRANSITIONS[state, step]
    by = {Who.AUTHOR: person(), Who.CHECKER: checker(), Who.LEAD: LEAD, Who.OWNER: OWNER}
    asked = request(state=state, conditions=(ASKS,))
    for who in row.who:
        if who in by:
            check_person_can(row.who, step, by[who], asked, project(), TODAY)
            if step in ALLOWED_WHILE_STOPPED:
                check_person_can(row.who, step, by[who], asked, project(stop=STOP), TODAY)
            else:
                with pytest.raises(NotAllowed, match="stopped"):
                    check_person_can(row.who, step, by[who], asked, project(stop=STOP), TODAY)


def test_a_stop_is_set_and_lifted_by_name_with_a_reason():
    held = stop_project(project(), checker(), reason="A leak?", now=NOW)
    assert (held.stop.by, held.stop.reason) == ("chidi", "A leak?")
    for who, reason, error in (
        (checker(), "fine", NotAllowed),
        (LEAD, " ", BadInput),
        (person(id="ravi", roles=("lead",)), "fine", NotAllowed),
    ):
        with pytest.raises(error):
            resume_project(held, who, reason=reason)
    assert resume_project(held, LEAD, reason="No leak.").stop is None
    with pytest.raises(BadInput):
        stop_project(project(), LEAD, reason="", now=NOW)
    with pytest.raises(BadTransition):
        stop_project(held, LEAD, reason="again", now=NOW)
    with pytest.raises(BadTransition):
        resume_project(project(), LEAD, reason="x")
    with pytest.raises(NotAllowed):
        stop_project(project(), person(), reason="x", now=NOW)


# ---- the table of permissions, with people

NOBODY = person(id="nora", roles=("researcher",))


@pytest.mark.parametrize(("state", "step"), sorted(TRANSITIONS))
def test_each_row_lets_through_whom_it_names_and_nobody_else(state, step):
    asked = request(state=state, conditions=(ASKS,))
    people = {Who.AUTHOR: person(), Who.CHECKER: checker(), Who.LEAD: LEAD, Who.OWNER: OWNER, None: NOBODY}
    for word, who in people.items():
        assert (step in steps_of(who, asked, project(), TODAY)) == (word in TRANSITIONS[state, step].who), word
