"""Histograms: round bin edges, the people in each bin, and one way of drawing them.

A drawn bar shows a count that was judged; a bin with too few people is drawn as an empty one is. The picture is the
same for the same counts on the same version of matplotlib, so that the airlock can draw it again and compare.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from disclosure_control.core.errors import BadTable
from disclosure_control.figures.canvas import BLUE, note_hidden, plain_text, render_png
from disclosure_control.tables.statistics.cells import ALL, cell_statistics

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_BINS: Final = 500
_ROUND_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


def round_edges(values: "pd.Series[Any]", bins: int) -> tuple[float, ...]:
    """About ``bins`` bins with round edges, so that no edge tells the smallest or the largest value.

    Raises:
        BadTable: there is no finite value, or the number of bins is not between 1 and 500.

    >>> round_edges(pd.Series([3.2, 47.9]), 5)
    (0.0, 10.0, 20.0, 30.0, 40.0, 50.0)
    """
    if not 1 <= bins <= MAX_BINS:
        raise BadTable(f"bins must be between 1 and {MAX_BINS}.")
    numbers = values.dropna().to_numpy(dtype=np.float64)
    if not len(numbers) or not np.isfinite(numbers).all():
        raise BadTable("A histogram needs values, all of them finite.")
    low, high = float(numbers.min()), float(numbers.max())
    rough = (high - low) / bins or max(abs(low), 1.0)
    scale = 10.0 ** math.floor(math.log10(rough))
    step = scale * next(step for step in _ROUND_STEPS if step * scale >= rough * (1 - 1e-9))
    first, last = math.floor(low / step), math.floor(high / step) + 1
    return tuple(round(i * step, 12) for i in range(first, last + 1))


def check_edges(edges: Sequence[float]) -> tuple[float, ...]:
    """Edges as finite, rising numbers.

    Raises:
        BadTable: they are not, or there are too few or too many.
    """
    numbers = tuple(float(edge) for edge in edges)
    rising = all(a < b for a, b in pairwise(numbers))
    if not 2 <= len(numbers) <= MAX_BINS + 1 or not all(map(math.isfinite, numbers)) or not rising:
        raise BadTable(f"Bin edges must be 2 to {MAX_BINS + 1} finite numbers, each above the one before.")
    return numbers


def are_round(edges: Sequence[float]) -> bool:
    """Whether every edge is a multiple of one round step, as those of ``round_edges`` are.

    >>> are_round((0, 5, 10, 20)), are_round((0, 5, 10, 17.3))
    (True, False)
    """
    narrowest = min(b - a for a, b in pairwise(edges))
    scale = 10.0 ** math.floor(math.log10(narrowest) + 1e-9)
    steps = [step * scale for step in _ROUND_STEPS if math.isclose(step * scale, narrowest, rel_tol=1e-9)]
    return bool(steps) and all(math.isclose(edge / steps[0], round(edge / steps[0]), abs_tol=1e-6) for edge in edges)


def bin_label(edges: Sequence[float], i: int) -> str:
    """The label of bin ``i``: from (inclusive) to (exclusive, but for the last)."""
    return f"{edges[i]:.10g} to {edges[i + 1]:.10g}"


def bin_cells(values: "pd.Series[Any]", edges: Sequence[float], unit: "pd.Series[Any] | None") -> pd.DataFrame:
    """The cells of a histogram, one a bin and the margin "All", as ``cell_statistics`` makes them.

    Values outside the edges are left out, as in ``numpy.histogram``.
    """
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64)
    place = np.searchsorted(edges, numbers, side="right") - 1
    place[numbers == edges[-1]] = len(edges) - 2
    inside = ~np.isnan(numbers) & (place >= 0) & (place < len(edges) - 1)
    columns: dict[str, Any] = {"bin": place[inside]}
    if unit is not None:
        columns["unit"] = unit.to_numpy()[inside]
    cells = cell_statistics(pd.DataFrame(columns), by=["bin"], unit="unit" if unit is not None else None)
    labels = [str(i) for i in range(len(edges) - 1)] + [ALL]
    cells = cells.set_index("bin").reindex(labels).reset_index()
    for name in ("n", "units", "negatives", "missing", "zeros"):
        cells[name] = cells[name].fillna(0).astype("int64")
    cells["bin"] = [bin_label(edges, i) for i in range(len(edges) - 1)] + [ALL]
    return cells


def draw(safe: pd.DataFrame, edges: Sequence[float], title: str, counted: str) -> bytes:
    """The histogram as a PNG without metadata.

    Args:
        safe: protected cells of the bins, as ``protect_table`` makes them.
        edges: the edges of the bins.
        title: the name of the column.
        counted: what a count is of, for the axis.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    bars = safe[safe["bin"] != ALL]
    heights = bars["n"].where(bars["suppressed"] == "", 0).to_numpy(dtype=float)
    first, last = _drawn_range(heights)

    def paint(axes: "Axes") -> None:
        axes.bar(edges[:-1], heights, width=np.diff(edges), align="edge", color=BLUE, edgecolor="white")
        axes.set_xlim(edges[first], edges[last + 1])
        axes.set_xlabel(plain_text(title))
        axes.set_ylabel(counted)
        axes.spines[["top", "right"]].set_visible(False)
        if (bars["suppressed"] != "").any():
            note_hidden(axes, "Bins with too few people are drawn as empty or left out")

    return render_png(paint)


def _drawn_range(heights: Any) -> tuple[int, int]:
    """The first and last bin with a bar: an axis that went on would tell how far the smallest bins reach."""
    bars = np.flatnonzero(heights)
    return (int(bars[0]), int(bars[-1])) if len(bars) else (0, len(heights) - 1)
