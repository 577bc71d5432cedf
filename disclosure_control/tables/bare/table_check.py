"""All checks of a table without evidence, in one list."""

from disclosure_control.core.content import Table, TableKind
from disclosure_control.core.finding import Finding
from disclosure_control.core.policy import Policy
from disclosure_control.tables.bare.chart_points import point_findings
from disclosure_control.tables.bare.counts import end_points, small_counts, unrounded
from disclosure_control.tables.bare.kind import kind_finding
from disclosure_control.tables.bare.margins import recoverable
from disclosure_control.tables.bare.shares import implied_counts


def table_findings(table: Table, policy: Policy) -> list[Finding]:
    """What a table reads as and gives away; nothing here makes it a pass."""
    if table.kind is TableKind.POINTS:
        return point_findings(table)
    if table.kind is TableKind.LEARNT:
        return []
    return [
        kind_finding(table),
        *small_counts(table, policy.min_units),
        *implied_counts(table, policy.min_units),
        *recoverable(table),
        *end_points(table),
        *unrounded(table, policy.round_counts_to),
    ]
