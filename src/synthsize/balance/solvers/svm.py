"""The linear support vector machine, minimised by Newton steps on a smoothed hinge with a certified duality gap.

scikit-learn's `SVC(kernel="linear")` minimises the same objective but its time grows with the square of the rows;
`LinearSVC` penalises the intercept. Here the hinge max(0, z), z = 1 - s f(x), is replaced by a quadratic over
0 < z < delta, which leaves a convex function with a Newton step of d + 1 unknowns. At its minimum
alpha_i = C weight_i clip(z_i / delta, 0, 1) is a feasible point of the dual problem, so primal minus dual value bounds
the distance of the unsmoothed objective to its minimum. Delta follows that bound and stays as wide as the tolerance
allows, since a wide delta needs few steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.solvers.base import LinearFit, signs
from synthsize.balance.solvers.whitening import whitener

Vector = NDArray[np.float64]

TOLERANCE = 1e-4  # guaranteed bound on (objective - minimum) / objective
REFINED_TOLERANCE = 1e-5  # for single fits that others are measured against
AIM = 0.5  # share of the tolerance that delta is chosen for
INEXACT = (
    0.05  # share of the tolerance that a smoothed minimum may leave to chance; a tenth of it after each stage
)
# A stage also ends when a Newton step would lower the objective by less than this share of it.
DECREMENT = 1e-13
SUFFICIENT = (
    0.25  # share of its squared length by which a whole Newton step must lower the objective; ideal is 1/2
)
SHARPEST = 1e-2  # most that one stage shrinks delta by
BACKTRACK = 8.0  # what delta grows by after a stage that Newton could not finish
WARM_DELTA = 0.02  # smoothing that the first fit begins with when it has a start
MAX_STAGES = 40
MAX_NEWTON_STEPS = 40
MAX_SEARCH_STEPS = 60


@dataclass(frozen=True)
class Svm:
    """Hinge loss max(0, 1 - s f(x)) with s = 2 y - 1.

    Attributes
    ----------
    tolerance : float
        Largest relative duality gap of a fit. The smoothing's width falls with its square root.
    """

    tolerance: float = TOLERANCE

    def start(
        self, X: NDArray[np.float64], y: NDArray[np.int8], C: float, sample_weight: Vector | None = None
    ) -> SvmSolver:
        """Make a solver for prefixes of the rows."""
        return SvmSolver(X, y, C, sample_weight, self.tolerance)

    def refined(self, tolerance: float | None = None) -> Svm:
        """Return the SVM solved to a closer tolerance."""
        return Svm(min(self.tolerance, REFINED_TOLERANCE if tolerance is None else tolerance))

    def loss(self, scores: NDArray[np.float64], y: NDArray[np.int8]) -> NDArray[np.float64]:
        """Return the hinge loss of each score."""
        return np.maximum(0.0, 1.0 - signs(y, scores.ndim) * scores)


class SvmSolver:
    """Newton on the smoothed hinge over the prefixes of one table, each started from the last."""

    def __init__(
        self,
        X: NDArray[np.float64],
        y: NDArray[np.int8],
        C: float,
        sample_weight: Vector | None,
        tolerance: float = TOLERANCE,
    ) -> None:
        sign = signs(y)
        # Column-major: every product with the table then runs down contiguous columns.
        self._signed = np.empty((len(y), X.shape[1] + 1), order="F")
        np.multiply(X, sign[:, np.newaxis], out=self._signed[:, :-1])
        self._signed[:, -1] = sign
        self._cost = np.full(len(y), float(C)) if sample_weight is None else C * sample_weight
        self._length = float(np.linalg.norm(X) / np.sqrt(max(len(X), 1)))
        self._margin = _Margin(self._signed, self._cost)
        self._tolerance = tolerance
        self._theta: Vector | None = None
        self._near: Vector | None = None
        self._delta = WARM_DELTA

    def fit(self, n_rows: int, near: Vector | None = None) -> LinearFit:
        """Fit on the first `n_rows` rows, from the last solution, moved as `near` moved since."""
        problem = _Hinge(self._signed[:n_rows], self._cost[:n_rows], self._length)
        theta, delta = self._begin(near)
        best_gap, best, sharpest, inexact = np.inf, theta, SHARPEST, INEXACT
        for _ in range(MAX_STAGES):
            point, solved = _minimise_smoothed(problem, self._margin, theta, delta, inexact * self._tolerance)
            theta, gap = point.theta, problem.relative_gap(point)
            if gap < best_gap:
                best_gap, best = gap, theta
            # The smoothing's share of the gap falls with delta squared when many rows lie in the margin.
            aim = float(np.sqrt(AIM * self._tolerance / max(gap, np.finfo(float).tiny)))
            if gap <= self._tolerance:
                break
            if solved:
                sharper = delta * float(np.clip(aim, sharpest, 0.5))
                theta = _sharpen(problem, self._margin, point, delta, sharper)
                delta, inexact = sharper, 0.1 * inexact
            else:
                delta, sharpest = min(1.0, BACKTRACK * delta), 0.5
        self._theta, self._delta = best, min(1.0, delta * float(np.clip(aim, 0.5, 2.0)))
        failure = (
            None
            if best_gap <= self._tolerance
            else f"relative duality gap {best_gap:.1e} after {MAX_STAGES} stages"
        )
        return LinearFit(best[:-1].copy(), float(best[-1]), failure)

    def _begin(self, near: Vector | None) -> tuple[Vector, float]:
        """Return where to start and the smoothing to start with."""
        last, self._near = self._near, near
        if self._theta is None:
            return (np.zeros(self._signed.shape[1]), 1.0) if near is None else (near, WARM_DELTA)
        moved = 0.0 if near is None or last is None else near - last
        return self._theta + moved, max(self._delta, WARM_DELTA)


@dataclass(frozen=True)
class _Point:
    """A point, and what the smoothed objective is there.

    Attributes
    ----------
    theta : ndarray of shape (d + 1,)
    slack : ndarray of shape (n,)
        z_i = 1 - s_i f(x_i).
    alpha : ndarray of shape (n,)
        Minus the derivative of the smoothed loss at each row.
    value : float
    gradient : ndarray of shape (d + 1,)
    """

    theta: Vector
    slack: Vector
    alpha: Vector
    value: float
    gradient: Vector

    def inexactness(self, length: float) -> float:
        """Estimate what the gradient left contributes to the duality gap, with rows of the given `length`.

        Repairing sum alpha_i s_i = 0 moves sum alpha_i s_i x_i by up to a row's length for each unit.
        """
        w, b = float(np.linalg.norm(self.gradient[:-1])), abs(float(self.gradient[-1]))
        return 0.5 * (w + b * length) ** 2 + b * (1.0 + abs(float(self.theta[-1])))


@dataclass(frozen=True)
class _Hinge:
    """C sum weight_i max(0, 1 - signed_i . theta) + ||w||^2 / 2, with theta = (w, intercept).

    Attributes
    ----------
    signed : ndarray of shape (n, d + 1)
        Rows (x_i, 1) times s_i.
    cost : ndarray of shape (n,)
        C weight_i.
    length : float
        Root mean square length of the x_i.
    """

    signed: NDArray[np.float64]
    cost: Vector
    length: float

    def slack(self, theta: Vector) -> Vector:
        """Return z_i = 1 - s_i f(x_i)."""
        return 1.0 - self.signed @ theta

    def at(self, theta: Vector, slack: Vector, delta: float) -> _Point:
        """Evaluate the objective with the hinge smoothed over 0 < z < delta."""
        share = slack / delta
        np.clip(share, 0.0, 1.0, out=share)
        alpha = self.cost * share
        share *= -0.5 * delta
        share += slack
        value = 0.5 * float(theta[:-1] @ theta[:-1]) + float(alpha @ share)
        gradient = -(alpha @ self.signed)
        gradient[:-1] += theta[:-1]
        return _Point(theta, slack, alpha, value, gradient)

    def relative_gap(self, point: _Point) -> float:
        """Bound (objective - minimum) / objective by a feasible point of the dual.

        A smoothed minimum makes sum alpha_i s_i = 0 only nearly; shrinking the heavier class's alpha restores it
        exactly and keeps 0 <= alpha_i <= C weight_i.
        """
        total, excess = float(point.alpha.sum()), float(point.alpha @ self.signed[:, -1])
        heavy, light = 0.5 * (total + abs(excess)), 0.5 * (total - abs(excess))
        shrink = max(light, 0.0) / max(heavy, np.finfo(float).tiny)
        is_heavy = self.signed[:, -1] * np.sign(excess) > 0
        alpha = np.where(is_heavy, shrink * point.alpha, point.alpha)
        dual_coef = alpha @ self.signed[:, :-1]
        w = point.theta[:-1]
        primal = 0.5 * float(w @ w) + float(self.cost @ np.maximum(point.slack, 0.0))
        dual = float(alpha.sum()) - 0.5 * float(dual_coef @ dual_coef)
        return (primal - dual) / max(primal, np.finfo(float).tiny)


class _Margin:
    """The rows in the margin, and the sum of cost times row times row' over them.

    From one point to the next few rows enter or leave, and only those are summed.
    """

    def __init__(self, signed: NDArray[np.float64], cost: Vector) -> None:
        self._rows, self._cost = signed.T, cost
        self._inside = np.zeros(len(cost), dtype=np.bool_)
        self._sum = np.zeros((signed.shape[1], signed.shape[1]))

    def curvature(self, slack: Vector, delta: float) -> NDArray[np.float64]:
        """Return the sum over the rows with 0 < z <= delta."""
        inside = np.zeros_like(self._inside)
        inside[: len(slack)] = (slack > 0.0) & (slack <= delta)
        changed = np.flatnonzero(inside != self._inside)
        if 2 * len(changed) < np.count_nonzero(inside):
            sign = np.where(inside[changed], 1.0, -1.0)
        else:
            changed, sign = np.flatnonzero(inside), np.ones(1)
            self._sum = np.zeros_like(self._sum)
        rows = np.take(self._rows, changed, axis=1)
        self._sum = self._sum + (rows * (sign * self._cost[changed])) @ rows.T
        self._inside = inside
        return self._sum


def _minimise_smoothed(
    problem: _Hinge, margin: _Margin, theta: Vector, delta: float, inexact: float
) -> tuple[_Point, bool]:
    """Minimise the smoothed objective by Newton steps, with exact line search where a whole step overshoots.

    Returns the minimum and whether it was reached: what is left of the gradient may add the share `inexact` of the
    objective to the duality gap.
    """
    point = problem.at(theta, problem.slack(theta), delta)
    for _ in range(MAX_NEWTON_STEPS):
        if point.inexactness(problem.length) <= inexact * point.value:
            return point, True
        step = _newton_step(problem, margin, point, delta)
        decrement = -float(point.gradient @ step)
        if decrement <= DECREMENT * point.value:
            return point, True
        change = problem.signed @ step
        reached = problem.at(point.theta + step, point.slack - change, delta)
        if not reached.value <= point.value - SUFFICIENT * decrement:
            length = _line_search(problem, point, step, change, delta)
            reached = problem.at(point.theta + length * step, point.slack - length * change, delta)
        point = reached
    return point, False


def _newton_step(problem: _Hinge, margin: _Margin, point: _Point, delta: float) -> Vector:
    return _solve(problem, margin.curvature(point.slack, delta) / delta, point.gradient)


def _sharpen(problem: _Hinge, margin: _Margin, point: _Point, delta: float, sharper: float) -> Vector:
    """Follow the minimum from `delta` to `sharper`, exactly as long as no row enters or leaves the margin."""
    curvature = margin.curvature(point.slack, delta) / sharper
    inside = (point.slack > 0.0) & (point.slack <= delta)
    pull = (problem.cost * np.where(inside, point.slack, 0.0)) @ problem.signed
    return point.theta + _solve(problem, curvature, point.gradient - pull * (1.0 / sharper - 1.0 / delta))


def _solve(problem: _Hinge, hessian: NDArray[np.float64], gradient: Vector) -> Vector:
    """Newton's step, `hessian` being that of the loss."""
    diagonal = np.einsum("ii->i", hessian)
    diagonal[:-1] += 1.0
    if diagonal[-1] <= 0.0:  # nothing curves along the intercept: keep its step finite
        diagonal[-1] = 1e-6 * problem.cost.sum()
    half = whitener(hessian)
    return np.asarray(-half @ (half.T @ gradient))


def _line_search(problem: _Hinge, point: _Point, step: Vector, change: Vector, delta: float) -> float:
    """Find the minimum along `step`: the root of the slope, which is piecewise linear and never falls."""
    theta, slack = point.theta, point.slack
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
