"""Whether the parts of a model fit together: scikit-learn's compiled code goes by their sizes without looking."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.models.skops.values import ObjectNode, Objects, Tree, Value, parts

_FORESTS: Final = ("RandomForest", "ExtraTrees")


def check_together(model: Value) -> None:
    """Compare the sizes by which the parts of a model find each other.

    Raises:
        Unreadable: they do not fit.
    """
    for _, value in parts(model):
        if isinstance(value, ObjectNode) and not all(
            fits(value) for name, fits in _FITS.items() if name in value.fields
        ):
            raise Unreadable("The parts of the model do not fit together.")


def _tree(node: ObjectNode) -> bool:
    tree = node.fields["tree_"]
    return isinstance(tree, Tree) and tree.columns == node.fields.get("n_features_in_")


def _members(whole: ObjectNode) -> bool:
    """Forests and boosting ask each tree without looking at what they hand it; others let each member look."""
    members = whole.fields["estimators_"]
    if whole.name.startswith(_FORESTS):
        return isinstance(members, list) and all(_grown_on(whole, member) for member in members)
    if not whole.name.startswith("GradientBoosting"):
        return True
    sizes = members.shape if isinstance(members, Objects) else ()
    return (
        isinstance(members, Objects)
        and len(sizes) == 2
        and sizes[1] == whole.fields.get("n_trees_per_iteration_") == _answers(whole)
        and all(_grown_on(whole, member) for member in members.items)
    )


def _grown_on(whole: ObjectNode, member: Value) -> bool:
    return (
        isinstance(member, ObjectNode)
        and "tree_" in member.fields
        and member.fields.get("n_features_in_") == whole.fields.get("n_features_in_")
    )


def _answers(boosted: ObjectNode) -> int | None:
    """With how many numbers a person the trees of each round begin; None where that cannot be told."""
    first, loss = boosted.fields.get("init_"), boosted.fields.get("_loss")
    many = loss.fields.get("n_classes") if isinstance(loss, ObjectNode) else -1
    several = isinstance(many, int) and many > 2
    if isinstance(loss, ObjectNode) and several != (loss.name == "HalfMultinomialLoss"):
        return None
    if first == "zero":
        trees = boosted.fields.get("n_trees_per_iteration_")
        return trees if isinstance(trees, int) else None
    if not isinstance(first, ObjectNode) or first.fields.get("n_outputs_") != 1:
        return None
    if first.name == "DummyRegressor" and boosted.name.endswith("Regressor"):
        return 1 if np.size(first.fields.get("constant_")) == 1 and not several else None  # type: ignore[arg-type]
    shares = first.fields.get("class_prior_")
    if first.fields.get("_strategy") != "prior" or not isinstance(shares, np.ndarray) or shares.ndim != 1:
        return None
    if several:
        return many if isinstance(many, int) and shares.size == many else None
    return 1 if shares.size == 2 else None


def _predictors(boosted: ObjectNode) -> bool:
    columns = boosted.fields.get("n_features_in_")
    trees = [tree for _, tree in parts(boosted.fields["_predictors"]) if isinstance(tree, Tree)]
    return isinstance(columns, int) and all(tree.columns <= columns for tree in trees)


def _no_sets(binned: ObjectNode) -> bool:
    sets = binned.fields["is_categorical_"]
    return sets is None or (isinstance(sets, np.ndarray) and not sets.any())


def _centres(clusters: ObjectNode) -> bool:
    centres = clusters.fields["cluster_centers_"]
    return (
        isinstance(centres, np.ndarray)
        and centres.ndim == 2
        and centres.dtype.kind == "f"
        and centres.shape == (clusters.fields.get("n_clusters"), clusters.fields.get("n_features_in_"))
    )


_FITS: Final[Mapping[str, Callable[[ObjectNode], bool]]] = {
    "tree_": _tree,
    "estimators_": _members,
    "_predictors": _predictors,
    "is_categorical_": _no_sets,
    "cluster_centers_": _centres,
}
