"""A skops file as plain values.

Its ``schema.json`` is a tree of nodes, each with the name of the loader that would make it an object. Only the loaders
of this table are understood, and none makes one: https://skops.readthedocs.io/en/stable/persistence.html
"""

import io
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.models.skops import histogram_trees
from disclosure_control.formats.models.skops.values import (
    Array,
    Generator,
    Loss,
    Mapped,
    NumberType,
    ObjectNode,
    Objects,
    Plain,
    Tree,
    TypeName,
    Value,
)

Node = Mapping[str, Any]
MAX_NUMBERS: Final = 5_000_000
_DEEPEST: Final = 60
_KEYS: Final[Mapping[str, Callable[[str], str | int | float | bool]]] = {
    "builtins.str": str,
    "builtins.int": int,
    "builtins.float": float,
    "builtins.bool": lambda key: key == "True",
    "numpy.str_": str,
    "numpy.int64": int,
    "numpy.float64": float,
}
# A tree's nodes, as scikit-learn has kept them since 1.3 (sklearn/tree/_tree.pyx, NODE_DTYPE).
NODE_FIELDS: Final = {
    "left_child": "<i8", "right_child": "<i8", "feature": "<i8", "threshold": "<f8", "impurity": "<f8",
    "n_node_samples": "<i8", "weighted_n_node_samples": "<f8", "missing_go_to_left": "|u1",
}  # fmt: skip
_NUMBERS: Final = frozenset(["|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f4", "<f8"])
_WORDS: Final = frozenset(
    {"__class__", "__module__", "__loader__", "__id__", "__reduce__", "content", "key_types", "type", "file", "shape"}
    | {"is_json", "protocol", "_skops_version"}
)
_SCALARS: Final = frozenset({"bool", "bool_", "int32", "int64", "uint64", "float32", "float64", "str_"})


