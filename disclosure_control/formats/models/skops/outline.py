"""A model as a person reads it: its parts one a line, its arrays as tables, and its trees as one."""

from collections.abc import Iterator, Sequence

import numpy as np

from disclosure_control.core.location import Location, Place
from disclosure_control.formats.models.skops.description import node_lines, text_of
from disclosure_control.formats.models.skops.values import (
    Array,
    Loss,
    Mapped,
    NumberType,
    ObjectNode,
    Objects,
    Tree,
    TypeName,
    Value,
    inside,
    parts,
)

_SHORT = 12  # an array of so many is told in its line


def outline(model: Value, name: str = "the model", depth: int = 0) -> Iterator[str]:
    """The parts of a model, further in the deeper they stand; of parts that are much alike, what differs."""
    yield f"{'  ' * depth}{name}: {_text_of(model)}"
    keys = [str(key) for key, _ in model.items] if isinstance(model, Mapped) else []
    first: tuple[str, list[str]] | None = None
    for n, (place, part) in enumerate(inside(model)):
        lines = list(outline(part, keys[n] if keys else place, depth + 1))
        other = [line for line, like in zip(lines, first[1], strict=False) if line != like] if first else []
        if first and len(lines) == len(first[1]) and 2 * len(other) < len(lines):
            lines = [f"{lines[0]}, as {first[0]} but for", *other[1:]] if other[1:] else [f"{lines[0]}, as {first[0]}"]
        elif first is None and isinstance(part, ObjectNode):
            first = place, lines
        yield from lines


def sheets(model: Value) -> Iterator[tuple[Place, list[Sequence[str]]]]:
    """All trees, and the arrays that are too long for their line, each with its place, a header and its lines."""
    lines = [
        {"tree": str(Location(part=where.part[1:])), **line}
        for where, value in parts(model)
        if isinstance(value, Tree)
        for line in node_lines(value)
    ]
    if lines:
        yield "the nodes of its trees", [list(lines[0]), *(list(line.values()) for line in lines)]
    for where, value in parts(model):
        if isinstance(value, np.ndarray) and value.size > _SHORT:
            wide = value.reshape(-1, 1) if value.ndim < 2 else value.reshape(len(value), -1)
            head = ["", *(str(n) for n in range(1, wide.shape[1] + 1))]
            yield where, [head, *([str(n), *map(text_of, line)] for n, line in enumerate(wide.tolist(), 1))]


def _text_of(value: Value) -> str:
    match value:
        case ObjectNode() | Loss():
            return value.name
        case Tree():
            return f"a tree of {len(value.nodes)} nodes, depth {value.depth}, for {value.columns} columns"
        case TypeName():
            return value.name
        case NumberType():
            return str(value.array.dtype)
        case slice():
            return f"{value.start} to {value.stop}" + (f" by {value.step}" if value.step is not None else "")
        case Mapped() | Objects() | list() | tuple():
            many = len(inside(value))
            return "1 entry" if many == 1 else f"{many} entries"
        case _:
            return _number(value)


def _number(value: Value) -> str:
    if isinstance(value, np.ndarray):
        return _array(value)
    return text_of(value) if isinstance(value, float | str | np.generic) else repr(value)


def _array(array: Array) -> str:
    shape = " × ".join(map(str, array.shape)) or "one"
    contents = ": " + ", ".join(map(text_of, array.ravel().tolist())) if array.size <= _SHORT else ", in a table below"
    return f"{shape} of {array.dtype}{contents}"
