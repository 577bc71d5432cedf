"""Tables of one frame, protected as given, as outputs that are attacked together."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from disclosure_control.finding import Finding
from disclosure_control.policy import Policy
from disclosure_control.tables.cells import ALL, cell_statistics
from disclosure_control.tables.facts import COUNT, Facts, facts_of
from disclosure_control.tables.judge import judge_cells
from disclosure_control.tables.linked import attack_outputs
from disclosure_control.tables.network import Output

POLICY = Policy(min_units=10)
Pattern = Callable[[pd.DataFrame], "pd.Series[bool]"]


def people(counts: dict[tuple[str, ...], int], columns: Sequence[str]) -> pd.DataFrame:
    """So many people of each combination of labels."""
    rows = [labels for labels, count in counts.items() for _ in range(count)]
    return pd.DataFrame(rows, columns=list(columns)).assign(who=range(len(rows)))


def table(
    frame: pd.DataFrame,
    by: Sequence[str],
    secondary: Sequence[tuple[str, ...]] = (),
    *,
    value: str | None = None,
    tells: int = COUNT,
    margins: bool = True,
    scheme: str = "people@1",
    statistic: str = "count",
) -> Facts:
    """The facts of a table whose unsafe cells are hidden, and these others."""
    by = list(by)
    whole = cell_statistics(frame, by, value, "who", margins=margins)
    judged = judge_cells(whole, POLICY, statistic)
    bad = judged["reasons"].str.contains("table")
    others = [label in set(secondary) for label in judged[by].itertuples(index=False, name=None)]
    judged["suppressed"] = np.where(bad, "primary", np.where(others, "secondary", ""))
    numbers = None if value is None else frame[value].to_numpy()
    return facts_of(frame[by].astype(str), frame.who.to_numpy(), numbers, scheme, judged, tells, POLICY)


def findings(earlier: Sequence[Facts], *new: Facts) -> list[list[Finding]]:
    """What the outputs one, two, three give away, after those released before."""
    known = [Output(f"old {i}", [facts]) for i, facts in enumerate(earlier)]
    asked = [Output(name, [facts]) for name, facts in zip(["one", "two", "three"], new, strict=False)]
    return attack_outputs(known, asked)


def rules(said: Sequence[Sequence[Finding]]) -> list[list[str]]:
    """The rules of findings."""
    return [[finding.rule for finding in one] for one in said]


__all__ = ["ALL", "POLICY", "findings", "people", "rules", "table"]
