"""Packages that researchers ask for."""

import pytest

from tre.core.errors import BadInput, NotAllowed


@pytest.fixture
def project(wages, in_a_month):
    wages.create_project("dana", "pay", title="P", purpose="To see", columns={"wages": ["sex"]}, ends_on=in_a_month)
    wages.add_member("dana", "pay", "ravi")
    return wages


def test_an_operator_sees_who_asked_for_what(project):
    assert project.software.ask("ravi", "pay", "Life_Lines", " Survival. ") == {
        "package": "life-lines",
        "state": "asked for",
    }
    (asked,) = project.software.asked("olga")
    assert {key: asked[key] for key in ("person", "project", "package", "reason")} == {
        "person": "ravi",
        "project": "pay",
        "package": "life-lines",
        "reason": "Survival.",
    }
    project.verify_audit()


@pytest.mark.parametrize("actor", ["ravi", "dana", "chidi"])
def test_nobody_but_an_operator_sees_it(project, actor):
    with pytest.raises(NotAllowed):
        project.software.asked(actor)


@pytest.mark.parametrize("name", ["", "-x", "x-", "a b", "x==1", "https://x", "../x", "x" * 101, "é"])
def test_what_is_no_name_is_refused(project, name):
    with pytest.raises(BadInput, match="not the name"):
        project.software.ask("ravi", "pay", name, "Why")


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 201])
def test_a_reason_is_one_line(project, reason):
    with pytest.raises(BadInput, match="reason of one line"):
        project.software.ask("ravi", "pay", "lifelines", reason)


def test_who_does_not_work_in_a_project_asks_for_nothing_in_it(project):
    with pytest.raises(NotAllowed):
        project.software.ask("mei", "pay", "lifelines", "Why")
    assert project.software.asked("olga") == []
