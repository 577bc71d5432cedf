"""A thousand races: whoever comes first, one consistent outcome, and the loser is told so in plain words."""

import concurrent.futures
import threading

import pytest

from tests.airlock import FILES
from tre.airlock.grouping import Arrangement
from tre.airlock.request import Decision, Group
from tre.airlock.review import Ballot
from tre.airlock.states import State
from tre.core.errors import TreError
from tre.projects.project import Stop

pytestmark = pytest.mark.heavy
RACES = 150  # of each kind and on each database


@pytest.fixture
def project(airlock):
    return airlock.project()


@pytest.fixture(scope="module")
def pool():
    with concurrent.futures.ThreadPoolExecutor(4) as opened:
        yield opened


def at_once(pool, *acts):
    """Start these together; each one's answer or error."""
    start = threading.Barrier(len(acts))

    def act(what):
        start.wait()
        try:
            return what()
        except TreError as refused:
            return refused

    return [future.result() for future in [pool.submit(act, what) for what in acts]]


def ballots(request, decision=Decision.APPROVE):
    return {file.name: Ballot(decision, request.binding(file), "seen") for file in request.outputs}


def approved(airlock, project):
    request = airlock.submit(project)
    for checker in ("chidi", "sofia"):
        request = airlock.reviews.review(checker, request.id, ballots(request))
    return request


def test_two_checkers_at_once_both_count(airlock, project, pool):
    for _ in range(RACES):
        request = airlock.submit(project)
        said = at_once(
            pool,
            lambda r=request: airlock.reviews.review("chidi", r.id, ballots(r)),
            lambda r=request: airlock.reviews.review("sofia", r.id, ballots(r)),
        )
        assert not [one for one in said if isinstance(one, TreError)]
        found = airlock.request(request.id)
        assert found.state is State.APPROVED
        assert {vote.checker for vote in found.votes} == {"chidi", "sofia"}


def test_the_author_withdraws_while_the_second_checker_approves(airlock, project, pool):
    for _ in range(RACES):
        request = airlock.submit(project)
        airlock.reviews.review("chidi", request.id, ballots(request))
        withdrew, voted = at_once(
            pool,
            lambda r=request: airlock.requests.withdraw("ravi", r.id),
            lambda r=request: airlock.reviews.review("sofia", r.id, ballots(r)),
        )
        # Either order ends withdrawn: an approved request can be withdrawn too. A vote after it is refused.
        assert not isinstance(withdrew, TreError)
        found = airlock.request(request.id)
        assert found.state is State.WITHDRAWN
        assert isinstance(voted, TreError) == (len(found.votes) == len(FILES))


def test_the_author_rearranges_while_the_second_checker_approves(airlock, project, pool):
    other = Arrangement([Group("outputs", "Another reason", "none")])
    for _ in range(RACES):
        request = airlock.submit(project)
        airlock.reviews.review("chidi", request.id, ballots(request))
        moved, voted = at_once(
            pool,
            lambda r=request: airlock.requests.arrange("ravi", r.id, other),
            lambda r=request: airlock.reviews.review("sofia", r.id, ballots(r)),
        )
        found = airlock.request(request.id)
        # Approved as it was seen, or changed and waiting: never approved as nobody saw it.
        assert isinstance(moved, TreError) != isinstance(voted, TreError)
        assert found.state is (State.IN_REVIEW if isinstance(voted, TreError) else State.APPROVED)


def test_a_double_click_on_release_releases_once(airlock, project, pool):
    for _ in range(RACES):
        request = approved(airlock, project)
        said = at_once(
            pool, *[lambda r=request, by=by: airlock.releases.release(by, r.id) for by in ("chidi", "sofia")]
        )
        assert sum(isinstance(one, TreError) for one in said) == 1
        found = airlock.request(request.id)
        assert found.state is State.RELEASED
        released = next(one for one in said if not isinstance(one, TreError))
        assert (found.release, found.manifest_digest) == (released.id, released.manifest_digest)
        airlock.releases.verify(released.path)


def test_a_release_against_the_emergency_stop(airlock, pool):
    project = airlock.project()
    for _ in range(RACES):
        request = approved(airlock, project)
        released, _ = at_once(
            pool,
            lambda r=request: airlock.releases.release("chidi", r.id),
            lambda: airlock.stop(project.id, Stop("lea", "look", "now")),
        )
        found = airlock.request(request.id)
        assert found.state is (State.APPROVED if isinstance(released, TreError) else State.RELEASED)
        with pytest.raises(TreError):
            airlock.releases.release("sofia", request.id)
        airlock.stop(project.id, None)


def test_a_package_is_downloaded_once_however_often_it_is_clicked(airlock, project, pool):
    for _ in range(RACES // 2):
        request = approved(airlock, project)
        airlock.releases.release("chidi", request.id)
        said = at_once(pool, *[lambda r=request: airlock.distribution.download("ravi", r.id)] * 3)
        assert sum(not isinstance(one, TreError) for one in said) == 1
        assert len(airlock.request(request.id).deliveries) == 1


def test_a_vote_that_is_clicked_twice_is_one_checkers(airlock, project, pool):
    for _ in range(RACES):
        request = airlock.submit(project)
        at_once(pool, *[lambda r=request: airlock.reviews.review("chidi", r.id, ballots(r))] * 2)
        found = airlock.request(request.id)
        assert found.state is State.IN_REVIEW
        assert len(found.finished) == 1


def test_after_all_of_it_the_chain_holds(airlock):
    assert airlock.verify() > 0
