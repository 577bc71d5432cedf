"""What a request is compared with, and that nothing leaves unseen by another."""

from dataclasses import replace

import pytest

from tests.factories import file, project, request, vote
from tre.airlock.prior_outputs import check_nothing_else_left, earlier_outputs, related_projects
from tre.airlock.states import State
from tre.core.errors import BadTransition

NEEDED = 2


def told(identifier, *, state=State.RELEASED, where="pay", fingerprint="f1", approvals=NEEDED, compared_with=()):
    of = replace(file(), fingerprint=fingerprint)
    votes = [vote(of, by=f"checker{n}") for n in range(approvals)]
    made = request(state=state, files=[of], votes=votes)
    release = f"rel-{identifier}" if state is State.RELEASED else None
    left = (of.name,) if release and approvals >= NEEDED else ()
    more = {"compared_with": tuple(compared_with), "released_files": left}
    return replace(made, id=identifier, project=where, release=release, **more)


NEW = replace(told("new", state=State.SUBMITTED, fingerprint="mine"), project="pay")


def names(requests, related=()):
    return [one.name for one in earlier_outputs(NEW, requests, related)]


def test_releases_and_what_is_in_review_in_the_same_project_are_compared():
    others = [told("a"), told("b", state=State.IN_REVIEW, fingerprint="f2")]
    assert names([NEW, *others]) == ["table.csv of rel-a", "table.csv of b"]


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.REJECTED, State.RETURNED, State.SUBMITTED])
def test_what_never_left_is_not_compared(state):
    assert names([told("a", state=state)]) == []


def test_a_file_that_was_refused_in_a_release_is_not_compared():
    assert names([told("a", approvals=1)]) == []


def test_of_other_projects_on_the_same_data_only_releases_and_no_names():
    others = [told("a", where="other"), told("b", where="other", state=State.IN_REVIEW, fingerprint="f2")]
    assert names(others, related={"other"}) == ["a release of another project"]
    assert names(others) == []


def test_projects_are_related_by_a_dataset():
    mine, same = project(), project(id="same")
    apart = replace(project(id="apart"), columns={"care": ("visits",)})
    assert related_projects(mine, [mine, same, apart]) == {"same"}


def test_what_left_since_the_check_stops_a_release():
    late = earlier_outputs(NEW, [told("late")], (), released_only=True)
    with pytest.raises(BadTransition, match="1 other outputs"):
        check_nothing_else_left(NEW, late)
    check_nothing_else_left(replace(NEW, compared_with=("f1",)), late)


def test_it_is_enough_that_one_of_two_was_compared_with_the_other():
    later = earlier_outputs(NEW, [told("later", compared_with=["mine"])], (), released_only=True)
    check_nothing_else_left(NEW, later)


def test_a_request_without_fingerprints_waits_for_nobody():
    plain = replace(NEW, files=(file(),))
    check_nothing_else_left(plain, earlier_outputs(plain, [told("a")], (), released_only=True))
