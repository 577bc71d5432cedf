"""Who may enter a project: a truth table, for the raise and for the predicate."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import TODAY, checker, person, project
from tre.core.errors import BadTransition, NotAllowed, NotFound
from tre.projects.project import ProjectState, check_person_may_enter, person_may_enter
from tre.projects.summary import summaries

DAY = timedelta(days=1)
CASES = [
    ("a member", person(), project(), True),
    ("on the last day", person(accredited_until=TODAY), project(ends_on=TODAY), True),
    ("not a member", person(id="mei"), project(), False),
    ("accreditation ended", person(accredited_until=TODAY - DAY), project(), False),
    ("never accredited", person(accredited_until=None), project(), False),
    ("project past its end", person(), project(ends_on=TODAY - DAY), False),
    ("project closed", person(), project(state=ProjectState.CLOSED), False),
    ("a member who is no researcher", checker(id="ravi"), project(), False),
    ("trained as the project asks", person(training={"safe": TODAY}), project(training=["safe"]), True),
    ("training ended", person(training={"safe": TODAY - DAY}), project(training=["safe"]), False),
    ("never trained", person(), project(training=["safe"]), False),
    ("trained in something else", person(training={"other": TODAY}), project(training=["safe"]), False),
    ("trained as asked everywhere", person(training={"safe": TODAY}), project(training_everywhere=["safe"]), True),
    ("not trained as asked everywhere", person(), project(training_everywhere=["safe"]), False),
    ("one course of two", person(training={"a": TODAY}), project(training=["a"], training_everywhere=["b"]), False),
]


@pytest.mark.parametrize(("who", "where", "allowed"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_who_may_enter(who, where, allowed):
    assert person_may_enter(who, where, TODAY) is allowed
    if not allowed:
        with pytest.raises(NotAllowed):
            check_person_may_enter(who, where, TODAY)


def test_only_researchers_become_members():
    with pytest.raises(NotAllowed):
        project().with_member(checker())


def test_a_closed_project_takes_nobody_and_closes_once():
    closed = project().closed()
    with pytest.raises(BadTransition):
        closed.with_member(person(id="mei"))
    with pytest.raises(BadTransition):
        closed.closed()


def test_a_person_sees_their_projects_those_first_that_they_may_enter():
    old, shut = project(id="old", ends_on=TODAY - DAY), project(id="shut", state=ProjectState.CLOSED)
    listed = summaries(person(), [old, project(id="not", members=()), shut, project()], TODAY)
    assert [(item.id, item.state, bool(item.why_closed)) for item in listed] == [
        ("pay", "active", False),
        ("old", "ended", True),
        ("shut", "closed", True),
    ]


def test_every_reason_says_what_ended_and_when_and_whom_to_ask():
    ended = TODAY - DAY
    [listed] = summaries(
        person(accredited_until=ended, training={"safe": ended}),
        [project(ends_on=ended, training=["law", "safe"])],
        TODAY,
    )
    assert listed.why_closed == (
        f"Project 'pay' ended on {ended}. A data manager can approve a longer one.",
        f"The accreditation of 'ravi' ended on {ended}. Renew it, and ask an operator to write it down.",
        "'ravi' has not done the training 'law'. Do it, and ask an operator to write it down.",
        f"The training 'safe' of 'ravi' ended on {ended}. Repeat it, and ask an operator to write it down.",
    )


def test_a_summary_names_the_data_with_its_version():
    known = replace(project(), versions={"earnings": 3})
    assert [item.datasets for item in summaries(person(), [known, project()], TODAY)] == [
        ("earnings (version 3)",),
        ("earnings",),
    ]


def test_a_member_who_is_removed_may_not_enter():
    left = project().without_member("ravi")
    assert not person_may_enter(person(), left, TODAY)
    with pytest.raises(NotFound):
        left.without_member("ravi")
