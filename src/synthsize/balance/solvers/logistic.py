"""Logistic regression along a path of growing training sets: predict, correct, certify.

From one size to the next a few rows are added. At the last solution only those rows have a gradient, so one Newton step
with it, at the price of a pass over the added rows, predicts the next solution up to second order. How the gradient
bends away from its tangent is estimated on some of the rows and taken off; what earlier predictions missed even so, on
average and in proportion to the step's square, is most of what this one misses. (Extrapolating instead of averaging
costs passes: each sample of added rows moves the solution at random, which differences only enlarge.) One pass over
all rows then shows whether the prediction is good enough, and improves it if not. The Hessian is computed in full
only where passes have come to gain too little; in between it receives the added rows, its change on some of the rows,
and the secant of every pass (BFGS).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.solvers.base import Added, LinearFit, costs, signs
from synthsize.balance.solvers.bend import Bend
from synthsize.balance.solvers.curvature import CurvatureBound
from synthsize.balance.solvers.log_loss import LogLossRows
from synthsize.balance.solvers.rows import SignedRows
from synthsize.balance.solvers.whitening import whitener

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
ROUNDING = 4.0 * float(np.finfo(np.float64).eps)

PROBABILITY_FLOOR = 1e-15
TOLERANCE = 1e-9  # guaranteed bound on (objective - minimum) / objective
THINNING = 16  # one row in this many certifies the curvature and foresees how it changes
FEWEST = 4096  # as long as there are this many
DRIFT = 1.0  # change of a score beyond which the curvature is certified afresh
COARSE = 1e-4  # tolerance of the fit to those rows that a first fit starts from
FRESH = 0.5  # weight of the last prediction in the mean of what predictions missed
CONTRACTION = 0.05  # of the squared Newton decrement by one pass, beyond which the Hessian is computed afresh
MAX_PASSES = 6  # of correcting a prediction before damped Newton takes over
MAX_NEWTON_STEPS = 200
SUFFICIENT = 1e-4  # share of the predicted decrease that a damped step must reach (Armijo)
MAX_HALVINGS = 40
TINY = float(np.finfo(np.float64).tiny)


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
        added: Added | None = None,
    ) -> LogisticSolver:
        """Make a solver for prefixes of the rows."""
        rows = SignedRows.of(X, y, added)
        return LogisticSolver(LogLossRows(rows, costs(rows.n, C, sample_weight)), self.tolerance)

    def refined(self, tolerance: float | None = None) -> Logistic:
        """Return itself unless a smaller tolerance is requested: any fit is accurate enough as a reference."""
        return self if tolerance is None else Logistic(min(self.tolerance, tolerance))

    def loss(self, scores: NDArray[np.float64], y: NDArray[np.int8]) -> NDArray[np.float64]:
        """Return -log P(y) of each score."""
        raw = np.logaddexp(0.0, -signs(y, scores.ndim) * scores)
        return np.clip(raw, -np.log1p(-PROBABILITY_FLOOR), -np.log(PROBABILITY_FLOOR))


class LogisticSolver:
    """Fits prefixes of one table of rows to a relative objective gap of at most `tolerance`."""

    def __init__(self, table: LogLossRows, tolerance: float = TOLERANCE) -> None:
        self._table, self._tolerance = table, tolerance
        self._every = int(np.clip(table.rows.n // FEWEST, 1, THINNING))
        self._some = table if self._every == 1 else table.thinned(self._every)
        self._n_rows = 0
        # At the last solution: itself, the gradient left there, and the running estimate of the Hessian.
        size = table.rows.dimension
        self._theta, self._gradient, self._hessian = np.zeros(size), np.zeros(size), np.zeros((size, size))
        self._missed = np.zeros(size)  # by predictions, per squared length of their Newton step
        self._bound: CurvatureBound

    def fit(self, n_rows: int, near: Vector | None = None) -> LinearFit:
        """Fit on the first `n_rows` rows, from the last solution or, at the first fit, from `near`."""
        failure = None
        if not (self._approach(n_rows, near) and self._correct(n_rows)):
            starts = [self._theta, np.zeros_like(self._theta)] + ([] if near is None else [near])
            failure = self._descend(n_rows, starts)
        self._n_rows = 0 if failure else n_rows  # nothing is predicted from a point that is no solution
        return LinearFit(self._theta[:-1].copy(), float(self._theta[-1]), failure)

    def _approach(self, n_rows: int, near: Vector | None) -> bool:
        """Expand the objective at the last solution, at `near` or at a coarse fit; False where there is none."""
        if 0 < self._n_rows <= n_rows:
            gradient, hessian, _ = self._table.expansion(self._theta, n_rows, self._n_rows)
            self._gradient, self._hessian = self._gradient + gradient, self._hessian + hessian
            return True
        if near is None and self._every == 1:
            return False
        if near is None:
            fit = LogisticSolver(self._some, COARSE).fit(self._kept(n_rows))
            near = np.append(fit.coef, fit.intercept)
        self._theta = near
        self._gradient, self._hessian, _ = self._expand(near, n_rows)
        self._bound = self._certify(near, n_rows)
        return True

    def _correct(self, n_rows: int) -> bool:
        """Predict from the expansion and correct until certified; False if that does not converge."""
        here, gradient, bend = self._theta, self._gradient, self._bend(n_rows)
        half = whitener(self._hessian)
        newton = -half @ (half.T @ gradient)
        decrement = length = -float(newton @ gradient)
        bent = bend.gradient(newton)
        predicted = -half @ (half.T @ (gradient + bent))
        step = predicted + length * self._missed
        for number in range(MAX_PASSES):
            there = here + step
            gradient_there, floor = self._evaluate(there, n_rows)
            change = gradient_there - gradient
            if number == 0:
                # The secant without the bend is one of the Hessian held; the bend then moves it along.
                self._hessian = _secant_update(self._hessian, step, change - bent) + bend.hessian(step)
            else:
                self._hessian = _secant_update(self._hessian, step, change)
            here, gradient = there, gradient_there
            drift = self._bound.drift(here)
            if drift > DRIFT:
                self._bound, drift = self._certify(here, n_rows), 0.0
            certified = self._bound.gap(gradient, drift) <= self._tolerance * floor
            step, promised = _newton_step(self._hessian, gradient)
            if certified:
                if self._n_rows:
                    missed = (here + step - self._theta - predicted) / max(length, TINY)
                    self._missed = (1.0 - FRESH) * self._missed + FRESH * missed
                self._theta, self._gradient = here, gradient
                return True
            if promised > CONTRACTION * decrement:
                self._hessian = self._expand(here, n_rows)[1]
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
            gradient, self._hessian, floor = self._expand(here, n_rows)
            step, decrement = _newton_step(self._hessian, gradient)
            if 0.5 * decrement <= self._tolerance * floor:  # no certificate can be had sooner
                self._bound = self._certify(here, n_rows)
                gap = self._bound.gap(gradient, 0.0) / floor
            if gap <= self._tolerance or decrement <= ROUNDING * value:
                break
            here, value = self._damped(here, step, value, decrement, n_rows)
        self._theta, self._gradient, self._missed = here, gradient, np.zeros_like(here)
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
        gradient, floor = self._table.gradient(theta, n_rows)
        gradient[:-1] += theta[:-1]
        return gradient, floor + _penalty(theta)

    def _objective(self, theta: Vector, n_rows: int) -> float:
        return self._table.loss(theta, n_rows) + _penalty(theta)

    def _expand(self, theta: Vector, n_rows: int) -> tuple[Vector, Matrix, float]:
        """Return the gradient, the Hessian, and a lower bound on the objective."""
        gradient, hessian, floor = self._table.expansion(theta, n_rows)
        gradient[:-1] += theta[:-1]
        np.einsum("ii->i", hessian)[:-1] += 1.0
        return gradient, hessian, floor + _penalty(theta)

    def _certify(self, theta: Vector, n_rows: int) -> CurvatureBound:
        kept = self._kept(n_rows)
        # Each row stands for itself alone here: what the others add to the curvature is left out of the bound.
        return CurvatureBound(
            self._some.rows.take(slice(0, kept)).T, self._some.cost[:kept] / self._every, theta
        )

    def _bend(self, n_rows: int) -> Bend:
        return Bend(self._some, self._theta, self._kept(n_rows))

    def _kept(self, n_rows: int) -> int:
        """Return how many of the first `n_rows` rows are among those kept by thinning."""
        return -(-n_rows // self._every)


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
