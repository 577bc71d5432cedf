"""Held summaries are what is stored, whoever wrote it."""

from tests.furnished import installation, many, sample
from tests.stores import stores
from tre.airlock.states import State
from tre.app import Tre


def test_what_another_process_writes_is_seen(tmp_path):
    app = installation(tmp_path / "home")
    other = Tre.open(app.settings)
    assert stores(app).requests.summaries() == []
    sample(other, "req-1")
    assert [one.id for one in stores(app).requests.summaries()] == ["req-1"]
    other.reviews.claim("chidi", "req-1")
    assert [one.claimed_by for one in stores(app).requests.summaries()] == [("chidi",)]
    other.requests.withdraw("ravi", "req-1")
    assert [one.state for one in stores(app).requests.summaries()] == [State.WITHDRAWN]


def test_many_changes_at_once_are_all_seen_in_order(tmp_path):
    app = installation(tmp_path / "home")
    stores(app).requests.summaries()
    many(app, 600)
    held = stores(app).requests.summaries()
    assert list(held) == list(stores(Tre.open(app.settings)).requests.summaries())
    assert [one.submitted_at for one in held] == sorted(one.submitted_at for one in held)
    assert len(held) == 600
