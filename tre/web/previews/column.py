"""One column of a table in numbers, and the order of its rows by it. Pure; what the numbers mean people say."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MISSING: Final = frozenset({"", "na", "n/a", "nan", "null", "none", "-", ".."})
REDACTED: Final = frozenset({"[c]", "[x]", "[z]", "[redacted]", "redacted", "suppressed", "*"})
_ROUNDED_TO: Final = 5


@dataclass(frozen=True)
class Column:
    """What a column holds.

    Attributes:
        type: "whole numbers", "numbers", "text" or "nothing".
        rows, missing, redacted: how many cells there are, are empty, were hidden.
        minimum, minimum_not_zero, maximum, sum: of the numbers; None where the column is not of numbers.
        divisible_by_5: how many of the whole numbers are; None where they are not whole.
    """

    name: str
    type: str
    rows: int
    missing: int
    redacted: int
    minimum: float | None = None
    minimum_not_zero: float | None = None
    maximum: float | None = None
    sum: float | None = None
    divisible_by_5: int | None = None
    numbers: int = 0

    def to_dict(self) -> dict[str, object]:
        """The summary as JSON-ready values."""
        return asdict(self)


def summary(name: str, cells: Sequence[str]) -> Column:
    """What a column holds.

    >>> column = summary("n", ["10", "0", "[c]", "", "25"])
    >>> column.type, column.redacted, column.missing, column.minimum_not_zero, column.divisible_by_5
    ('whole numbers', 1, 1, 10.0, 3)
    """
    texts = pd.Series(cells, dtype=object).str.strip()
    low = texts.str.lower()
    redacted, missing = low.isin(REDACTED), low.isin(MISSING)
    present = texts[~(redacted | missing)]
    counted = {"rows": len(texts), "missing": int(missing.sum()), "redacted": int(redacted.sum())}
    numbers = _numbers(present)
    if numbers is None:
        return Column(name, "text" if len(present) else "nothing", **counted)
    whole = bool(np.all(numbers == np.floor(numbers)))
    not_zero = numbers[numbers != 0]
    return Column(
        name,
        "whole numbers" if whole else "numbers",
        **counted,
        minimum=float(numbers.min()),
        minimum_not_zero=float(not_zero.min()) if len(not_zero) else None,
        maximum=float(numbers.max()),
        sum=float(numbers.sum()),
        divisible_by_5=int((numbers % _ROUNDED_TO == 0).sum()) if whole else None,
        numbers=len(numbers),
    )


def order_by(cells: Sequence[str], *, descending: bool) -> NDArray[np.int64]:
    """The rows in the order of a column: numbers before texts, what is missing or hidden last; ties as in the file.

    >>> order_by(["b", "10", "9", ""], descending=False).tolist()
    [2, 1, 0, 3]
    """
    texts = pd.Series(cells, dtype=object).str.strip()
    low = texts.str.lower()
    absent = (low.isin(REDACTED) | low.isin(MISSING)).to_numpy()
    numbers = pd.to_numeric(texts.str.replace(",", ""), errors="coerce").to_numpy(dtype=float)
    words = low.where(np.isnan(numbers) & ~absent, "")
    ranks = pd.factorize(words, sort=True)[0].astype(np.int64)
    direction = -1 if descending else 1
    numbers = np.where(np.isnan(numbers), -np.inf if descending else np.inf, numbers)
    order: NDArray[np.int64] = np.lexsort((direction * ranks, direction * numbers, absent)).astype(np.int64)
    return order


def _numbers(present: pd.Series) -> NDArray[np.float64] | None:
    if not len(present):
        return None
    numbers = pd.to_numeric(present.str.replace(",", "").str.removesuffix("%"), errors="coerce").to_numpy(dtype=float)
    return numbers if bool(np.all(np.isfinite(numbers))) else None
