"""Notebooks: every cell read, and rebuilt with its sources and the text of its outputs alone.

Pictures, HTML, widgets, attachments and metadata can hide anything; they are named and left out of the rebuild.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from disclosure_control.artefacts.json_file import parse, strings_in
from disclosure_control.artefacts.plain_text import visible
from disclosure_control.errors import Unreadable
from disclosure_control.examined import Examined, Text, TextKind
from disclosure_control.finding import Finding, found, places

MEDIA_TYPE: Final = "application/x-ipynb+json"
_KINDS: Final = ("code", "markdown", "raw")
_MAX_CELLS: Final = 10_000


@dataclass
class _Reading:
    """What is gathered while the cells are read."""

    texts: list[Text] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def examine(content: bytes) -> Examined:
    """Read a notebook that may be anybody's.

    Raises:
        Unreadable: it is not a notebook of format 4.
    """
    document = parse(content)
    cells = document.get("cells") if isinstance(document, dict) else None
    if not isinstance(cells, list) or document.get("nbformat") != 4 or len(cells) > _MAX_CELLS:
        raise Unreadable("The file is not a notebook of format 4.", rule="artefact.mismatch")
    reading = _Reading()
    rebuilt = [_cell(cell, i, reading) for i, cell in enumerate(cells, 1)]
    everything = " ".join(strings_in({key: value for key, value in document.items() if key != "cells"}))
    reading.texts.append(Text("the metadata", everything, TextKind.CODE))
    clean = {"cells": rebuilt, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return Examined(
        MEDIA_TYPE,
        tuple(_findings(reading, len(cells))),
        tuple(reading.texts),
        (json.dumps(clean, indent=1, ensure_ascii=False) + "\n").encode(),
    )


def _findings(reading: _Reading, cells: int) -> list[Finding]:
    findings = [] if cells else [found("artefact.empty")]
    if reading.left_out:
        why = "The notebook carries more than text; the rebuilt one leaves this out."
        findings.append(found("artefact.hidden-content", places(reading.left_out), why, parts=len(reading.left_out)))
    return findings


def _cell(cell: Any, i: int, reading: _Reading) -> dict[str, Any]:
    if not isinstance(cell, dict) or cell.get("cell_type") not in _KINDS:
        raise Unreadable(f"Cell {i} of the notebook is of no known kind.")
    kind = str(cell["cell_type"])
    source = _joined(cell.get("source", ""), i)
    for n, line in enumerate(source.split("\n"), 1):
        if line.strip():
            place = f"cell {i}, line {n}"
            reading.texts.append(Text(place, line, TextKind.CODE if kind == "code" else TextKind.PROSE))
    for hidden in ("attachments", "metadata"):
        if cell.get(hidden):
            reading.texts.append(Text(f"cell {i}, {hidden}", " ".join(strings_in(cell[hidden])), TextKind.CODE))
    if cell.get("attachments"):
        reading.left_out.append(f"attachments of cell {i}")
    rebuilt: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source}
    if kind == "code":
        rebuilt |= {"execution_count": None, "outputs": _outputs(cell.get("outputs", []), i, reading)}
    return rebuilt


def _outputs(outputs: Any, i: int, reading: _Reading) -> list[dict[str, Any]]:
    if not isinstance(outputs, list):
        raise Unreadable(f"Cell {i} of the notebook has outputs of no known form.")
    kept = [_output(output, f"cell {i}, output {n}", i, reading) for n, output in enumerate(outputs, 1)]
    return [output for output in kept if output is not None]


def _output(output: Any, place: str, i: int, reading: _Reading) -> dict[str, Any] | None:
    if not isinstance(output, Mapping):
        raise Unreadable(f"Cell {i} of the notebook has an output of no known form.")
    text = ""
    for name, value in _parts(output):
        if name in ("text", "text/plain"):
            text = visible(_joined(value, i))
            for n, line in enumerate(text.split("\n"), 1):
                if line.strip():
                    reading.texts.append(Text(f"{place}, line {n}", line))
        else:
            reading.left_out.append(f"{place} ({name[:40]})")
            if not name.startswith("image/"):
                reading.texts.append(Text(f"{place} ({name[:40]})", " ".join(strings_in(value)), TextKind.CODE))
    return {"output_type": "stream", "name": "stdout", "text": text} if text else None


def _parts(output: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The contents of an output by MIME type, with metadata and tracebacks as parts of their own."""
    if "text" in output:
        yield "text", output["text"]
    data = output.get("data")
    for mime, value in data.items() if isinstance(data, Mapping) else ():
        yield str(mime), value
    for name in ("traceback", "evalue", "metadata"):
        if output.get(name):
            yield name, output[name]


def _joined(source: Any, i: int) -> str:
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    if isinstance(source, str):
        return source
    raise Unreadable(f"Cell {i} of the notebook holds text of no known form.")
