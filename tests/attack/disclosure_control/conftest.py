"""A session as a researcher hands it in, made once, and copies of it for each attempt to deceive."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from disclosure_control.checking.check import check_folder
from disclosure_control.core.policy import Policy
from disclosure_control.core.report import Report
from disclosure_control.outputs import Outputs


@pytest.fixture(scope="session")
def people() -> pd.DataFrame:
    """One row a person who does not exist, indexed by pseudonym."""
    random = np.random.default_rng(11)
    rows = 600
    return pd.DataFrame(
        {
            "area": random.choice(["North", "East", "West"], rows, p=[0.6, 0.38, 0.02]),
            "band": random.choice(["low", "high"], rows),
            "pay": np.round(random.lognormal(3, 0.5, rows), 2),
            "ended": np.arange(rows) % 2,
        },
        index=pd.Index([f"v1:{i:032x}" for i in random.permutation(rows)], name="person_id"),
    )


@pytest.fixture(scope="session")
def view(people: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("view") / "pay.parquet"
    people.reset_index().to_parquet(path)
    return path


@pytest.fixture(scope="session")
def honest(people: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Outputs as the session wrote them: a protected table, an unprotected one, a table of means."""
    folder = tmp_path_factory.mktemp("honest") / "outputs"
    outputs = Outputs(folder, policy=Policy.load("default"))
    outputs.crosstab(people.area, people.band, margins=True, name="counts")
    outputs.crosstab(people.band, people.area, values=people.pay, aggfunc="mean", name="means")
    outputs.disable_suppression()
    outputs.crosstab(people.area, people.band, name="open")
    outputs.finalise()
    return folder


@pytest.fixture(scope="session")
def drawn(people: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session with figures, models and a table of several statistics."""
    folder = tmp_path_factory.mktemp("drawn") / "outputs"
    outputs = Outputs(folder, policy=Policy.load("default"))
    outputs.hist(people, "pay", name="shape")
    outputs.olsr("pay ~ C(band)", people, name="model")
    outputs.line(people.band, people.pay, "median", name="lines")
    outputs.surv_func(people.pay, people.ended, name="times")
    outputs.pivot_table(people, "pay", "band", aggfunc=["mean", "std"], name="several")
    outputs.finalise()
    return folder


@pytest.fixture
def drawn_in(drawn: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(drawn, tmp_path / "drawn"))


@pytest.fixture
def handed_in(honest: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(honest, tmp_path / "outputs"))


@pytest.fixture
def check(view: Path) -> Callable[[Path], Report]:
    """Check a folder as the airlock does: with the project's policy and view."""
    return lambda folder: check_folder(folder, Policy.load("default"), views={"pay": view}, unit="person_id")


def rules_of(report: Report, name: str) -> set[str]:
    return {finding.rule for finding in report.file(name).findings}


@pytest.fixture
def said() -> Callable[[Report, str], set[str]]:
    """The rules that the findings on one file name."""
    return rules_of
