"""What protecting a table costs: CPU seconds and the cost of what is hidden, by size of problem.

Each table is made from a seed, protected, and then attacked by ``attack_table``, which shares no model with the
protector. A cell is under-protected when the attacker's interval does not reach as far as was asked.

    python benchmarks/protection.py                     all of them
    python benchmarks/protection.py 20x20 random        some of them
"""

import argparse
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from disclosure_control.core.errors import NotProtectable
from disclosure_control.tables.attack.attacker import Attacker, attack_table
from disclosure_control.tables.hierarchy import add_totals
from disclosure_control.tables.suppression.protection import protection

SHARE = 0.2  # of its value, that each unsafe cell must seem able to be above and below
RANDOM = 500
EVERY = 5_000  # cells up to which the whole interval of every hidden cell is worked out


@dataclass(frozen=True)
class Case:
    """A table to protect: its columns of labels, how these add up, and the method to use."""

    table: pd.DataFrame
    by: list[str]
    trees: dict[str, dict[str, list[str]]]
    method: str


def flat(sizes: tuple[int, ...], primaries: int, method: str, seed: int = 1) -> Case:
    """A table with skewed values and a fixed number of unsafe inner cells, spread evenly at random."""
    return hierarchical(sizes, primaries, method, {}, seed)


def hierarchical(sizes: tuple[int, ...], primaries: int, method: str, groups: dict[str, int], seed: int = 1) -> Case:
    """As ``flat``; each column named in ``groups`` has that many groups of neighbouring labels above it."""
    random = np.random.default_rng(seed)
    by = [f"d{i}" for i in range(len(sizes))]
    places = np.indices(sizes).reshape(len(sizes), -1)
    cells = pd.DataFrame({name: [f"{i:03}" for i in line] for name, line in zip(by, places, strict=True)})
    cells["v"] = np.round(np.exp(random.normal(4, 1.5, len(cells)))) + 1
    unsafe = random.choice(len(cells), primaries, replace=False)
    names = {name: sorted(cells[name].unique()) for name in groups}
    trees = {
        name: {f"g{i}": [str(label) for label in part] for i, part in enumerate(np.array_split(names[name], count))}
        for name, count in groups.items()
    }
    chosen = set(cells.loc[unsafe, by].itertuples(index=False, name=None))
    table = add_totals(cells, by, ["v"], trees)
    marks = [label in chosen for label in table[by].itertuples(index=False, name=None)]
    return Case(table.assign(suppressed=np.where(marks, "primary", "")), by, trees, method)


def random_case(seed: int) -> Case:
    """A small table of one to three columns, some with groups."""
    random = np.random.default_rng(seed)
    width = int(random.integers(1, 4))
    sizes = tuple(int(random.integers(3, (12, 9, 6)[width - 1])) for _ in range(width))
    groups = {f"d{i}": 2 for i, size in enumerate(sizes) if size > 4 and random.random() < 0.5}
    primaries = max(1, int(np.prod(sizes)) // 10)
    return hierarchical(sizes, primaries, ("fast", "optimal")[seed % 2 if width < 3 else 0], groups, seed)


CASES: dict[str, Callable[[], Case]] = {
    "20x20": lambda: flat((20, 20), 40, "optimal"),
    "20x20 (2)": lambda: flat((20, 20), 40, "optimal", 2),
    "20x20 (3)": lambda: flat((20, 20), 40, "optimal", 3),
    "20x20 (4)": lambda: flat((20, 20), 40, "optimal", 4),
    "20x20 (5)": lambda: flat((20, 20), 40, "optimal", 5),
    "20x20-fast": lambda: flat((20, 20), 40, "fast"),
    "20x50": lambda: flat((20, 50), 100, "fast"),
    "50x50": lambda: flat((50, 50), 250, "fast"),
    "10000": lambda: hierarchical((25, 20, 12), 600, "fast", {"d0": 5, "d1": 4}),
}


def cpu() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def under_protected(case: Case, safe: pd.DataFrame) -> int:
    """How many unsafe cells the attacker knows more closely than was asked, or any hidden cell exactly."""
    if len(safe) > EVERY:
        return _too_narrow(case, safe)
    attacked = attack_table(safe, case.by, "v", 0.0, hierarchies=case.trees).set_index(case.by)
    truth = safe.set_index(case.by).loc[attacked.index]
    level = np.where(truth.suppressed == "primary", SHARE * truth.v, 0.0)
    near = 1e-5 * np.maximum(1.0, truth.v)
    narrow = (attacked.upper < truth.v + level - near) | (attacked.lower > truth.v - level + near)
    return int((narrow | attacked.exact.astype(bool)).sum())


def _too_narrow(case: Case, safe: pd.DataFrame) -> int:
    """As ``under_protected`` for large tables: the attacker stops at each cell once it has been far enough."""
    attacker = Attacker([safe], case.by, "v", 0.0, hierarchies=case.trees)
    truth = safe.set_index(case.by).loc[list(attacker.hidden)]
    level = np.where(truth.suppressed == "primary", SHARE * truth.v, np.nan)
    return int(attacker.too_narrow(truth.v.to_numpy() - level, truth.v.to_numpy() + level).sum())


def measure(name: str, case: Case) -> None:
    """One line of results."""
    began, at = cpu(), time.perf_counter()
    found = protection(case.table, case.by, "v", hierarchies=case.trees, method=case.method, share=SHARE)
    spent, clock = cpu() - began, time.perf_counter() - at
    began = cpu()
    failed = under_protected(case, found.tables[0])
    marks = found.tables[0].suppressed
    print(
        f"{name:<12}{len(case.table):>7}{(marks == 'primary').sum():>7}{(marks == 'secondary').sum():>7}"
        f"{found.cost:>12.0f}{'yes' if found.optimal else 'no':>9}{spent:>9.2f}{clock:>9.2f}"
        f"{cpu() - began:>9.2f}{failed:>7}",
        flush=True,
    )


def measure_random() -> None:
    """Many small tables in one line; those that nothing can protect are counted apart."""
    spent, failed, refused = 0.0, 0, 0
    for seed in range(RANDOM):
        case = random_case(seed)
        began = cpu()
        try:
            found = protection(case.table, case.by, "v", hierarchies=case.trees, method=case.method, share=SHARE)
        except NotProtectable:
            refused += 1
            continue
        finally:
            spent += cpu() - began
        failed += under_protected(case, found.tables[0])
    print(f"{RANDOM} random tables: {spent:.1f} CPU s, {refused} refused, {failed} under-protected cells", flush=True)


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", default=[*CASES, "random"], help=f"of: {', '.join([*CASES, 'random'])}")
    given = parser.parse_args()
    print(
        f"{'case':<12}{'cells':>7}{'prim.':>7}{'sec.':>7}{'cost':>12}{'optimum':>9}{'CPU s':>9}{'clock s':>9}"
        f"{'attack s':>9}{'under':>7}"
    )
    for name in given.cases:
        if name == "random":
            measure_random()
        else:
            measure(name, CASES[name]())


if __name__ == "__main__":
    main()
