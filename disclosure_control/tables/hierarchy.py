"""Hierarchies of categories: which labels add up to which, and how to collapse labels into the group above them.

A hierarchy is plain data: ``{"North": ["NE", "NW"], "South": {"SE": ["Kent", "Surrey"], "SW": []}}``. Whether the cells
of a table add up along it is looked at by ``suppression.constraints`` for protection and, on its own, by ``attack``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pandas as pd

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.labels import ALL

Tree = Mapping[str, Any]
Trees = Mapping[str, "Tree | Sequence[Tree]"]


@dataclass(frozen=True)
class Family:
    """A label and the labels that add up to it.

    Attributes:
        parent: the label.
        children: what it is the sum of.
    """

    parent: str
    children: tuple[str, ...]


def families(name: str, labels: Iterable[str], trees: Trees | None = None) -> tuple[Family, ...]:
    """The families of one column of labels, the top first; without a tree all labels add up to "All".

    A column may have several trees, for labels that are grouped in more than one way. Labels that no tree names stand
    directly under "All". Labels that the table does not have are left out.

    Args:
        name: the column's name, for messages and to find its trees.
        labels: the labels of the table.
        trees: trees by column.

    Returns:
        A family for each label that has others below it.

    Raises:
        BadTable: a tree is not one, or names a label twice.

    Examples:
        >>> [(f.parent, f.children) for f in families("area", ["a", "b", "N", "c"], {"area": {"N": ["a", "b"]}})]
        [('All', ('N', 'c')), ('N', ('a', 'b'))]
    """
    known = [label for label in dict.fromkeys(labels) if label != ALL]
    own_trees = _trees_of(name, trees)
    if not own_trees:
        return (Family(ALL, tuple(known)),) if known else ()
    parsed = [list(_walk(name, tree)) for tree in own_trees]
    inner = {parent for nodes in parsed for parent, children in nodes if children and parent != ALL}
    groups: list[Family] = []
    for nodes in parsed:
        own = dict(nodes)
        listed = {child for children in own.values() for child in children}
        own[ALL] = (*own[ALL], *(label for label in known if label not in listed and label not in inner))
        groups += _pruned(own, set(known))
    return tuple(dict.fromkeys(groups))


def leaves(name: str, labels: Iterable[str], trees: Trees | None = None) -> list[str]:
    """The labels that are not made of others.

    Args:
        name: the column's name.
        labels: the labels of the table.
        trees: trees by column.

    Returns:
        The lowest labels, in their order.

    Raises:
        BadTable: a tree is not one, or names a label twice.
    """
    known = list(dict.fromkeys(labels))
    parents = {family.parent for family in families(name, known, trees)}
    return [label for label in known if label not in parents and label != ALL]


def collapse(labels: "pd.Series[Any]", tree: Tree, groups: Iterable[str]) -> "pd.Series[Any]":
    """The labels, with every label below one of the groups replaced by the group (redesign of a table).

    Global recoding along a hierarchy: Handbook on Statistical Disclosure Control, 2nd ed., section 4.3.1.

    Args:
        labels: a series of labels.
        tree: how they are grouped.
        groups: the groups that take the place of what is below them.

    Returns:
        A series of the same index.

    Raises:
        BadTable: a group is not in the tree.

    Examples:
        >>> collapse(pd.Series(["NE", "NW", "SE"]), {"North": ["NE", "NW"], "South": ["SE"]}, ["North"]).tolist()
        ['North', 'North', 'SE']
    """
    children = dict(_walk(str(labels.name), tree))
    into: dict[str, str] = {}
    for group in groups:
        if not children.get(group):
            raise BadTable(f"{group!r} is not a group of the hierarchy.")
        below = list(children[group])
        while below:
            label = below.pop()
            into[label] = group
            below += children.get(label, ())

    def top(label: str) -> str:
        return top(into[label]) if label in into else label

    return labels.map(top)


def add_totals(
    table: pd.DataFrame, by: Sequence[str], values: Sequence[str], hierarchies: Trees | None = None
) -> pd.DataFrame:
    """A ready table of additive numbers with every margin and every group of the hierarchies added.

    Args:
        table: one row for each combination of the lowest categories; absent combinations are empty.
        by: the columns of labels.
        values: the columns of numbers that add up.
        hierarchies: trees by column.

    Returns:
        The table with a row more for each margin, labelled "All", and each group.

    Raises:
        BadTable: a tree is not one; a combination stands in the table twice, or holds a label that is made of others.

    Examples:
        >>> cells = pd.DataFrame({"area": ["a", "b", "c"], "n": [1, 2, 3]})
        >>> add_totals(cells, ["area"], ["n"], {"area": {"N": ["a", "b"]}}).values.tolist()
        [['a', 1], ['b', 2], ['c', 3], ['N', 3], ['All', 6]]
    """
    by, values = list(by), list(values)
    if table.duplicated(by).any():
        raise BadTable("A cell stands in the table twice.")
    for name in by:
        lowest = leaves(name, table[name], hierarchies)
        if not table[name].isin(lowest).all():
            raise BadTable(f"Column {name!r} holds totals already.", hint="Give the lowest categories only.")
        pieces = [table]
        for group, below in _members(name, lowest, hierarchies):
            part = table[table[name].isin(below)]
            others = [other for other in by if other != name]
            summed = part.assign(**{name: group}).groupby([name, *others], sort=False)[values].sum().reset_index()
            pieces.append(summed)
        table = pd.concat([piece[[*by, *values]] for piece in pieces], ignore_index=True)
    return table.astype({name: pieces[0][name].dtype for name in values})


def combinations(axes: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Every combination of the labels of several columns.

    Args:
        axes: the labels of each column.

    Returns:
        A tuple of labels each, the last column's changing fastest.
    """
    return product(*axes)


