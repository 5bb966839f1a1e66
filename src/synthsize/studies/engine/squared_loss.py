"""Least squares along growing prefixes of a synthetic stream, from sums of products: one pass over the rows.

The loss is (y - theta'x)^2 without intercept; a `ridge` is added to the mean product matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Sums:
    """Sums over rows: n, X'X and X'y, and y'y. Leading axes hold nested samples.

    Attributes
    ----------
    n : ndarray of shape (...)
    gram : ndarray of shape (..., d, d)
    cross : ndarray of shape (..., d)
    square : ndarray of shape (...)
    """

    n: Array
    gram: Array
    cross: Array
    square: Array

    def __add__(self, other: Sums) -> Sums:
        """Pool the rows of two samples."""
        return Sums(
            self.n + other.n, self.gram + other.gram, self.cross + other.cross, self.square + other.square
        )


def sums(X: Array, y: float | Array) -> Sums:
    """Sum over all rows of a sample whose response is `y`, one number or one per row."""
    response = np.broadcast_to(np.asarray(y, dtype=float), (len(X),))
    return Sums(np.asarray(float(len(X))), X.T @ X, X.T @ response, np.asarray(float(response @ response)))


def prefix_sums(X: Array, y: float, sizes: Sequence[int]) -> Sums:
    """Sum over the first `size` rows, for each of the sizes, in any order.

    Parameters
    ----------
    X : ndarray of shape (n, d)
    y : float
        Response of every row.
    sizes : sequence of int
        Between 0 and n.
    """
    asked = np.asarray(sizes, dtype=int)
    ends, position = np.unique(asked, return_inverse=True)
    d = X.shape[1]
    gram, total = np.zeros((len(ends), d, d)), np.zeros((len(ends), d))
    start = 0
    for i, end in enumerate(ends):
        part = X[start:end]
        gram[i], total[i] = part.T @ part, part.sum(axis=0)
        start = end
    gram, total = np.cumsum(gram, axis=0)[position], np.cumsum(total, axis=0)[position]
    n = asked.astype(float)
    return Sums(n, gram, y * total, y * y * n)


def solve(sample: Sums, ridge: float = 0.0) -> Array:
    """Minimise the mean squared loss plus ridge times the squared length; shape (..., d).

    A singular product matrix, as from fewer rows than columns, gives the shortest minimiser.
    """
    gram = sample.gram / sample.n[..., None, None] + ridge * np.eye(sample.gram.shape[-1])
    cross = (sample.cross / sample.n[..., None])[..., None]
    try:
        return np.asarray(np.linalg.solve(gram, cross)[..., 0])
    except np.linalg.LinAlgError:
        return np.asarray((np.linalg.pinv(gram, hermitian=True) @ cross)[..., 0])


def mean_loss(sample: Sums, theta: Array) -> Array:
    """Mean squared loss of each theta of shape (..., d) on the rows of one sample."""
    fitted = np.einsum("...i,ij,...j->...", theta, sample.gram, theta)
    return np.asarray((sample.square - 2.0 * theta @ sample.cross + fitted) / sample.n)
