"""What stands behind an output that was computed again: the counts of a figure's parts, and the cells that break rules.

Evidence is believed only where the check computed the output again and it fitted; what is shown is for checkers, and
for the author, whose own it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from disclosure_control.core.errors import BadEvidence
from disclosure_control.evidence.manifest import query_path, read_manifest
from disclosure_control.evidence.serialise import Claim, read_claim
from tre.airlock.request import MANIFEST, Request, RequestFile

_MOST_CELLS = 2_000


@dataclass(frozen=True)
class Behind:
    """What stands behind one output.

    Attributes:
        labels: the names of the columns that label a cell.
        cells: for each cell its labels, the people in it, and the rules that it breaks.
        left_out: how many more cells there are.
    """

    labels: tuple[str, ...] = ()
    cells: tuple[tuple[tuple[str, ...], str, str], ...] = ()
    left_out: int = 0
    named: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)


def behind(request: Request, file: RequestFile, read: Callable[[str], bytes]) -> Behind:
    """What stands behind an output; nothing where its evidence was not computed again.

    Args:
        read: the bytes of a digest.
    """
    manifest = request.file(MANIFEST)
    if not file.verified or manifest is None:
        return Behind()
    try:
        entries = read_manifest(read(manifest.digest))
        name = next((entry.name for entry in entries if file.name in entry.files), "")
        record = request.file(query_path(name)) if name else None
        return Behind() if record is None else _claim_cells(read_claim(read(record.digest)))
    except BadEvidence:
        return Behind()


def _claim_cells(claim: Claim) -> Behind:
    fields = {"n", "units", "reasons", "suppressed"}
    first_cell = claim.cells[0] if claim.cells else {}
    keys = list(first_cell)
    labels = tuple(keys[: keys.index("n")]) if fields <= set(first_cell) else ()
    if not labels:
        return Behind()
    cells = [
        (tuple(_word(cell.get(name)) for name in labels), _word(cell.get("units")), _word(cell.get("reasons")))
        for cell in claim.cells
    ]
    named: dict[str, list[Sequence[str]]] = {}
    for (texts, _, _), cell in zip(cells, claim.cells, strict=True):
        for rule in claim.broken_rules(cell):
            named.setdefault(rule if "." in rule else f"table.{rule}", []).append(texts)
    return Behind(labels, tuple(cells[:_MOST_CELLS]), max(0, len(cells) - _MOST_CELLS), named)


def _word(value: object) -> str:
    return "" if value is None else str(value)
