"""Random tables of random people, attacked together, against linear programs that are written out by hand.

By hand, the unknowns are the cells of the finest table of all columns, and every shown cell of every table is one
equation over them: nothing of how tables are put together is used.
"""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from disclosure_control.core.policy import Policy
from disclosure_control.tables.attack.linked_attack import attack_outputs
from disclosure_control.tables.attack.linked_tables import Output
from disclosure_control.tables.attack.released_table import COUNT, SUM, make_released_table
from disclosure_control.tables.sensitivity import judge_cells
from disclosure_control.tables.statistics.cells import cell_statistics

pytestmark = pytest.mark.slow

POLICY = Policy(min_units=5)
COLUMNS = ["a", "b", "c"]
NEAR = 1e-5


def people(random: np.random.Generator, *, whole: bool) -> pd.DataFrame:
    """Every combination of labels has somebody, but not many."""
    sizes = random.integers(2, 4, len(COLUMNS))
    rows = [labels for labels in product(*(range(size) for size in sizes)) for _ in range(random.integers(1, 25))]
    frame = pd.DataFrame(rows, columns=COLUMNS).astype(str)
    value = np.ones(len(frame)) if whole else random.uniform(1, 50, len(frame)).round(2)
    return frame.assign(who=np.arange(len(frame)), v=value)


def judged(frame: pd.DataFrame, by: list[str], *, whole: bool) -> pd.DataFrame:
    """The cells of a table; those that break a rule are hidden."""
    cells = judge_cells(cell_statistics(frame, by, None if whole else "v", "who"), POLICY, "count" if whole else "sum")
    unsafe = cells["reasons"].str.contains("threshold|dominance|identical")
    return cells.assign(suppressed=np.where(unsafe, "primary", ""))


def protected(frame: pd.DataFrame, random: np.random.Generator, by: list[str], *, whole: bool) -> "Table":
    """A table that hides other cells at random, more and more until nothing can be worked out from it alone."""
    cells = judged(frame, by, whole=whole)
    for share in (*np.repeat([0.2, 0.3, 0.4, 0.5, 0.7], 4), 1.1):
        away = (cells["suppressed"] == "") & (random.random(len(cells)) < share)
        away &= (cells[by] != "All").any(axis=1) | (share > 1)
        table = Table(by, cells.assign(suppressed=cells["suppressed"].mask(away, "secondary")), frame, whole=whole)
        if not ByHand(frame, [table]).states():
            break
    return table


class Table:
    """A table of some columns, and its facts."""

    def __init__(self, by: list[str], cells: pd.DataFrame, frame: pd.DataFrame, *, whole: bool) -> None:
        self.by, self.cells = by, cells
        numbers, tells = (None, COUNT) if whole else (frame.v.to_numpy(), SUM)
        self.facts = make_released_table(frame[by], frame.who.to_numpy(), numbers, "s", cells, tells, POLICY)

    def ends(self) -> dict[str, tuple[float, float]]:
        """How far each unsafe cell must be able to move."""
        asked = self.facts.quantities[-1]
        return {
            str(self.facts.place(int(i))): (a, b) for i, a, b in zip(asked.unsafe, asked.low, asked.high, strict=True)
        }


def inside(frame: pd.DataFrame, cell: "pd.Series[object]", by: list[str]) -> np.ndarray:
    """Which rows a cell is made of."""
    return np.logical_and.reduce(
        [np.ones(len(frame), dtype=bool), *(frame[n] == cell[n] for n in by if cell[n] != "All")]
    )


class ByHand:
    """Everything that is shown, as equations over the cells of all three columns."""

    def __init__(self, frame: pd.DataFrame, tables: list[Table]) -> None:
        atoms = frame.groupby(COLUMNS)["v"].sum()
        labels = atoms.index.to_frame(index=False)
        self.rows: list[np.ndarray] = []
        self.unsafe: dict[bytes, tuple[float, float]] = {}
        self.places: dict[str, bytes] = {}
        for number, table in enumerate(tables):
            ends = table.ends()
            for _, cell in table.cells.iterrows():
                line = inside(labels, cell, table.by).astype(float)
                place = ", ".join(f"{name} {cell[name]}" for name in table.by)
                self.places[f"{place} of t{number}"] = line.tobytes()
                if cell.suppressed == "":
                    self.rows.append(line)
                elif place in ends:
                    low, high = self.unsafe.get(line.tobytes(), (np.inf, -np.inf))
                    self.unsafe[line.tobytes()] = min(low, ends[place][0]), max(high, ends[place][1])
        self.right = [float(line @ atoms.to_numpy()) for line in self.rows]

    def states(self) -> dict[bytes, int]:
        """The unsafe cells whose interval is narrower than it must be (1), or that are exact (2)."""
        found = {}
        near = NEAR * float(np.abs(self.right).max(initial=1.0))
        for key, (low, high) in self.unsafe.items():
            goal = np.frombuffer(key)
            least, most = self.end(goal, 1.0), self.end(goal, -1.0)
            if most - least < near:
                found[key] = 2
            elif least > low + near or most < high - near:
                found[key] = 1
        return found

    def end(self, goal: np.ndarray, sign: float) -> float:
        equations = (np.array(self.rows), np.array(self.right)) if self.rows else (None, None)
        answer = linprog(sign * goal, A_eq=equations[0], b_eq=equations[1], bounds=(0, None), method="highs")
        return sign * float(answer.fun) if answer.status == 0 else -sign * np.inf


BLOCKS, EACH = 4, 24
QUICK = 3  # the block of every run; the others are in the heavy one


@pytest.mark.parametrize(
    "block", [pytest.param(block, marks=[pytest.mark.heavy] * (block != QUICK)) for block in range(BLOCKS)]
)
def test_the_attack_finds_exactly_what_linear_programs_by_hand_find(block: int) -> None:
    told = 0
    for seed in range(block * EACH, (block + 1) * EACH):
        random = np.random.default_rng(seed)
        whole = seed % 2 == 0
        frame = people(random, whole=whole)
        columns = [["a", "b"], ["b", "c"], ["c", "a"], ["a"], ["b", "c", "a"], ["c"]]
        chosen = random.permutation(len(columns))[: 2 + seed // 2 % 2]
        tables = [protected(frame, random, columns[i], whole=whole) for i in chosen]
        everything = ByHand(frame, tables)
        before = ByHand(frame, tables[:-1]).states()
        worse = {key for key, state in everything.states().items() if state > before.get(key, 0)}
        outputs = [Output(f"t{i}", [table.facts]) for i, table in enumerate(tables)]
        findings = attack_outputs(outputs[:-1], outputs[-1:])[0]
        assert {finding.rule for finding in findings} <= {"table.linked-attack"}
        assert sum(finding.counts["cells"] for finding in findings) == len(worse)
        places = [place for finding in findings for place in finding.where.split("; ") if "more" not in place]
        assert {everything.places[place] for place in places} <= worse
        told += bool(worse)
    assert 0 < told < EACH
