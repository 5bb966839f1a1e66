"""Features as tokens: quantile bins, and values drawn within them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class QuantileBins:
    """Bins that hold about as many rows each; one per value where a feature has few values.

    Parameters
    ----------
    rows : ndarray of shape (n, d)
    most : int
        Bins per feature at most.

    Attributes
    ----------
    counts : ndarray of int, shape (d,)
        Bins of each feature, none of them empty.
    """

    def __init__(self, rows: NDArray[np.float64], most: int) -> None:
        self._sorted = np.sort(rows, axis=0)
        self._edges = [_inner_edges(column, most) for column in self._sorted.T]
        self._starts = [
            np.r_[0, np.searchsorted(column, edges, side="left"), len(column)]
            for column, edges in zip(self._sorted.T, self._edges, strict=True)
        ]
        self.counts = np.array([len(edges) + 1 for edges in self._edges])

    def tokens(self, rows: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the number of each value's bin, shape (n, d)."""
        return np.column_stack(
            [
                np.searchsorted(edges, column, side="right")
                for edges, column in zip(self._edges, rows.T, strict=True)
            ]
        )

    def values(self, tokens: NDArray[np.intp], chances: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the interpolated quantile at each chance of the rows in each bin, shape (n, d)."""
        found = np.empty(tokens.shape)
        for j, starts in enumerate(self._starts):
            first, last = starts[tokens[:, j]], starts[tokens[:, j] + 1] - 1
            place = first + chances[:, j] * (last - first)
            found[:, j] = np.interp(place, np.arange(len(self._sorted)), self._sorted[:, j])
        return found


def _inner_edges(column: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """Return the lowest value of each bin but the first; values of the column, so that no bin is empty."""
    values = np.unique(column)
    if len(values) > most:
        quantiles = np.quantile(column, np.arange(1, most) / most, method="inverted_cdf")
        return np.asarray(np.setdiff1d(quantiles, values[:1]))
    return values[1:]
