"""A project's data of people who do not exist, and files made from it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from disclosure_control.core.content import Column
from disclosure_control.core.finding import Finding
from disclosure_control.core.location import WHOLE
from disclosure_control.microdata.comparison import comparison_findings

Compare = Callable[..., list[Finding]]


def make_data(*, rows: int = 5_000, seed: int = 5) -> pd.DataFrame:
    """Two categories, pay to the penny, age, a day of birth, an income and an identifier."""
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "person_id": [f"v1:{i:032x}" for i in random.permutation(rows)],
            "area": random.choice(["North", "East", "South", "West"], rows),
            "sex": random.choice(["F", "M"], rows),
            "pay": np.round(random.lognormal(3, 0.5, rows), 2),
            "age": random.integers(18, 70, rows),
            "born": pd.Timestamp("1950-01-01") + pd.to_timedelta(random.integers(0, 18_000, rows), "D"),
            "income": random.integers(8_000, 90_000, rows),
            "number": random.choice(10**9, rows, replace=False),
        }
    )


def as_columns(frame: pd.DataFrame) -> list[Column]:
    """A frame as the columns of a file."""
    return [
        Column(i, str(name), ["" if pd.isna(value) else str(value) for value in frame[name]])
        for i, name in enumerate(frame.columns, 1)
    ]


@pytest.fixture(scope="session")
def data() -> pd.DataFrame:
    return make_data()


@pytest.fixture(scope="session")
def compare(data: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Compare:
    path: Path = tmp_path_factory.mktemp("views") / "view.parquet"
    data.to_parquet(path)

    def run(frame: pd.DataFrame | None = None, texts: Sequence[str] = (), unit: str = "person_id") -> list[Finding]:
        tables = {} if frame is None else {WHOLE: as_columns(frame)}
        return comparison_findings(tables, texts, {"pay": path}, unit, 10)

    return run
