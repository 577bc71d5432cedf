"""Code as its words alone: a notebook's cells without what they printed, drew or would render, or a script's lines.

What a cell printed may quote the data and was checked by nobody; it is not shown. Nothing is rendered or executed.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tre.airlock.source_code import Source
from tre.web.previews import frame
from tre.web.previews.lines import Lines, lines
from tre.workspace.template import Value

MOST_CELLS: Final = 2_000
MAX_TEXT: Final = 100_000  # characters shown of one cell
_PARAMETERS: Final = "parameters"  # papermill puts a run's own values below the cell of this tag


@dataclass(frozen=True)
class CodeCell:
    """One cell's kind and words."""

    label: str
    source: str


def document(source: Source) -> tuple[str, str]:
    """The document of one source and its Content-Security-Policy."""
    nonce = secrets.token_urlsafe(18)
    cells: list[CodeCell] = []
    part: Lines | None = None
    lost = source.lost
    if source.data is not None:
        try:
            cells = cells_of(source.data, source.parameters)
        except ValueError:
            try:
                part = lines(source.data, ())
            except ValueError:
                lost = "It is neither a notebook nor a text."
    return frame.render("behind.html", nonce, name=source.name, cells=cells, part=part, code=True, lost=lost), (
        frame.policy(scripts=False, nonce=nonce)
    )


def cells_of(data: bytes, parameters: Mapping[str, Value]) -> list[CodeCell]:
    """A notebook's cells, with a run's parameters where papermill puts them. Raises ValueError when it is none."""
    try:
        raw = json.loads(data)["cells"]
        cells = [CodeCell(f"Cell {i}, {cell['cell_type']}", _words(cell)) for i, cell in enumerate(raw[:MOST_CELLS], 1)]
        tagged = [
            i for i, cell in enumerate(raw[:MOST_CELLS], 1) if _PARAMETERS in cell.get("metadata", {}).get("tags", ())
        ]
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("not a notebook") from error
    if parameters:
        assignments = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
        cells.insert(tagged[0] if tagged else 0, CodeCell("Parameters of this run", assignments))
    if len(raw) > MOST_CELLS:
        cells.append(CodeCell(f"{len(raw) - MOST_CELLS} more cells are not shown", ""))
    return cells


def _words(cell: Any) -> str:
    source = cell.get("source", "")
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + " … (cut here)"
