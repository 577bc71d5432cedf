"""What a fitted model is made of, as plain values; nothing of a model's own library is imported."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from disclosure_control.core.location import Location

THE_MODEL: Final = Location(part=("the model",))
DIGITS: Final = 7  # significant digits of a number that is kept; more can carry anything


@dataclass(frozen=True)
class TypeName:
    """The type that a parameter stands for, by its whole name."""

    type: str

    @property
    def name(self) -> str:
        """The type's whole name."""
        return self.type


@dataclass(frozen=True)
class NumberType:
    """A type of numpy's numbers, as ``float64``."""

    array: NDArray[Any]


@dataclass(frozen=True)
class Objects:
    """An array of names or other plain values."""

    shape: tuple[int, ...]
    items: tuple["Value", ...]


@dataclass(frozen=True)
class Mapped:
    """A dictionary whose keys are plain values."""

    items: tuple[tuple[str | int | float | bool, "Value"], ...]


@dataclass(frozen=True)
class ObjectNode:
    """A part of a model: its type by its whole name, and its fields."""

    type: str
    fields: dict[str, "Value"] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The type's name without its module."""
        return self.type.rsplit(".", 1)[-1]


@dataclass(frozen=True)
class Loss:
    """A loss that was minimised: its type by its whole name, and the numbers that choose it."""

    type: str
    arguments: tuple["Value", ...] = ()

    @property
    def name(self) -> str:
        """The type's name without its module."""
        return self.type.rsplit(".", 1)[-1]


@dataclass(frozen=True)
class Generator:
    """The state of a generator of random numbers, which can hold anything and is never released."""

    state: "Value"


@dataclass(frozen=True)
class Tree:
    """A decision tree: its nodes, their values, how many columns it knows, and the classes of each of its targets.

    ``binned`` are those of histogram-based boosting, whose nodes hold no measure of how alike a leaf's people are.
    """

    columns: int
    classes: NDArray[Any]
    depth: int
    nodes: NDArray[Any]
    values: NDArray[Any]
    binned: bool = False


Array = NDArray[Any]
Plain = str | int | float | bool | None
Value = (
    Plain
    | list["Value"]
    | tuple["Value", ...]
    | slice
    | Array
    | np.generic
    | Objects
    | Mapped
    | TypeName
    | NumberType
    | ObjectNode
    | Loss
    | Generator
    | Tree
)


def inside(value: Value) -> list[tuple[str, Value]]:
    """The values that a value is made of, each with its place in it."""
    match value:
        case ObjectNode():
            return list(value.fields.items())
        case Mapped():
            return [(f"entry {n}", part) for n, (_, part) in enumerate(value.items, 1)]
        case Objects():
            return [(f"item {n}", part) for n, part in enumerate(value.items, 1)]
        case list() | tuple():
            return [(f"item {n}", part) for n, part in enumerate(value, 1)]
        case Loss():
            return [(f"number {n}", part) for n, part in enumerate(value.arguments, 1)]
        case Generator():
            return [("state", value.state)]
        case _:
            return []


def parts(value: Value, where: Location = THE_MODEL) -> Iterator[tuple[Location, Value]]:
    """A value and every value inside it, each with its place, the outermost first."""
    stack: list[tuple[Location, Value]] = [(where, value)]
    while stack:
        place, node = stack.pop()
        yield place, node
        stack += reversed([(Location(part=(*place.part, name)), part) for name, part in inside(node)])


def changed(value: Value, change: Callable[[Value], Value]) -> Value:
    """A value with ``change`` made to everything in it that holds no other values."""
    match value:
        case ObjectNode():
            return ObjectNode(value.type, {name: changed(part, change) for name, part in value.fields.items()})
        case Mapped():
            return Mapped(tuple((key, changed(part, change)) for key, part in value.items))
        case Objects():
            return Objects(value.shape, tuple(changed(part, change) for part in value.items))
        case Loss():
            return Loss(value.type, tuple(changed(part, change) for part in value.arguments))
        case list():
            return [changed(part, change) for part in value]
        case tuple():
            return tuple(changed(part, change) for part in value)
        case _:
            return change(value)
