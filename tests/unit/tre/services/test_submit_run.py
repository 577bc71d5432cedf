"""A run's outputs are sent as the run left them, or not at all."""

from dataclasses import replace

import pytest

from tests.factories import NOW
from tests.stores import stores
from tre.airlock.states import State
from tre.audit.events import Action, Event
from tre.core.digest import of_bytes
from tre.core.errors import BadInput, BadTransition, IntegrityError, NotAllowed
from tre.demo.journey import check_installation_is_the_demos
from tre.runs.manifest import Run, RunState

WORDS = {"controls": "None is needed: words alone.", "title": "T", "context": "C"}


@pytest.fixture
def finished(wages, in_a_month):
    """A run of Ravi's that left one file; returns the app and a function that stores it in another state."""
    wages.create_project("dana", "pay", title="Pay", purpose="x", columns={"wages": ["pay"]}, ends_on=in_a_month)
    wages.projects.add_member("dana", "pay", "ravi")
    outputs = stores(wages).folder("runs/run-1/home/outputs")
    (outputs / "a.txt").write_bytes(b"three terms\n")
    run = Run(
        id="run-1",
        project="pay",
        person="ravi",
        template="t",
        parameters={},
        notebook_digest="0" * 64,
        environment_digest="0" * 64,
        view_digests={},
        started_at="2026-01-01",
        state=RunState.SUCCEEDED,
        output_digests={"a.txt": of_bytes(b"three terms\n")},
    )

    def store(**changes):
        details = {"state": "x", "manifest_digest": "x"}
        stores(wages).runs.save_run(replace(run, **changes), Event(Action.RUN_ENDED, "ravi", "run-1", NOW, details))

    store()
    return wages, store, outputs


def test_changed_outputs_are_not_sent(finished):
    app, _, outputs = finished
    (outputs / "a.txt").write_bytes(b"four terms\n")
    with pytest.raises(IntegrityError):
        app.submit_run("ravi", "run-1", **WORDS)
    (outputs / "a.txt").write_bytes(b"three terms\n")
    (outputs / "b.txt").write_bytes(b"one more\n")
    with pytest.raises(IntegrityError):
        app.submit_run("ravi", "run-1", **WORDS)
    assert not stores(app).requests.requests()


def test_a_failed_run_has_nothing_to_send(finished):
    app, store, _ = finished
    store(state=RunState.FAILED)
    with pytest.raises(BadTransition):
        app.submit_run("ravi", "run-1", **WORDS)


def test_nobody_sends_the_run_of_another(finished):
    app, _, _ = finished
    app.projects.add_member("dana", "pay", "mei")
    with pytest.raises(NotAllowed):
        app.submit_run("mei", "run-1", **WORDS)


def test_the_demo_is_not_mixed_into_an_installation_in_use(app):
    app.people.add("olga", "eve", name="Eve", roles=["checker"])
    with pytest.raises(BadInput, match="people of its own"):
        check_installation_is_the_demos(app)


def test_a_view_that_changed_on_the_disk_stops_runs_and_checks(finished):
    app, _, _ = finished
    path = app.settings.home / "projects" / "pay" / "view" / "wages.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(IntegrityError, match="wages"):
        app.submit_run("ravi", "run-1", **WORDS)
    assert stores(app).requests.requests()[0].state is State.SUBMITTED, "it waits for its check and is lost to nobody"
    with pytest.raises(IntegrityError, match="wages"):
        app.run("ravi", "pay", "pay-and-health")
