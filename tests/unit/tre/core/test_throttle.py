"""The wait after failures: free at first, then doubling, capped, forgotten after success or time; memory is bounded."""

from datetime import timedelta

from tests.factories import NOW
from tre.core.throttle import FORGOTTEN_AFTER, Allowance, Throttle

SECOND = timedelta(seconds=1)
THREE_FREE = Allowance(free=3)


def fail(throttle, times, key="ravi", now=NOW):
    return [throttle.attempt(key, now) for _ in range(times)]


def test_the_first_failures_are_free_then_the_wait_doubles():
    throttle, now = Throttle(THREE_FREE), NOW
    assert fail(throttle, 3) == [timedelta()] * 3
    for wait in (5, 10, 20, 40, 80, 160, 300, 300):
        left = throttle.attempt("ravi", now)
        assert left == wait * SECOND
        now += left
        assert throttle.attempt("ravi", now) == timedelta()


def test_many_attempts_at_once_are_not_all_let_through():
    assert fail(Throttle(THREE_FREE), 100).count(timedelta()) == 3


def test_asking_while_waiting_does_not_lengthen_the_wait():
    throttle = Throttle(THREE_FREE)
    assert set(fail(throttle, 50)[3:]) == {5 * SECOND}


def test_success_is_forgotten_and_so_are_old_failures():
    throttle = Throttle(THREE_FREE)
    fail(throttle, 4)
    throttle.forget("ravi")
    assert fail(throttle, 3) == [timedelta()] * 3
    assert throttle.attempt("ravi", NOW + FORGOTTEN_AFTER + SECOND) == timedelta()


def test_an_attempt_that_is_taken_back_leaves_those_before_it():
    throttle = Throttle(THREE_FREE)
    for _ in range(20):
        assert throttle.attempt("10.0.0.1", NOW) == timedelta()
        throttle.take_back("10.0.0.1")
    assert fail(throttle, 5, "10.0.0.1") == [timedelta()] * 3 + [5 * SECOND] * 2


def test_one_key_does_not_hold_up_another():
    throttle = Throttle(THREE_FREE)
    fail(throttle, 10)
    assert throttle.attempt("mei", NOW) == timedelta()


def test_memory_is_bounded_in_keys_and_in_their_length():
    throttle = Throttle(THREE_FREE, most=5)
    for number in range(100):
        throttle.attempt(f"{number}-" + "x" * 10_000, NOW)
    assert len(throttle._failed) == 5
    assert all(len(key) <= 64 for key in throttle._failed)
