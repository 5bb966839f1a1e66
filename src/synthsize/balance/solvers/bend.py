"""How the gradient of the log-loss departs from its tangent, estimated on some of the rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.solvers.log_loss import LogLossRows, probability_of_wrong

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


class Bend:
    """What a step from one point does to the gradient and the Hessian beyond what the Hessian there explains.

    Parameters
    ----------
    table : LogLossRows
    theta : ndarray of shape (d + 1,)
        Where the tangent is taken.
    stop : int
        The table's rows up to this one count.
    """

    def __init__(self, table: LogLossRows, theta: Vector, stop: int) -> None:
        self._rows, self._cost = table.rows.take(slice(0, stop)), table.cost[:stop]
        self._margin = theta @ self._rows
        wrong = probability_of_wrong(self._margin.copy())
        self._pull = self._cost * wrong
        self._curvature = self._pull * (1.0 - wrong)

    def gradient(self, step: Vector) -> Vector:
        """Return the gradient's change by the step, less the Hessian's product with the step."""
        change = step @ self._rows
        pull = probability_of_wrong(self._margin + change)
        pull *= self._cost
        change *= self._curvature
        change += pull
        return np.asarray(self._rows @ (self._pull - change))

    def hessian(self, step: Vector) -> Matrix:
        """Return the Hessian's change by the step."""
        wrong = probability_of_wrong(step @ self._rows + self._margin)
        wrong *= 1.0 - wrong
        wrong *= self._cost
        wrong -= self._curvature
        return np.asarray((self._rows * wrong) @ self._rows.T)
