"""What comparing a new table with released ones costs: a table of 1,000 cells against 1,000 tables of as many cells.

The released tables are of the same people with other categories, read from the bytes that are kept of them. One of
them leaves a few people out, so that there is something to find; one hides other cells beside the same unsafe ones.
Two at a time they are subtracted from each other; then all that hang together are attacked at once.

    python benchmarks/differencing.py --tables 1000 --people 20000
    python benchmarks/differencing.py --no-margins
"""

import argparse
import resource
import time

import numpy as np
import pandas as pd

from disclosure_control.core.policy import Policy
from disclosure_control.tables.attack.differencing import Fingerprint, compare, fingerprint_cells
from disclosure_control.tables.attack.linked_attack import attack_outputs
from disclosure_control.tables.attack.linked_tables import Output
from disclosure_control.tables.attack.released_table import COUNT, ReleasedTable, make_released_table
from disclosure_control.tables.sensitivity import judge_cells
from disclosure_control.tables.statistics.cells import cell_statistics


def cpu() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def table_of(random: np.random.Generator, people: int) -> pd.DataFrame:
    """Labels of 20 x 50 cells for each person."""
    return pd.DataFrame(
        {"a": random.integers(0, 20, people).astype(str), "b": random.integers(0, 50, people).astype(str)}
    )


def facts(random: np.random.Generator, rows: pd.DataFrame, *, margins: bool) -> ReleasedTable:
    """The facts of a table whose few small cells are hidden, and one in fifty others."""
    cells = judge_cells(cell_statistics(rows, ["a", "b"], margins=margins), Policy())
    inner = (cells[["a", "b"]] != "All").all(axis=1) & (cells["n"] > 0)
    others = np.where(inner & (random.random(len(cells)) < 0.02), "secondary", "")
    cells["suppressed"] = np.where(cells["reasons"] != "", "primary", others)
    return make_released_table(rows, np.arange(len(rows)), None, "people", cells, COUNT, Policy())


def main() -> None:
    """Make the tables, then time the two comparisons with the reading."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=1_000)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--margins", action=argparse.BooleanOptionalAction, default=True)
    given = parser.parse_args()
    random = np.random.default_rng(1)
    numbers = np.arange(given.people, dtype=np.uint32)
    mine = table_of(random, given.people)
    new = fingerprint_cells(mine, numbers, "people")
    kept = {
        f"table {i}": fingerprint_cells(table_of(random, given.people), numbers, "people").to_bytes()
        for i in range(given.tables - 1)
    }
    kept["all but three"] = fingerprint_cells(mine[3:], numbers[3:], "people").to_bytes()
    began, at = cpu(), time.perf_counter()
    findings = compare(new, {name: Fingerprint.from_bytes(data) for name, data in kept.items()}, Policy())
    spent, clock = cpu() - began, time.perf_counter() - at
    size = sum(map(len, kept.values())) / 1e6
    print(f"{len(new.sizes)} sets against {given.tables} tables ({size:.0f} MB): {spent:.2f} CPU s, {clock:.2f} s")
    print(f"{len(findings)} findings, the planted one among them: {any('all but three' in f.where for f in findings)}")
    known = [
        facts(random, table_of(random, given.people), margins=given.margins).to_bytes() for _ in range(given.tables - 1)
    ]
    known.append(facts(random, mine, margins=given.margins).to_bytes())
    asked = facts(random, mine, margins=given.margins)
    began, at = cpu(), time.perf_counter()
    outputs = [Output(f"table {i}", [ReleasedTable.from_bytes(data)]) for i, data in enumerate(known)]
    (said,) = attack_outputs(outputs, [Output("this output", [asked])])
    spent, clock = cpu() - began, time.perf_counter() - at
    size = sum(map(len, known)) / 1e6
    print(f"attack with {given.tables} tables ({size:.0f} MB): {spent:.2f} CPU s, {clock:.2f} s")
    print(f"{len(said)} findings: {', '.join(finding.rule for finding in said)}")


if __name__ == "__main__":
    main()
