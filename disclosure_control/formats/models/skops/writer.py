"""Plain values as a skops file again: nothing is in it but them, in one way of writing."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, Final

import numpy as np

from disclosure_control.formats.models.skops import histogram_trees
from disclosure_control.formats.models.skops.reader import NODE_FIELDS
from disclosure_control.formats.models.skops.values import (
    DIGITS,
    Array,
    Loss,
    Mapped,
    NumberType,
    ObjectNode,
    Objects,
    Tree,
    TypeName,
    Value,
)

_PROTOCOL: Final = 2
_MADE: Final = (1980, 1, 1, 0, 0, 0)


def rounded(array: Array) -> Array:
    """Numbers with as many digits as are shown; whole numbers and texts as they are.

    >>> float(rounded(np.array(1.23456789))[()])
    1.234568
    """
    if array.dtype.kind != "f":
        return np.array(array.tolist(), dtype=array.dtype).reshape(array.shape)
    flat = [float(f"{number:.{DIGITS}g}") for number in array.ravel().tolist()]
    return np.array(flat, dtype=array.dtype).reshape(array.shape)


def written(model: Value) -> bytes:
    """A model as skops' protocol 2 keeps it; numbers must have been rounded."""
    writer = _Writer()
    schema = {**writer.node(model), "protocol": _PROTOCOL, "_skops_version": "0.16.0"}
    with io.BytesIO() as sink:
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
            for name, data in (*writer.arrays.items(), ("schema.json", json.dumps(schema, ensure_ascii=True).encode())):
                archive.writestr(zipfile.ZipInfo(name, _MADE), data)
        return sink.getvalue()


class _Writer:
    def __init__(self) -> None:
        self.arrays: dict[str, bytes] = {}
        self._numbers = count(1)

    def node(self, value: Value) -> dict[str, Any]:
        return {**self._content(value), "__id__": next(self._numbers)}

    def _content(self, value: Value) -> dict[str, Any]:
        for kind, write in _WRITES.items():
            if isinstance(value, kind):
                return write(self, value)
        header = {**_typed("builtins.str"), "__loader__": "JsonNode"}
        return {**header, "content": json.dumps(value, ensure_ascii=True), "is_json": True}

    def _thing(self, thing: ObjectNode) -> dict[str, Any]:
        fields = Mapped(tuple(thing.fields.items()))
        return {**_typed(thing.type), "__loader__": "ObjectNode", "content": self.node(fields)}

    def _mapped(self, mapped: Mapped) -> dict[str, Any]:
        types: list[Value] = [TypeName(f"builtins.{type(key).__name__}") for key, _ in mapped.items]
        content = {str(key): self.node(inner) for key, inner in mapped.items}
        loader = {**_typed("builtins.dict"), "__loader__": "DictNode"}
        return {**loader, "content": content, "key_types": self.node(types)}

    def _sequence(self, sequence: list[Value] | tuple[Value, ...]) -> dict[str, Any]:
        kind = type(sequence).__name__
        content = [self.node(inner) for inner in sequence]
        return {**_typed(f"builtins.{kind}"), "__loader__": f"{kind.title()}Node", "content": content}

    def _slice(self, value: slice) -> dict[str, Any]:
        ends = {"start": value.start, "stop": value.stop, "step": value.step}
        return {**_typed("builtins.slice"), "__loader__": "SliceNode", "content": ends}

    def _type(self, name: TypeName) -> dict[str, Any]:
        return {**_typed(name.type), "__loader__": "TypeNode"}

    def _number_type(self, kind: NumberType) -> dict[str, Any]:
        return {**_typed("numpy.dtype"), "__loader__": "DTypeNode", "content": self.node(np.empty(0, kind.array.dtype))}

    def _objects(self, objects: Objects) -> dict[str, Any]:
        items: list[Any] = list(objects.items)
        if len(objects.shape) > 1:
            across = objects.shape[1]
            items = [items[start : start + across] for start in range(0, len(items), max(across, 1))]
        items = [self.node(inner) for inner in items]
        array = {**_typed("numpy.ndarray"), "__loader__": "NdArrayNode"}
        return {**array, "content": items, "type": "json", "shape": self.node(objects.shape)}

    def _numbers_of(self, value: Array | np.generic) -> dict[str, Any]:
        return self._array(np.asarray(value), type(value).__name__)

    def _array(self, array: Array, kind: str) -> dict[str, Any]:
        name = f"{len(self.arrays) + 1}.npy"
        with io.BytesIO() as sink:
            np.lib.format.write_array(sink, np.ascontiguousarray(array).reshape(array.shape), allow_pickle=False)
            self.arrays[name] = sink.getvalue()
        return {**_typed(f"numpy.{kind}"), "__loader__": "NdArrayNode", "type": "numpy", "file": name}

    def _loss(self, loss: Loss) -> dict[str, Any]:
        built = {**_typed(loss.type), "__loader__": "LossNode", "content": self.node(Mapped(()))}
        return {**built, "__reduce__": {"args": self.node(loss.arguments)}}

    def _tree(self, tree: Tree) -> dict[str, Any]:
        if tree.binned:
            sets: Array = np.zeros((0, 8), dtype=np.uint32)
            fields: dict[str, Value] = {
                "nodes": histogram_trees.predictor_of(tree),
                **dict.fromkeys(histogram_trees.SETS, sets),
            }
            return self._thing(ObjectNode(histogram_trees.PREDICTOR, fields))
        nodes: Array = np.zeros(len(tree.nodes), dtype=tree.nodes.dtype)  # whatever lies between fields is empty
        for name in NODE_FIELDS:
            nodes[name] = tree.nodes[name]
        fields = {
            "max_depth": tree.depth,
            "node_count": len(nodes),
            "nodes": nodes,
            "values": tree.values,
        }
        return {
            **_typed("sklearn.tree._tree.Tree"),
            "__reduce__": {"args": self.node((tree.columns, tree.classes, 1))},
            "content": self.node(Mapped(tuple(fields.items()))),
            "__loader__": "TreeNode",
        }


def _typed(name: str) -> dict[str, Any]:
    module, _, kind = name.rpartition(".")
    return {"__class__": kind, "__module__": module}


_WRITES: Final[Mapping[type | tuple[type, ...], Callable[[_Writer, Any], dict[str, Any]]]] = {
    ObjectNode: _Writer._thing,
    Mapped: _Writer._mapped,
    Objects: _Writer._objects,
    Tree: _Writer._tree,
    Loss: _Writer._loss,
    TypeName: _Writer._type,
    NumberType: _Writer._number_type,
    slice: _Writer._slice,
    (list, tuple): _Writer._sequence,
    (np.ndarray, np.generic): _Writer._numbers_of,
}
