"""``kill -9`` at every write of submit, review, release and revoke: nothing lost, nothing half-released, it goes on."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.airlock import FILES, Airlock
from tests.killed import run_and_kill
from tests.postgres import fresh_database
from tests.stores import stores
from tre.airlock import package
from tre.airlock.request import Decision
from tre.airlock.review import Ballot
from tre.airlock.states import State
from tre.core import digest
from tre.core.errors import BadTransition, NotFound, TreError

pytestmark = pytest.mark.heavy
FEWEST_WRITES = 5  # of any of these: the request, its entry, the old head, the new head, the commit


def ballots(request):
    return {file.name: Ballot(Decision.APPROVE, request.binding(file), "seen") for file in request.outputs}


def the_request(airlock):
    (found,) = stores(airlock).requests.requests()
    return found


@dataclass(frozen=True)
class Operation:
    """What is killed, and the states in which the request may be found after it."""

    act: Callable[[Airlock], object]
    found: frozenset[State | None]
    then: State


def submit(airlock):
    airlock.submit(stores(airlock).projects.projects()[0])


def review(airlock):
    airlock.reviews.review("sofia", the_request(airlock).id, ballots(the_request(airlock)))


def release(airlock):
    airlock.releases.release("sofia", the_request(airlock).id)


def revoke(airlock):
    airlock.distribution.revoke("chidi", the_request(airlock).id, "An error was found.")


def resume_submit(airlock):
    requests = stores(airlock).requests.requests()
    if not requests:
        submit(airlock)
    elif requests[0].state is State.SUBMITTED:
        airlock.checks.check(requests[0].id)


OPERATIONS = {
    "submit": Operation(submit, frozenset({None, State.SUBMITTED, State.IN_REVIEW}), State.IN_REVIEW),
    "review": Operation(review, frozenset({State.IN_REVIEW, State.APPROVED}), State.APPROVED),
    "release": Operation(release, frozenset({State.APPROVED, State.RELEASED}), State.RELEASED),
    "revoke": Operation(revoke, frozenset({State.RELEASED, State.REVOKED}), State.REVOKED),
}


def before(airlock, name):
    """Bring a fresh installation to where the operation begins."""
    project = airlock.project()
    steps = list(OPERATIONS)[: list(OPERATIONS).index(name)]
    for step in steps:
        if step == "review":
            airlock.reviews.review("chidi", the_request(airlock).id, ballots(the_request(airlock)))
        OPERATIONS[step].act(airlock)
    if name == "review":
        airlock.reviews.review("chidi", the_request(airlock).id, ballots(the_request(airlock)))
    return project


def check_nothing_is_half(airlock, operation):
    """Whatever the moment of the crash: the chain holds, the request is whole, and so is what left."""
    airlock.verify()
    requests = stores(airlock).requests.requests()
    state = requests[0].state if requests else None
    assert state in operation.found
    for request in requests:
        assert [file.name for file in request.files] == sorted(FILES)
        for file in request.files:
            assert stores(airlock).vault.get(file.digest) == FILES[file.name]
            if file.clean_digest:
                assert stores(airlock).vault.get(file.clean_digest) == b"rebuilt\n" + FILES[file.name]
        if request.release:
            files = stores(airlock).packages.read_package(airlock.releases.path(request.release))
            assert digest.of_bytes(files[package.MANIFEST]) == request.manifest_digest
            assert package.verify(files, stores(airlock).keys.fits)
        else:
            with pytest.raises(TreError):
                airlock.distribution.download("ravi", request.id)
            release_id = f"rel-{request.id.removeprefix('req-')}-{request.round}"
            with pytest.raises(NotFound):
                airlock.releases.path(release_id)
    events = [entry.action for entry in stores(airlock).database.entries()]
    assert events.count("request.released") == sum(bool(request.release) for request in requests)
    assert events.count("request.revoked") == sum(request.state is State.REVOKED for request in requests)


def go_on(airlock, name):
    """What people do after the restart: the same again, or nothing when it was done."""
    if name == "submit":
        resume_submit(airlock)
        return
    try:
        OPERATIONS[name].act(airlock)
    except BadTransition:
        assert the_request(airlock).state is OPERATIONS[name].then, "refused though it was not done"


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request):
    return request.param


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", OPERATIONS)
def test_killed_at_every_write(name, kind, tmp_path, request):
    server = request.getfixturevalue("server") if kind == "postgresql" else ""
    template, template_url = tmp_path / "template", fresh_database(server) if server else ""
    made = Airlock(template, template_url).prepare()
    before(made, name)
    made.close()
    fatal, operation = 0, OPERATIONS[name]
    while True:
        fatal += 1
        home = tmp_path / f"at-{fatal}"
        shutil.copytree(template, home)
        url = fresh_database(server, template=template_url) if server else ""
        killed = run_and_kill(lambda h=home, u=url: Airlock(h, u), operation.act, fatal)
        after = Airlock(home, url)
        check_nothing_is_half(after, operation)
        go_on(after, name)
        assert the_request(after).state is operation.then
        check_nothing_is_half(after, operation)
        after.close()
        shutil.rmtree(home)
        if not killed:
            break
    assert fatal - 1 >= FEWEST_WRITES
    print(f"{name} on {kind}: killed at each of {fatal - 1} writes")  # noqa: T201 - the figure for the report
