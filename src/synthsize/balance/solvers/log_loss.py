"""Sums of the log-loss and its derivatives over a range of rows, one exponential per row and pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.solvers.rows import SignedRows

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


class LogLossRows:
    """Rows of a growing table, and what their log-loss sums to.

    Parameters
    ----------
    rows : SignedRows
    cost : ndarray of shape (n,)
        C weight_i.
    """

    def __init__(self, rows: SignedRows, cost: Vector) -> None:
        self.rows, self.cost = rows, cost
        self._common = float(cost[0]) if len(cost) and (cost == cost[0]).all() else None

    def gradient(self, theta: Vector, stop: int, start: int = 0) -> tuple[Vector, float]:
        """Sum over rows `start` to `stop`: the gradient of the loss, and cost times probability of the wrong class.

        The second number bounds the rows' loss from below, since -log(1 - q) >= q.
        """
        pull = probability_of_wrong(self.rows.scores(theta, stop, start))
        if self._common is not None:  # one pass over the rows less
            return -self._common * self.rows.sum(pull, stop, start), self._common * float(pull.sum())
        pull *= self.cost[start:stop]
        return -self.rows.sum(pull, stop, start), float(pull.sum())

    def expansion(self, theta: Vector, stop: int, start: int = 0) -> tuple[Vector, Matrix, float]:
        """Sum over rows `start` to `stop` the loss's first two derivatives, and as `gradient` its lower bound."""
        wrong = probability_of_wrong(self.rows.scores(theta, stop, start))
        pull = wrong * self.cost[start:stop]
        gradient, floor = -self.rows.sum(pull, stop, start), float(pull.sum())
        wrong -= 1.0
        wrong *= pull
        return gradient, self.rows.moments(np.arange(start, stop), -wrong), floor

    def loss(self, theta: Vector, stop: int) -> float:
        """Sum the loss over the first `stop` rows."""
        margin = self.rows.scores(theta, stop)
        # log(1 + exp(-m)) without overflow; several times faster than logaddexp
        loss = np.log1p(np.exp(-np.abs(margin)))
        loss -= np.minimum(margin, 0.0)
        return float(self.cost[:stop] @ loss)

    def thinned(self, step: int) -> LogLossRows:
        """Let every `step`-th row stand for as many."""
        return LogLossRows(self.rows.thinned(step), step * self.cost[::step])


def probability_of_wrong(margin: Vector) -> Vector:
    """Turn margins, in place, into the probability that the model gives to the class that a row is not of."""
    with np.errstate(over="ignore"):  # exp of a huge margin is inf, and the probability then rightly 0
        np.exp(margin, out=margin)
    margin += 1.0
    return np.divide(1.0, margin, out=margin)  # half the time of np.reciprocal, the same numbers
