"""People who do not exist, and sessions made from them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from disclosure_control.core.policy import Policy
from disclosure_control.outputs import Outputs


def make_people(*, rows: int = 800, seed: int = 7) -> pd.DataFrame:
    """One row a person, indexed by pseudonym: an area with few people in the last, a band, pay and age."""
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "area": random.choice(["North", "East", "South", "West"], rows, p=[0.5, 0.3, 0.18, 0.02]),
            "band": random.choice(["low", "middle", "high"], rows, p=[0.5, 0.4, 0.1]),
            "pay": np.round(random.lognormal(3, 0.5, rows), 2),
            "age": random.integers(18, 70, rows),
        },
        index=pd.Index([f"v1:{i:032x}" for i in random.permutation(rows)], name="person_id"),
    )


@pytest.fixture
def people() -> pd.DataFrame:
    return make_people()


@pytest.fixture
def policy() -> Policy:
    return Policy.load("default")


@pytest.fixture
def view(tmp_path: Path, people: pd.DataFrame) -> Path:
    """The project's view of the people, as Parquet with the pseudonym as a column."""
    path = tmp_path / "view.parquet"
    people.reset_index().to_parquet(path)
    return path


@pytest.fixture
def session(tmp_path: Path, policy: Policy) -> Callable[..., Outputs]:
    """Make a session that writes to ``folder`` under the test's own path."""

    def make(folder: str = "outputs", *, suppress: bool = True) -> Outputs:
        return Outputs(tmp_path / folder, policy=policy, suppress=suppress)

    return make
