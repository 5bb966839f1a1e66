"""The leaves of a forest as a law of the rows that fell into them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator as Stream
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

Array = NDArray[np.float64]
Numbers = NDArray[np.intp]

COVERED = 2 * 1.959964  # standard deviations between the ends of the middle 95 % of a normal law


@dataclass(frozen=True)
class LeafLaws:
    """Mean, spread and borders of each feature in one leaf per row, each of shape (n, d)."""

    mean: Array
    spread: Array
    low: Array
    high: Array


class Leaves:
    """Which of some rows share a leaf, tree by tree.

    A leaf is named by a tree and one of its rows: a row drawn evenly names a leaf by the rows it holds.

    Parameters
    ----------
    forest : RandomForestClassifier
        Fitted.
    rows : ndarray of shape (n, d)
        The real rows.
    """

    def __init__(self, forest: RandomForestClassifier, rows: Array) -> None:
        self._rows = rows
        self._trees = [tree.tree_ for tree in forest.estimators_]
        nodes = forest.apply(rows).T
        self._order = np.argsort(nodes, axis=1, kind="stable")
        grouped = np.take_along_axis(nodes, self._order, axis=1)
        self._node, self._start, self._count = (np.empty_like(nodes, dtype=np.intp) for _ in range(3))
        self._law: dict[int, LeafLaws] = {}
        for tree, found in enumerate(grouped):
            _, start, leaf, count = np.unique(
                found, return_index=True, return_inverse=True, return_counts=True
            )
            order = self._order[tree]
            self._node[tree, order], self._start[tree, order] = leaf, start[leaf]
            self._count[tree, order] = count[leaf]

    def draw(self, n: int, stream: Stream) -> tuple[Numbers, Numbers]:
        """Draw n leaves: a tree evenly, then a row evenly."""
        return stream.integers(0, len(self._trees), size=n), stream.integers(0, len(self._rows), size=n)

    def resample(self, trees: Numbers, members: Numbers, stream: Stream) -> Array:
        """Draw each feature by itself from the rows of a leaf; returns shape (n, d)."""
        shape = (len(trees), self._rows.shape[1])
        count = self._count[trees, members][:, np.newaxis]
        place = self._start[trees, members][:, np.newaxis] + (stream.random(shape) * count).astype(np.intp)
        return np.take_along_axis(self._rows, self._order[trees[:, np.newaxis], place], axis=0)

    def laws(self, trees: Numbers, members: Numbers) -> LeafLaws:
        """Look up the law of each leaf; one row for each of the n leaves."""
        shape = (len(trees), self._rows.shape[1])
        found = LeafLaws(*(np.empty(shape) for _ in range(4)))
        for tree in np.unique(trees):
            chosen = trees == tree
            leaf, law = self._node[tree, members[chosen]], self._laws_of(int(tree))
            for name in ("mean", "spread", "low", "high"):
                getattr(found, name)[chosen] = getattr(law, name)[leaf]
        return found

    def _laws_of(self, tree: int) -> LeafLaws:
        """Return the laws of a tree's leaves, computed on first use."""
        if tree not in self._law:
            self._law[tree] = self._work_out(tree)
        return self._law[tree]

    def _work_out(self, tree: int) -> LeafLaws:
        order = self._order[tree]
        first = np.unique(self._start[tree])
        count = np.diff(np.append(first, len(order)))[:, np.newaxis]
        rows = self._rows[order]
        mean = np.add.reduceat(rows, first, axis=0) / count
        leaf = self._node[tree, order]
        variance = np.add.reduceat((rows - mean[leaf]) ** 2, first, axis=0) / np.maximum(count - 1, 1)
        low, high = borders(self._trees[tree], rows[first])
        # Rows that agree say nothing of the spread: then the leaf's width stands for it, within what was observed.
        width = np.minimum(high, self._rows.max(axis=0)) - np.maximum(low, self._rows.min(axis=0))
        alike = np.maximum.reduceat(rows, first, axis=0) == np.minimum.reduceat(rows, first, axis=0)
        spread = np.where(alike, np.maximum(width, 0.0) / COVERED, np.sqrt(variance))
        return LeafLaws(mean, spread, np.minimum(low, mean), np.maximum(high, mean))


def borders(tree: object, rows: Array) -> tuple[Array, Array]:
    """Return the borders of the leaves that rows fall into, infinite where no split is.

    Parameters
    ----------
    tree : sklearn.tree._tree.Tree
    rows : ndarray of shape (n, d)

    Returns
    -------
    low, high : ndarray of shape (n, d)
    """
    low, high = np.full(rows.shape, -np.inf), np.full(rows.shape, np.inf)
    node = np.zeros(len(rows), dtype=np.intp)
    single = rows.astype(np.float32)  # as scikit-learn compares them
    inner = np.arange(len(rows))
    while len(inner):
        inner = inner[tree.children_left[node[inner]] >= 0]  # type: ignore[attr-defined]
        feature, cut = tree.feature[node[inner]], tree.threshold[node[inner]]  # type: ignore[attr-defined]
        left = single[inner, feature] <= cut
        high[inner[left], feature[left]] = np.minimum(high[inner[left], feature[left]], cut[left])
        low[inner[~left], feature[~left]] = np.maximum(low[inner[~left], feature[~left]], cut[~left])
        node[inner] = np.where(
            left,
            tree.children_left[node[inner]],  # type: ignore[attr-defined]
            tree.children_right[node[inner]],  # type: ignore[attr-defined]
        )
    return low, high
