"""The rows of a growing training set, signed, and the sums over them that the solvers need."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.interpolated import InterpolatedRows
from synthsize.balance.solvers.base import Added, signs

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

CHUNK = 4096  # rows whose second moments are summed at once, so that a core's cache holds them
# Number of features up to which interpolated rows are computed: products with them are then faster.
WIDEST_MADE = 20
LARGEST_MADE = 2_000_000  # entries of the matrix that this may take (16 MB)


def worth_making(rows: InterpolatedRows) -> bool:
    """Return whether products with the rows made take less time than those through their table, in little memory."""
    n, d = rows.shape
    return d <= WIDEST_MADE and n * d <= LARGEST_MADE


class SignedRows:
    """Rows (x_i, 1) s_i with s_i = +-1: the real ones, then minority rows that are added to them.

    A feature's values are contiguous, so that every product runs down long vectors. Of interpolated
    rows only those are made whose products are then faster (see `worth_making`); those of others go through the table
    that they lie in.

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
    """

    def __init__(self, dense: Matrix, between: InterpolatedRows | None = None) -> None:
        self._dense, self._between = dense, between
        self._n_dense = dense.shape[1]
        self.n = self._n_dense + (0 if between is None else len(between))
        self.sign = np.append(dense[-1], np.ones(self.n - self._n_dense))

    @classmethod
    def of(cls, X: Matrix, y: NDArray[np.int8], added: Added | None = None) -> SignedRows:
        """Sign real rows `X` of shape (n, d) by their labels, and append minority rows."""
        through = isinstance(added, InterpolatedRows) and not worth_making(added)
        n, n_made, sign = len(X), 0 if added is None or through else len(added), signs(y)
        dense = np.empty((X.shape[1] + 1, n + n_made))
        np.multiply(X.T, sign, out=dense[:-1, :n])
        dense[-1, :n], dense[-1, n:] = sign, 1.0
        if isinstance(added, InterpolatedRows):
            if through:
                return cls(dense, added.with_ones())
            added.write_columns(dense[:-1, n:])
        elif added is not None:
            dense[:-1, n:] = added.T
        return cls(dense)

    @property
    def dimension(self) -> int:
        """Coefficients and intercept."""
        return len(self._dense)

    @cached_property
    def length(self) -> float:
        """Root mean square length of the x_i that are kept as they are."""
        return float(np.linalg.norm(self._dense[:-1]) / np.sqrt(max(self._n_dense, 1)))

    def thinned(self, step: int) -> SignedRows:
        """Keep every `step`-th row."""
        return SignedRows(np.ascontiguousarray(self.take(np.arange(0, self.n, step))))

    def some(self, numbers: NDArray[np.intp]) -> SignedRows:
        """Keep the rows of these numbers, which must increase, in the form that they have."""
        return SignedRows(*self._split(numbers))

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

    def sum_of(self, numbers: NDArray[np.intp], weights: Vector) -> Vector:
        """Sum weight times row over the rows of these numbers, which must increase."""
        dense, between = self._split(numbers)
        total = dense @ weights[: dense.shape[1]]
        if between is not None and len(between):
            total += between.sum(weights[dense.shape[1] :])
        return np.asarray(total)

    def moments(self, numbers: NDArray[np.intp], weights: Vector) -> Matrix:
        """Sum weight times row times row' over the rows of these numbers, which must increase; none is negative."""
        total = np.zeros((self.dimension, self.dimension))
        root = np.sqrt(weights)
        for first in range(0, len(numbers), CHUNK):
            part = numbers[first : first + CHUNK]
            every = part[-1] + 1 - part[0] == len(part)
            scaled = (
                self.take(slice(part[0], part[-1] + 1) if every else part) * root[first : first + len(part)]
            )
            total += scaled @ scaled.T  # one array twice: half the arithmetic
        return total

    def take(self, rows: slice | NDArray[np.intp]) -> Matrix:
        """Make some of the rows, one a column, shape (d + 1, k); their numbers must increase."""
        dense, between = self._split(rows)
        if between is None or len(between) == 0:
            return dense
        if dense.shape[1] == 0:
            return between.rows().T
        made = np.empty((dense.shape[1] + len(between), self.dimension))  # row by row, as the table is
        made[: dense.shape[1]], made[dense.shape[1] :] = dense.T, between.rows()
        return made.T

    def _split(self, rows: slice | NDArray[np.intp]) -> tuple[Matrix, InterpolatedRows | None]:
        """Part some of the rows into those kept as they are, one a column, and those that are not."""
        if isinstance(rows, slice):
            dense = self._dense[:, rows]
            return dense, None if self._between is None else self._part(rows.start, rows.stop)
        if self._between is None:
            return _columns(self._dense, rows), None
        n_dense = int(np.searchsorted(rows, self._n_dense))
        between = self._between[rows[n_dense:] - self._n_dense]
        return _columns(self._dense, rows[:n_dense]), between

    def _part(self, start: int, stop: int) -> InterpolatedRows:
        assert self._between is not None
        return self._between[max(start - self._n_dense, 0) : max(stop - self._n_dense, 0)]


def _columns(table: Matrix, numbers: NDArray[np.intp]) -> Matrix:
    """Return some columns; `take` is faster than an index, but copies a table whose rows are not contiguous."""
    if table.flags.c_contiguous:
        return table.take(numbers, axis=1)
    return table.T.take(numbers, axis=0).T
