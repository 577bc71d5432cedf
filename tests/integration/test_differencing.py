"""Two tables that are safe alone are compared before the second one leaves: in one request, in one project, across two.

The real check runs, in its real sandbox.
"""

import pandas as pd
import pytest

import disclosure_control as sdc
from disclosure_control.core.outcome import Outcome
from tre.airlock.request import Decision
from tre.airlock.review import Ballot
from tre.airlock.submit import SubmissionDetails
from tre.core.errors import BadTransition

pytestmark = pytest.mark.sandbox


def found(file):
    return [finding for finding in file.findings if finding.rule == "table.differencing"]


def count(room, name, frame, folder="outputs"):
    outputs = sdc.Outputs(room.home / folder, policy=room.policy)
    outputs.crosstab(frame.district, frame.sex, name=name)
    outputs.finalise()


def released(room, title="Pay by sex"):
    asked = room.app.submissions.submit_folder("ravi", "pay", "outputs", SubmissionDetails(title, "For the report"))
    approve(room.app, asked)
    return room.app.release("chidi", asked.id)


def approve(app, asked):
    ballots = {file.name: Ballot(Decision.APPROVE, asked.binding(file), "seen") for file in asked.outputs}
    for checker in ("chidi", "sofia"):
        app.review(checker, asked.id, ballots)


def test_two_tables_of_one_request_are_compared(room):
    room.outputs.crosstab(room.frame.district, room.frame.sex, name="all")
    fewer = room.frame.drop(room.frame[room.frame.district == "NE"].index[:3])
    room.outputs.crosstab(fewer.district, fewer.sex, name="fewer")
    room.outputs.crosstab(room.frame.sex, room.frame.district, name="turned")
    room.outputs.finalise()
    files = room.submit()
    assert [len(found(files[f"{name}.csv"])) for name in ("all", "fewer")] == [0, 1]
    assert found(files["fewer.csv"])[0].outcome is Outcome.FAIL
    assert "district NE" in found(files["fewer.csv"])[0].where
    assert "fewer.csv" in found(files["fewer.csv"])[0].where


def test_an_earlier_release_is_compared_and_the_same_table_again_is_none(room):
    count(room, "first", room.frame)
    package = released(room)
    again = {file.name: file for file in room.submit().values()}["first.csv"]
    assert found(again) == []
    count(room, "second", room.frame.iloc[4:], "later")
    second = room.submit("later")["second.csv"]
    assert package.id in found(second)[0].where


@pytest.mark.heavy
def test_another_project_is_told_of_but_not_what_it_asked(room, in_a_month):
    count(room, "first", room.frame)
    released(room)
    app = room.app
    app.create_project(
        "dana", "wages", title="W", purpose="To see", columns={"wages": ["sex", "pay", "district"]}, ends_on=in_a_month
    )
    app.projects.add_member("dana", "wages", "ravi")
    app.open_workspace("ravi", "wages")
    view = app.settings.home / "projects" / "wages" / "view"
    frame = pd.read_parquet(view / "wages.parquet").set_index("person_id")
    assert not set(frame.index) & set(room.frame.index), "the two projects share no pseudonym"
    outputs = sdc.Outputs(app.settings.home / "homes/ravi/wages/outputs", policy=view / "policy.toml")
    fewer = frame.drop(frame[frame.district == "NE"].index[:3])
    outputs.crosstab(fewer.district, fewer.sex, name="fewer")
    outputs.finalise()
    asked = app.submissions.submit_folder("ravi", "wages", "outputs", SubmissionDetails("Other", "For the report"))
    said = found(asked.file("fewer.csv"))[0].where
    assert "a release of another project" in said
    assert "first" not in said


def test_a_request_that_was_not_compared_with_a_release_cannot_leave(room, monkeypatch):
    """Two checks at the same moment see nothing of each other; the second release is stopped."""
    fewer = room.frame.drop(room.frame[room.frame.district == "NE"].index[:3])
    count(room, "first", room.frame)
    count(room, "second", fewer, "later")
    with monkeypatch.context() as at_once:
        at_once.setattr(room.app.checks, "prior_outputs", lambda request, released_only=False: [])
        first, second = (
            room.app.submissions.submit_folder("ravi", "pay", folder, SubmissionDetails("T", "For the report"))
            for folder in ("outputs", "later")
        )
    approve(room.app, first)
    approve(room.app, second)
    room.app.release("chidi", first.id)
    with pytest.raises(BadTransition, match="1 other outputs"):
        room.app.release("chidi", second.id)


@pytest.mark.heavy
def test_what_an_earlier_release_hides_to_protect_is_not_shown_by_a_later_output(room):
    frame = room.frame
    # Three men in NE: their cell is hidden, and that of the women there, so that the total of NE can be shown.
    few = frame.drop(frame[(frame.district == "NE") & (frame.sex == "m")].index[3:])
    outputs = sdc.Outputs(room.home / "outputs", policy=room.policy)
    outputs.crosstab(few.district, few.sex, margins=True, name="first")
    outputs.finalise()
    package = released(room)
    others = few[few.sex == "f"]
    count(room, "second", others, "later")
    file = room.submit("later")["second.csv"]
    (finding,) = [finding for finding in file.findings if finding.rule == "table.linked-attack"]
    assert finding.outcome is Outcome.FAIL
    assert "district NE" in finding.where
    assert package.id in finding.why
