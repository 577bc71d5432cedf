"""One file of the corpus."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

NHS = "943 476 5919"  # a valid check digit, in the range that is used in examples
MARKER = "Zq7Planted9"


@dataclass(frozen=True)
class Case:
    """A file: ``rule`` and ``place`` are what the check must say; ``hidden`` things must not be in what is released."""

    name: str
    content: bytes
    rule: str = ""
    place: str = ""
    hidden: bool = False


def people(rows: int = 400) -> pd.DataFrame:
    """Records of people who do not exist."""
    random = np.random.default_rng(11)
    return pd.DataFrame(
        {
            "patient_id": [f"P{i:06d}" for i in range(rows)],
            "age": random.integers(18, 90, rows),
            "pay": random.lognormal(10, 0.5, rows).round(2),
            "bmi": random.normal(27, 4, rows).round(2),
            "area": random.choice(["North", "South", "East"], rows),
        }
    )


def counts() -> pd.DataFrame:
    """A table that may leave."""
    return pd.DataFrame({"area": ["North", "South", "East"], "women": [120, 340, 210], "men": [130, 310, 190]})


def means() -> pd.DataFrame:
    """Another."""
    return pd.DataFrame({"area": ["North", "South", "East"], "mean_age": [41.2, 38.9, 44.0], "n": [250, 650, 400]})
