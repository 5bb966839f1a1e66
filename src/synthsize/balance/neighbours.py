"""Nearest neighbours in the standardised feature space, a row never being its own neighbour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors


def nearest_neighbours(
    X: NDArray[np.float64], k: int, rows: NDArray[np.intp] | None = None
) -> NDArray[np.intp]:
    """Find the k nearest other rows (Euclidean) of each of `rows`.

    A row is dropped from its own list by its index. Dropping the first column instead, which assumes that a row
    finds itself first, keeps the row and loses a true neighbour wherever rows are duplicated.

    Parameters
    ----------
    X : ndarray of shape (n, d)
    k : int
        At most n - 1.
    rows : ndarray of shape (q,), optional
        Indices of the query rows; all rows by default.

    Returns
    -------
    ndarray of shape (q, k)
        Indices into `X`, nearest first.
    """
    queries = np.arange(len(X)) if rows is None else rows
    search = NearestNeighbors(n_neighbors=k + 1).fit(X)
    found = search.kneighbors(X[queries], return_distance=False)
    is_self = found == queries[:, np.newaxis]
    # A row with more than k copies may miss itself; every row found is then a copy, and any of them may go.
    is_self[~is_self.any(axis=1), -1] = True
    return np.asarray(found[~is_self].reshape(len(queries), k), dtype=np.intp)


def count_majority_neighbours(X: NDArray[np.float64], y: NDArray[np.int8], k: int) -> NDArray[np.intp]:
    """Count, for each minority row in order, the majority rows among its k nearest rows of both classes.

    Returns
    -------
    ndarray of shape (n1,)
        Whole numbers from 0 to k.
    """
    minority = np.flatnonzero(y == 1)
    found = nearest_neighbours(X, k, minority)
    return np.asarray((y[found] == 0).sum(axis=1), dtype=np.intp)
