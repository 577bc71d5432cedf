"""Mitigation: from judged cells to cells that may be shown (suppressed, rounded or as they are), with findings."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from disclosure_control.core.errors import NotProtectable
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.location import Location
from disclosure_control.core.policy import Policy
from disclosure_control.tables.rounding import round_table
from disclosure_control.tables.sensitivity import unsafe
from disclosure_control.tables.statistics.cells import ALL, BROKEN_RULES
from disclosure_control.tables.suppression.common_pattern import find_common_pattern

_MANY: Final = 10  # categories with too few people; fewer of them are what an ordinary table has at its ends
Linked = tuple[pd.DataFrame, str]  # judged cells, and the column whose sums link them: "n" or "total"


def mitigate(tables: Sequence[Linked], by: Sequence[str], mitigation: str, policy: Policy) -> "_Mitigation":
    """The cells with ``suppressed``, and the findings on what is then shown.

    Args:
        tables: judged cells of one table, once for each value that it shows; all have the same outcomes.
        by: the columns of labels.
        mitigation: "suppress", "round" (counts alone) or "none".
        policy: gives the protection that unsafe cells need.
    """
    first = tables[0][0]
    if mitigation == "none":
        return [cells.assign(suppressed="") for cells, _ in tables], _unsafe_shown(first, by)
    try:
        if mitigation == "round":
            return _round(first, by, policy)
        suppressed = find_common_pattern(tables, by, policy)
    except NotProtectable as error:
        hidden = [cells.assign(suppressed="primary") for cells, _ in tables]
        return hidden, [make_finding("table.unprotected", why=error.message)]
    counts = {kind: int((suppressed == kind).sum()) for kind in ("primary", "secondary")}
    findings = _unsafe_shown(first[suppressed == ""], by)
    if counts["primary"]:
        unsafe_cells = "1 unsafe cell was" if counts["primary"] == 1 else f"{counts['primary']} unsafe cells were"
        why = f"{unsafe_cells} suppressed, and {counts['secondary']} more to protect them."
        findings.append(
            make_finding("table.suppressed", why=why, primary=counts["primary"], secondary=counts["secondary"])
        )
    return [cells.assign(suppressed=suppressed) for cells, _ in tables], findings


_Mitigation = tuple[list[pd.DataFrame], list[Finding]]


def _round(judged: pd.DataFrame, by: Sequence[str], policy: Policy) -> _Mitigation:
    """Counts as multiples of the policy's minimum that add up, so that a few people more or less do not show.

    Controlled rounding moves a count by less than the base, so a shown 0 is anything below the minimum.
    """
    is_unsafe = unsafe(judged)
    if (judged.loc[is_unsafe, "n"] != judged.loc[is_unsafe, "units"]).any():
        raise NotProtectable(
            "Rounding protects counts of people, and here some have several rows.", hint="Suppress instead."
        )
    base = policy.min_units
    safe = round_table(judged, by, "n", base, "controlled")
    hidden = (safe["rounded"] == 0) & (not policy.zero_cells_allowed)
    why = f"Every count is rounded to a multiple of {base}, and the margins still add up."
    findings = [make_finding("table.rounded", why=why, cells=len(safe))]
    return [safe.assign(suppressed=hidden.map({True: "primary", False: ""}))], findings


def _unsafe_shown(shown: pd.DataFrame, by: Sequence[str]) -> list[Finding]:
    """One finding a rule that a shown cell breaks, with the places of its cells."""
    broken: dict[str, list[Location]] = {}
    for labels, rules in zip(shown[list(by)].itertuples(index=False, name=None), shown[BROKEN_RULES], strict=True):
        where = Location(labels=tuple((name, str(label)) for name, label in zip(by, labels, strict=True)))
        for rule in rules:
            broken.setdefault(rule, []).append(where)
    return [make_finding(rule, where, cells=len(where)) for rule, where in broken.items()]


def sparse_categories(cells: pd.DataFrame, by: Sequence[str], policy: Policy) -> list[Finding]:
    """Categories that are so many and so small that their labels are values of people."""
    findings: list[Finding] = []
    for name in by:
        others = [other for other in by if other != name]
        margin = cells[(cells[others] == ALL).all(axis=1) & (cells[name] != ALL)]
        few = int((margin["units"] < policy.min_units).sum())
        if few > _MANY and few > len(margin) / 2:
            why = f"{few} of {len(margin)} categories have fewer than {policy.min_units} people or businesses."
            findings.append(make_finding("table.sparse-categories", name, why, categories=few))
    return findings


def shared_labels(cells: pd.DataFrame, by: Sequence[str], policy: Policy) -> frozenset[str]:
    """The categories that enough people share; each is looked up in the margin over all other categories."""
    shared: set[str] = set()
    for name in by:
        margin = cells[(cells[[other for other in by if other != name]] == ALL).all(axis=1)]
        shared |= set(margin.loc[margin["units"] >= policy.min_units, name].astype(str))
    return frozenset(shared)


def labels_shown(safe: pd.DataFrame, by: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns and all categories."""
    return tuple(dict.fromkeys([*by, *(str(label) for name in by for label in safe[name])]))
