"""The trees of histogram-based boosting, in the form of all other trees and back.

Source of their form: scikit-learn's PREDICTOR_RECORD_DTYPE. Splits by sets of categories are not understood; gains and
the numbers of bins are not needed to answer, and are not kept.
"""

from typing import Final

import numpy as np

from disclosure_control.formats.models.skops.values import Array, Tree

PREDICTOR: Final = "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"
SETS: Final = ("binned_left_cat_bitsets", "raw_left_cat_bitsets")
_LEAF: Final = -1
_FIELDS: Final = {
    "value": "<f8", "count": "<u4", "feature_idx": "<i8", "num_threshold": "<f8", "missing_go_to_left": "|u1",
    "left": "<u4", "right": "<u4", "gain": "<f8", "depth": "<u4", "is_leaf": "|u1", "bin_threshold": "|u1",
    "is_categorical": "|u1", "bitset_idx": "<u4",
}  # fmt: skip
_SAME: Final = {
    "feature": "feature_idx", "threshold": "num_threshold", "n_node_samples": "count", "left_child": "left",
    "right_child": "right", "missing_go_to_left": "missing_go_to_left",
}  # fmt: skip


def tree_of(predictor: Array, node_type: np.dtype[np.void]) -> Tree:
    """A predictor's nodes as a tree; whether it is one is for others to check.

    Raises:
        TypeError: they have another form, or split by sets of categories.
    """
    kinds = {name: predictor.dtype[name].str for name in predictor.dtype.names or ()}
    if kinds != _FIELDS or predictor.ndim != 1 or not len(predictor) or predictor["is_categorical"].any():
        raise TypeError("nodes of another form")
    nodes: Array = np.zeros(len(predictor), dtype=node_type)
    for name, theirs in _SAME.items():
        nodes[name] = predictor[theirs]
    for side in ("left_child", "right_child"):
        nodes[side][predictor["is_leaf"] != 0] = _LEAF
    values = predictor["value"].astype("<f8").reshape(-1, 1, 1)
    columns = int(max(nodes["feature"].max(), 0)) + 1
    return Tree(columns, np.array([1], dtype="<i8"), int(_depths(nodes).max()), nodes, values, binned=True)


def predictor_of(tree: Tree) -> Array:
    """The nodes of a tree as a predictor has them; a leaf leads nowhere and asks for nothing."""
    predictor: Array = np.zeros(len(tree.nodes), dtype=list(_FIELDS.items()))
    leaves = tree.nodes["left_child"] == _LEAF
    for name, theirs in _SAME.items():
        predictor[theirs] = np.where(leaves & (name != "n_node_samples"), 0, tree.nodes[name])
    predictor["value"] = tree.values[:, 0, 0]
    predictor["depth"] = _depths(tree.nodes)
    predictor["is_leaf"] = leaves
    return predictor


def _depths(nodes: Array) -> Array:
    """How far each node is from the first; children stand behind their parents, or are not followed."""
    depths = np.zeros(len(nodes), dtype=np.int64)
    for place, node in enumerate(nodes):
        for child in (int(node["left_child"]), int(node["right_child"])):
            if place < child < len(nodes):
                depths[child] = depths[place] + 1
    return depths
