"""What a model says: the people of its leaves, how many numbers it learnt, its tables, and its nodes line by line."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from disclosure_control.core.content import Fitted, Leaf, Table, TableKind, table_of
from disclosure_control.core.location import Location, Place, Spot
from disclosure_control.formats.models.skops import trees
from disclosure_control.formats.models.skops.values import DIGITS, Array, ObjectNode, Objects, Tree, Value, parts

_PEOPLE: Final = ("n_samples_seen_", "_n_samples", "n_samples_")
_COEFFICIENTS: Final = ("coef_", "intercept_", "coefs_", "intercepts_", "cluster_centers_")
_OF_CLASSES: Final = ("theta_", "var_", "class_prior_")
_MEMBERS: Final = ("estimators_", "_predictors")


def text_of(value: Any) -> str:
    """A number with as many digits as are kept, or a text."""
    if isinstance(value, float | np.floating):
        return f"{value:.{DIGITS}g}"
    return str(value) if isinstance(value, str | int | np.generic | np.ndarray) else ""


def fitted_parts(model: Value) -> Iterator[Fitted]:
    """What each part of a model learnt, and from how many people; the trees of a forest are one part."""
    for where, value in parts(model):
        inside = any(name.startswith(_MEMBERS) for name in where.part[1:])
        if isinstance(value, ObjectNode) and not (inside and "tree_" in value.fields):
            yield from _fitted(where, value)


def _fitted(where: Location, thing: ObjectNode) -> Iterator[Fitted]:
    fields = thing.fields
    people, tree = _people(fields), fields.get("tree_")
    members = next((fields[name] for name in _MEMBERS if name in fields), None)
    if isinstance(members, list | Objects):
        grown = [tree for _, tree in parts(members) if isinstance(tree, Tree)]
        yield _trees(where, grown, people)
    elif isinstance(tree, Tree):
        yield _trees(where, [tree], None)
    elif "class_count_" in fields:
        leaves = tuple(Leaf(int(count)) for count in np.ravel(np.asarray(fields["class_count_"], dtype=float)))
        yield Fitted(where, _size(fields, _OF_CLASSES), sum(leaf.people for leaf in leaves), leaves)
    elif people is not None or any(name in fields for name in _COEFFICIENTS):
        yield Fitted(where, _size(fields, _COEFFICIENTS), people)


def _trees(where: Location, grown: Sequence[Tree], people: int | None) -> Fitted:
    """What trees learnt, from as many people as the largest begins with where nothing else tells."""
    leaves = tuple(leaf for tree in grown for leaf in trees.leaves_of(tree))
    numbers = sum(trees.parameters(tree) for tree in grown)
    if people is None and grown:
        people = max(int(tree.nodes["n_node_samples"][0]) for tree in grown)
    return Fitted(where, numbers, people, leaves, len(grown))


def _size(fields: Mapping[str, Value], names: Sequence[str]) -> int:
    arrays = [array for name in names if name in fields for _, array in parts(fields[name])]
    return sum(int(np.size(array)) for array in arrays if isinstance(array, np.ndarray | np.generic | float))


def _people(fields: Mapping[str, Value]) -> int | None:
    for name in _PEOPLE:
        count = fields.get(name)
        if isinstance(count, int | np.integer | np.floating) and math.isfinite(count):
            return int(count)
    steps, rounds = fields.get("t_"), fields.get("n_iter_")  # one step a person a round
    if isinstance(steps, int | float) and isinstance(rounds, int) and rounds > 0 and math.isfinite(steps):
        return int(steps / rounds)
    return None


def clusters_of(model: Value) -> Iterator[Fitted]:
    """How many people each cluster has, before the group of each person is left out; 0 where that is not told."""
    for where, value in parts(model):
        centres = value.fields.get("cluster_centers_") if isinstance(value, ObjectNode) else None
        if isinstance(value, ObjectNode) and isinstance(centres, np.ndarray) and centres.ndim == 2:
            groups = value.fields.get("labels_")
            counts = [0] * len(centres)
            if isinstance(groups, np.ndarray) and groups.dtype.kind in "iu":
                counts = [int((groups == n).sum()) for n in range(len(centres))]
            yield Fitted(where, centres.size, sum(counts), tuple(Leaf(count) for count in counts))


def tables_of(model: Value) -> list[Table]:
    """Arrays of decimal numbers, their longer side as rows, and the nodes of all trees, to compare with the data."""
    tables = [
        _table(where, value)
        for where, value in parts(model)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size > 1 and value.ndim <= 2
    ]
    lines = [line for _, value in parts(model) if isinstance(value, Tree) for line in node_lines(value)]
    if lines:
        cells = [["threshold", "value"], *([line["threshold"], line["value"]] for line in lines)]
        tables.append(_learnt_table(cells, "the nodes of its trees", Spot.NODES))
    return tables


def _table(where: Place, array: Array) -> Table:
    wide = np.atleast_2d(array)
    lines = (wide.T if wide.shape[0] < wide.shape[1] else wide).tolist()
    head = [f"number {n}" for n in range(1, len(lines[0]) + 1)]
    return _learnt_table([head, *([text_of(cell) for cell in line] for line in lines)], where, Spot.NUMBERS)


def _learnt_table(cells: Sequence[Sequence[str]], where: Place, spot: Spot) -> Table:
    return table_of(cells, where=where, spot=spot, first=1, kind=TableKind.LEARNT)


def node_lines(tree: Tree) -> Iterator[dict[str, str]]:
    """The nodes of a tree in its order: what each asks and where it leads, its people, and what it says."""
    for n, (node, value) in enumerate(zip(tree.nodes, tree.values[:, 0, :].tolist(), strict=True)):
        leaf = node["left_child"] < 0
        asks = {"column": node["feature"], "threshold": node["threshold"]}
        leads = {"left": node["left_child"], "right": node["right_child"]}
        yield {
            "node": str(n),
            **{name: "" if leaf else text_of(number) for name, number in {**asks, **leads}.items()},
            "missing": "left" if node["missing_go_to_left"] else "",
            "people": text_of(node["n_node_samples"]),
            "weight": "" if tree.binned else text_of(node["weighted_n_node_samples"]),
            "impurity": "" if tree.binned else text_of(node["impurity"]),
            "value": "; ".join(map(text_of, value)),
        }
