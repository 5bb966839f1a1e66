"""Minimising the smoothed hinge: Newton steps over the rows near the margin, checked over all rows.

From one point to the next only rows near the margin change their alpha: the steps are taken over those, all others'
loss being a straight line, and a pass over all rows then shows whether that was so.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.solvers.hinge import Hinge, Numbers, Point
from synthsize.balance.solvers.margin import MarginCurvature
from synthsize.balance.solvers.whitening import whitener

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

DECREMENT = 1e-13  # smallest predicted gain of a Newton step, as a share of the objective
# Share of its squared length by which a full Newton step must lower the objective; ideal is 1/2.
SUFFICIENT = 0.25
MAX_NEWTON_STEPS = 40
MAX_SEARCH_STEPS = 60
MAX_ROUNDS = 20  # of choosing the rows near the margin
WIDEN = 3.0  # what the reach grows by where those were not enough


class Minimum(NamedTuple):
    """What `minimise` ended with.

    Attributes
    ----------
    point : Point
    solved : bool
        Whether the minimum was reached.
    near : ndarray of int or None
        The rows that the last round's steps were taken over; None where those were all.
    """

    point: Point
    solved: bool
    near: Numbers | None


def minimise(
    problem: Hinge, curvature: MarginCurvature, point: Point, inexact: float, reach: float
) -> Minimum:
    """Minimise the smoothed objective, again and again over the rows near the margin and then checked over all rows.

    What is left of the gradient may add the share `inexact` of the objective to the duality gap; rows count as near
    whose slack is at most `reach` away from the margin, and further away where those did not suffice.
    """
    length, near = problem.rows.length, None
    for _ in range(MAX_ROUNDS):
        if point.inexactness(length) <= inexact * point.value:
            return Minimum(point, True, near)
        reduced = problem.near(point, reach)
        if reduced is None:
            found, solved = newton(problem, curvature, point, inexact, length)
            # Slacks moved step by step carry rounding that bounds must not.
            return Minimum(problem.at(found.theta, problem.slack(found.theta), found.delta), solved, None)
        few, here, near = reduced
        found, _ = newton(few, MarginCurvature(few.rows, few.cost), here, inexact, length)
        reached = problem.at(found.theta, problem.slack(found.theta), found.delta)
        if reached.value < point.value:
            point = reached
        # Where that is not yet the minimum, rows from further away have come into play.
        reach *= WIDEN
    return Minimum(point, False, near)


def newton(
    problem: Hinge, curvature: MarginCurvature, point: Point, inexact: float, length: float
) -> tuple[Point, bool]:
    """Minimise by Newton steps, with exact line search where a whole step overshoots."""
    for _ in range(MAX_NEWTON_STEPS):
        if point.inexactness(length) <= inexact * point.value:
            return point, True
        step = _solve(curvature.over(point.inside) / point.delta, point.gradient, problem.cost)
        decrement = -float(point.gradient @ step)
        if decrement <= DECREMENT * point.value:
            return point, True
        change = problem.margin(step)
        reached = problem.at(point.theta + step, point.slack - change, point.delta)
        if not reached.value <= point.value - SUFFICIENT * decrement:
            size = _line_search(problem, point, step, change)
            reached = problem.at(point.theta + size * step, point.slack - size * change, point.delta)
        point = reached
    return point, False


def sharpen(problem: Hinge, curvature: MarginCurvature, point: Point, sharper: float) -> Vector:
    """Follow the minimum to the smoothing `sharper`, exactly as long as no row enters or leaves the margin."""
    inside = point.inside
    pull = problem.sum(inside, problem.cost[inside] * point.slack[inside])
    gradient = point.gradient - pull * (1.0 / sharper - 1.0 / point.delta)
    return point.theta + _solve(curvature.over(inside) / sharper, gradient, problem.cost[inside])


def _solve(hessian: Matrix, gradient: Vector, cost: Vector) -> Vector:
    """Newton's step, `hessian` being that of the loss of rows that cost `cost`."""
    diagonal = np.einsum("ii->i", hessian)
    diagonal[:-1] += 1.0
    if diagonal[-1] <= 0.0:  # nothing curves along the intercept: keep its step finite
        diagonal[-1] = 1e-6 * cost.sum()
    half = whitener(hessian)
    return np.asarray(-half @ (half.T @ gradient))


def _line_search(problem: Hinge, point: Point, step: Vector, change: Vector) -> float:
    """Find the minimum along `step`: the root of the slope, which is piecewise linear and never falls."""
    theta, slack, delta = point.theta, point.slack, point.delta
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
