"""Rows that lie between the rows of a small table, kept as what they are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Numbers = NDArray[np.intp]


class InterpolatedRows:
    """Rows x_i + u (x_j - x_i) of a table, as three vectors (i, j, u); or its rows x_i, as one.

    ``np.asarray`` makes the rows, a slice or an array of row numbers makes a smaller object of this kind. A score of
    such a row is the interpolated score and a sum over such rows is a sum over the table's, so that products cost
    nothing per feature.

    Parameters
    ----------
    table : ndarray of shape (n1, d)
    start : ndarray of int, shape (n,)
        i, the table's row that each row starts from.
    partner : ndarray of int, shape (n,), optional
        j, the table's row that each row goes to; without it the rows are copies.
    step : ndarray of shape (n,), optional
        u, the share of the way gone; given exactly when `partner` is.
    """

    def __init__(
        self, table: Matrix, start: Numbers, partner: Numbers | None = None, step: Vector | None = None
    ) -> None:
        self.table, self.start, self.partner, self.step = table, start, partner, step

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.start)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and features, as of the array."""
        return len(self.start), self.table.shape[1]

    @property
    def ndim(self) -> int:
        """Two, as of the array."""
        return 2

    def __getitem__(self, rows: slice | Numbers) -> InterpolatedRows:
        """Return some of the rows, in the same form.

        Raises
        ------
        TypeError
            For a single row number: ask for a slice, or for ``np.asarray``.
        """
        if not isinstance(rows, slice | np.ndarray):
            raise TypeError(f"rows must be a slice or an array of row numbers, not {type(rows).__name__}")
        if self.partner is None or self.step is None:
            return InterpolatedRows(self.table, self.start[rows])
        return InterpolatedRows(self.table, self.start[rows], self.partner[rows], self.step[rows])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Make the rows, shape (n, d)."""
        if copy is False:
            raise ValueError("interpolated rows cannot become an array without being copied")
        rows = self.rows()
        return rows if dtype is None else rows.astype(dtype, copy=False)

    def rows(self) -> Matrix:
        """Make the rows, shape (n, d)."""
        return self._interpolate(self.table)

    def write_columns(self, out: Matrix) -> None:
        """Make the rows, each a column of `out` of shape (d, n), without a second array of that size."""
        for values, feature in zip(np.ascontiguousarray(self.table.T), out, strict=True):
            feature[:] = self._interpolate(values)

    def scores(self, theta: Vector) -> Vector:
        """Return row . theta: the interpolated scores of the table's rows."""
        return self._interpolate(self.table @ theta)

    def sum(self, weights: Vector) -> Vector:
        """Sum weight times row, with `weights` of shape (n,): they are carried over to the table's rows."""
        n = len(self.table)
        if self.partner is None or self.step is None:
            return np.asarray(np.bincount(self.start, weights, n) @ self.table)
        moved = self.step * weights
        carried = np.bincount(self.partner, moved, n)
        carried += np.bincount(self.start, weights - moved, n)
        return np.asarray(carried @ self.table)

    def with_ones(self) -> InterpolatedRows:
        """Append a feature that is 1 in every row."""
        table = np.column_stack([self.table, np.ones(len(self.table))])
        return InterpolatedRows(table, self.start, self.partner, self.step)

    def _interpolate(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what `values`, one entry or line for each row of the table, come to at the rows."""
        start = values.take(self.start, axis=0)
        if self.partner is None or self.step is None:
            return start
        between = values.take(self.partner, axis=0)
        between -= start
        between *= self.step.reshape(-1, *([1] * (values.ndim - 1)))
        between += start
        return between
