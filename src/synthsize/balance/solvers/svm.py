"""The linear support vector machine, minimised by Newton steps on a smoothed hinge with a certified duality gap.

scikit-learn's `SVC(kernel="linear")` minimises the same objective but its time grows with the square of the rows;
`LinearSVC` penalises the intercept. Here the hinge max(0, z), z = 1 - s f(x), is replaced by a quadratic over
0 < z < delta, which leaves a convex function with a Newton step of d + 1 unknowns. At its minimum
alpha_i = C weight_i clip(z_i / delta, 0, 1) is a feasible point of the dual problem, so primal minus dual value bounds
the distance of the unsmoothed objective to its minimum. Delta follows that bound and stays as wide as the tolerance
allows, since a wide delta needs few steps. From one fit to the next only rows near the margin change their alpha: the
steps are taken over those, all others' loss being a straight line, and a pass over all rows then shows whether that was
so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.solvers.base import Added, LinearFit, costs, signs
from synthsize.balance.solvers.rows import SignedRows
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
MAX_ROUNDS = 20  # of choosing the rows near the margin
WIDEN = 3.0  # what the reach grows by where those were not enough
LEAST_REACH = 0.1  # of the smoothing's width
FEW = 4  # one row in this many at most may lie near the margin, or all rows serve
TINY = float(np.finfo(np.float64).tiny)


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
        self,
        X: NDArray[np.float64],
        y: NDArray[np.int8],
        C: float,
        sample_weight: Vector | None = None,
        added: Added | None = None,
    ) -> SvmSolver:
        """Make a solver for prefixes of the rows."""
        rows = SignedRows.of(X, y, added)
        return SvmSolver(rows, costs(rows.n, C, sample_weight), self.tolerance)

    def refined(self, tolerance: float | None = None) -> Svm:
        """Return the SVM solved to a closer tolerance."""
        return Svm(min(self.tolerance, REFINED_TOLERANCE if tolerance is None else tolerance))

    def loss(self, scores: NDArray[np.float64], y: NDArray[np.int8]) -> NDArray[np.float64]:
        """Return the hinge loss of each score."""
        return np.maximum(0.0, 1.0 - signs(y, scores.ndim) * scores)


class SvmSolver:
    """Newton on the smoothed hinge over the prefixes of one table, each started from the last."""

    def __init__(self, rows: SignedRows, cost: Vector, tolerance: float = TOLERANCE) -> None:
        self._rows, self._cost, self._tolerance = rows, cost, tolerance
        self._margin = _Margin(rows, cost)
        self._near: Vector | None = None
        # Of the last fit: where it ended and with which smoothing; which smoothing and reach the next one begins with.
        self._last: tuple[_Point, float] | None = None
        self._delta, self._reach = WARM_DELTA, np.inf

    def fit(self, n_rows: int, near: Vector | None = None) -> LinearFit:
        """Fit on the first `n_rows` rows, from the last solution, moved as `near` moved since."""
        problem = _Hinge(self._rows, self._cost[:n_rows])
        point, delta = self._begin(problem, near)
        first, best = point, _Certified(point.theta)
        sharpest, inexact = SHARPEST, INEXACT
        for _ in range(MAX_STAGES):
            point, solved, self._reach = _minimise_smoothed(
                problem, self._margin, point, delta, inexact * self._tolerance, self._reach
            )
            primal, dual = problem.bounds(point)
            best.add(point.theta, primal, dual)
            gap = _relative_gap(primal, dual)
            # The smoothing's share of the gap falls with delta squared when many rows lie in the margin.
            aim = float(np.sqrt(AIM * self._tolerance / max(gap, TINY)))
            if gap <= self._tolerance:
                break
            if solved:
                sharper = delta * float(np.clip(aim, sharpest, 0.5))
                theta = _sharpen(problem, self._margin, point, delta, sharper)
                delta, inexact = sharper, 0.1 * inexact
                point = problem.at(theta, problem.slack(theta), delta)
            else:
                delta, sharpest = min(1.0, BACKTRACK * delta), 0.5
                point = problem.at(point.theta, point.slack, delta)
        self._last = point, delta
        self._delta = max(WARM_DELTA, min(1.0, delta * float(np.clip(aim, 0.5, 2.0))))
        self._next_reach(first, point, delta)
        return best.fit(problem, self._tolerance)

    def _begin(self, problem: _Hinge, near: Vector | None) -> tuple[_Point, float]:
        """Return where to start and the smoothing to start with."""
        before, self._near = self._near, near
        if self._last is None:
            theta, delta = (np.zeros(self._rows.dimension), 1.0) if near is None else (near, WARM_DELTA)
            return problem.at(theta, problem.slack(theta), delta), delta
        last, delta = self._last
        if len(last.slack) <= len(problem.cost) and (near is None or before is None):
            point = problem.extend(last, delta)
            if delta != self._delta:
                point = problem.at(point.theta, point.slack, self._delta)
        else:
            theta = last.theta if near is None or before is None else last.theta + near - before
            point = problem.at(theta, problem.slack(theta), self._delta)
        return point, self._delta

    def _next_reach(self, first: _Point, last: _Point, delta: float) -> None:
        """Expect rows near the margin to move as far as they moved this time."""
        close = np.flatnonzero(np.abs(last.slack - 0.5 * delta) <= 0.5 * delta + min(self._reach, 1.0))
        moved = np.abs(last.slack[close] - first.slack[close])
        self._reach = max(float(moved.max()), LEAST_REACH * delta) if len(moved) else np.inf


class _Certified:
    """The best point found, and the highest value known to lie below the minimum."""

    def __init__(self, theta: Vector) -> None:
        self._theta, self._primal, self._dual = theta, np.inf, -np.inf

    def add(self, theta: Vector, primal: float, dual: float) -> None:
        """Take in a point, its objective and that of a feasible point of the dual."""
        self._dual = max(self._dual, dual)
        if primal < self._primal:
            self._theta, self._primal = theta, primal

    def fit(self, problem: _Hinge, tolerance: float) -> LinearFit:
        """Return the best point, or the best constant score where no more than the tolerance lies below it.

        A slope that lowers the objective by less is a residue of the solver, but would rank rows.
        """
        intercept, constant = problem.best_constant()
        theta, primal = self._theta, self._primal
        if not primal < constant or _relative_gap(constant, self._dual) <= tolerance:
            theta, primal = np.append(np.zeros(len(theta) - 1), intercept), constant
        gap = _relative_gap(primal, self._dual)
        failure = None if gap <= tolerance else f"relative duality gap {gap:.1e} after {MAX_STAGES} stages"
        return LinearFit(theta[:-1].copy(), float(theta[-1]), failure)


def _relative_gap(primal: float, dual: float) -> float:
    """Bound (objective - minimum) / objective."""
    return (primal - dual) / max(primal, TINY)


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
    rows : SignedRows
        Rows (x_i, 1) times s_i, of which the first n count.
    cost : ndarray of shape (n,)
        C weight_i.
    linear : ndarray of shape (d + 1,)
        Slope of what is added to the sum: rows so far inside the margin that their loss is a straight line.
    constant : float
    """

    rows: SignedRows
    cost: Vector
    linear: Vector | float = 0.0
    constant: float = 0.0

    def margin(self, theta: Vector) -> Vector:
        """Return signed_i . theta."""
        return self.rows.scores(theta, len(self.cost))

    def slack(self, theta: Vector) -> Vector:
        """Return z_i = 1 - s_i f(x_i)."""
        return 1.0 - self.margin(theta)

    def at(self, theta: Vector, slack: Vector, delta: float) -> _Point:
        """Evaluate the objective with the hinge smoothed over 0 < z < delta."""
        alpha, loss = _smoothed(slack, self.cost, delta)
        value = 0.5 * float(theta[:-1] @ theta[:-1]) + loss
        gradient = -self.rows.sum(alpha, len(self.cost))
        gradient[:-1] += theta[:-1]
        if isinstance(self.linear, np.ndarray):
            value += self.constant + float(self.linear @ theta)
            gradient += self.linear
        return _Point(theta, slack, alpha, value, gradient)

    def extend(self, point: _Point, delta: float) -> _Point:
        """Take a point of the problem with fewer rows, at the same `delta`, to this one."""
        known, n = len(point.slack), len(self.cost)
        slack = 1.0 - self.rows.scores(point.theta, n, known)
        alpha, loss = _smoothed(slack, self.cost[known:], delta)
        return _Point(
            point.theta,
            np.append(point.slack, slack),
            np.append(point.alpha, alpha),
            point.value + loss,
            point.gradient - self.rows.sum(alpha, n, known),
        )

    def near(self, point: _Point, delta: float, reach: float) -> tuple[_Hinge, _Point]:
        """Reduce the problem to the rows whose loss bends within `reach` of their slack, where those are few.

        All other rows' loss is read as the straight line that it follows at `point`, so that value and gradient there
        are those of the whole problem.
        """
        close = np.flatnonzero((point.slack > -reach) & (point.slack < delta + reach))
        if FEW * len(close) > len(self.cost):
            return self, point
        few = _Hinge(SignedRows(np.ascontiguousarray(self.rows.take(close))), self.cost[close])
        here = few.at(point.theta, point.slack[close], delta)
        linear = point.gradient - here.gradient
        constant = point.value - here.value - float(linear @ point.theta)
        reduced = _Hinge(few.rows, few.cost, linear, constant)
        return reduced, _Point(point.theta, here.slack, here.alpha, point.value, point.gradient)

    def sum(self, numbers: NDArray[np.intp], weights: Vector) -> Vector:
        """Return the sum of weight times signed row over the rows of these numbers."""
        if FEW * len(numbers) <= len(self.cost):
            return np.asarray(self.rows.take(numbers) @ weights)
        spread = np.zeros(len(self.cost))
        spread[numbers] = weights
        return self.rows.sum(spread, len(self.cost))

    def bounds(self, point: _Point) -> tuple[float, float]:
        """Return the objective and the value of a feasible point of the dual, which the minimum cannot lie below.

        A smoothed minimum makes sum alpha_i s_i = 0 only nearly. Lowering the heavier class's alpha restores it and
        keeps 0 <= alpha_i <= C weight_i: that of its rows in the margin alone where they have enough, because the sum
        over the others is then known from the gradient.
        """
        w, excess = point.theta[:-1], -float(point.gradient[-1])
        primal = 0.5 * float(w @ w) + float(self.cost @ np.maximum(point.slack, 0.0))
        pull = w - point.gradient[:-1]
        is_heavy = self.rows.sign[: len(self.cost)] * np.sign(excess) > 0
        lowered = np.flatnonzero(is_heavy & (point.alpha > 0.0) & (point.alpha < self.cost))
        if float(point.alpha[lowered].sum()) < abs(excess):
            lowered = np.flatnonzero(is_heavy)
        alpha = point.alpha[lowered]
        taken = alpha * (abs(excess) / max(float(alpha.sum()), TINY))
        pull = pull - self.sum(lowered, taken)[:-1]
        return primal, float(point.alpha.sum()) - float(taken.sum()) - 0.5 * float(pull @ pull)

    def best_constant(self) -> tuple[float, float]:
        """Return the intercept that is best without a slope, and its objective."""
        sign = self.rows.sign[: len(self.cost)]
        excess = float(self.cost @ sign)
        return float(np.sign(excess)), float(self.cost.sum()) - abs(excess)


