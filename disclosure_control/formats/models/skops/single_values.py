"""Numbers of a model that are values of single people, not means: told apart by how the model came by them."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from disclosure_control.core.location import Location
from disclosure_control.formats.models.skops.values import Array, ObjectNode, Tree, Value, parts

_COMMON_DIGITS: Final = 4  # numbers with no more are those of many
_LEAF: Final = -1
# Fitted to medians and quantiles, a leaf answers with the value, or the distance, of one of its people.
_MIDDLES: Final = frozenset({"absolute_error", "quantile"})
_FIRST_ANSWERS: Final = ("constant_", "_baseline_prediction")


def single_values(model: Value) -> Iterator[Location]:
    """Where a model holds values of single people, with too many digits to be those of many."""
    for where, value in parts(model):
        if isinstance(value, Tree) and value.binned:
            if _long(value.nodes["threshold"][value.nodes["left_child"] != _LEAF]):
                yield where
        elif isinstance(value, ObjectNode) and _MIDDLES & {
            str(value.fields.get(name)) for name in ("criterion", "loss")
        }:
            trees = [tree.values[tree.nodes["left_child"] == _LEAF] for tree in _trees(value)]
            firsts = [np.asarray(array) for name, array in value.fields.items() if name in _FIRST_ANSWERS]
            if any(map(_long, [*trees, *firsts])):
                yield where


def _trees(whole: ObjectNode) -> list[Tree]:
    return [part for _, part in parts(whole) if isinstance(part, Tree)]


def _long(numbers: Array) -> bool:
    return any(float(f"{number:.{_COMMON_DIGITS}g}") != number for number in numbers[np.isfinite(numbers)].tolist())
