"""When a workspace closes because nobody works in it."""

from datetime import UTC, datetime, timedelta

import pytest

from tre.workspace.idle import IdleRules, closes_in_s, last_worked, why_idle

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
RULES = IdleRules(close_s=3600, warning_s=300, busy_s=4 * 3600)


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


@pytest.mark.parametrize(
    ("person", "machine", "busy", "expected"),
    [
        (ago(2), None, False, ago(2)),
        (ago(2), ago(1), False, ago(1)),
        (ago(1), ago(2), False, ago(1)),
        (ago(2), ago(2), True, NOW),
        (ago(6), ago(1), False, ago(2)),  # computing counts for four hours after the person
        (ago(6), ago(6), True, ago(2)),
    ],
)
def test_work_is_the_persons_or_the_machines_up_to_a_limit(person, machine, busy, expected):
    assert last_worked(person, machine, busy=busy, rules=RULES, now=NOW) == expected


def test_it_closes_after_the_time_that_was_set():
    assert closes_in_s(ago(0.5), RULES, NOW) == 1800
    assert closes_in_s(ago(5), RULES, NOW) == 0
    assert closes_in_s(ago(5), IdleRules(0, 300, 0), NOW) is None


def test_the_hub_waits_for_two_more_reports():
    late = timedelta(seconds=RULES.close_s + 2 * RULES.report_every_s)
    assert why_idle(NOW - late + timedelta(seconds=1), RULES, NOW) == ""
    assert why_idle(NOW - late, RULES, NOW) == "Nobody worked in it."
    assert why_idle(ago(99), IdleRules(0, 300, 0), NOW) == ""


@pytest.mark.parametrize(("warning_s", "every_s"), [(300, 60), (60, 20), (3, 2), (1e9, 60)])
def test_reports_come_thrice_within_the_warning_but_not_too_often(warning_s, every_s):
    assert IdleRules(3600, warning_s, 0).report_every_s == every_s


def test_the_rules_survive_the_environment():
    assert IdleRules.from_environment(RULES.as_environment()) == RULES
    assert IdleRules.from_environment({}).close_s == 0