def _smoothed(slack: Vector, cost: Vector, delta: float) -> tuple[Vector, float]:
    """Return each row's alpha, and the sum of the losses, of the hinge smoothed over 0 < z < delta."""
    share = slack / delta
    np.clip(share, 0.0, 1.0, out=share)
    alpha = cost * share
    share *= -0.5 * delta
    share += slack
    return alpha, float(alpha @ share)


class _Margin:
    """The rows in the margin, and the sum of cost times row times row' over them.

    From one point to the next few rows enter or leave, and only those are summed.
    """

    def __init__(self, rows: SignedRows, cost: Vector) -> None:
        self._rows, self._cost = rows, cost
        self._inside = np.zeros(len(cost), dtype=np.bool_)
        self._sum = np.zeros((rows.dimension, rows.dimension))

    def curvature(self, slack: Vector, delta: float) -> NDArray[np.float64]:
        """Return the sum over the rows with 0 < z <= delta; there may be fewer of `slack` than rows."""
        inside = np.zeros_like(self._inside)
        inside[: len(slack)] = (slack > 0.0) & (slack <= delta)
        changed = np.flatnonzero(inside != self._inside)
        if 2 * len(changed) < np.count_nonzero(inside):
            rows = self._rows.take(changed)
            weights = np.where(inside[changed], 1.0, -1.0) * self._cost[changed]
            self._sum = self._sum + (rows * weights) @ rows.T
        else:
            self._sum = self._rows.moments(inside * self._cost)
        self._inside = inside
        return self._sum


