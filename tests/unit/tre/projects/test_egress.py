"""Limits of what a browser is shown: each noted once for a person and day, whatever happens in between."""

from dataclasses import replace
from datetime import date

import pytest

from tests.factories import NOW
from tests.stores import stores
from tre.app import Tre
from tre.audit.events import Action
from tre.core.errors import BadInput
from tre.projects.egress import NOTED, DailyEgress, EgressLimits, Level, limits_passed
from tre.settings import Settings

LIMITS = EgressLimits(warn_bytes=100, max_bytes=300)
DAY = DailyEgress("ana", date(2026, 11, 24))


@pytest.mark.parametrize(
    ("limits", "size", "level"),
    [
        (LIMITS, 99, Level.FREE),
        (LIMITS, 100, Level.WARNED),
        (LIMITS, 299, Level.WARNED),
        (LIMITS, 300, Level.CAPPED),
        (EgressLimits(0, 0), 1 << 60, Level.FREE),
        (EgressLimits(0, 300), 299, Level.FREE),
        (EgressLimits(100, 0), 1 << 60, Level.WARNED),
    ],
)
def test_levels(limits, size, level):
    assert limits.level(size) is level


def test_each_limit_is_noted_once():
    events = limits_passed(replace(DAY, shown_bytes=400), LIMITS, NOW)
    assert [event.action for event in events] == [Action.PERSON_SHOWN_MUCH, Action.PERSON_SHOWN_MOST]
    assert events[1].details == {"day": "2026-11-24", "shown_bytes": 400, "limit_bytes": 300}
    assert limits_passed(replace(DAY, shown_bytes=400, noted=Level.CAPPED), LIMITS, NOW) == []
    assert len(limits_passed(replace(DAY, shown_bytes=400, noted=Level.WARNED), LIMITS, NOW)) == 1
    assert set(NOTED.values()) == {Level.WARNED, Level.CAPPED}


def test_sums_survive_and_limits_are_in_the_log_once(tmp_path):
    settings = Settings(home=tmp_path, warn_shown_bytes=100, max_shown_bytes=300)
    assert Tre.open(settings).workspaces.count_egress("ana", 99) == (99, Level.FREE)
    assert Tre.open(settings).workspaces.count_egress("ana", 1) == (100, Level.WARNED)
    app = Tre.open(settings)
    assert app.workspaces.count_egress("ana", 0) == (100, Level.WARNED)
    assert app.workspaces.count_egress("ben", 1) == (1, Level.FREE)
    assert app.workspaces.count_egress("ana", 500) == (600, Level.CAPPED)
    assert app.workspaces.count_egress("ana", 500) == (1100, Level.CAPPED)
    assert [entry.action for entry in stores(app).database.entries()] == ["person.shown-much", "person.shown-most"]
    assert app.audit_log.verify().entries == 2


@pytest.mark.parametrize("name", ["warn_shown_bytes", "max_shown_bytes"])
def test_a_limit_below_nothing_is_refused(name):
    with pytest.raises(BadInput):
        Settings.load({}, **{name: -1})
