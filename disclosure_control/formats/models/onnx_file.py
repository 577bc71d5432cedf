"""ONNX models cannot leave; their operators and arrays are named.

The file is a protocol buffer; what is needed of it is read by field numbers of onnx.proto (ModelProto 7 graph;
GraphProto 1 node, 5 initializer; NodeProto 4 op_type, 5 attribute; AttributeProto 7 floats, 8 ints; TensorProto 1 dims;
ModelProto 14 metadata_props).
"""

from collections.abc import Iterator
from typing import Final

from disclosure_control.core.content import ContentBuilder, FileContent, TextKind
from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.models.estimators import note_arrays, note_types
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.strings import printable

MEDIA_TYPE: Final = "application/x-onnx"
_GRAPH, _NOTES = 7, 14
_NODE, _INITIALIZER = 1, 5
_OPERATOR, _ATTRIBUTE = 4, 5
_FLOATS, _INTS = 7, 8
_WIRE_SIZES: Final = {1: 8, 5: 4}


def examine(content: bytes, _: NestedFiles | None = None) -> FileContent:
    """Name what a model holds, without loading it.

    Raises:
        Unreadable: it does not have the form of an ONNX file.
    """
    reading = ContentBuilder()
    operators: list[str] = []
    shapes: list[tuple[int, ...]] = []
    graphs = [value for number, value in _fields(content) if number == _GRAPH and isinstance(value, bytes)]
    if not graphs:
        raise Unreadable("The file is no ONNX model.", rule="artefact.mismatch")
    for number, value in _fields(content):
        if number == _NOTES and isinstance(value, bytes):
            reading.hidden("the notes of the model", text=printable(value))
    for number, value in (field for graph in graphs for field in _fields(graph)):
        if number == _NODE and isinstance(value, bytes):
            operators += _operator(value)
            shapes += _attributes(value)
        elif number == _INITIALIZER and isinstance(value, bytes):
            shapes.append(_dims(value))
    note_types(operators, "the model", reading)
    reading.text("the model's texts", printable(content), TextKind.CODE)
    note_arrays(shapes, reading)
    return reading.done(MEDIA_TYPE, None)


def _operator(node: bytes) -> list[str]:
    return [
        value.decode("utf-8", "replace")
        for number, value in _fields(node)
        if number == _OPERATOR and isinstance(value, bytes)
    ]


def _attributes(node: bytes) -> Iterator[tuple[int, ...]]:
    """The lengths of lists of numbers that stand in a node itself, as support vectors do."""
    for number, value in _fields(node):
        if number == _ATTRIBUTE and isinstance(value, bytes):
            length = sum(
                len(inner) // 4 if isinstance(inner, bytes) else 1
                for field, inner in _fields(value)
                if field in (_FLOATS, _INTS)
            )
            if length:
                yield (length,)


def _dims(tensor: bytes) -> tuple[int, ...]:
    dims: list[int] = []
    for number, value in _fields(tensor):
        if number == 1 and isinstance(value, int):
            dims.append(value)
        elif number == 1 and isinstance(value, bytes):
            at = 0
            while at < len(value):
                side, at = _varint(value, at)
                dims.append(side)
    return tuple(dims)


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message: number, and a whole number or bytes."""
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(content, at)
            yield number, value
            continue
        if wire == 2:
            size, at = _varint(content, at)
        elif wire in _WIRE_SIZES:
            size = _WIRE_SIZES[wire]
        else:
            raise Unreadable("The file is no ONNX model.", rule="artefact.mismatch")
        if not number or at + size > len(content):
            raise Unreadable("The model is cut off.")
        yield number, content[at : at + size]
        at += size


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(content) and shift < 64:
        byte = content[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at
    raise Unreadable("The model is cut off.")
