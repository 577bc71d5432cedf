"""Decision trees: whether they are trees at all, and whom each leaf holds.

Source of the leaves' numbers: scikit-learn's Tree, where ``n_node_samples`` counts the rows that reached a node, each
once, and ``values`` holds the shares of the classes there (counts, before scikit-learn 1.3), or the mean.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from disclosure_control.core.content import Leaf
from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.models.skops.values import Tree
from disclosure_control.formats.models.skops.writer import rounded

_LEAF: Final = -1
_ZERO: Final = -2  # a leaf asks for no column
_HARDLY: Final = 1e-9


def plain(tree: Tree) -> Tree:
    """A tree with rounded numbers, and nothing in its leaves that only a split has.

    Raises:
        Unreadable: its nodes form no tree, or their numbers of people do not add up.
    """
    _check(tree)
    nodes = tree.nodes.copy()
    leaves = nodes["left_child"] == _LEAF
    for name in ("threshold", "impurity", "weighted_n_node_samples"):
        nodes[name] = rounded(nodes[name])
    nodes["feature"][leaves] = nodes["threshold"][leaves] = _ZERO
    nodes["missing_go_to_left"][leaves] = 0
    return replace(tree, nodes=nodes, values=rounded(tree.values))


def leaves_of(tree: Tree) -> list[Leaf]:
    """The leaves of a tree: their people, how many of each class, and whether all are alike."""
    at = np.flatnonzero(tree.nodes["left_child"] == _LEAF)
    people = tree.nodes["n_node_samples"][at].tolist()
    pure = (np.abs(tree.nodes["impurity"][at]) <= _HARDLY) & (not tree.binned)
    if tree.values.shape[2] == 1:
        return [Leaf(n, (), bool(same)) for n, same in zip(people, pure, strict=True)]
    values = tree.values[at, 0, :].astype(float)
    shares = values / np.maximum(values.sum(axis=1, keepdims=True), _HARDLY)
    counted = [tuple((n * row).tolist()) for n, row in zip(people, shares, strict=True)]
    return [Leaf(n, counts, bool(same)) for n, counts, same in zip(people, counted, pure, strict=True)]


def parameters(tree: Tree) -> int:
    """How many numbers the tree learnt: a column and a threshold for each split, and what each leaf says."""
    leaves = int((tree.nodes["left_child"] == _LEAF).sum())
    return 2 * (len(tree.nodes) - leaves) + leaves * max(1, int(tree.values.shape[2]) - 1)


def _check(tree: Tree) -> None:
    nodes = tree.nodes
    numbers = np.arange(len(nodes))
    left, right = nodes["left_child"], nodes["right_child"]
    split = left != _LEAF
    children = np.concatenate([left[split], right[split]])
    sound = (
        bool(((right == _LEAF) == ~split).all())
        and sorted(children.tolist()) == numbers[1:].tolist()  # every node but the first has one parent
        and bool((left[split] > numbers[split]).all() and (right[split] > numbers[split]).all())
        and bool(((nodes["feature"][split] >= 0) & (nodes["feature"][split] < tree.columns)).all())
        and bool((nodes["missing_go_to_left"] <= 1).all())
        and bool((nodes["n_node_samples"] > 0).all())
        and bool((np.isfinite(nodes["threshold"]) | tree.binned & ~np.isnan(nodes["threshold"]))[split].all())
        and bool(np.isfinite(tree.values).all())
    )
    if not sound:
        raise Unreadable("A tree of the model is no tree.")
    people = nodes["n_node_samples"]
    if (people[split] != people[left[split]] + people[right[split]]).any():
        raise Unreadable("The numbers of people in a tree do not add up.", rule="artefact.mismatch")
