"""The attack on linked tables: unsafe cells that several tables together give away, and none of them alone.

Each table was protected alone, so what one hides to protect another cell may stand open in the next (linked tables:
de Wolf and Giessing, Adjusting the tau-Argus modular approach to deal with linked tables, Data and Knowledge
Engineering 68, 2009). Here the attacker of ``attacker`` is given all that hangs together.
Who contributes to a cell alone, and so knows more than others, is looked at when each table is protected, not here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from disclosure_control.core.errors import BadTable
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.location import Place, Places, places
from disclosure_control.tables.attack.attacker import Attacker
from disclosure_control.tables.attack.equations import System
from disclosure_control.tables.attack.linked_tables import Network, Output
from disclosure_control.tables.lp import Infeasible, Vector

# What an attack costs is unsafe cells times hidden ones: six million took a minute on one core.
MOST_EFFORT: Final = 5_000_000  # of all attacks of one check
_MUCH: Final = 100_000  # of the tables that hang together, above which overall totals do not make them do so
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
    budget = MOST_EFFORT
    findings: list[list[Finding]] = []
    for place in range(len(earlier), len(network.outputs)):
        network.add(place)
        attack = _Attack(network, place, budget)
        findings.append([*_incomparable_outputs(network, place), *attack.findings()])
        budget = attack.left
    return findings


@dataclass(frozen=True)
class _Part:
    """Tables that hang together, and the overall totals that others have in common with them as well."""

    blocks: set[int]
    closed: Vector


class _Attack:
    """One new output together with those before it."""

    def __init__(self, network: Network, output: int, left: int) -> None:
        self._network, self._output = network, output
        self._known, self._before = network.known(set()), network.known({output})
        self.left = left

    def findings(self) -> list[Finding]:
        """What it gives away."""
        findings: list[Finding] = []
        worse: list[tuple[_Part, dict[int, int]]] = []
        for part in self._parts():
            try:
                states = self._new_states(part)
            except (BadTable, Infeasible):
                why = "Their hidden cells are too many to be attacked together, or their numbers do not add up."
                findings.append(make_finding("table.not-compared", self._others(part), why))
                continue
            if states:
                worse.append((part, states))
        return [*findings, self._linked_finding(worse)] if worse else findings

    def _parts(self) -> Iterator[_Part]:
        """The tables that it may have changed something for, those that hang together at a time."""
        own_blocks = self._network.blocks_of({self._output})
        cells = [self._network.blocks[i].cells for i in own_blocks]
        learnt = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *cells]))
        learnt = learnt[self._known[learnt] & ~self._before[learnt]]
        overall, no_cells = self._network.overall(self._known), np.zeros(len(self._known), dtype=bool)
        visited: set[int] = set()
        queue = [*own_blocks, *sorted(self._network.holders(learnt))]
        for start in queue:
            if start in visited:
                continue
            part = _Part(self._network.linked(start, self._known, no_cells), no_cells)
            if _effort(self._network, part, self._known) > _MUCH:
                part = _Part(self._network.linked(start, self._known, overall), overall)
                queue += self._blocks_with_larger_totals(part)
            visited |= part.blocks
            if self._network.helpers(part.blocks, self._known) != {self._output} or part.closed.any():
                yield part

    def _blocks_with_larger_totals(self, part: _Part) -> list[int]:
        """The blocks with an overall total of which the new output shows more than any table before."""
        own_blocks = [self._network.blocks[i] for i in part.blocks if self._network.blocks[i].output == self._output]
        cells = [int(block.cells[-1]) for block in own_blocks if part.closed[block.cells[-1]]]
        more = [c for c in cells if self._network.least(c, set()) > self._network.least(c, {self._output})]
        return sorted(self._network.holders(np.array(more, dtype=np.int64)))

    def _new_states(self, part: _Part) -> dict[int, int]:
        """The unsafe cells of a part that could not be worked out before, or not as closely.

        Raises:
            BadTable: it is too large, or the shown numbers do not add up.
            Infeasible: the numbers do not add up, or the solver finds no answer.
        """
        effort = _effort(self._network, part, self._known)
        if effort > self.left:
            raise BadTable("The tables together hide more cells than can be attacked at once.")
        self.left -= effort
        after = _states(self._network, part, self._known, set())
        if not after:
            return {}
        before = self._states_without(part, {self._output}, self._before)
        return {cell: state for cell, state in after.items() if state > before.get(cell, 0)}

    def _linked_finding(self, worse: Sequence[tuple[_Part, dict[int, int]]]) -> Finding:
        states = [state for _, cell_states in worse for state in cell_states.values()]
        needed = {i for part, cell_states in worse for i in self._needed(part, cell_states)}
        names = places(self._network.outputs[i].name for i in sorted(needed))
        why = (
            f"Together with {names}, {len(states)} suppressed cells can be worked out too closely,"
            f" {states.count(_EXACT)} of them exactly."
        )
        where = [self._place(part, cell) for part, cell_states in worse for cell in cell_states]
        return make_finding("table.linked-attack", where, why, cells=len(states), exact=states.count(_EXACT))

    def _needed(self, part: _Part, worse: dict[int, int]) -> list[int]:
        """The other outputs without which these cells could not be worked out, as far as they are few."""
        others = sorted(self._network.helpers(part.blocks, self._known) - {self._output})
        if len(others) > _MOST_TRIED or _effort(self._network, part, self._known) > _MUCH:
            return others
        omitted: set[int] = set()
        for output in others:
            without = {*omitted, output}
            states = self._states_without(part, without, self._network.known(without))
            if all(states.get(cell, 0) >= state for cell, state in worse.items()):
                omitted = without
        return [output for output in others if output not in omitted]

    def _states_without(self, part: _Part, outputs: set[int], known: Vector) -> dict[int, int]:
        left = {i for i in part.blocks if self._network.blocks[i].output not in outputs}
        return _states(self._network, _Part(left, part.closed), known, outputs)

    def _others(self, part: _Part) -> Places:
        outputs = sorted(self._network.helpers(part.blocks, self._known) - {self._output})
        return places(self._network.outputs[i].name for i in outputs)

    def _place(self, part: _Part, cell: int) -> Place:
        """Where a cell stands, in the new output if it does, and never in words of another project."""
        blocks = [self._network.blocks[i] for i in part.blocks]
        holders = [block for block in blocks if cell in block.cells[block.quantity.unsafe]]
        foreign = {block.output: self._network.outputs[block.output].is_foreign for block in holders}
        block = min(
            holders,
            key=lambda candidate: (candidate.output != self._output, foreign[candidate.output], candidate.output),
        )
        name = self._network.outputs[block.output].name
        if foreign[block.output]:
            return f"a cell of {name}"
        place = block.facts.place(int(np.flatnonzero(block.cells == cell)[0]))
        return place.noted(f" of {name}") if block.output == self._output else f"{place} of {name}"


@dataclass(frozen=True)
class _UnsafeCells:
    """Unsafe cells, and between what ends an attacker must hold each of them possible."""

    cells: Vector
    low: Vector
    high: Vector


def _effort(network: Network, part: _Part, known: Vector) -> int:
    """How many unsafe cells times how many hidden ones an attack has to do with."""
    cells = np.concatenate([network.blocks[i].cells for i in part.blocks])
    return len(_unsafe_cells(network, part).cells) * len(np.unique(cells[~known[cells]]))


def _states(network: Network, part: _Part, known: Vector, without: set[int]) -> dict[int, int]:
    """The unsafe cells that can be worked out exactly or too closely, and which of the two."""
    unsafe = _unsafe_cells(network, part)
    states = np.where(known[unsafe.cells], _EXACT, 0)
    hidden = np.flatnonzero(states == 0)
    if len(hidden):
        signed = any(network.blocks[i].signed for i in part.blocks)
        system = _system(network, part, known, unsafe.cells[hidden])
        if not signed:
            _add_least(system, network, part, without)
        attacker = Attacker.of(system, None if signed else 0.0)
        narrow = attacker.too_narrow(unsafe.low[hidden], unsafe.high[hidden])
        states[hidden[narrow]] = _TOO_NARROW
        if narrow.any():
            no_ends = np.full(len(hidden), np.nan)
            states[hidden[narrow & attacker.too_narrow(no_ends, no_ends)]] = _EXACT
    return {int(cell): int(state) for cell, state in zip(unsafe.cells, states, strict=True) if state}


def _unsafe_cells(network: Network, part: _Part) -> _UnsafeCells:
    blocks = [network.blocks[i] for i in sorted(part.blocks)]
    cell_numbers = np.concatenate(
        [np.empty(0, dtype=np.int64), *(block.cells[block.quantity.unsafe] for block in blocks)]
    )
    cells, place = np.unique(cell_numbers, return_inverse=True)
    low, high = np.full(len(cells), np.inf), np.full(len(cells), -np.inf)
    np.minimum.at(low, place, np.concatenate([np.empty(0), *(block.quantity.low for block in blocks)]))
    np.maximum.at(high, place, np.concatenate([np.empty(0), *(block.quantity.high for block in blocks)]))
    return _UnsafeCells(cells, low, high)


def _system(network: Network, part: _Part, known: Vector, unsafe_cells: Vector) -> System:
    """The sums that hold something nobody knows, among the cells of these tables."""
    lines: dict[tuple[int, ...], None] = dict.fromkeys((int(cell),) for cell in unsafe_cells)
    for i in sorted(part.blocks):
        block = network.blocks[i]
        for margins, parts in block.facts.sums():
            sums = block.cells[np.column_stack([margins, parts])]
            lines |= dict.fromkeys(map(tuple, sums[(~known[sums]).any(axis=1)].tolist()))
    used = np.array(sorted({cell for line in lines for cell in line}), dtype=np.int64)
    number = {int(cell): place for place, cell in enumerate(used)}
    targets = set(unsafe_cells.tolist())
    unknown = [int(cell) for cell in used[~known[used]]]
    return System(
        labels=[(str(cell),) for cell in used],
        values=np.where(known[used], network.values[used], np.nan).tolist(),
        hidden=[number[int(cell)] for cell in unsafe_cells],
        implied_margins=[number[cell] for cell in unknown if cell not in targets],
        equations=[(number[line[0]], tuple(number[cell] for cell in line[1:])) for line in lines if len(line) > 1],
    )


def _add_least(system: System, network: Network, part: _Part, without: set[int]) -> None:
    """What tables that are left out say of an overall total: that it is no less than what they show."""
    for place in list(system.implied_margins):
        cell = int(system.labels[place][0])
        if part.closed[cell]:
            shown = system.add((f"shown of {cell}",), network.least(cell, without))
            rest = system.add((f"rest of {cell}",), float("nan"))
            system.implied_margins.append(rest)
            system.equations.append((place, (shown, rest)))


def _incomparable_outputs(network: Network, output: int) -> list[Finding]:
    """The outputs before this one that it cannot be put together with, since one of the two is too large."""

    def is_too_large(i: int) -> bool:
        return any(facts.is_too_large for facts in network.outputs[i].facts)

    before = [i for i in range(output) if network.outputs[i].facts and network.outputs[output].facts]
    names = [network.outputs[i].name for i in before if is_too_large(i) or is_too_large(output)]
    if not names:
        return []
    why = "One of the tables has too many cells to be attacked together with the other."
    return [make_finding("table.not-compared", names, why, outputs=len(names))]
