"""The result of a query: cells, what may be shown of them, files, and findings."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from disclosure_control.core.finding import Finding
from disclosure_control.core.outcome import Outcome, combine
from disclosure_control.tables.grid import Grid


@dataclass(frozen=True)
class QueryResult:
    """What a query gives.

    Attributes:
        statbarn: the kind of statistic.
        keys: the columns of ``cells`` that name a cell.
        cells: the statistics of every cell or coefficient; kept as evidence, never released.
        grids: what is released as CSV, by the ending of the file's name.
        pictures: what is released as PNG, by the ending of the file's name.
        shown: what the researcher sees.
        reasons: why each cell of ``shown`` is hidden or unsafe, line by line: rule ids, or "secondary"; empty for
            what is no table.
        findings: what the policy says.
        labels: the texts in the output that the author or the data chose.
        shared: those labels that are categories of at least the policy's minimum of people, so nobody's name.
    """

    statbarn: str
    keys: tuple[str, ...]
    cells: pd.DataFrame
    grids: dict[str, Grid]
    pictures: dict[str, bytes]
    shown: pd.DataFrame
    findings: tuple[Finding, ...]
    labels: tuple[str, ...]
    shared: frozenset[str] = frozenset()
    reasons: Sequence[Sequence[tuple[str, ...]]] = ()

    @property
    def outcome(self) -> Outcome:
        """The most severe finding; PASS when the rules were applied and found nothing."""
        return combine([Outcome.PASS, *(finding.outcome for finding in self.findings)])

    def files(self) -> dict[str, bytes]:
        """The released files, by the ending of their names."""
        return {**{ending: grid.to_csv() for ending, grid in self.grids.items()}, **self.pictures}