class Reader:
    """Reads the nodes of one file, and knows which of its arrays they name."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts
        self._numbers = 0
        self.named: set[str] = set()
        self.extra: list[str] = []

    def value(self, node: Any, depth: int = 0) -> Value:
        """The value of a node.

        Raises:
            Unreadable: it has not the form of one, or is of a kind that is not understood.
        """
        if not isinstance(node, dict) or depth > _DEEPEST:
            raise Unreadable("The model's description has not the form that skops writes.")
        self.extra += [str(part) for key, part in node.items() if key not in _WORDS]
        read = _LOADERS.get(str(node.get("__loader__")))
        if read is None:
            raise Unreadable("The model has parts of a kind of which nothing is known.", rule="model.holds-records")
        try:
            return read(self, node, depth + 1)
        except (KeyError, TypeError, ValueError, OverflowError, EOFError) as error:
            raise Unreadable("The model's description has not the form that skops writes.") from error

    def array(self, name: str) -> Array:
        """An array of the file, of numbers or texts alone."""
        data = self._parts[name]
        self.named.add(name)
        with io.BytesIO(data) as file:
            read = np.lib.format.read_array(file, allow_pickle=False)
            if file.tell() != len(data):
                raise Unreadable("Bytes follow an array of the model.", rule="artefact.left-over")
        if (
            read.dtype.names is None
            and (read.dtype.kind not in "biufU" or read.dtype.itemsize > 8)
            and (read.dtype.kind != "U")
        ):
            raise Unreadable("An array of the model is neither of numbers nor of texts.")
        self._numbers += read.size
        if self._numbers > MAX_NUMBERS:
            raise Unreadable(f"The model has more than {MAX_NUMBERS:,} numbers.", rule="artefact.too-big")
        return read


def _plain(_: Reader, node: Node, __: int) -> Value:
    value: Any = json.loads(node["content"])
    if not isinstance(value, Plain):
        raise TypeError("a plain value is not plain")
    return value


def _type_of(node: Node) -> str:
    return f"{node['__module__']}.{node['__class__']}"


def _thing(reader: Reader, node: Node, depth: int) -> Value:
    if node["content"]["__loader__"] == "JsonNode" and reader.value(node["content"], depth) is None:
        return ObjectNode(_type_of(node))
    if _type_of(node) == histogram_trees.PREDICTOR:
        return _predictor(reader, node["content"])
    fields = reader.value(node["content"], depth)
    if not isinstance(fields, Mapped):
        raise TypeError("an object has no fields")
    return ObjectNode(_type_of(node), {str(key): value for key, value in fields.items})


def _mapping(reader: Reader, node: Node, depth: int) -> Value:
    if _type_of(node) != "builtins.dict":
        raise TypeError("a dictionary of another type")
    types = [_KEYS[_type_of(key)] for key in node["key_types"]["content"]]
    pairs = zip(types, node["content"].items(), strict=True)
    return Mapped(tuple((kind(key), reader.value(inner, depth)) for kind, (key, inner) in pairs))


def _list(reader: Reader, node: Node, depth: int) -> Value:
    return [reader.value(inner, depth) for inner in node["content"]]


def _tuple(reader: Reader, node: Node, depth: int) -> Value:
    if _type_of(node) != "builtins.tuple":
        raise TypeError("a tuple of another type")
    return tuple(reader.value(inner, depth) for inner in node["content"])


def _slice(_: Reader, node: Node, __: int) -> Value:
    ends = [node["content"][end] for end in ("start", "stop", "step")]
    if not all(end is None or type(end) is int for end in ends):
        raise TypeError("a slice has other ends than numbers")
    return slice(*ends)


def _type(_: Reader, node: Node, __: int) -> Value:
    return TypeName(_type_of(node))


def _number_type(reader: Reader, node: Node, depth: int) -> Value:
    empty = reader.value(node["content"], depth)
    if not isinstance(empty, np.ndarray) or empty.size:
        raise TypeError("a type of numbers holds some")
    return NumberType(empty)


def _array(reader: Reader, node: Node, depth: int) -> Value:
    if node["type"] == "numpy":
        read = reader.array(str(node["file"]))
        if read.dtype.names is not None:
            raise TypeError("only a tree has nodes")
        if node["__class__"] == "ndarray":
            return read
        if node["__module__"] != "numpy" or node["__class__"] not in _SCALARS or read.ndim:
            raise TypeError("a number of an unknown type")
        return read[()]
    return _objects(reader, node, depth)


def _objects(reader: Reader, node: Node, depth: int) -> Value:
    """Plain values in a row, or parts of a model in a table."""
    shape = reader.value(node["shape"], depth)
    items = [reader.value(inner, depth) for inner in node["content"]]
    if not isinstance(shape, tuple) or not shape or shape[0] != len(items) or len(shape) > 2:
        raise TypeError("an array of another shape")
    if len(shape) == 1:
        if not all(isinstance(item, Plain) for item in items):
            raise TypeError("an array of objects that are not plain")
        return Objects((len(items),), tuple(items))
    rows = [row for row in items if isinstance(row, list) and len(row) == shape[1]]
    flat = tuple(item for row in rows for item in row)
    if len(rows) != len(items) or not all(isinstance(item, ObjectNode) for item in flat):
        raise TypeError("a table of objects that are no parts of a model")
    return Objects((len(rows), len(flat) // max(len(rows), 1)), flat)


def _tree(reader: Reader, node: Node, depth: int) -> Value:
    arguments = reader.value(node["__reduce__"]["args"], depth)
    if not isinstance(arguments, tuple):
        raise TypeError("a tree without columns, classes or targets")
    columns, classes, outputs = arguments
    state = node["content"]
    read = {key: reader.value(state["content"][key], depth) for key in ("max_depth", "node_count", "values")}
    nodes, values = reader.array(str(state["content"]["nodes"]["file"])), read["values"]
    kinds = {name: nodes.dtype.fields[name][0].str for name in nodes.dtype.names or ()} if nodes.dtype.fields else {}
    if type(columns) is not int or not isinstance(classes, np.ndarray) or not isinstance(values, np.ndarray):
        raise TypeError("a tree without columns, classes or values")
    if kinds != NODE_FIELDS or nodes.ndim != 1 or not len(nodes) or read["node_count"] != len(nodes):
        raise TypeError("nodes of another form")
    if outputs != 1 or values.dtype.str != "<f8" or values.shape[:2] != (len(nodes), 1) or values.ndim != 3:
        raise TypeError("values of another form, or of several targets")
    if classes.dtype.str != "<i8" or classes.tolist() != [values.shape[2]] or type(read["max_depth"]) is not int:
        raise TypeError("classes of another form")
    return Tree(columns, classes, read["max_depth"], nodes, values)


def _predictor(reader: Reader, node: Node) -> Value:
    content = node["content"]
    for name in histogram_trees.SETS:
        if np.size(reader.array(str(content[name]["file"]))):
            raise TypeError("a tree that splits by sets of categories")
    return histogram_trees.tree_of(reader.array(str(content["nodes"]["file"])), np.dtype(list(NODE_FIELDS.items())))


def _loss(reader: Reader, node: Node, depth: int) -> Value:
    arguments, content = reader.value(node["__reduce__"]["args"], depth), reader.value(node["content"], depth)
    numbers = arguments if isinstance(arguments, tuple) else ()
    if content not in (None, (), Mapped(())) or not all(type(number) in (int, float) for number in numbers):
        raise TypeError("a loss that holds more than numbers")
    return Loss(_type_of(node), numbers)


def _generator(reader: Reader, node: Node, depth: int) -> Value:
    content = node["content"]
    if "__loader__" in content:
        return Generator(reader.value(content, depth))
    return Generator([reader.value(part, depth) for part in content.values()])


_LOADERS: Final[Mapping[str, Callable[[Reader, Node, int], Value]]] = {
    "ObjectNode": _thing,
    "DictNode": _mapping,
    "ListNode": _list,
    "TupleNode": _tuple,
    "JsonNode": _plain,
    "SliceNode": _slice,
    "TypeNode": _type,
    "DTypeNode": _number_type,
    "NdArrayNode": _array,
    "TreeNode": _tree,
    "LossNode": _loss,
    "RandomStateNode": _generator,
    "RandomGeneratorNode": _generator,
}
