"""Ordered matches: whether a column of a file repeats a stretch of a column of the data, in its order.

Where a column has few different values, such as ages, no value says anything; a long enough stretch in the same order
does. A stretch is as long as it must be so that chance would not repeat it once in a million files: its length times
the collision entropy of the column must exceed the logarithm of all the places where it could begin, by twenty bits.
"""

import math
from typing import Any, Final

import numpy as np

from disclosure_control.microdata.cell_values import Cells
from disclosure_control.microdata.column_matches import Overlap
from disclosure_control.microdata.view import View

_BITS: Final = 20
MAX_LENGTH: Final = 200
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX: Final = np.uint64(0xBF58476D1CE4E5B9)


def stretch_length(overlap: Overlap, rows: int) -> int | None:
    """How many values in a row are evidence; None where the file's column is shorter, or no stretch is."""
    counts = np.array(list(overlap.held.values()), dtype=float)
    entropy = -math.log2(float(((counts / rows) ** 2).sum()) or 1.0)
    if entropy < 0.1:
        return None
    length = math.ceil((math.log2(max(rows, 2)) + math.log2(max(len(overlap.cells.values), 2)) + _BITS) / entropy)
    return length if length <= min(MAX_LENGTH, len(overlap.cells.values)) else None


def stretches(view: View, overlap: Overlap, length: int) -> int:
    """How many stretches of the file's column stand in the view's, in its order."""
    cells: Cells = overlap.cells
    values = np.array([np.nan if value is None else value for value in cells.values], dtype=float)
    file_hashes = np.unique(_windows(values, length))
    view_hashes = _windows(
        np.ma.filled(np.ma.asarray(view.numbers(overlap.column, cells.decimals), float), np.nan), length
    )
    return int(np.isin(file_hashes, view_hashes).sum())


def _windows(values: Any, length: int) -> Any:
    """A hash of every stretch of a length, by a polynomial in wrapping 64-bit arithmetic."""
    if len(values) < length:
        return np.empty(0, dtype=np.uint64)
    with np.errstate(over="ignore"):
        codes = (np.round(values * 1e6) + 0.0).view(np.uint64) * _MIX
        codes ^= codes >> np.uint64(31)
        powers = np.cumprod(np.full(len(codes), _BASE))
        sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(codes * powers)])
        inverse = np.cumprod(np.full(len(codes) - length + 1, np.uint64(pow(int(_BASE), -1, 2**64))))
        return (sums[length:] - sums[:-length]) * inverse
