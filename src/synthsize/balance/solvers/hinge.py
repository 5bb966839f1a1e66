"""The hinge objective smoothed, its slope, and the duality gap that a smoothed minimum certifies.

The hinge max(0, z), z = 1 - s f(x), is replaced by a quadratic over 0 < z <= delta, which leaves a convex function. At
its minimum alpha_i = C weight_i clip(z_i / delta, 0, 1) is a feasible point of the dual problem, so primal minus dual
value bounds the distance of the unsmoothed objective to its minimum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.solvers.margin import BeyondMargin
from synthsize.balance.solvers.rows import SignedRows

Vector = NDArray[np.float64]
Numbers = NDArray[np.intp]

FEW = 4  # one row in this many at most may lie in or near the margin, or all rows serve
TINY = float(np.finfo(np.float64).tiny)


def relative_gap(primal: float, dual: float) -> float:
    """Bound (objective - minimum) / objective."""
    return (primal - dual) / max(primal, TINY)


def best_constants(rows: SignedRows, cost: Vector) -> tuple[Vector, Vector]:
    """Return the intercept that is best without a slope and its objective, for each number of rows from 1 on."""
    excess = np.cumsum(cost * rows.sign)
    return np.sign(excess), np.cumsum(cost) - np.abs(excess)


@dataclass(frozen=True)
class Point:
    """A point, and what the smoothed objective is there.

    Attributes
    ----------
    theta : ndarray of shape (d + 1,)
    slack : ndarray of shape (n,)
        z_i = 1 - s_i f(x_i).
    delta : float
        Width of the smoothing.
    inside : ndarray of int, shape (k,)
        Rows in the margin, 0 < z <= delta.
    alpha : ndarray of shape (k,)
        Minus the derivative of the smoothed loss at the rows in the margin; beyond it that is the row's cost.
    total : float
        Sum of all rows' alpha.
    hinge : float
        Sum of cost times hinge, not smoothed.
    value : float
        The smoothed objective.
    gradient : ndarray of shape (d + 1,)
        Its slope.
    """

    theta: Vector
    slack: Vector
    delta: float
    inside: Numbers
    alpha: Vector
    total: float
    hinge: float
    value: float
    gradient: Vector

    def inexactness(self, length: float) -> float:
        """Estimate what the gradient left contributes to the duality gap, with rows of the given `length`.

        Repairing sum alpha_i s_i = 0 moves sum alpha_i s_i x_i by up to a row's length for each unit.
        """
        w, b = float(np.sqrt(self.gradient[:-1] @ self.gradient[:-1])), abs(float(self.gradient[-1]))
        return 0.5 * (w + b * length) ** 2 + b * (1.0 + abs(float(self.theta[-1])))


@dataclass(frozen=True)
class Hinge:
    """C sum weight_i max(0, 1 - signed_i . theta) + ||w||^2 / 2, with theta = (w, intercept).

    Attributes
    ----------
    rows : SignedRows
        Rows (x_i, 1) times s_i, of which the first n count.
    cost : ndarray of shape (n,)
        C weight_i.
    beyond : BeyondMargin, optional
        Caches the sum over the rows beyond the margin from one point to the next.
    linear : ndarray of shape (d + 1,)
        Slope of what is added to the sum: rows so far inside the margin that their loss is a straight line.
    constant : float
    """

    rows: SignedRows
    cost: Vector
    beyond: BeyondMargin | None = None
    linear: Vector | float = 0.0
    constant: float = 0.0

    def margin(self, theta: Vector) -> Vector:
        """Return signed_i . theta."""
        return self.rows.scores(theta, len(self.cost))

    def slack(self, theta: Vector) -> Vector:
        """Return z_i = 1 - s_i f(x_i)."""
        return 1.0 - self.margin(theta)

    def at(self, theta: Vector, slack: Vector, delta: float) -> Point:
        """Evaluate the objective with the hinge smoothed over 0 < z <= delta."""
        beyond, inside, alpha = self._alpha(slack, delta)
        pull, total = self._pull(beyond, inside, alpha)
        hinge = float(self.cost @ np.maximum(slack, 0.0))
        value = 0.5 * float(theta[:-1] @ theta[:-1])
        value += hinge - self._smoothing(slack, inside, alpha, total, delta)
        gradient = -pull
        gradient[:-1] += theta[:-1]
        if isinstance(self.linear, np.ndarray):
            value += self.constant + float(self.linear @ theta)
            gradient += self.linear
        return Point(theta, slack, delta, inside, alpha, total, hinge, value, gradient)

    def extend(self, point: Point, added: Vector) -> Point:
        """Take a point of the problem with fewer rows to this one, given the slack of the rows added."""
        known, n = len(point.slack), len(self.cost)
        more = Hinge(self.rows, self.cost[known:])
        beyond, inside, alpha = more._alpha(added, point.delta)
        weights = more.cost * beyond
        weights[inside] = alpha
        hinge, total = float(more.cost @ np.maximum(added, 0.0)), float(weights.sum())
        return Point(
            point.theta,
            np.append(point.slack, added),
            point.delta,
            np.append(point.inside, inside + known),
            np.append(point.alpha, alpha),
            point.total + total,
            point.hinge + hinge,
            point.value + hinge - more._smoothing(added, inside, alpha, total, point.delta),
            point.gradient - self.rows.sum(weights, n, known),
        )

    def near(self, point: Point, reach: float) -> tuple[Hinge, Point, Numbers] | None:
        """Reduce the problem to the rows whose loss bends within `reach` of their slack, where those are few.

        All other rows' loss is read as the straight line that it follows at `point`, so that value and gradient there
        are those of the whole problem. The last of the three returned numbers the rows.
        """
        close = np.flatnonzero((point.slack > -reach) & (point.slack < point.delta + reach))
        if FEW * len(close) > len(self.cost):
            return None
        few = Hinge(self.rows.some(close), self.cost[close])
        here = few.at(point.theta, point.slack[close], point.delta)
        linear = point.gradient - here.gradient
        constant = point.value - here.value - float(linear @ point.theta)
        reduced = Hinge(few.rows, few.cost, None, linear, constant)
        return reduced, replace(here, value=point.value, gradient=point.gradient), close

    def sum(self, numbers: Numbers, weights: Vector) -> Vector:
        """Return the sum of weight times signed row over the rows of these numbers."""
        if FEW * len(numbers) <= len(self.cost):
            return self.rows.sum_of(numbers, weights)
        spread = np.zeros(len(self.cost))
        spread[numbers] = weights
        return self.rows.sum(spread, len(self.cost))

    def bounds(self, point: Point) -> tuple[float, float]:
        """Return the objective and the value of a feasible point of the dual, which the minimum cannot lie below.

        A smoothed minimum makes sum alpha_i s_i = 0 only nearly. Lowering the heavier class's alpha restores it and
        keeps 0 <= alpha_i <= C weight_i: that of its rows in the margin alone where they have enough, because the sum
        over the others is then known from the gradient.
        """
        w, excess = point.theta[:-1], -float(point.gradient[-1])
        primal = 0.5 * float(w @ w) + point.hinge
        pull = w - point.gradient[:-1]
        heavy = self.rows.sign[point.inside] * np.sign(excess) > 0
        lowered, alpha = point.inside[heavy], point.alpha[heavy]
        if float(alpha.sum()) < abs(excess):
            lowered = np.flatnonzero(self.rows.sign[: len(self.cost)] * np.sign(excess) > 0)
            alpha = self.cost[lowered] * np.clip(point.slack[lowered] / point.delta, 0.0, 1.0)
        taken = alpha * (abs(excess) / max(float(alpha.sum()), TINY))
        pull = pull - self.sum(lowered, taken)[:-1]
        return primal, point.total - float(taken.sum()) - 0.5 * float(pull @ pull)

    def _alpha(self, slack: Vector, delta: float) -> tuple[NDArray[np.bool_], Numbers, Vector]:
        """Return which rows lie beyond the margin, the numbers of those within, and the alpha of these."""
        beyond = slack > delta
        inside = np.flatnonzero((slack > 0.0) ^ beyond)
        return beyond, inside, self.cost[inside] * (slack[inside] / delta)

    @staticmethod
    def _smoothing(slack: Vector, inside: Numbers, alpha: Vector, total: float, delta: float) -> float:
        """Return what smoothing takes off the loss: cost delta / 2 beyond the margin, alpha (delta - z / 2) within."""
        return 0.5 * (delta * (total + float(alpha.sum())) - float(alpha @ slack[inside]))

    def _pull(self, beyond: NDArray[np.bool_], inside: Numbers, alpha: Vector) -> tuple[Vector, float]:
        """Return the sums of alpha times row and of alpha."""
        if self.beyond is None or FEW * len(inside) > len(self.cost):
            weights = self.cost * beyond
            weights[inside] = alpha
            return self.rows.sum(weights, len(self.cost)), float(weights.sum())
        pull, total = self.beyond.sums(beyond)
        return pull + self.rows.sum_of(inside, alpha), total + float(alpha.sum())
