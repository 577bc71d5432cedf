"""skops models cannot leave; the types they are made of and their arrays are named."""

import io
from typing import Any, Final

import numpy as np

from disclosure_control.artefacts.archive import entries
from disclosure_control.artefacts.estimators import note_arrays, note_types
from disclosure_control.artefacts.inside import Inside
from disclosure_control.artefacts.json_file import parse, strings_in
from disclosure_control.errors import Unreadable
from disclosure_control.examined import Examined, Reading, TextKind

MEDIA_TYPE: Final = "application/x-skops"


def examine(content: bytes, _: Inside | None = None) -> Examined:
    """Name what a model holds, without loading it.

    Raises:
        Unreadable: it does not have the form of a skops file.
    """
    parts = entries(content)
    if "schema.json" not in parts:
        raise Unreadable("The archive is no skops file.", rule="artefact.mismatch")
    document: Any = parse(parts["schema.json"])
    reading = Reading()
    words = list(strings_in(document))
    note_types(words, "the model", reading)
    reading.text("the model's description", " ".join(words), TextKind.CODE)
    shapes = [shape for name, data in parts.items() if name.endswith(".npy") and (shape := _shape(data)) is not None]
    note_arrays(shapes, reading)
    return reading.done(MEDIA_TYPE, None)


def _shape(data: bytes) -> tuple[int, ...] | None:
    """The shape that an array's header tells; the array itself is not loaded."""
    try:
        with io.BytesIO(data) as file:
            version = np.lib.format.read_magic(file)
            read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            return tuple(read(file)[0])
    except (ValueError, TypeError, EOFError):
        return None
