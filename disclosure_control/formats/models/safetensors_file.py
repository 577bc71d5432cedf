"""safetensors: a list of named arrays and their numbers; rebuilt without notes, names kept."""

import json
import struct
from typing import Any, Final

from disclosure_control.core.content import ContentBuilder, FileContent, TextKind
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding
from disclosure_control.formats.models.estimators import note_arrays
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.tabular.json_file import parse
from disclosure_control.formats.tabular.nan_payloads import same_nans

MEDIA_TYPE: Final = "application/x-safetensors"
_MAX_HEADER: Final = 10_000_000
_BYTES: Final = {
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2, "I32": 4,
    "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8,
}  # fmt: skip

_TRUTHS: Final = b"\0" + b"\1" * 255


def examine(content: bytes, _: NestedFiles | None = None) -> FileContent:
    """Read a file of arrays that may be anybody's.

    Raises:
        Unreadable: it does not have the form, or bytes belong to no array.
    """
    header, body = _split(content)
    reading = ContentBuilder()
    notes = header.pop("__metadata__", None)
    if notes:
        reading.hidden("the notes of the file", text=json.dumps(notes, ensure_ascii=False))
    arrays = _arrays(header, body)
    for i, name in enumerate(header, 1):
        reading.text(f"array {i}, its name", name, TextKind.LABEL)
    note_arrays([tuple(entry["shape"]) for entry in header.values()], reading)
    reading.findings.append(
        make_finding("model.holds-records", "the whole file", "Nothing says which model these arrays are of.")
    )
    return reading.done(MEDIA_TYPE, _rebuilt(header, _plain(header, arrays, reading)))


def listed(content: bytes) -> str:
    """The arrays of a file by name, with their kind of number and their shape, one a line.

    Raises:
        Unreadable: the file is cut off, or is none.
    """
    header, _ = _split(content)
    return "\n".join(f"{name}: {entry['dtype']}, {entry['shape']}" for name, entry in header.items())


def _split(content: bytes) -> tuple[dict[str, Any], bytes]:
    if len(content) < 10:
        raise Unreadable("The file is cut off.")
    (length,) = struct.unpack("<Q", content[:8])
    if length > min(_MAX_HEADER, len(content) - 8):
        raise Unreadable("The file is cut off, or is no safetensors file.")
    header = parse(content[8 : 8 + length])
    if not isinstance(header, dict):
        raise Unreadable("The file is no safetensors file.", rule="artefact.mismatch")
    return header, content[8 + length :]


def _arrays(header: dict[str, Any], body: bytes) -> list[bytes]:
    """The bytes of each array; together they are all there is."""
    at = 0
    arrays: list[bytes] = []
    try:
        for entry in sorted(header.values(), key=lambda entry: int(entry["data_offsets"][0])):
            begin, end = map(int, entry["data_offsets"])
            size = _BYTES[str(entry["dtype"])]
            for side in entry["shape"]:
                size *= int(side)
            if begin != at or end - begin != size:
                raise Unreadable("Bytes of the file belong to no array, or to two.", rule="artefact.left-over")
            at = end
        arrays = [body[slice(*map(int, entry["data_offsets"]))] for entry in header.values()]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise Unreadable("The list of arrays cannot be read.") from error
    if at != len(body):
        raise Unreadable("Bytes follow the last array.", rule="artefact.left-over")
    return arrays


def _plain(header: dict[str, Any], arrays: list[bytes], reading: ContentBuilder) -> list[bytes]:
    """The arrays without bits that no number needs: those of NaNs, and of what is neither true nor false."""
    rebuilt: list[bytes] = []
    for i, (entry, data) in enumerate(zip(header.values(), arrays, strict=True), 1):
        same, carried = same_nans(data, str(entry["dtype"]))
        if entry["dtype"] == "BOOL":
            same = data.translate(_TRUTHS)
            carried = same != data
        if carried:
            reading.hidden(f"array {i}", "Its values differ in bits that nothing shows.")
        rebuilt.append(same)
    return rebuilt


def _rebuilt(header: dict[str, Any], arrays: list[bytes]) -> bytes:
    entries: dict[str, Any] = {}
    at = 0
    for (name, entry), data in zip(header.items(), arrays, strict=True):
        entries[name] = {"dtype": entry["dtype"], "shape": entry["shape"], "data_offsets": [at, at + len(data)]}
        at += len(data)
    head = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    return struct.pack("<Q", len(head)) + head + b"".join(arrays)
