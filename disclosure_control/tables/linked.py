"""Attack several tables at once: can an unsafe cell be worked out from all of them, as it cannot from any alone?

Each table was protected alone, so what one hides to protect another cell may stand open in the next (linked tables:
de Wolf and Giessing, Adjusting the tau-Argus modular approach to deal with linked tables, Data and Knowledge
Engineering 68, 2009). Here the attacker of ``attack`` is given all that hangs together.
Who contributes to a cell alone, and so knows more than others, is looked at when each table is protected, not here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from disclosure_control.errors import BadTable
from disclosure_control.finding import Finding, found, places
from disclosure_control.tables.attack import Attacker
from disclosure_control.tables.attack_system import System
from disclosure_control.tables.linear import Vector
from disclosure_control.tables.network import Network, Output

MOST_HIDDEN: Final = 10_000  # cells that nobody shows, of tables that hang together
MOST_HIDDEN_IN_ALL: Final = 50_000  # of all attacks of one check
_MOST_TRIED: Final = 12  # outputs, up to which those that are not needed are found by leaving each out
_TOO_NARROW, _EXACT = 1, 2


def attack_outputs(earlier: Sequence[Output], new: Sequence[Output]) -> list[list[Finding]]:
    """What each new output gives away together with all that was there before it.

    Args:
        earlier: what was released before.
        new: what wants to leave, in order. Of several, the last that is needed has the finding.

    Returns:
        The findings on each new output. Cells that could be worked out before are not told again.
    """
    network = Network([*earlier, *new])
    for place in range(len(earlier)):
        network.add(place)
    left = MOST_HIDDEN_IN_ALL
    findings: list[list[Finding]] = []
    for place in range(len(earlier), len(network.outputs)):
        network.add(place)
        one = _Attack(network, place, left)
        findings.append([*_left_out(network, place), *one.findings()])
        left = one.left
    return findings


class _Attack:
    """One new output together with those before it."""

    def __init__(self, network: Network, output: int, left: int) -> None:
        self._network, self._output = network, output
        self._known, self._before = network.known(set()), network.known({output})
        self.left = left

    def findings(self) -> list[Finding]:
        """What it gives away."""
        said: list[Finding] = []
        done: set[int] = set()
        for start in self._network.blocks_of({self._output}):
            if start in done:
                continue
            part = self._network.linked(start, self._known, self._before)
            done |= part
            if {self._network.blocks[i].output for i in part} != {self._output}:
                said += self._attacked(part)
        return said

    def _attacked(self, part: set[int]) -> list[Finding]:
        cells = np.concatenate([self._network.blocks[i].cells for i in part])
        hidden = len(np.unique(cells[~self._known[cells]]))
        if hidden > min(MOST_HIDDEN, self.left):
            why = f"Together they hide {hidden:,} cells, which is more than can be attacked at once."
            return [found("table.not-compared", self._others(part), why, cells=hidden)]
        self.left -= hidden
        try:
            after = _states(self._network, part, self._known)
            if not after:
                return []
            before = _states(self._network, self._without(part, {self._output}), self._before)
        except BadTable:
            why = "Their numbers do not add up together, so that what they give away cannot be worked out."
            return [found("table.not-compared", self._others(part), why)]
        worse = {cell: state for cell, state in after.items() if state > before.get(cell, 0)}
        return [self._told(part, worse)] if worse else []

    def _told(self, part: set[int], worse: dict[int, int]) -> Finding:
        exact = sum(state == _EXACT for state in worse.values())
        names = [self._network.outputs[i].name for i in self._needed(part, worse)]
        why = (
            f"Together with {places(names)}, suppressed cells can be worked out too closely: {len(worse)},"
            f" of which {exact} exactly."
        )
        return found("table.linked-attack", places(self._place(part, cell) for cell in worse), why, cells=len(worse))

    def _needed(self, part: set[int], worse: dict[int, int]) -> list[int]:
        """The other outputs without which these cells could not be worked out, as far as they are few."""
        kept = sorted(self._network.helpers(part, self._known) - {self._output})
        if len(kept) > _MOST_TRIED:
            return kept
        gone: set[int] = set()
        for one in kept:
            without = {*gone, one}
            states = _states(self._network, self._without(part, without), self._network.known(without))
            if all(states.get(cell, 0) >= state for cell, state in worse.items()):
                gone = without
        return [one for one in kept if one not in gone]

    def _without(self, part: set[int], outputs: set[int]) -> set[int]:
        return {i for i in part if self._network.blocks[i].output not in outputs}

    def _others(self, part: set[int]) -> str:
        outputs = sorted({self._network.blocks[i].output for i in part} - {self._output})
        return places(self._network.outputs[i].name for i in outputs)

    def _place(self, part: set[int], cell: int) -> str:
        """Where a cell stands, in the new output if it does, and never in words of another project."""
        blocks = [self._network.blocks[i] for i in part]
        holders = [block for block in blocks if cell in block.cells[block.quantity.unsafe]]
        foreign = {block.output: self._network.outputs[block.output].is_foreign for block in holders}
        block = min(holders, key=lambda one: (one.output != self._output, foreign[one.output], one.output))
        name = self._network.outputs[block.output].name
        if foreign[block.output]:
            return f"a cell of {name}"
        return f"{block.facts.place(int(np.flatnonzero(block.cells == cell)[0]))} of {name}"


@dataclass(frozen=True)
class _Asked:
    """Unsafe cells, and between what ends an attacker must hold each of them possible."""

    cells: Vector
    low: Vector
    high: Vector


def _states(network: Network, part: set[int], known: Vector) -> dict[int, int]:
    """The unsafe cells that can be worked out exactly or too closely, and which of the two."""
    asked = _asked(network, part)
    states = np.where(known[asked.cells], _EXACT, 0)
    hidden = np.flatnonzero(states == 0)
    if len(hidden):
        signed = any(network.blocks[i].signed for i in part)
        attacker = Attacker.of(_system(network, part, known, asked.cells[hidden]), None if signed else 0.0)
        narrow = attacker.too_narrow(asked.low[hidden], asked.high[hidden])
        states[hidden[narrow]] = _TOO_NARROW
        if narrow.any():
            nothing = np.full(len(hidden), np.nan)
            states[hidden[narrow & attacker.too_narrow(nothing, nothing)]] = _EXACT
    return {int(cell): int(state) for cell, state in zip(asked.cells, states, strict=True) if state}


def _asked(network: Network, part: set[int]) -> _Asked:
    blocks = [network.blocks[i] for i in sorted(part)]
    every = np.concatenate([np.empty(0, dtype=np.int64), *(block.cells[block.quantity.unsafe] for block in blocks)])
    cells, place = np.unique(every, return_inverse=True)
    low, high = np.full(len(cells), np.inf), np.full(len(cells), -np.inf)
    np.minimum.at(low, place, np.concatenate([np.empty(0), *(block.quantity.low for block in blocks)]))
    np.maximum.at(high, place, np.concatenate([np.empty(0), *(block.quantity.high for block in blocks)]))
    return _Asked(cells, low, high)


def _system(network: Network, part: set[int], known: Vector, asked: Vector) -> System:
    """The sums that hold something nobody knows, among the cells of these tables."""
    lines: dict[tuple[int, ...], None] = dict.fromkeys((int(cell),) for cell in asked)
    for i in sorted(part):
        block = network.blocks[i]
        for margins, parts in block.facts.sums():
            sums = block.cells[np.column_stack([margins, parts])]
            lines |= dict.fromkeys(map(tuple, sums[(~known[sums]).any(axis=1)].tolist()))
    used = np.array(sorted({cell for line in lines for cell in line}), dtype=np.int64)
    number = {int(cell): place for place, cell in enumerate(used)}
    targets = set(asked.tolist())
    unknown = [int(cell) for cell in used[~known[used]]]
    return System(
        labels=[(str(cell),) for cell in used],
        values=np.where(known[used], network.values[used], np.nan).tolist(),
        hidden=[number[int(cell)] for cell in asked],
        unseen=[number[cell] for cell in unknown if cell not in targets],
        equations=[(number[line[0]], tuple(number[cell] for cell in line[1:])) for line in lines if len(line) > 1],
    )


def _left_out(network: Network, output: int) -> list[Finding]:
    """The outputs before this one that it cannot be put together with, since one of the two is too large."""

    def is_too_large(i: int) -> bool:
        return any(facts.is_too_large for facts in network.outputs[i].facts)

    before = [i for i in range(output) if network.outputs[i].facts and network.outputs[output].facts]
    apart = [network.outputs[i].name for i in before if is_too_large(i) or is_too_large(output)]
    if not apart:
        return []
    why = "One of the tables has too many cells to be attacked together with the other."
    return [found("table.not-compared", places(apart), why, outputs=len(apart))]