def _members(name: str, labels: Sequence[str], trees: Trees | None) -> list[tuple[str, list[str]]]:
    """Every group with the lowest labels below it, the smallest groups first."""
    all_labels = [*labels, *(parent for tree in _trees_of(name, trees) for parent, below in _walk(name, tree) if below)]
    children = {family.parent: family.children for family in reversed(families(name, all_labels, trees))}
    groups: list[tuple[str, list[str]]] = []
    for parent, members in children.items():
        below, queue = [], list(members)
        while queue:
            label = queue.pop(0)
            queue += children.get(label, ())
            below += [label] if label not in children else []
        groups.append((parent, below))
    return groups


def _trees_of(name: str, trees: Trees | None) -> list[Tree]:
    entry = (trees or {}).get(name)
    if entry is None:
        return []
    return [entry] if isinstance(entry, Mapping) else list(entry)


def _walk(name: str, tree: Tree) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every label of a tree with its children, "All" first."""
    if not isinstance(tree, Mapping):
        raise BadTable(f"The hierarchy of {name!r} is not a mapping.", hint='Write {"North": ["NE", "NW"]}.')
    visited: set[str] = set()
    queue: list[tuple[str, Any]] = [(ALL, tree)]
    while queue:
        label, below = queue.pop(0)
        if label in visited:
            raise BadTable(f"The hierarchy of {name!r} names {label!r} twice.")
        visited.add(label)
        if isinstance(below, str) or not isinstance(below, Mapping | Sequence):
            raise BadTable(f"What is below {label!r} in the hierarchy of {name!r} is not a list of labels.")
        pairs = list(below.items()) if isinstance(below, Mapping) else [(child, ()) for child in below]
        queue += pairs
        yield label, tuple(child for child, _ in pairs)


def _pruned(children: Mapping[str, tuple[str, ...]], known: set[str]) -> list[Family]:
    """Families without the labels that neither stand in the table nor hold one that does."""

    def occurs(label: str) -> bool:
        return label in known or any(occurs(child) for child in children.get(label, ()))

    subfamilies = [Family(p, tuple(c for c in below if occurs(c))) for p, below in children.items() if below]
    return [family for family in subfamilies if family.children and (family.parent == ALL or occurs(family.parent))]
