"""The rows of a growing training set, signed, and the sums over them that the solvers need."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.interpolated import InterpolatedRows
from synthsize.balance.solvers.base import Added, signs

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

CHUNK = 4096  # rows whose second moments are summed at once, so that a core's cache holds them


class SignedRows:
    """Rows (x_i, 1) s_i with s_i = +-1: the real ones, then minority rows that are added to them.

    A feature's values are contiguous, so that every product runs down long vectors. Interpolated rows are never made:
    their products go through the table that they lie in.

    Parameters
    ----------
    dense : ndarray of shape (d + 1, n_dense)
        The rows that are kept as they are, one a column.
    between : InterpolatedRows of length n_between, optional
        The rows after them, of sign +1; the table holds a column of ones.

    Attributes
    ----------
    n : int
        Rows in all.
    sign : ndarray of shape (n,)
    length : float
        Root mean square length of the x_i that are kept as they are.
    """

    def __init__(self, dense: Matrix, between: InterpolatedRows | None = None) -> None:
        self._dense, self._between = dense, between
        self._n_dense = dense.shape[1]
        self.n = self._n_dense + (0 if between is None else len(between))
        self.sign = np.append(dense[-1], np.ones(self.n - self._n_dense))
        self.length = float(np.linalg.norm(dense[:-1]) / np.sqrt(max(self._n_dense, 1)))

    @classmethod
    def of(cls, X: Matrix, y: NDArray[np.int8], added: Added | None = None) -> SignedRows:
        """Sign real rows `X` of shape (n, d) by their labels, and append minority rows."""
        between = added if isinstance(added, InterpolatedRows) else None
        appended = X[:0] if added is None or isinstance(added, InterpolatedRows) else added
        n, sign = len(X), signs(y)
        dense = np.empty((X.shape[1] + 1, n + len(appended)))
        np.multiply(X.T, sign, out=dense[:-1, :n])
        dense[:-1, n:] = appended.T
        dense[-1, :n], dense[-1, n:] = sign, 1.0
        return cls(dense, None if between is None else between.with_ones())

    @property
    def dimension(self) -> int:
        """Coefficients and intercept."""
        return len(self._dense)

    def thinned(self, step: int) -> SignedRows:
        """Keep every `step`-th row."""
        return SignedRows(np.ascontiguousarray(self.take(np.arange(0, self.n, step))))

    def scores(self, theta: Vector, stop: int, start: int = 0) -> Vector:
        """Return row . theta for rows `start` to `stop`."""
        dense = self._dense[:, start : min(stop, self._n_dense)]
        if self._between is None or stop <= self._n_dense:
            return theta @ dense
        scores = np.empty(stop - start)
        np.dot(theta, dense, out=scores[: dense.shape[1]])
        scores[dense.shape[1] :] = self._part(start, stop).scores(theta)
        return scores

    def sum(self, weights: Vector, stop: int, start: int = 0) -> Vector:
        """Sum weight times row over rows `start` to `stop`, `weights` having shape (stop - start,)."""
        dense = self._dense[:, start : min(stop, self._n_dense)]
        total = dense @ weights[: dense.shape[1]]
        if self._between is not None and stop > self._n_dense:
            total += self._part(start, stop).sum(weights[dense.shape[1] :])
        return total

    def moments(self, weights: Vector, start: int = 0) -> Matrix:
        """Sum weight times row times row' over the rows from `start` on that have a weight; none is negative."""
        total = np.zeros((self.dimension, self.dimension))
        counted = np.flatnonzero(weights)  # few rows of the whole, for a hinge
        root = np.sqrt(weights[counted])
        counted += start
        for first in range(0, len(counted), CHUNK):
            part = counted[first : first + CHUNK]
            every = part[-1] + 1 - part[0] == len(part)
            scaled = (
                self.take(slice(part[0], part[-1] + 1) if every else part) * root[first : first + len(part)]
            )
            total += scaled @ scaled.T  # one array twice: half the arithmetic
        return total

    def take(self, rows: slice | NDArray[np.intp]) -> Matrix:
        """Make some of the rows, one a column, shape (d + 1, k); their numbers must increase."""
        if self._between is None or (isinstance(rows, slice) and rows.stop <= self._n_dense):
            return self._dense[:, rows]
        numbers = np.arange(self.n)[rows] if isinstance(rows, slice) else rows
        n_dense = int(np.searchsorted(numbers, self._n_dense))
        between = self._between[numbers[n_dense:] - self._n_dense].rows().T
        if n_dense == 0:
            return between
        return np.concatenate([self._dense[:, numbers[:n_dense]], between], axis=1)

    def _part(self, start: int, stop: int) -> InterpolatedRows:
        assert self._between is not None
        return self._between[max(start - self._n_dense, 0) : stop - self._n_dense]
