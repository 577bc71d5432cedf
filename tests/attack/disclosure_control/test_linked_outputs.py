"""A researcher who hands in tables that are safe alone, so that what one hides is worked out from the others."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from disclosure_control.checking.check import check_folder
from disclosure_control.core.finding import Finding
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from disclosure_control.core.report import Report
from disclosure_control.evidence.comparisons import PriorOutput
from disclosure_control.outputs import Outputs

pytestmark = pytest.mark.usefixtures("one_worker")

POLICY = Policy.load("default")
RULE = "table.linked-attack"
SIZES = {("N", "f"): 3, ("N", "m"): 14, ("E", "f"): 15, ("E", "m"): 60, ("S", "f"): 70, ("S", "m"): 80}


@pytest.fixture
def people() -> pd.DataFrame:
    """Everybody in an area and of a sex; few women in the north."""
    rows = [pair for pair, count in SIZES.items() for _ in range(count)]
    random = np.random.default_rng(6)
    frame = pd.DataFrame(rows, columns=["area", "sex"])
    frame["pay"] = np.round(random.uniform(20, 30, len(frame)), 2)
    frame.index = pd.Index([f"v1:{i:032x}" for i in random.permutation(len(frame))], name="person_id")
    return frame


@pytest.fixture
def hand_in(tmp_path: Path, people: pd.DataFrame) -> Callable[..., Report]:
    """Make outputs in a session of their own, and check them as the airlock does."""
    people.reset_index().to_parquet(tmp_path / "view.parquet")

    def make(fill: Callable[[Outputs], object], folder: str, earlier: list[PriorOutput] | None = None) -> Report:
        outputs = Outputs(tmp_path / folder, policy=POLICY)
        fill(outputs)
        outputs.finalise()
        return check_folder(tmp_path / folder, POLICY, {"pay": tmp_path / "view.parquet"}, earlier=earlier or [])

    return make


def linked(report: Report, name: str) -> list[Finding]:
    return [finding for finding in report.file(name).findings if finding.rule == RULE]


def test_a_hidden_cell_is_put_together_from_a_table_of_some_of_the_people(
    people: pd.DataFrame, hand_in: Callable[..., Report], tmp_path: Path
) -> None:
    """The areas of the men alone show what the first table hides beside the women of the north."""

    def both(outputs: Outputs) -> None:
        outputs.crosstab(people.area, people.sex, margins=True, name="all")
        men = people[people.sex == "m"]
        outputs.crosstab(men.area, men.sex, name="men")

    report = hand_in(both, "both")
    assert linked(report, "all.csv") == []
    (finding,) = linked(report, "men.csv")
    assert finding.outcome is Outcome.FAIL
    assert finding.where == "area N, sex f of all.csv"
    assert "all.csv" in finding.why
    assert report.file("men.csv").outcome is Outcome.FAIL


def test_an_earlier_release_counts_and_another_projects_words_are_not_told(
    people: pd.DataFrame, hand_in: Callable[..., Report], tmp_path: Path
) -> None:
    men = people[people.sex == "m"]
    first = hand_in(lambda outputs: outputs.crosstab(people.area, people.sex, margins=True, name="all"), "first")
    kept = tmp_path / "kept"
    kept.write_bytes(first.file("all.csv").fingerprint)

    def some(outputs: Outputs) -> None:
        outputs.crosstab(men.area, men.sex, name="men")

    (finding,) = linked(hand_in(some, "second", [PriorOutput("release 1, all.csv", kept)]), "men.csv")
    assert finding.where == "area N, sex f of release 1, all.csv"
    (finding,) = linked(hand_in(some, "third", [PriorOutput("another project", kept, foreign=True)]), "men.csv")
    assert finding.where == "a cell of another project"
    assert "area" not in finding.where + finding.why
    kept.write_bytes(b"SDCO1" + first.file("all.csv").fingerprint[5:])
    report = hand_in(some, "fourth", [PriorOutput("release 1, all.csv", kept)])
    (finding,) = [one for one in report.file("men.csv").findings if one.rule == "table.not-compared"]
    assert finding.outcome is Outcome.REVIEW
    assert "could not be read" in finding.why


def test_an_honest_session_of_many_outputs_is_not_stopped(
    people: pd.DataFrame, hand_in: Callable[..., Report], tmp_path: Path
) -> None:
    def many(outputs: Outputs) -> None:
        outputs.crosstab(people.area, people.sex, margins=True, name="counts")
        outputs.crosstab(people.sex, people.area, margins=True, name="turned")
        outputs.crosstab(people.area, people.sex, values=people.pay, aggfunc="mean", margins=True, name="means")
        outputs.crosstab(people.area, people.sex, values=people.pay, aggfunc=["mean", "std"], margins=True, name="both")
        outputs.crosstab(people.area, people.sex, values=people.pay, aggfunc="median", margins=True, name="medians")
        outputs.bar(people.area, name="bars")
        outputs.hist(people, "pay", name="shape")
        outputs.line(people.area, people.pay, "mean", name="lines")

    report = hand_in(many, "many")
    rules = {file.name: {finding.rule for finding in file.findings} for file in report.files}
    assert not any({RULE, "table.not-compared"} & found for found in rules.values())
    assert "table.suppressed" in rules["counts.csv"]
