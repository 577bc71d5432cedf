"""Bars and pies: the people in each category of one column, and the ways of drawing them.

Only counts that were judged are drawn. A category with too few people is left out altogether, its label too.
"""

from typing import TYPE_CHECKING, Final

import pandas as pd

from disclosure_control.core.errors import BadTable
from disclosure_control.figures.canvas import BLUE, note_hidden, plain_text, render_png
from disclosure_control.tables.statistics.cells import ALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS: Final = ("bar", "pie")
MAX_CATEGORIES: Final = 100
_WIDE: Final = 60  # letters of all labels side by side, before they are turned to be readable
_HIDDEN: Final = "Categories with too few people are left out"


def check_categories(cells: pd.DataFrame) -> None:
    """Raise BadTable when there are none, or more than a figure can show."""
    if not 1 <= len(cells) - 1 <= MAX_CATEGORIES:
        raise BadTable(f"A figure shows 1 to {MAX_CATEGORIES} categories.", hint="Combine categories first.")


def draw(safe: pd.DataFrame, column: str, kind: str, counted: str) -> bytes:
    """The figure as a PNG without metadata.

    Args:
        safe: protected cells of the categories, as ``protect_table`` makes them.
        column: the name of the column, which is also that of the cells' labels.
        kind: "bar" or "pie".
        counted: what a count is of, for the axis.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    of_categories = safe[safe[column] != ALL]
    shown = of_categories[(of_categories["suppressed"] == "") & (of_categories["n"] > 0)]
    labels = [plain_text(str(label)) for label in shown[column]]
    counts = shown["n"].to_numpy(dtype=float)

    def paint(axes: "Axes") -> None:
        if kind == "pie":
            axes.pie(counts, labels=labels, startangle=90, counterclock=False, wedgeprops={"edgecolor": "white"})
            axes.set_xlabel(plain_text(column))
        else:
            axes.bar(range(len(counts)), counts, color=BLUE)
            axes.set_xticks(range(len(labels)), labels, rotation=90 if sum(map(len, labels)) > _WIDE else 0)
            axes.set_xlabel(plain_text(column))
            axes.set_ylabel(counted)
            axes.spines[["top", "right"]].set_visible(False)
        if (of_categories["suppressed"] != "").any():
            note_hidden(axes, _HIDDEN)

    return render_png(paint)
