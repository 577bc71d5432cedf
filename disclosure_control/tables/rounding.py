"""Rounding: every number of a table to a multiple of a base, so that small counts and small differences disappear.

Conventional, random and controlled rounding as in the Handbook on Statistical Disclosure Control, 2nd ed., section
5.5. What a rounded table gives away can be asked of ``attack_table`` with ``rounded_to``.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final, Literal

import highspy
import numpy as np
import pandas as pd

from disclosure_control.core.errors import BadTable, NotProtectable
from disclosure_control.tables.hierarchy import Trees
from disclosure_control.tables.lp import Vector, quiet_solver
from disclosure_control.tables.suppression.constraints import find_sums

Method = Literal["conventional", "random", "controlled"]
_STEPS: Final = (0, 1, 2, 4)  # how many multiples further than the next one, when the next ones do not add up


def round_table(
    table: pd.DataFrame,
    by: Sequence[str],
    value: str = "n",
    base: int = 5,
    method: Method = "controlled",
    *,
    hierarchies: Trees | None = None,
    secret: bytes = b"",
    nodes: int = 10_000,
) -> pd.DataFrame:
    """Add ``rounded``: the numbers as multiples of ``base``.

    - conventional: to the nearest multiple, halves up; margins are rounded on their own.
    - random: up or down so that the expected value is the number itself; multiples stay. The choice is drawn from the
      labels of the cell and ``secret``, so that a cell is rounded alike whenever it is asked for. Margins are rounded
      on their own.
    - controlled: to a neighbouring multiple so that the rounded numbers add up, as close to the table as possible;
      where no such table exists (from three columns of labels on), a few cells go further (Salazar, Controlled
      rounding and cell perturbation, Mathematical Programming 105, 2006).

    Args:
        table: one row a cell.
        by: the columns of labels, margins labelled "All".
        value: the numbers; missing ones are 0.
        base: what to round to.
        method: which rounding.
        hierarchies: how labels add up, by column; for controlled rounding.
        secret: for random rounding; who knows it can take the rounding back.
        nodes: the most nodes of branch and bound; a table found by then adds up, and may not be the closest.

    Returns:
        The table with ``rounded``, whole numbers where the base is one.

    Raises:
        BadTable: the base is not above 0, the method is not held, or the numbers do not add up.
        NotProtectable: no additive table was found.

    Examples:
        >>> table = pd.DataFrame({"area": ["N", "S", "W", "All"], "n": [1, 1, 2, 4]})
        >>> round_table(table, ["area"], base=5, method="conventional").rounded.tolist()
        [0, 0, 0, 5]
        >>> round_table(table, ["area"], base=5, method="controlled").rounded.tolist()
        [0, 0, 5, 5]
    """
    if base <= 0:
        raise BadTable("The base must be above 0.")
    table = table.reset_index(drop=True)
    numbers: Vector = table[value].astype("float64").fillna(0.0).to_numpy()
    if method == "conventional":
        multiples = np.floor(numbers / base + 0.5)
    elif method == "random":
        multiples = _random_multiples(table, by, numbers, base, secret)
    elif method == "controlled":
        multiples = _controlled_multiples(table, by, numbers, base, hierarchies, nodes)
    else:
        raise BadTable(f"method={method!r} is not held.", hint="Use one of: conventional, random, controlled.")
    rounded = (multiples * base).round(10)
    return table.assign(rounded=rounded.astype(np.int64) if float(base).is_integer() else rounded)


def _random_multiples(table: pd.DataFrame, by: Sequence[str], numbers: Vector, base: int, secret: bytes) -> Vector:
    if not secret:
        raise BadTable("Random rounding needs a secret.", hint="Give 32 random bytes, and keep them inside.")
    low = np.floor(numbers / base)
    part = numbers / base - low
    multiples: Vector = low + (np.array([_uniform(label, secret) for label in _label_keys(table, by)]) < part)
    return multiples


def _uniform(label: str, secret: bytes) -> float:
    """A number from 0 to 1 that is always the same for a label."""
    digest = hashlib.blake2b(label.encode(), key=secret[:64], digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def _label_keys(table: pd.DataFrame, by: Sequence[str]) -> list[str]:
    return ["\x1f".join(map(str, label)) for label in table[list(by)].itertuples(index=False, name=None)]


def _controlled_multiples(
    table: pd.DataFrame, by: Sequence[str], numbers: Vector, base: int, hierarchies: Trees | None, nodes: int
) -> Vector:
    sums, (rows,) = find_sums([table], list(by), hierarchies)
    cell_numbers = np.zeros(sums.shown)
    cell_numbers[rows] = numbers
    values = sums.complete(cell_numbers) / base
    for steps in _STEPS:
        multiples = _closest_additive_table(sums.matrix, values, sums.shown, steps, nodes)
        if multiples is not None:
            return multiples[rows]
    raise NotProtectable("No rounded table adds up.", hint="Take a larger base, or leave margins out.")


def _closest_additive_table(matrix: Any, values: Vector, shown: int, steps: int, nodes: int) -> Vector | None:
    """The additive table of whole multiples that is closest: one column a cell for its multiple, one for how far."""
    low, high = np.floor(values + 1e-9) - steps, np.ceil(values - 1e-9) + steps
    low = np.where(values >= 0, np.maximum(low, 0.0), low)
    whole = np.abs(values - np.round(values)) < 1e-9
    if not steps:
        low, high = np.where(whole, np.round(values), low), np.where(whole, np.round(values), high)
    solver: Any = quiet_solver(1e-9)
    size = len(values)
    columns = np.arange(size, dtype=np.int32)
    solver.addVars(size, low, high)
    solver.addVars(size, np.zeros(size), np.full(size, highspy.kHighsInf))
    cost = np.where(columns < shown, 1.0, 0.0)
    solver.changeColsCost(size, columns + np.int32(size), cost)
    for i in range(size):
        pair = np.array([i, size + i], dtype=np.int32)
        solver.addRow(-highspy.kHighsInf, float(values[i]), 2, pair, np.array([1.0, -1.0]))
        solver.addRow(float(values[i]), highspy.kHighsInf, 2, pair, np.array([1.0, 1.0]))
    for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        solver.addRow(0.0, 0.0, end - start, matrix.indices[start:end], matrix.data[start:end])
    solver.changeColsIntegrality(size, columns, np.full(size, highspy.HighsVarType.kInteger))
    solver.setOptionValue("presolve", "on")
    solver.setOptionValue("mip_max_nodes", nodes)
    solver.run()
    if solver.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
        return None
    multiples: Vector = np.round(np.asarray(solver.getSolution().col_value)[:size])
    return multiples if not np.any(matrix @ multiples) else None
