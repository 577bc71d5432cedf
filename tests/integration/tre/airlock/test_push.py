"""A package on its way into a store: nobody waits for a slow one, a push that was cut off is done again, and every copy
that left has a receipt.
"""

import tempfile
import threading
from pathlib import Path

import pytest

from tests.airlock import Airlock
from tests.killed import run_and_kill
from tests.stores import stores
from tre.adapters.release_packages import read_package, verify_package
from tre.airlock.package import SIGNATURE
from tre.airlock.request import Decision
from tre.airlock.review import Ballot
from tre.airlock.states import State
from tre.core.errors import BadTransition, Unavailable

LONG_S = 60


class Slow:
    """A store that takes a package when it is told to, and not before."""

    address = "file:///slow"

    def __init__(self):
        self.asked, self.go, self.taken, self.fault = threading.Event(), threading.Event(), [], None

    def put_package(self, release, files):
        self.asked.set()
        assert self.go.wait(LONG_S), "nobody let the store go on"
        if self.fault:
            raise self.fault
        self.taken.append(dict(files))
        return f"{self.address}/{release}"


@pytest.fixture
def released(airlock):
    request = airlock.submit(airlock.project())
    for checker in ("chidi", "sofia"):
        votes = {file.name: Ballot(Decision.APPROVE, request.binding(file), "seen") for file in request.outputs}
        airlock.reviews.review(checker, request.id, votes)
    airlock.releases.release("sofia", request.id)
    return airlock.request(request.id)


@pytest.fixture
def store(airlock):
    made = stores(airlock).__dict__["release_store"] = Slow()
    yield made
    made.go.set()
    del stores(airlock).__dict__["release_store"]


def pushing(airlock, released, done, person="chidi"):
    def push():
        try:
            done.append(airlock.distribution.push(person, released.id))
        except BadTransition as error:
            done.append(error)

    thread = threading.Thread(target=push)
    thread.start()
    return thread


def of(airlock, request):
    return [entry.action for entry in stores(airlock).database.entries() if entry.subject == request.id]


def test_nobody_waits_for_a_slow_store(airlock, released, store):
    done = []
    thread = pushing(airlock, released, done)
    assert store.asked.wait(LONG_S)
    other = airlock.submit(airlock.project())
    airlock.reviews.comment("sofia", other.id, "Written while the store takes its time.")
    airlock.distribution.address("lea", released.id, ["mei"])
    assert not done
    assert not airlock.request(released.id).deliveries, "no receipt before the store holds it"
    assert of(airlock, released)[-2:] == ["release.push-started", "release.addressed"]
    store.go.set()
    thread.join(LONG_S)
    assert done == [f"file:///slow/{released.release}"]
    found = airlock.request(released.id)
    assert [one.to for one in found.deliveries] == ["store:file:///slow"]
    assert [one.person for one in found.recipients] == ["ravi", "mei"], "nothing written meanwhile is lost"
    airlock.verify()


def test_what_left_while_it_was_revoked_has_its_receipt(airlock, released, store):
    done = []
    thread = pushing(airlock, released, done)
    assert store.asked.wait(LONG_S)
    airlock.distribution.revoke("lea", released.id, "An error in table 2.")
    store.go.set()
    thread.join(LONG_S)
    assert isinstance(done[0], BadTransition)
    assert f"file:///slow/{released.release}" in done[0].hint
    found = airlock.request(released.id)
    assert found.state is State.REVOKED
    assert [one.to for one in found.deliveries] == ["store:file:///slow"]
    with pytest.raises(BadTransition):
        airlock.distribution.push("chidi", released.id)


def test_two_at_once_put_the_same_bytes(airlock, released, store):
    done = []
    threads = [pushing(airlock, released, done, person) for person in ("chidi", "lea")]
    assert store.asked.wait(LONG_S)
    store.go.set()
    for thread in threads:
        thread.join(LONG_S)
    assert len(store.taken) == len(done) == 2
    sealed = stores(airlock).packages.read_package(airlock.releases.path(released.release))
    assert store.taken == [sealed, sealed]


def test_a_store_that_fails_leaves_no_receipt_and_can_be_tried_again(airlock, released, store):
    store.go.set()
    store.fault = Unavailable("The release store cannot be written.")
    with pytest.raises(Unavailable):
        airlock.distribution.push("chidi", released.id)
    assert not airlock.request(released.id).deliveries
    assert of(airlock, released)[-1] == "release.push-started"
    store.fault = None
    airlock.distribution.push("chidi", released.id)
    assert of(airlock, released)[-2:] == ["release.push-started", "release.pushed"]


@pytest.mark.heavy
def test_killed_at_every_write_of_a_push(airlock, released, tmp_path):
    folder = tmp_path / "store"
    home, url = airlock.settings.home, airlock.settings.database_url
    sealed = stores(airlock).packages.read_package(airlock.releases.path(released.release))
    airlock.close()  # the forked process opens its own

    def act(opened):
        system = stores(opened).release_store._system
        whole = system.pipe_file

        def counted(path, value, **more):
            tempfile.mkdtemp(dir=tmp_path)  # counts as a write
            whole(path, value, **more)

        system.pipe_file = counted
        opened.distribution.push("chidi", released.id)

    fatal, killed = 0, True
    while killed:
        fatal += 1
        killed = run_and_kill(lambda: Airlock(home, url, release_store=f"file://{folder}"), act, fatal)
        airlock.verify()
        found = airlock.request(released.id)
        assert found.state is State.RELEASED
        assert len(found.deliveries) == (0 if killed else 1)
        package = folder / str(released.release)
        if found.deliveries or (package / SIGNATURE).exists():
            assert read_package(package) == sealed
            assert verify_package(Path(package), stores(airlock).keys.public_key())
        airlock.close()
    assert fatal > len(sealed) + 5, "each file and each write of the log was a place to die"
    print(f"killed at each of {fatal - 1} writes")  # noqa: T201 - the figure for the report
