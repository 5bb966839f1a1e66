"""The linear support vector machine, minimised by Newton steps on a smoothed hinge with a certified duality gap.

scikit-learn's `SVC(kernel="linear")` minimises the same objective but its time grows with the square of the rows;
`LinearSVC` penalises the intercept. Here the hinge max(0, z), z = 1 - s f(x), is replaced by a quadratic over
0 < z < delta, which leaves a convex function with a Newton step of d + 1 unknowns. At its minimum
alpha_i = C weight_i clip(z_i / delta, 0, 1) is a feasible point of the dual problem, so primal minus dual value bounds
the distance of the unsmoothed objective to its minimum. Delta shrinks until that bound is small enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from synthsize.balance.classifiers.base import LinearFit, signs

Vector = NDArray[np.float64]

TOLERANCE = 1e-5  # relative duality gap aimed at
ACCEPTED_GAP = 1e-4  # relative duality gap above which a fit counts as failed
# A stage ends when a Newton step would lower the objective by less than this share of it. The certificate needs it
# so small: an error in theta grows by 1 / delta on its way into alpha.
DECREMENT = 1e-13
SHARPEST = 1e-2  # most that one stage shrinks delta by
BACKTRACK = 8.0  # what delta grows by after a stage that Newton could not finish
WARM_DELTA = 0.02  # smoothing that a fit started from its neighbour on the path begins with
MAX_STAGES = 40
MAX_NEWTON_STEPS = 40
MAX_SEARCH_STEPS = 60


class Svm:
    """Hinge loss max(0, 1 - s f(x)) with s = 2 y - 1."""

    def start(
        self, X: NDArray[np.float64], y: NDArray[np.int8], C: float, sample_weight: Vector | None = None
    ) -> SvmSolver:
        """Make a solver for prefixes of the rows."""
        return SvmSolver(X, y, C, sample_weight)

    def loss(self, scores: NDArray[np.float64], y: NDArray[np.int8]) -> NDArray[np.float64]:
        """Return the hinge loss of each score."""
        return np.maximum(0.0, 1.0 - signs(y, scores.ndim) * scores)


class SvmSolver:
    """Newton on the smoothed hinge over the prefixes of one table, each started from the last."""

    def __init__(
        self, X: NDArray[np.float64], y: NDArray[np.int8], C: float, sample_weight: Vector | None
    ) -> None:
        sign = signs(y)
        # Column-major: every product with the table then runs down contiguous columns.
        self._signed = np.empty((len(y), X.shape[1] + 1), order="F")
        self._signed[:, :-1] = X * sign[:, np.newaxis]
        self._signed[:, -1] = sign
        self._cost = np.full(len(y), float(C)) if sample_weight is None else C * sample_weight
        self._theta = np.zeros(X.shape[1] + 1)
        self._delta = 1.0

    def fit(self, n_rows: int, near: Vector | None = None) -> LinearFit:
        """Fit on the first `n_rows` rows, from `near` or the last fit's coefficients."""
        problem = _Hinge(self._signed[:n_rows], self._cost[:n_rows])
        best_gap, best = np.inf, self._theta
        theta, delta, sharpest = self._theta if near is None else near, self._delta, SHARPEST
        for _ in range(MAX_STAGES):
            theta, solved = _minimise_smoothed(problem, theta, delta)
            gap = problem.relative_gap(theta, delta)
            if gap < best_gap:
                best_gap, best = gap, theta
            if gap <= TOLERANCE:
                break
            if solved:
                # The smoothing's share of the gap falls with delta squared when many rows lie in the margin.
                delta *= float(np.clip(np.sqrt(0.5 * TOLERANCE / gap), sharpest, 0.5))
            else:
                delta, sharpest = min(1.0, BACKTRACK * delta), 0.5
        self._theta, self._delta = best, WARM_DELTA
        failure = (
            None
            if best_gap <= ACCEPTED_GAP
            else f"relative duality gap {best_gap:.1e} after {MAX_STAGES} stages"
        )
        return LinearFit(best[:-1].copy(), float(best[-1]), failure)


