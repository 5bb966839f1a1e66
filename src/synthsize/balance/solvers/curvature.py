"""A guaranteed bound on how far a logistic fit lies above its minimum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.solvers.whitening import whitener

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

WIDEST = 0.3  # largest kappa (see `gap`) for which the bound is claimed
FARTHEST = 20.0  # largest drift: beyond it the curvature held says next to nothing


class CurvatureBound:
    """A lower bound on the curvature of C sum log-loss + ||w||^2 / 2, known exactly at one point.

    Some of the rows curve the objective less than all rows do, whichever rows are added later. A row's second
    derivative p (1 - p) falls at most by the factor exp(-|change of its score|), because the derivative of its
    logarithm, 1 - 2 p, is at most 1 (generalised self-concordance: Bach, Electron. J. Statist. 4, 2010).

    Parameters
    ----------
    rows : ndarray of shape (q, d + 1)
        Some of the training rows, (x_i, 1) times their sign.
    cost : ndarray of shape (q,)
        C weight_i.
    theta : ndarray of shape (d + 1,)
        Where the curvature is taken.
    """

    def __init__(self, rows: Matrix, cost: Vector, theta: Vector) -> None:
        self._rows, self._theta = rows, theta
        with np.errstate(over="ignore"):
            wrong = 1.0 / (1.0 + np.exp(rows @ theta))
        curvature = (rows * (cost * wrong * (1.0 - wrong))[:, np.newaxis]).T @ rows
        np.einsum("ii->i", curvature)[:-1] += 1.0
        self._whitener = whitener(curvature)
        whitened = rows @ self._whitener
        self._leverage = float(np.sqrt(np.einsum("ij,ij->i", whitened, whitened).max()))

    def drift(self, theta: Vector) -> float:
        """Return the largest change of a row's score since the curvature was taken."""
        return float(np.abs(self._rows @ (theta - self._theta)).max())

    def gap(self, gradient: Vector, drift: float) -> float:
        """Bound (objective - minimum) at a point by its gradient and drift; infinite where nothing can be said.

        Let A = exp(-drift - r) M with M the curvature held, and l^2 = gradient' A^-1 gradient. As long as no row's
        score changes by more than r within the ball |v|_A <= 2 l, the objective curves there at least as A does: on
        the ball's surface it is at least objective - 2 l^2 + (2 l)^2 / 2, so the minimum lies inside, and is at least
        objective - l^2 / 2. With kappa = 2 l0 leverage, both taken at r = 0, the premise reads kappa <= r exp(-r); it
        holds for r = kappa exp(1/2) whenever kappa <= 0.3.
        """
        if drift > FARTHEST:
            return np.inf
        decrement = float(np.linalg.norm(self._whitener.T @ gradient)) * np.exp(drift / 2.0)
        kappa = 2.0 * decrement * self._leverage * np.exp(drift / 2.0)
        if not kappa <= WIDEST:
            return np.inf
        return float(0.5 * np.exp(kappa * np.exp(0.5)) * decrement**2)
