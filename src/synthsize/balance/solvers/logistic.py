"""Logistic regression along a path of growing training sets: predict, correct, certify.

From one size to the next a few rows are added. At the last solution only those rows have a gradient, so one Newton step
with it, at the price of a pass over the added rows, predicts the next solution up to second order; what the step missed
last time, scaled by the square of its length, is most of what it misses now. One pass over all rows then shows whether
the prediction is good enough, and improves it if not. The Hessian is computed in full only where the curvature has
moved away from it; in between it receives the added rows and the secant of every pass (BFGS).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.solvers.base import LinearFit, signs
from synthsize.balance.solvers.curvature import CurvatureBound
from synthsize.balance.solvers.log_loss import LogLossRows
from synthsize.balance.solvers.whitening import whitener

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
ROUNDING = 4.0 * float(np.finfo(np.float64).eps)

PROBABILITY_FLOOR = 1e-15
TOLERANCE = 1e-9  # guaranteed bound on (objective - minimum) / objective
THINNING = 8  # one row in this many certifies the curvature
FEWEST_CERTIFYING = 4096  # as long as there are this many
DRIFT = 1.0  # change of a score beyond which the Hessian is computed afresh
WILD = 4.0  # change of a score beyond which a prediction is given up
CONTRACTION = 0.05  # of the squared Newton decrement by one pass, beyond which the Hessian is computed afresh
MAX_PASSES = 6  # of correcting a prediction before damped Newton takes over
MAX_NEWTON_STEPS = 200
SUFFICIENT = 1e-4  # share of the promised decrease that a damped step must keep
MAX_HALVINGS = 40


@dataclass(frozen=True)
class Logistic:
    """Log-loss in nats, with probabilities clipped to [1e-15, 1 - 1e-15] when the loss is read.

    Attributes
    ----------
    tolerance : float
        Largest relative objective gap of a fit.
    """

    tolerance: float = TOLERANCE

    def start(
        self,
        X: NDArray[np.float64],
        y: NDArray[np.int8],
        C: float,
        sample_weight: NDArray[np.float64] | None = None,
    ) -> LogisticSolver:
        """Make a solver for prefixes of the rows."""
        return LogisticSolver(X, y, C, sample_weight, self.tolerance)

    def refined(self, tolerance: float | None = None) -> Logistic:
        """Return itself, unless asked for more: any fit is good enough to measure others against."""
        return self if tolerance is None else Logistic(min(self.tolerance, tolerance))

    def loss(self, scores: NDArray[np.float64], y: NDArray[np.int8]) -> NDArray[np.float64]:
        """Return -log P(y) of each score."""
        raw = np.logaddexp(0.0, -signs(y, scores.ndim) * scores)
        return np.clip(raw, -np.log1p(-PROBABILITY_FLOOR), -np.log(PROBABILITY_FLOOR))


class LogisticSolver:
    """Fits prefixes of one table of rows to a relative objective gap of at most `tolerance`."""

    def __init__(
        self,
        X: NDArray[np.float64],
        y: NDArray[np.int8],
        C: float,
        sample_weight: NDArray[np.float64] | None,
        tolerance: float = TOLERANCE,
    ) -> None:
        self._tolerance = tolerance
        self._rows = LogLossRows(X, y, C, sample_weight)
        self._every = int(np.clip(len(y) // FEWEST_CERTIFYING, 1, THINNING))
        self._certifying, self._certifying_cost = self._rows.thinned(self._every)
        self._n_rows = 0
        # At the last solution: itself, the gradient left there, and the running estimate of the Hessian.
        self._theta = self._gradient = np.zeros(X.shape[1] + 1)
        self._hessian = np.zeros((X.shape[1] + 1, X.shape[1] + 1))
        # The last prediction by Newton's step: what it missed, and the step's squared length.
        self._missed, self._length = np.zeros(X.shape[1] + 1), np.inf
        self._bound: CurvatureBound

    def fit(self, n_rows: int, near: Vector | None = None) -> LinearFit:
        """Fit on the first `n_rows` rows, from the last solution or, at the first fit, from `near`."""
        failure = None
        if not (0 < self._n_rows <= n_rows and self._follow(n_rows)):
            starts = [self._theta, np.zeros_like(self._theta)] + ([] if near is None else [near])
            failure = self._descend(n_rows, starts)
        self._n_rows = 0 if failure else n_rows  # nothing is predicted from a point that is no solution
        return LinearFit(self._theta[:-1].copy(), float(self._theta[-1]), failure)

    def _follow(self, n_rows: int) -> bool:
        """Predict from the last solution and correct; False, and nothing moved, if that does not converge."""
        here, gradient = (
            self._theta,
            self._gradient + self._rows.gradient(self._theta, n_rows, self._n_rows)[0],
        )
        self._hessian += self._rows.hessian(here, n_rows, self._n_rows)
        newton, length = _newton_step(self._hessian, gradient)
        step = newton + self._missed * min(1.0, length / self._length)
        decrement = length
        for _ in range(MAX_PASSES):
            there = here + step
            gradient_there, floor = self._evaluate(there, n_rows)
            self._hessian = _secant_update(self._hessian, step, gradient_there - gradient)
            here, gradient = there, gradient_there
            drift = self._bound.drift(here)
            if self._bound.gap(gradient, drift) <= self._tolerance * floor:
                self._missed, self._length = here - self._theta - newton, length
                self._theta, self._gradient = here, gradient
                return True
            if drift > WILD:
                return False
            step, promised = _newton_step(self._hessian, gradient)
            if drift > DRIFT or promised > CONTRACTION * decrement:
                self._hessian, self._bound = self._curvature(here, n_rows), self._certify(here, n_rows)
                step, promised = _newton_step(self._hessian, gradient)
            if not promised < decrement:
                return False
            decrement = promised
        return False

    def _descend(self, n_rows: int, starts: Sequence[Vector]) -> str | None:
        """Minimise by damped Newton steps from the best of `starts`; return what went wrong, if anything."""
        values = [self._objective(theta, n_rows) for theta in starts]
        here, value, gap = starts[int(np.argmin(values))], min(values), np.inf
        for _ in range(MAX_NEWTON_STEPS):
            gradient, floor = self._evaluate(here, n_rows)
            self._hessian = self._curvature(here, n_rows)
            step, decrement = _newton_step(self._hessian, gradient)
            if 0.5 * decrement <= self._tolerance * floor:  # no certificate can be had sooner
                self._bound = self._certify(here, n_rows)
                gap = self._bound.gap(gradient, 0.0) / floor
            if gap <= self._tolerance or decrement <= ROUNDING * value:
                break
            here, value = self._damped(here, step, value, decrement, n_rows)
        self._theta, self._gradient = here, gradient
        self._missed, self._length = np.zeros_like(here), np.inf
        return (
            None
            if gap <= self._tolerance
            else f"relative objective gap not shown to be below {self._tolerance:.0e}"
        )

    def _damped(
        self, theta: Vector, step: Vector, value: float, decrement: float, n_rows: int
    ) -> tuple[Vector, float]:
        """Halve the step until the objective falls enough; return the point reached and its objective."""
        for _ in range(MAX_HALVINGS):
            reached = self._objective(theta + step, n_rows)
            if reached <= value * (1.0 + ROUNDING) - SUFFICIENT * decrement:
                return theta + step, reached
            step, decrement = step / 2.0, decrement / 2.0
        return theta, value

    def _evaluate(self, theta: Vector, n_rows: int) -> tuple[Vector, float]:
        """Return the gradient, and a lower bound on the objective."""
        gradient, floor = self._rows.gradient(theta, n_rows)
        gradient[:-1] += theta[:-1]
        return gradient, floor + _penalty(theta)

    def _objective(self, theta: Vector, n_rows: int) -> float:
        return self._rows.loss(theta, n_rows) + _penalty(theta)

    def _curvature(self, theta: Vector, n_rows: int) -> Matrix:
        hessian = self._rows.hessian(theta, n_rows)
        np.einsum("ii->i", hessian)[:-1] += 1.0
        return hessian

    def _certify(self, theta: Vector, n_rows: int) -> CurvatureBound:
        kept = -(-n_rows // self._every)
        return CurvatureBound(self._certifying[:kept], self._certifying_cost[:kept], theta)


def _penalty(theta: Vector) -> float:
    return 0.5 * float(theta[:-1] @ theta[:-1])


def _newton_step(hessian: Matrix, gradient: Vector) -> tuple[Vector, float]:
    """Return Newton's step and its squared length in the Hessian's norm (the decrement)."""
    half = whitener(hessian)
    whitened = half.T @ gradient
    return -half @ whitened, float(whitened @ whitened)


def _secant_update(hessian: Matrix, step: Vector, change: Vector) -> Matrix:
    """Make the Hessian explain the gradient's change along the step (BFGS)."""
    explained = hessian @ step
    expected, found = float(step @ explained), float(step @ change)
    if not found > ROUNDING * expected:
        return hessian
    return hessian + np.outer(change, change) / found - np.outer(explained, explained) / expected