@dataclass(frozen=True)
class _Hinge:
    """C sum weight_i max(0, 1 - signed_i . theta) + ||w||^2 / 2, with theta = (w, intercept).

    Attributes
    ----------
    signed : ndarray of shape (n, d + 1)
        Rows (x_i, 1) times s_i.
    cost : ndarray of shape (n,)
        C weight_i.
    """

    signed: NDArray[np.float64]
    cost: Vector

    def slack(self, theta: Vector) -> Vector:
        """Return z_i = 1 - s_i f(x_i)."""
        return 1.0 - self.signed @ theta

    def dual(self, slack: Vector, delta: float) -> Vector:
        """Return alpha_i, minus the derivative of the smoothed loss at each row."""
        return self.cost * np.clip(slack / delta, 0.0, 1.0)

    def relative_gap(self, theta: Vector, delta: float) -> float:
        """Bound (objective at theta - minimum) / objective by a feasible point of the dual.

        The smoothed minimum makes sum alpha_i s_i = 0 only up to rounding; shrinking the heavier class's alpha
        restores it exactly and keeps 0 <= alpha_i <= C weight_i.
        """
        slack = self.slack(theta)
        alpha = self.dual(slack, delta)
        positive = self.signed[:, -1] > 0
        heavy, light = alpha[positive].sum(), alpha[~positive].sum()
        total = min(heavy, light)
        alpha = alpha * np.where(
            positive, total / max(heavy, total, 1e-300), total / max(light, total, 1e-300)
        )
        dual_coef = alpha @ self.signed[:, :-1]
        primal = 0.5 * theta[:-1] @ theta[:-1] + self.cost @ np.maximum(slack, 0.0)
        return float((primal - (alpha.sum() - 0.5 * dual_coef @ dual_coef)) / max(primal, 1e-300))


def _minimise_smoothed(problem: _Hinge, theta: Vector, delta: float) -> tuple[Vector, bool]:
    """Minimise the objective with hinge smoothed over 0 < z < delta, by Newton steps with exact line search.

    Returns the minimum and whether it was reached.
    """
    slack = problem.slack(theta)
    for _ in range(MAX_NEWTON_STEPS):
        gradient = -(problem.dual(slack, delta) @ problem.signed)
        gradient[:-1] += theta[:-1]
        step = _newton_step(problem, slack, gradient, delta)
        decrement = -float(gradient @ step)
        objective = 0.5 * theta[:-1] @ theta[:-1] + problem.cost @ np.maximum(slack, 0.0)
        if decrement <= DECREMENT * objective:
            return theta, True
        change = problem.signed @ step
        length = _line_search(problem, theta, step, slack, change, delta)
        theta = theta + length * step
        slack = slack - length * change
    return theta, False


def _newton_step(problem: _Hinge, slack: Vector, gradient: Vector, delta: float) -> Vector:
    inside = np.flatnonzero((slack > 0.0) & (slack <= delta))
    rows = problem.signed[inside]
    hessian = (rows * (problem.cost[inside] / delta)[:, np.newaxis]).T @ rows
    diagonal = np.einsum("ii->i", hessian)
    diagonal[:-1] += 1.0
    # Without rows in the margin nothing curves along the intercept; this keeps its step finite.
    diagonal[-1] += 1e-6 * problem.cost.sum()
    try:
        return np.asarray(cho_solve(cho_factor(hessian), -gradient))
    except LinAlgError:
        return np.asarray(np.linalg.lstsq(hessian, -gradient, rcond=None)[0])


def _line_search(
    problem: _Hinge, theta: Vector, step: Vector, slack: Vector, change: Vector, delta: float
) -> float:
    """Find the minimum along `step`: the root of the slope, which is piecewise linear and never falls."""
    linear, quadratic = float(theta[:-1] @ step[:-1]), float(step[:-1] @ step[:-1])

    def slope_and_curvature(t: float) -> tuple[float, float]:
        z = (slack - t * change) / delta
        slope = linear + t * quadratic - float((problem.cost * np.clip(z, 0.0, 1.0)) @ change)
        inside = (z > 0.0) & (z <= 1.0)
        return slope, quadratic + float((problem.cost[inside] * change[inside]) @ change[inside]) / delta

    enough = 0.05 * abs(slope_and_curvature(0.0)[0])
    low, high, t = 0.0, np.inf, 1.0
    for _ in range(MAX_SEARCH_STEPS):
        slope, curvature = slope_and_curvature(t)
        if abs(slope) <= enough:
            break
        low, high = (t, high) if slope < 0 else (low, t)
        proposal = t - slope / curvature if curvature > 0 else np.inf
        if not low < proposal < high:
            proposal = 2.0 * low if np.isinf(high) else 0.5 * (low + high)
        t = min(proposal, 10.0 * t) if np.isinf(high) else proposal
    return t