def _minimise_smoothed(
    problem: _Hinge, margin: _Margin, point: _Point, delta: float, inexact: float, reach: float
) -> tuple[_Point, bool, float]:
    """Minimise the smoothed objective, again and again over the rows near the margin and then checked over all rows.

    Returns the minimum, whether it was reached (what is left of the gradient may add the share `inexact` of the
    objective to the duality gap), and the reach that served.
    """
    for _ in range(MAX_ROUNDS):
        if point.inexactness(problem.rows.length) <= inexact * point.value:
            return point, True, reach
        few, here = problem.near(point, delta, reach)
        if few is problem:
            found, solved = _newton(problem, margin, point, delta, inexact, problem.rows.length)
            # Slacks moved step by step carry rounding that bounds must not.
            return problem.at(found.theta, problem.slack(found.theta), delta), solved, reach
        found, _ = _newton(few, _Margin(few.rows, few.cost), here, delta, inexact, problem.rows.length)
        reached = problem.at(found.theta, problem.slack(found.theta), delta)
        if reached.value < point.value:
            point = reached
        # Where that is not yet the minimum, rows from further away have come into play.
        reach *= WIDEN
    return point, False, reach


def _newton(
    problem: _Hinge, margin: _Margin, point: _Point, delta: float, inexact: float, length: float
) -> tuple[_Point, bool]:
    """Minimise by Newton steps, with exact line search where a whole step overshoots."""
    for _ in range(MAX_NEWTON_STEPS):
        if point.inexactness(length) <= inexact * point.value:
            return point, True
        step = _newton_step(problem, margin, point, delta)
        decrement = -float(point.gradient @ step)
        if decrement <= DECREMENT * point.value:
            return point, True
        change = problem.margin(step)
        reached = problem.at(point.theta + step, point.slack - change, delta)
        if not reached.value <= point.value - SUFFICIENT * decrement:
            size = _line_search(problem, point, step, change, delta)
            reached = problem.at(point.theta + size * step, point.slack - size * change, delta)
        point = reached
    return point, False


