"""Tables that share cells, put together: which cells are one, who knows them, and which tables hang together.

What is shown in one table is known in all. Two tables hang together where a cell that nobody shows stands in both, or
where one shows what the other hides. What is then attacked, and how that is told, is known to ``linked``.
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
        held = [(i, facts) for i, output in enumerate(outputs) for facts in output.facts]
        every = [
            (i, facts, quantity, place == _TOTALS)
            for i, facts in held
            for place, quantity in enumerate(facts.quantities)
        ]
        keys = np.concatenate([np.empty(0, dtype=np.uint64), *(one.keys for _, _, one, _ in every)])
        self._order = np.argsort(keys, kind="stable")
        sorted_keys = keys[self._order]
        first = np.ones(len(keys), dtype=bool)
        first[1:] = sorted_keys[1:] != sorted_keys[:-1]
        cells = np.empty(len(keys), dtype=np.int64)
        cells[self._order] = np.cumsum(first) - 1
        self._starts = np.append(np.flatnonzero(first), len(keys))
        self._ends = np.cumsum([len(one.keys) for _, _, one, _ in every], dtype=np.int64)
        parts = np.split(cells, self._ends[:-1]) if every else []
        self.blocks = [
            Block(i, facts, quantity, part, is_of_totals)
            for (i, facts, quantity, is_of_totals), part in zip(every, parts, strict=True)
        ]
        self.values: Final[Vector] = np.zeros(len(self._starts) - 1)
        self._knowers = np.zeros(len(self._starts) - 1, dtype=np.int32)
        self._told = np.zeros(len(self._starts) - 1, dtype=np.uint8)

    def blocks_of(self, outputs: set[int]) -> list[int]:
        """The blocks of some outputs that tell something."""
        return [i for i, block in enumerate(self.blocks) if block.output in outputs and block.tells]

    def add(self, output: int) -> None:
        """From here on this output is there for all to see."""
        mine = [block for block in self.blocks if block.output == output]
        for block in mine:
            if block.is_of_totals:
                np.bitwise_or.at(self._told, block.cells[block.facts.shown], np.uint8(block.facts.tells))
        both = np.uint8(SUM | MEAN)
        totals = {id(block.facts): block for block in mine if block.is_of_totals}
        for block in mine:
            if block.is_of_totals or block.facts.tells & COUNT:
                known = block.facts.derived
            else:  # the total from one table over the mean from another is how many there are
                known = (self._told[totals[id(block.facts)].cells] & both) == both
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
        found: Vector = knowers > 0
        return found

    def linked(self, start: int, known: Vector, closed: Vector) -> set[int]:
        """The blocks that hang together with one through cells that nobody knows, but for those that are closed."""
        found = {start}
        seen = known | closed
        waiting = self.blocks[start].cells
        waiting = waiting[~seen[waiting]]
        while len(waiting):
            seen[waiting] = True
            new = self.holders(waiting) - found
            found |= new
            cells = np.concatenate([np.empty(0, dtype=np.int64), *(self.blocks[i].cells for i in new)])
            waiting = np.unique(cells[~seen[cells]])
        return found

    def overall(self, known: Vector) -> Vector:
        """The overall totals that nobody knows: all that many tables of other categories have in common."""
        found = np.zeros(len(known), dtype=bool)
        found[[block.cells[-1] for block in self.blocks if block.tells]] = True
        return found & ~known

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
        wanted = np.zeros(len(known), dtype=bool)
        wanted[cells] = True
        showing = {i for i in self.holders(cells) if wanted[self.blocks[i].cells[self.blocks[i].known]].any()}
        return {self.blocks[i].output for i in blocks | showing}

    def holders(self, cells: Vector) -> set[int]:
        """The blocks that tell something and that these cells stand in."""
        counts = self._starts[cells + 1] - self._starts[cells]
        steps = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        places = self._order[np.repeat(self._starts[cells], counts) + steps]
        blocks = np.unique(np.searchsorted(self._ends, places, side="right"))
        return {int(i) for i in blocks if self.blocks[i].tells}
