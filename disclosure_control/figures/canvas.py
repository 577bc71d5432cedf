"""One way of drawing: matplotlib's own defaults, a fixed size, no metadata; the same is drawn again alike."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from disclosure_control.core.errors import MissingExtra

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE: Final = "#1d70b8"
GREY: Final = "#505a5f"


def render_png(paint: "Callable[[Axes], None]") -> bytes:
    """What ``paint`` draws on fresh axes, as a PNG without metadata.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("matplotlib", "stats") from error
    plain = {key: value for key, value in mpl.rcParamsDefault.items() if not key.startswith(("backend", "date."))}
    with mpl.rc_context(plain), io.BytesIO() as sink:
        figure = Figure(figsize=(6.4, 4.2), dpi=100, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        paint(axes)
        figure.savefig(sink, format="png", metadata={"Software": None})
        return sink.getvalue()


def plain_text(text: str) -> str:
    """Text that matplotlib does not read as mathematics."""
    return text.replace("$", r"\$")


def note_hidden(axes: "Axes", note: str) -> None:
    """Say above the axes that something is not drawn."""
    axes.set_title(note, fontsize=9, loc="left", color=GREY)
