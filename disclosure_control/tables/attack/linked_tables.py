"""Linked tables: which cells several tables share, which are known, and which tables belong to one attack.

What is shown in one table is known in all. Two tables hang together where a cell that nobody shows stands in both, or
where one shows what the other hides. What is then attacked, and how that is told, is known to ``linked_attack``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from disclosure_control.tables.attack.released_table import COUNT, MEAN, SUM, Quantity, ReleasedTable
from disclosure_control.tables.lp import Vector

_TOTALS: Final = 1  # the place of the totals among the quantities of a table


@dataclass(frozen=True)
class Output:
    """What one output tells.

    Attributes:
        name: what to call it in a finding.
        facts: what it tells, of each value.
        is_foreign: whether it is another project's, whose categories this one may not know.
    """

    name: str
    facts: Sequence[ReleasedTable]
    is_foreign: bool = False


@dataclass
class Block:
    """One quantity of one table: its cells by number, and which of them it lets everybody know.

    Attributes:
        output: the place of its output.
        is_of_totals: totals of a value, not how many there are.
        known: the cells that are shown, or added up from those that are; nothing as long as it tells nothing.
    """

    output: int
    facts: ReleasedTable
    quantity: Quantity
    cells: Vector
    is_of_totals: bool
    known: Vector = field(default_factory=lambda: np.zeros(0, dtype=bool))

    @property
    def tells(self) -> bool:
        """Whether the output is there yet, and tells this quantity."""
        return bool(len(self.known))

    @property
    def signed(self) -> bool:
        """Whether its numbers may be negative."""
        return self.is_of_totals and self.facts.signed


class Network:
    """All tables, added one after another."""

    def __init__(self, outputs: Sequence[Output]) -> None:
        self.outputs = outputs
        tables = [(i, facts) for i, output in enumerate(outputs) for facts in output.facts]
        quantities = [
            (i, facts, quantity, place == _TOTALS)
            for i, facts in tables
            for place, quantity in enumerate(facts.quantities)
        ]
        keys = np.concatenate(
            [np.empty(0, dtype=np.uint64), *(table_quantity.keys for _, _, table_quantity, _ in quantities)]
        )
        self._order = np.argsort(keys, kind="stable")
        sorted_keys = keys[self._order]
        first = np.ones(len(keys), dtype=bool)
        first[1:] = sorted_keys[1:] != sorted_keys[:-1]
        cells = np.empty(len(keys), dtype=np.int64)
        cells[self._order] = np.cumsum(first) - 1
        self._starts = np.append(np.flatnonzero(first), len(keys))
        self._ends = np.cumsum([len(table_quantity.keys) for _, _, table_quantity, _ in quantities], dtype=np.int64)
        parts = np.split(cells, self._ends[:-1]) if quantities else []
        self.blocks = [
            Block(i, facts, quantity, part, is_of_totals)
            for (i, facts, quantity, is_of_totals), part in zip(quantities, parts, strict=True)
        ]
        self.values: Final[Vector] = np.zeros(len(self._starts) - 1)
        self._knowers = np.zeros(len(self._starts) - 1, dtype=np.int32)
        self._statistics_shown = np.zeros(len(self._starts) - 1, dtype=np.uint8)

    def blocks_of(self, outputs: set[int]) -> list[int]:
        """The blocks of some outputs that tell something."""
        return [i for i, block in enumerate(self.blocks) if block.output in outputs and block.tells]

    def add(self, output: int) -> None:
        """From here on this output is there for all to see."""
        blocks = [block for block in self.blocks if block.output == output]
        for block in blocks:
            if block.is_of_totals:
                np.bitwise_or.at(self._statistics_shown, block.cells[block.facts.shown], np.uint8(block.facts.tells))
        both = np.uint8(SUM | MEAN)
        totals = {id(block.facts): block for block in blocks if block.is_of_totals}
        for block in blocks:
            if block.is_of_totals or block.facts.tells & COUNT:
                known = block.facts.derived
            else:  # the total from one table over the mean from another is how many there are
                known = (self._statistics_shown[totals[id(block.facts)].cells] & both) == both
                known &= block.facts.shown
            if block.is_of_totals or block.facts.tells & COUNT or known.any():
                block.known = known
                np.add.at(self._knowers, block.cells[known], 1)
                self.values[block.cells[known]] = block.quantity.values[known]

    def known(self, without: set[int]) -> Vector:
        """Which cells are known from all outputs that are there but for some."""
        knowers = self._knowers.copy()
        for i in self.blocks_of(without):
            block = self.blocks[i]
            np.subtract.at(knowers, block.cells[block.known], 1)
        is_known: Vector = knowers > 0
        return is_known

    def linked(self, start: int, known: Vector, closed: Vector) -> set[int]:
        """The blocks that hang together with one through cells that nobody knows, but for those that are closed."""
        blocks = {start}
        visited = known | closed
        frontier = self.blocks[start].cells
        frontier = frontier[~visited[frontier]]
        while len(frontier):
            visited[frontier] = True
            new = self.holders(frontier) - blocks
            blocks |= new
            cells = np.concatenate([np.empty(0, dtype=np.int64), *(self.blocks[i].cells for i in new)])
            frontier = np.unique(cells[~visited[cells]])
        return blocks

    def overall(self, known: Vector) -> Vector:
        """The overall totals that nobody knows: all that many tables of other categories have in common."""
        is_total = np.zeros(len(known), dtype=bool)
        is_total[[block.cells[-1] for block in self.blocks if block.tells]] = True
        return is_total & ~known

    def least(self, cell: int, without: set[int]) -> float:
        """What an overall total is at least: the most that is shown of it by one table, if nothing is negative."""
        shown = [0.0]
        for i in self.holders(np.array([cell])):
            block = self.blocks[i]
            if block.output not in without and block.cells[-1] == cell and not block.signed:
                inner = tuple(slice(0, -1) for _ in block.facts.shape)
                numbers = (block.quantity.values * block.known).reshape(block.facts.shape)
                shown.append(float(numbers[inner].sum()))
        return max(shown)

    def helpers(self, blocks: set[int], known: Vector) -> set[int]:
        """The outputs of these blocks, and those that show what these hide."""
        hidden = [self.blocks[i].cells[~self.blocks[i].known] for i in blocks]
        cells = np.unique(np.concatenate(hidden))
        cells = cells[known[cells]]
        is_hidden = np.zeros(len(known), dtype=bool)
        is_hidden[cells] = True
        showing = {i for i in self.holders(cells) if is_hidden[self.blocks[i].cells[self.blocks[i].known]].any()}
        return {self.blocks[i].output for i in blocks | showing}

    def holders(self, cells: Vector) -> set[int]:
        """The blocks that tell something and that these cells stand in."""
        counts = self._starts[cells + 1] - self._starts[cells]
        steps = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        places = self._order[np.repeat(self._starts[cells], counts) + steps]
        blocks = np.unique(np.searchsorted(self._ends, places, side="right"))
        return {int(i) for i in blocks if self.blocks[i].tells}
