"""Stopping rules of the search for a cheaper pattern: a number of steps, or a time limit."""

import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """Limits on improving; none of them makes a result less protected.

    Attributes:
        time_limit_s: seconds from now, or None. A pattern found by the clock may differ from one machine to another.
        rounds: the most rounds of cutting planes.
        nodes: the most nodes of one branch and bound.
    """

    time_limit_s: float | None = None
    rounds: int = 200
    nodes: int = 50_000
    _started: float = field(default_factory=time.monotonic)

    def left_s(self) -> float | None:
        """Seconds left, at least 0; None without a time limit."""
        if self.time_limit_s is None:
            return None
        return max(0.0, self._started + self.time_limit_s - time.monotonic())

    def are_reached(self) -> bool:
        """Whether the time is up."""
        return self.left_s() == 0.0
