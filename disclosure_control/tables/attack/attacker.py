"""The attacker: the feasibility interval of each suppressed cell, given everything else in one or several tables.

It knows the shown cells and that groups of categories add up, and solves for the smallest and largest value each
hidden cell can have (Handbook on Statistical Disclosure Control, 2nd ed., section 4.4; Fischetti and Salazar, Solving
the cell suppression problem on tabular data with linear constraints, Management Science 47, 2001). It never reads a
hidden value. It builds its equations from the tables it is given and shares no model with ``suppression``, whose work
it checks: only the solver is the same. Equations of the tables stand in ``equations``.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import lsmr

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.attack.equations import Label, System, read_system
from disclosure_control.tables.hierarchy import Trees
from disclosure_control.tables.lp import INFINITE, Infeasible, Program, Vector
from disclosure_control.tables.statistics.cells import labels_of

_EXACT: Final = 1e-7  # of the largest sum that the cell has a part in
_ROUNDING: Final = 4e-15  # relative error of a sum of floats, a few times the last bit
_ROUNDS: Final = 40  # attempts at widening many intervals at once
Tables = pd.DataFrame | Sequence[pd.DataFrame]


def attack_table(
    safe: Tables,
    by: Sequence[str] | None = None,
    value: str | None = None,
    lowest: float | None = 0.0,
    *,
    hierarchies: Trees | None = None,
    knowing: Iterable[Label] = (),
    rounded_to: float = 0.0,
) -> pd.DataFrame:
    """The interval of every suppressed cell, as an attacker with a linear program finds it.

    Args:
        safe: one row a cell: ``by``, ``value`` and ``suppressed`` ("" where the cell is shown). Or several tables of
            the same people and the same value, each with its own columns of labels: a cell of one table that stands
            in another as well is one cell. A combination of the lowest categories that a table leaves out is empty.
        by: the columns of labels, margins labelled "All"; found from the tables when not given.
        value: the column of shown numbers; where ``suppressed`` is not "" it is not read. When not given it is
            "total" if the first table holds totals, else "n". Counts ("n") are known to be whole.
        lowest: the least a cell can be, as an attacker knows; None where values may be negative.
        hierarchies: how labels add up, by column.
        knowing: labels of suppressed cells whose value this attacker has, as their lone contributor would.
        rounded_to: the unit that shown numbers are rounded to, where they are; the sums then hold within half of it
            for each number.

    Returns:
        One row a suppressed cell: ``by``, lower, upper, exact (whether the cell can be worked out).

    Raises:
        BadTable: a column is missing, a cell stands in a table twice, or the shown numbers do not add up.

    Examples:
        >>> table = pd.DataFrame({"area": ["N", "S", "All"], "n": [3, 40, 43], "suppressed": ["primary", "", ""]})
        >>> attack_table(table, by=["area"])[["area", "lower", "upper", "exact"]].values.tolist()
        [['N', 3.0, 3.0, True]]
    """
    attacker = Attacker(safe, by, value, lowest, hierarchies=hierarchies, knowing=knowing, rounded_to=rounded_to)
    low, high, exact = attacker.intervals()
    result = pd.DataFrame(attacker.hidden, columns=attacker.by, dtype=object)
    result["lower"], result["upper"], result["exact"] = low, high, exact
    return result


class Attacker:
    """An attack that can be asked for intervals, or whether they are wide enough, which is much cheaper.

    Args: as ``attack_table``.
    """

    def __init__(
        self,
        safe: Tables,
        by: Sequence[str] | None = None,
        value: str | None = None,
        lowest: float | None = 0.0,
        *,
        hierarchies: Trees | None = None,
        knowing: Iterable[Label] = (),
        rounded_to: float = 0.0,
    ) -> None:
        tables = [safe] if isinstance(safe, pd.DataFrame) else list(safe)
        self.by = _labels(tables) if by is None else list(by)
        value = _linking_column(tables[0]) if value is None else value
        system = read_system(tables, self.by, value, hierarchies, frozenset(knowing))
        self._set(system, lowest, rounded_to, whole=value == "n")

    @classmethod
    def of(cls, system: System, lowest: float | None = 0.0, *, whole: bool = False) -> "Attacker":
        """An attack on equations that were read elsewhere; ``whole`` where numbers are counts."""
        attacker = cls.__new__(cls)
        attacker.by = []
        attacker._set(system, lowest, 0.0, whole=whole)
        return attacker

    def _set(self, system: System, lowest: float | None, rounded_to: float, *, whole: bool) -> None:
        self._whole, self._lowest = whole, lowest
        self.hidden: list[Label] = [system.labels[cell] for cell in system.hidden]
        self._groups = _groups(system, lowest, rounded_to)
        self._size = len(system.hidden)

    def intervals(self) -> tuple[Vector, Vector, Vector]:
        """Lower end, upper end and whether it is exact, of each hidden cell."""
        low, high = np.full(self._size, -INFINITE), np.full(self._size, INFINITE)
        if self._lowest is not None:
            low[:] = self._lowest
        exact = np.zeros(self._size, dtype=bool)
        for group in self._groups:
            for j, cell in enumerate(group.cells):
                if cell < self._size:
                    low[cell], high[cell], exact[cell] = group.interval(j)
        if self._whole:
            low, high = np.ceil(low - 1e-6), np.floor(high + 1e-6)
            exact |= high <= low
        return low + 0.0, high + 0.0, exact

    def too_narrow(self, low: Vector, high: Vector) -> Vector:
        """Which hidden cells have an interval that does not reach from ``low`` to ``high``, or that is exact.

        Args:
            low, high: what each hidden cell must seem to be able to be, in the order of ``hidden``; NaN where it is
                enough that the cell cannot be worked out.
        """
        narrow = np.zeros(self._size, dtype=bool)
        for group in self._groups:
            inside = group.cells < self._size
            own = group.cells[inside]
            ends = (np.full(len(group.cells), INFINITE), np.full(len(group.cells), -INFINITE))
            for end, bounds in zip(ends, (low, high), strict=True):
                end[inside] = bounds[own]
            narrow[own] = group.too_narrow(*ends)[inside]
        return narrow


class _Group:
    """Unknown cells that hang together, with their own program."""

    def __init__(
        self, cells: Vector, matrix: csr_matrix, right: Vector, noise: Vector, lowest: float | None, *, rounded: bool
    ) -> None:
        self.cells = cells
        self._lowest = lowest
        self._matrix = matrix
        size = len(cells)
        largest = float(np.abs(right).max(initial=0.0))
        self.scale = largest / 1e3 if largest > 0 else 1.0
        self._width = _EXACT * largest + (0.0 if rounded else 10 * float(noise.max(initial=0.0)))
        self._low, self._high = np.full(size, INFINITE), np.full(size, -INFINITE)
        self._program: Program | None = None
        if lowest is not None and matrix.shape[0]:
            self._program = self._feasible(right, noise, lowest)

    def _feasible(self, right: Vector, noise: Vector, lowest: float) -> Program:
        size = len(self.cells)
        columns = (np.full(size, lowest / self.scale), np.full(size, INFINITE))
        for slack in (noise, noise + 1e-10 * (np.abs(right).max(initial=0.0) + noise / _ROUNDING)):
            program = Program(self._matrix, ((right - slack) / self.scale, (right + slack) / self.scale), columns)
            try:
                self._see(program.solve().point)
            except Infeasible:
                continue
            return program
        raise BadTable(
            "The shown numbers do not add up, whatever the hidden ones are.",
            hint="Give the hierarchies, or say what the numbers are rounded to.",
        )

    def interval(self, j: int) -> tuple[float, float, bool]:
        """The ends of one cell's interval, and whether they meet."""
        if self._lowest is None:
            free = bool(self._free()[j])
            return (-INFINITE, INFINITE, False) if free else (np.nan, np.nan, True)
        if self._program is None:
            return self._lowest, INFINITE, False
        low, high = self._end(j, -1.0), self._end(j, 1.0)
        return low, high, high - low <= self._width

    def too_narrow(self, low: Vector, high: Vector) -> Vector:
        """Which cells do not reach from ``low`` to ``high``; NaN asks only that the cell is not exact."""
        if self._lowest is None:
            return ~self._free()
        if self._program is None:
            return low < self._lowest - self._width
        self._widen(low, high)
        narrow = np.zeros(len(self.cells), dtype=bool)
        for j in np.flatnonzero(self._short(low, high)):
            for sign in (1.0, -1.0):
                if self._short(low, high)[j]:
                    self._end(int(j), sign)
            narrow[j] = self._short(low, high)[j]
        return narrow

    def _short(self, low: Vector, high: Vector) -> Vector:
        """Cells that no point so far shows to be wide enough."""
        slack = self._width + 1e-6 * np.maximum(high - low, 0.0)
        with np.errstate(invalid="ignore"):
            short = (self._low > low + slack) | (self._high < high - slack)
            exact = self._high - self._low <= 2 * self._width
        is_bounded = ~np.isinf(low) | ~np.isinf(high)
        result: Vector = is_bounded & (short | exact)
        return result

    def _widen(self, low: Vector, high: Vector) -> None:
        """Push many cells at once, up and down in turn, for as long as that shows new ones to be wide enough."""
        random = np.random.default_rng(11)
        before = int(self._short(low, high).sum())
        failures = 0
        for _ in range(_ROUNDS):
            if not before or failures > 2:
                return
            cells = np.flatnonzero(self._short(low, high))
            self._push(cells, random.uniform(0.2, 1.0, len(cells)) * random.choice([-1.0, 1.0], len(cells)))
            after = int(self._short(low, high).sum())
            failures = 0 if after < before else failures + 1
            before = after

    def _push(self, cells: Vector, weights: Vector) -> float:
        program = self._program
        if program is None:
            return INFINITE
        program.aim(cells, weights)
        solution = program.solve()
        if solution.point.size:
            self._see(solution.point)
        return solution.value

    def _end(self, j: int, sign: float) -> float:
        end = sign * self._push(np.array([j]), np.array([sign])) * self.scale
        if sign > 0:
            self._high[j] = max(self._high[j], end)
        else:
            self._low[j] = min(self._low[j], end)
        return end

    def _see(self, point: Vector) -> None:
        """Every point that keeps the sums is one that the attacker must hold possible."""
        self._low = np.minimum(self._low, point * self.scale)
        self._high = np.maximum(self._high, point * self.scale)

    def _free(self) -> Vector:
        """Where nothing limits a cell, it is exact when no direction that keeps the sums moves it."""
        moved = np.zeros(len(self.cells), dtype=bool)
        random = np.random.default_rng(13)
        for _ in range(2):
            direction = random.uniform(1.0, 2.0, len(self.cells))
            if self._matrix.shape[0]:
                fit = lsmr(self._matrix.T, direction, atol=1e-14, btol=1e-14, conlim=0, maxiter=20_000)
                direction = direction - self._matrix.T @ fit[0]
            moved |= np.abs(direction) > 1e-7
        return moved