def _newton_step(problem: _Hinge, margin: _Margin, point: _Point, delta: float) -> Vector:
    return _solve(margin.curvature(point.slack, delta) / delta, point.gradient, problem.cost.sum())


def _sharpen(problem: _Hinge, margin: _Margin, point: _Point, delta: float, sharper: float) -> Vector:
    """Follow the minimum from `delta` to `sharper`, exactly as long as no row enters or leaves the margin."""
    inside = np.flatnonzero((point.slack > 0.0) & (point.slack <= delta))
    cost = problem.cost[inside]
    pull = problem.sum(inside, cost * point.slack[inside])
    curvature = margin.curvature(point.slack, delta) / sharper
    return point.theta + _solve(
        curvature, point.gradient - pull * (1.0 / sharper - 1.0 / delta), problem.cost.sum()
    )


def _solve(hessian: NDArray[np.float64], gradient: Vector, total: float) -> Vector:
    """Newton's step, `hessian` being that of the loss."""
    diagonal = np.einsum("ii->i", hessian)
    diagonal[:-1] += 1.0
    if diagonal[-1] <= 0.0:  # nothing curves along the intercept: keep its step finite
        diagonal[-1] = 1e-6 * total
    half = whitener(hessian)
    return np.asarray(-half @ (half.T @ gradient))


def _line_search(problem: _Hinge, point: _Point, step: Vector, change: Vector, delta: float) -> float:
    """Find the minimum along `step`: the root of the slope, which is piecewise linear and never falls."""
    theta, slack = point.theta, point.slack
    linear, quadratic = float(theta[:-1] @ step[:-1]), float(step[:-1] @ step[:-1])
    linear += float(np.sum(problem.linear * step))

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
