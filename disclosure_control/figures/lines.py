"""Lines: a statistic along the categories of one column, a line for each category of another.

Only numbers that may be shown are drawn; a line is broken where one is hidden.
"""

from typing import TYPE_CHECKING, Final

import pandas as pd

from disclosure_control.core.errors import BadTable
from disclosure_control.figures.canvas import note_hidden, plain_text, render_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_POINTS: Final = 500
MAX_LINES: Final = 12
_MANY: Final = 15  # labels that fit beside each other
_HIDDEN: Final = "A line is broken where there are too few people"


def check_lines(safe: pd.DataFrame, by: list[str]) -> None:
    """Raise BadTable when there are no points, or more lines or points than a figure can show."""
    points = safe[by[0]].nunique()
    lines = safe[by[1]].nunique() if len(by) > 1 else 1
    if not (1 <= points <= MAX_POINTS and lines <= MAX_LINES):
        raise BadTable(f"A figure shows up to {MAX_POINTS} points of {MAX_LINES} lines.", hint="Combine categories.")


def draw(shown: pd.DataFrame, column: str, statistic: str, line: str | None) -> bytes:
    """The lines as a PNG without metadata.

    Args:
        shown: the table, a column for each line, hidden numbers missing.
        column: the name of the column along which the lines go.
        statistic: what is shown, for the axis.
        line: the name of the column that tells the lines apart.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    labels = [plain_text(str(label)) for label in shown.index]

    def paint(axes: "Axes") -> None:
        for name in shown.columns:
            axes.plot(range(len(labels)), shown[name].to_numpy(dtype=float), marker="o", label=plain_text(str(name)))
        step = max(1, len(labels) // _MANY)
        axes.set_xticks(range(0, len(labels), step), labels[::step], rotation=90 if len("".join(labels)) > 60 else 0)
        axes.set_xlabel(plain_text(column))
        axes.set_ylabel(plain_text(statistic))
        axes.spines[["top", "right"]].set_visible(False)
        if line is not None:
            axes.legend(title=plain_text(line), frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
        if shown.isna().to_numpy().any():
            note_hidden(axes, _HIDDEN)

    return render_png(paint)
