"""What makes a request one of high risk, as one table, and what follows: its place in the queue, how many must approve.

Pure. The table ranks work and can ask for more people; it never asks for fewer.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from disclosure_control.core.outcome import Outcome
from tre.airlock.request import FEWEST_APPROVALS, Request

MANY_OUTPUTS: Final = 50  # more than can be looked at with care in a sitting


class Risk(IntEnum):
    """How much attention a request asks for."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2

    @property
    def label(self) -> str:
        """The word for pages."""
        return self.name.lower()


@dataclass(frozen=True)
class _Row:
    level: Risk
    applies: Callable[[Request], bool]


def _fails(request: Request, prefix: str) -> bool:
    return any(
        finding.rule.startswith(prefix) and finding.outcome is Outcome.FAIL
        for file in request.outputs
        for finding in file.findings
    )


RISKS: Final[Mapping[str, _Row]] = MappingProxyType(
    {
        "an output fails the check": _Row(
            Risk.HIGH, lambda request: any(file.outcome in {Outcome.FAIL, None} for file in request.outputs)
        ),
        "personal data may be in it": _Row(Risk.HIGH, lambda request: _fails(request, "pii.")),
        "a data owner must approve": _Row(
            Risk.MEDIUM, lambda request: any(condition.owner_approval for condition in request.conditions)
        ),
        "an output was not computed again": _Row(
            Risk.MEDIUM, lambda request: any(not file.verified for file in request.outputs)
        ),
        f"more than {MANY_OUTPUTS} outputs": _Row(Risk.MEDIUM, lambda request: len(request.outputs) > MANY_OUTPUTS),
    }
)


def risks_of(request: Request) -> tuple[str, ...]:
    """The rows of the table that apply to a request that was checked."""
    return tuple(name for name, row in RISKS.items() if row.applies(request))


def risk_level(risks: Iterable[str]) -> Risk:
    """The highest level of some rows; a row that is no longer in the table counts as high."""
    return max((RISKS[name].level if name in RISKS else Risk.HIGH for name in risks), default=Risk.LOW)


def approvals_by_risk(risks: Iterable[str], *, usual: int, high: int) -> int:
    """How many must approve: ``usual``, or the more of ``usual`` and ``high`` for a request of high risk."""
    approvals = max(usual, high) if risk_level(risks) is Risk.HIGH else usual
    return max(FEWEST_APPROVALS, approvals)
