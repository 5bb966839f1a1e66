"""Sums of the log-loss and its derivatives over a range of rows, one exponential per row and pass."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.solvers.base import signs

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

BLOCK = 8192  # rows that a core's cache holds beside their scores


class LogLossRows:
    """Rows of a growing table in cache-sized blocks, and what their log-loss sums to.

    A pass over the rows computes scores, probabilities and gradient block by block, so that each block comes from
    memory once. Within a block a feature's values are contiguous.

    Parameters
    ----------
    X : ndarray of shape (n, d)
    y : ndarray of shape (n,)
    C : float
    sample_weight : ndarray of shape (n,), optional
    """

    def __init__(
        self, X: NDArray[np.float64], y: NDArray[np.int8], C: float, sample_weight: Vector | None
    ) -> None:
        sign = signs(y)
        n, d = X.shape
        self._blocks = np.zeros((-(-n // BLOCK), d + 1, BLOCK))
        for block, first in zip(self._blocks, range(0, n, BLOCK), strict=True):
            rows = slice(first, min(first + BLOCK, n))
            size = rows.stop - first
            block[:-1, :size] = X[rows].T
            block[:-1, :size] *= sign[rows]
            block[-1, :size] = sign[rows]
        self._cost = np.full(n, float(C)) if sample_weight is None else C * sample_weight
        self._buffer, self._scaled = np.empty(BLOCK), np.empty((d + 1, BLOCK))

    def gradient(self, theta: Vector, stop: int, start: int = 0) -> tuple[Vector, float]:
        """Sum over rows `start` to `stop`: the gradient of the loss, and cost times probability of the wrong class.

        The second number bounds the rows' loss from below, since -log(1 - q) >= q.
        """
        gradient, wrong = np.zeros(len(theta)), 0.0
        for block, cost in self._pieces(start, stop):
            pull = self._wrong(theta, block)
            pull *= cost
            gradient -= block @ pull
            wrong += float(pull.sum())
        return gradient, wrong

    def hessian(self, theta: Vector, stop: int, start: int = 0) -> Matrix:
        """Sum the second derivative of the loss over rows `start` to `stop`."""
        hessian = np.zeros((len(theta), len(theta)))
        for block, cost in self._pieces(start, stop):
            wrong = self._wrong(theta, block)
            wrong *= 1.0 - wrong
            wrong *= cost
            scaled = np.multiply(block, np.sqrt(wrong), out=self._scaled[:, : len(wrong)])
            hessian += scaled @ scaled.T  # one array twice: half the arithmetic
        return hessian

    def loss(self, theta: Vector, stop: int) -> float:
        """Sum the loss over the first `stop` rows."""
        total = 0.0
        for block, cost in self._pieces(0, stop):
            margin = theta @ block
            # log(1 + exp(-m)) without overflow; several times faster than logaddexp
            loss = np.log1p(np.exp(-np.abs(margin)))
            loss -= np.minimum(margin, 0.0)
            total += float(cost @ loss)
        return total

    def thinned(self, step: int) -> tuple[Matrix, Vector]:
        """Return every `step`-th row (x_i, 1) times its sign, and its cost."""
        rows = np.arange(0, len(self._cost), step)
        return self._blocks[rows // BLOCK, :, rows % BLOCK], self._cost[rows]

    def _pieces(self, start: int, stop: int) -> Iterator[tuple[Matrix, Vector]]:
        for number in range(start // BLOCK, -(-stop // BLOCK)):
            origin = number * BLOCK
            first, last = max(start, origin), min(stop, origin + BLOCK)
            yield self._blocks[number][:, first - origin : last - origin], self._cost[first:last]

    def _wrong(self, theta: Vector, block: Matrix) -> Vector:
        """Probability that each row's model gives to the class it is not of, in the shared buffer."""
        wrong = np.dot(theta, block, out=self._buffer[: block.shape[1]])
        with np.errstate(over="ignore"):  # exp of a huge margin is inf, and the probability then rightly 0
            np.exp(wrong, out=wrong)
        wrong += 1.0
        return np.reciprocal(wrong, out=wrong)
