"""Sums over the rows in and beyond the margin, carried from one point to the next.

Between two points few rows change sides, and only those are summed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.solvers.rows import SignedRows

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Numbers = NDArray[np.intp]


class MarginCurvature:
    """The sum of cost times row times row' over the rows in the margin."""

    def __init__(self, rows: SignedRows, cost: Vector) -> None:
        self._rows, self._cost = rows, cost
        self._inside = np.zeros(len(cost), dtype=np.bool_)
        self._sum = np.zeros((rows.dimension, rows.dimension))

    def over(self, numbers: Numbers) -> Matrix:
        """Return the sum over the rows of these numbers."""
        inside = np.zeros_like(self._inside)
        inside[numbers] = True
        changed = np.flatnonzero(inside != self._inside)
        if 2 * len(changed) < len(numbers):
            rows = self._rows.take(changed)
            weights = np.where(inside[changed], 1.0, -1.0) * self._cost[changed]
            self._sum = self._sum + (rows * weights) @ rows.T
        else:
            self._sum = self._rows.moments(numbers, self._cost[numbers])
        self._inside = inside
        return self._sum


class BeyondMargin:
    """The sums of cost times row and of cost over the rows beyond the margin."""

    def __init__(self, rows: SignedRows, cost: Vector) -> None:
        self._rows, self._cost = rows, cost
        self._beyond = np.zeros(len(cost), dtype=np.bool_)
        self._sum, self._total = np.zeros(rows.dimension), 0.0
        self._changes = 0.0  # cost that came and went since all rows were summed: each leaves its rounding

    def sums(self, beyond: NDArray[np.bool_]) -> tuple[Vector, float]:
        """Return both sums over the rows marked; there may be fewer marks than rows."""
        n = len(beyond)
        differs = self._beyond.copy()
        differs[:n] ^= beyond
        changed = np.flatnonzero(differs)
        weights = np.where(self._beyond[changed], -1.0, 1.0) * self._cost[changed]
        total, changes = self._total + float(weights.sum()), self._changes + float(np.abs(weights).sum())
        if changes <= total:
            self._sum = self._sum + self._rows.sum_of(changed, weights)
            self._total, self._changes = total, changes
        else:
            weights = self._cost[:n] * beyond
            self._sum, self._total = self._rows.sum(weights, n), float(weights.sum())
            self._changes = 0.0
        self._beyond ^= differs
        return self._sum, self._total
