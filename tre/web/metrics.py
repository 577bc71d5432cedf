"""For leads: how long requests wait, what becomes of them, why files are not approved, and who carries the load."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from tre.web.base import Site
from tre.web.queue import waits

WIDTH: Final = 640  # of a plot, in its own units
_LABEL: Final = 190
_ROW: Final = 30


@dataclass(frozen=True)
class Bar:
    """One bar of a plot, as its picture needs it."""

    label: str
    count: int
    y: int
    length: float


@dataclass(frozen=True)
class Plot:
    """Counts as bars and as a table, the largest first."""

    id: str
    title: str
    of: str
    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        """The height of the picture."""
        return _ROW * len(self.bars)


def plot(identifier: str, title: str, of: str, counts: Mapping[str, int]) -> Plot:
    """Counts as a plot.

    >>> [(bar.label, bar.length) for bar in plot("a", "A", "b", {"x": 1, "y": 2}).bars]
    [('y', 390.0), ('x', 195.0)]
    """
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    most = max((count for _, count in rows), default=0) or 1
    room = WIDTH - _LABEL - 60
    bars = (Bar(label, count, i * _ROW, round(room * count / most, 1)) for i, (label, count) in enumerate(rows))
    return Plot(identifier, title, of, tuple(bars))


class MetricsPage:
    """The handler of the figures."""

    def __init__(self, site: Site) -> None:
        """Show the installation of ``site``."""
        self._site = site

    async def page(self, request: Request) -> Response:
        """All of them."""
        return await self._site.render(request, "figures.html", self._gather)

    def _gather(self, person: str) -> dict[str, Any]:
        result = self._site.app.reviews.figures(person)
        settings = self._site.app.settings
        return {
            "figures": result,
            "lead": True,
            "waits": waits,
            "targets": (settings.first_review_target_h, settings.decision_target_h),
            "plots": [
                plot("states", "Where requests stand", "requests", result.by_state),
                plot("grounds", "Why files were not approved", "votes", result.grounds),
                plot("claims", "What checkers have before them", "claimed requests", result.open_claims),
                plot("votes", "What checkers have done", "votes", result.votes_by),
            ],
        }
