"""Cell-key perturbation: a little noise on every count, the same whenever the same people are counted.

Every unit has a secret record key; the keys of the units in a cell make its cell key; the cell key and the count look
up the noise in a table of perturbations, the ptable (Fraser and Wooton, A proposed method for confidentialising
tabular output to protect against differencing, UNECE work session on statistical data confidentiality, 2005; Handbook
on Statistical Disclosure Control, 2nd ed., section 5.4). Equal cells get equal noise in every table, and a difference
of two counts is as likely to be noise as a person.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.labels import ALL
from disclosure_control.tables.lp import Vector

KEYS: Final = 256
_COLUMNS: Final = ("pcv", "ckey", "pvalue")


@dataclass(frozen=True)
class Ptable:
    """The noise for each count and cell key.

    Attributes:
        noise: a row a count from 1, a column a cell key.
        cycle: how many of the last rows serve the counts above, in turn.
    """

    noise: Vector
    cycle: int = 1

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, cycle: int = 1) -> "Ptable":
        """A ptable in the form of PyPI's cell-key-perturbation: columns pcv (the count), ckey and pvalue.

        Args:
            frame: a row for each count from 1 and each key from 0.
            cycle: how many of the last counts serve those above, in turn.

        Returns:
            The ptable.

        Raises:
            BadTable: a column is missing, or a pair of count and key.
        """
        absent = [name for name in _COLUMNS if name not in frame.columns]
        if absent:
            raise BadTable(f"The ptable lacks {', '.join(absent)}.")
        wide = frame.pivot(index="pcv", columns="ckey", values="pvalue")
        rows, keys = np.arange(1, len(wide) + 1), np.arange(wide.shape[1])
        if wide.isna().any(axis=None) or list(wide.index) != list(rows) or list(wide.columns) != list(keys):
            raise BadTable("The ptable does not have every count from 1 and every key from 0.")
        return cls(wide.to_numpy(dtype=np.int64), cycle)

    def of(self, counts: Vector, keys: Vector) -> Vector:
        """The noise of some cells; empty cells have none.

        Args:
            counts: how many units are in each cell.
            keys: the cells' keys.

        Returns:
            What is added to each count.
        """
        last, size = len(self.noise), self.cycle
        above = counts > last
        rows = np.where(above, last - size + (counts - last - 1) % size, np.maximum(counts, 1) - 1)
        noise: Vector = np.where(counts > 0, self.noise[rows, keys % self.noise.shape[1]], 0)
        return noise


def record_keys(units: "pd.Series[Any]", secret: bytes, keys: int = KEYS) -> Vector:
    """A record key for each unit, from 0 to ``keys - 1``; the same unit and secret give the same key.

    Args:
        units: whom each row is about.
        secret: 16 bytes or more; who knows it can take the noise back.
        keys: how many different keys there are.

    Returns:
        A key a row.

    Raises:
        BadTable: the secret is shorter than 16 bytes.

    Examples:
        >>> first, _, again = record_keys(pd.Series(["a", "b", "a"]), b"s" * 32)
        >>> bool(first == again)
        True
    """
    if len(secret) < 16:
        raise BadTable("The secret of record keys needs at least 16 bytes.")
    key_of = {
        unit: int.from_bytes(hashlib.blake2b(str(unit).encode(), key=secret[:64], digest_size=8).digest()) % keys
        for unit in units.unique()
    }
    return units.map(key_of).to_numpy(dtype=np.int64)


def perturb_counts(
    frame: pd.DataFrame,
    by: Sequence[str],
    key: str,
    ptable: Ptable,
    *,
    unit: str | None = None,
    margins: bool = True,
    threshold: int = 0,
) -> pd.DataFrame:
    """Counts with noise, one row a cell; margins get noise of their own and need not add up.

    Args:
        frame: one row a record.
        by: the columns whose categories make the cells.
        key: the column of record keys.
        ptable: the noise.
        unit: the column that says which person or business a record belongs to; each counts once in a cell.
        margins: whether to add margins, labelled "All".
        threshold: perturbed counts below it are missing.

    Returns:
        ``by``; n, the count itself, which is not for release; ckey; perturbed.

    Raises:
        BadTable: a column is missing.

    Examples:
        >>> people = pd.DataFrame({"area": ["N", "N", "S"], "key": [3, 255, 7]})
        >>> always_one_more = Ptable(np.ones((1, 256), dtype=np.int64))
        >>> perturb_counts(people, ["area"], "key", always_one_more)[["area", "n", "ckey", "perturbed"]].values.tolist()
        [['N', 2, 2, 3], ['S', 1, 7, 2], ['All', 3, 9, 4]]
    """
    by = list(by)
    absent = [name for name in (*by, key, *([unit] if unit else [])) if name not in frame.columns]
    if absent:
        raise BadTable(f"The frame lacks {', '.join(absent)}.")
    present = frame.dropna(subset=by)
    sizes = range(len(by), -1, -1) if margins else (len(by),)
    subsets = [list(subset) for size in sizes for subset in combinations(by, size)]
    cells = pd.concat([_cell_counts(present, by, subset, key, unit) for subset in subsets], ignore_index=True)
    cells["ckey"] = cells["ckey"] % ptable.noise.shape[1]
    counts = cells["n"].to_numpy()
    perturbed = pd.Series(counts + ptable.of(counts, cells["ckey"].to_numpy()), dtype="Int64")
    return cells.assign(perturbed=perturbed.where(perturbed >= threshold))


def design_ptable(max_noise: int, variance: float, smallest: int = 0, keys: int = 4096) -> Ptable:
    """The ptable of maximum entropy: noise of mean 0 and a given variance, as spread out as it can be.

    Counts below ``smallest`` never appear, but 0. For counts so small that the variance cannot be had without going
    below 0, it is as close as possible (Marley and Leaver, A method for confidentialising user-defined tables, ISI
    2011; Giessing, Computational issues in the design of transition probabilities and disclosure risk estimation for
    additive noise, Privacy in Statistical Databases 2016).

    Args:
        max_noise: the most that is added or taken away.
        variance: of the noise.
        smallest: the smallest count above 0 that may appear.
        keys: how many cell keys there are; probabilities are multiples of one part in so many.

    Returns:
        The ptable; its last row serves all larger counts.

    Raises:
        BadTable: the variance cannot be had, or some count has no noise of mean 0.

    Examples:
        >>> noise = design_ptable(max_noise=2, variance=1.0).noise
        >>> noise.shape, abs(float(noise[2].mean())) < 0.001, round(float(noise[2].var()), 2)
        ((3, 4096), True, 1.0)
    """
    if max_noise < 1 or not 0 < variance < max_noise**2:
        raise BadTable("The variance must be above 0 and below the square of the largest noise.")
    rows = max_noise + max(smallest, 1)
    lines = []
    for count in range(1, rows + 1):
        steps = np.arange(-max_noise, max_noise + 1)
        allowed = steps[(count + steps == 0) | (count + steps >= max(smallest, 1))]
        lines.append(_noise_of_keys(allowed, _maximum_entropy(allowed, variance), keys))
    return Ptable(np.array(lines, dtype=np.int64))


def _cell_counts(frame: pd.DataFrame, by: list[str], subset: list[str], key: str, unit: str | None) -> pd.DataFrame:
    records = frame[[*subset, key, *([unit] if unit else [])]]
    if unit is not None:
        records = records.drop_duplicates([*subset, unit])
    if subset:
        counts = records.groupby(subset, observed=True)[key].agg(["size", "sum"]).reset_index()
    else:
        counts = pd.DataFrame({"size": [len(records)], "sum": [records[key].sum()]})
    counts = counts.rename(columns={"size": "n", "sum": "ckey"})
    labels = {name: counts[name].astype(str) if name in subset else ALL for name in by}
    return counts.assign(**labels)[[*by, "n", "ckey"]]


def _maximum_entropy(steps: Vector, variance: float) -> Vector:
    """Probabilities of maximum entropy with mean 0 and, as far as it can be, this variance."""
    if steps.min() > 0 or steps.max() < 0:
        raise BadTable("Some counts have no noise of mean 0.", hint="Allow more noise, or smaller counts.")
    widest = float(-steps.min() * steps.max())
    inner = steps[steps != 0]
    narrowest = 0.0 if (steps == 0).any() else float(-inner[inner < 0].max() * inner[inner > 0].min())
    if widest <= narrowest:
        return _two_points(steps)
    target = float(np.clip(variance, narrowest + 0.02 * (widest - narrowest), widest - 0.02 * (widest - narrowest)))
    moments = np.vstack([steps, steps.astype(float) ** 2 - target]).astype(float)

    def surface(prices: Vector) -> tuple[float, Vector]:
        powers = prices @ moments
        top = powers.max()
        weights = np.exp(powers - top)
        return float(top + np.log(weights.sum())), moments @ weights / weights.sum()

    optimum = minimize(surface, np.zeros(2), jac=True, method="BFGS", options={"gtol": 1e-10})
    weights = np.exp(optimum.x @ moments - (optimum.x @ moments).max())
    chances: Vector = weights / weights.sum()
    return chances


def _two_points(steps: Vector) -> Vector:
    """Mean 0 with nothing to choose: no noise, or just the one step down and the one step up."""
    low, high = float(steps.min()), float(steps.max())
    if (steps == 0).any():
        chances: Vector = (steps == 0).astype(float)
        return chances
    return np.where(steps == low, high, -low) / (high - low)


def _noise_of_keys(steps: Vector, chances: Vector, keys: int) -> Vector:
    """The noise of each key: as many keys for each step as its chance asks for, the largest remainders first."""
    counts = np.floor(chances * keys).astype(np.int64)
    order = np.argsort(-(chances * keys - counts), kind="stable")
    counts[order[: keys - counts.sum()]] += 1
    noise: Vector = np.repeat(steps, counts)
    return noise
