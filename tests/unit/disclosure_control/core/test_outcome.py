import pytest

from disclosure_control.core.outcome import Outcome, combine


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], Outcome.REVIEW),
        ([Outcome.PASS], Outcome.PASS),
        ([Outcome.PASS, Outcome.REVIEW], Outcome.REVIEW),
        ([Outcome.FAIL, Outcome.PASS, Outcome.REVIEW], Outcome.FAIL),
    ],
)
def test_the_worst_outcome_wins_and_nothing_checked_is_not_a_pass(outcomes: list[Outcome], expected: Outcome) -> None:
    assert combine(outcomes) is expected


def test_labels_survive_a_round_trip_and_their_case_matters() -> None:
    for outcome in Outcome:
        assert Outcome.from_label(outcome.label) is outcome
    with pytest.raises(ValueError, match="expected one of"):
        Outcome.from_label("PASS")
