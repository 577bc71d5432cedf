"""The curve of a survival table, drawn as steps from the numbers of the table alone."""

from typing import TYPE_CHECKING

import pandas as pd

from disclosure_control.figures.canvas import BLUE, note_hidden, plain_text, render_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(table: pd.DataFrame, time: str) -> bytes:
    """The curve as a PNG without metadata.

    Args:
        table: ``Time`` and ``Surv prob``, as ``models.survival`` makes them.
        time: the name of the column of times.

    Raises:
        MissingExtra: matplotlib is not installed.
    """

    def paint(axes: "Axes") -> None:
        axes.step([0.0, *table["Time"]], [1.0, *table["Surv prob"]], where="post", color=BLUE)
        axes.set_ylim(0, 1.02)
        axes.set_xlabel(plain_text(time))
        axes.set_ylabel("Share without the event")
        axes.spines[["top", "right"]].set_visible(False)
        if table.empty:
            note_hidden(axes, "Too few people for a survival curve")

    return render_png(paint)