def _groups(system: System, lowest: float | None, rounded_to: float) -> list[_Group]:
    """Split the unknown cells into those that hang together; drop the equations that have none."""
    column = {cell: j for j, cell in enumerate([*system.hidden, *system.implied_margins])}
    rows: list[int] = []
    columns: list[int] = []
    signs: list[float] = []
    right: list[float] = []
    noise: list[float] = []
    for margin, parts in system.equations:
        terms = [(margin, -1.0), *((part, 1.0) for part in parts)]
        shown = [sign * system.values[cell] for cell, sign in terms if cell not in column]
        size = sum(map(abs, shown))
        slack = _ROUNDING * size + 0.5 * rounded_to * len(shown)
        if len(shown) == len(terms):
            _check_sum(abs(sum(shown)), slack + 1e-9 * size)
            continue
        for cell, sign in terms:
            if cell in column:
                rows.append(len(right))
                columns.append(column[cell])
                signs.append(sign)
        right.append(-sum(shown))
        noise.append(slack)
    matrix = csr_matrix((signs, (rows, columns)), shape=(len(right), len(column)))
    return _split(matrix, np.array(right), np.array(noise), lowest, rounded=rounded_to > 0)


def _split(matrix: csr_matrix, right: Vector, noise: Vector, lowest: float | None, *, rounded: bool) -> list[_Group]:
    """A group for each set of unknown cells that sums connect."""
    _, group = connected_components((abs(matrix).T @ abs(matrix)).tocsr(), directed=False)
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    columns = matrix.tocsc()
    groups = []
    for cells in np.split(order, starts[1:]) if len(order) else []:
        part = columns[:, cells].tocsr()
        used = np.flatnonzero(np.diff(part.indptr))
        groups.append(_Group(cells, part[used], right[used], noise[used], lowest, rounded=rounded))
    return groups


def _check_sum(difference: float, tolerance: float) -> None:
    if difference > tolerance:
        raise BadTable(
            "The shown numbers do not add up.", hint="Give the hierarchies, or say what the numbers are rounded to."
        )


def _labels(tables: Sequence[pd.DataFrame]) -> list[str]:
    return list(dict.fromkeys(name for table in tables for name in labels_of(table)))


def _linking_column(table: pd.DataFrame) -> str:
    return "total" if "total" in table and table["total"].notna().any() else "n"
