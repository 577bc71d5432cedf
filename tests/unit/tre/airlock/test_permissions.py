"""Who may do what: truth tables, each for the raise and for the predicate."""

from datetime import date, timedelta

import pytest

from tests.factories import TODAY, checker, person, project, request
from tre.airlock.permissions import (
    check_person_can_review,
    check_person_can_see,
    check_person_can_submit,
    person_can_review,
    person_can_see,
)
from tre.core.errors import NotAllowed
from tre.projects.project import Stop

YESTERDAY = TODAY - timedelta(days=1)

REVIEWERS = [
    ("a checker", checker(), True),
    ("on the last day of the accreditation", checker(accredited_until=TODAY), True),
    ("accreditation ended", checker(accredited_until=YESTERDAY), False),
    ("never accredited", checker(accredited_until=None), False),
    ("a researcher", person(id="mei"), False),
    ("the author, also a checker", person(roles=("researcher", "checker")), False),
    ("a member of the project, also a checker", person(id="mei", roles=("researcher", "checker")), False),
    ("a data manager", person(id="dana", roles=("data-manager",)), False),
    ("an operator", person(id="olga", roles=("operator",)), False),
]


@pytest.mark.parametrize(("who", "allowed"), [row[1:] for row in REVIEWERS], ids=[row[0] for row in REVIEWERS])
def test_who_can_review(who, allowed):
    asked = (who, request(), project(members=("ravi", "mei")), TODAY)
    assert person_can_review(*asked) is allowed
    if allowed:
        check_person_can_review(*asked)
    else:
        with pytest.raises(NotAllowed):
            check_person_can_review(*asked)


def test_an_author_who_left_the_project_still_cannot_review():
    left = project(members=())
    assert not person_can_review(person(roles=("researcher", "checker")), request(), left, TODAY)


def test_nobody_submits_to_a_stopped_project():
    check_person_can_submit(person(), project(), TODAY)
    with pytest.raises(NotAllowed, match="stopped by 'lea'"):
        check_person_can_submit(person(), project(stop=Stop("lea", "look", "now")), TODAY)


SEERS = [
    ("its author", person(), True),
    ("its author without accreditation", person(accredited_until=date(2020, 1, 1)), False),
    ("a colleague of the project", person(id="mei"), False),
    ("a checker", checker(), True),
    ("an operator", person(id="olga", roles=("operator",)), False),
]


@pytest.mark.parametrize(("who", "allowed"), [row[1:] for row in SEERS], ids=[row[0] for row in SEERS])
def test_who_can_see_a_request(who, allowed):
    asked = (who, request(), project(members=("ravi", "mei")), TODAY)
    assert person_can_see(*asked) is allowed
    if not allowed:
        with pytest.raises(NotAllowed):
            check_person_can_see(*asked)
