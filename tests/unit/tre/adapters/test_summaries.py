"""Held summaries are what is stored, whoever wrote it."""

from tests.furnished import installation, many, sample
from tre.airlock.states import State
from tre.app import Tre


def test_what_another_process_writes_is_seen(tmp_path):
    app = installation(tmp_path / "home")
    other = Tre.open(app.settings)
    assert app.parts.requests.summaries() == []
    sample(other, "req-1")
    assert [one.id for one in app.parts.requests.summaries()] == ["req-1"]
    other.desk.claim("chidi", "req-1")
    assert [one.claimed_by for one in app.parts.requests.summaries()] == [("chidi",)]
    other.desk.withdraw("ravi", "req-1")
    assert [one.state for one in app.parts.requests.summaries()] == [State.WITHDRAWN]


def test_many_changes_at_once_are_all_seen_in_order(tmp_path):
    app = installation(tmp_path / "home")
    app.parts.requests.summaries()
    many(app, 600)
    held = app.parts.requests.summaries()
    assert list(held) == list(Tre.open(app.settings).parts.requests.summaries())
    assert [one.submitted_at for one in held] == sorted(one.submitted_at for one in held)
    assert len(held) == 600
