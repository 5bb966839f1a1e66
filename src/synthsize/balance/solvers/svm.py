"""The linear support vector machine, minimised on a smoothed hinge with a certified duality gap.

scikit-learn's `SVC(kernel="linear")` minimises the same objective but its time grows with the square of the rows;
`LinearSVC` penalises the intercept. Here Newton steps minimise the smoothed objective (see `hinge`), with d + 1
unknowns. The smoothing's width delta follows the gap that its minimum certifies and stays as wide as the tolerance
allows, since a wide delta needs few steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.solvers.base import Added, LinearFit, costs, signs
from synthsize.balance.solvers.hinge import TINY, Hinge, Numbers, Point, best_constants, relative_gap
from synthsize.balance.solvers.hinge_newton import minimise, sharpen
from synthsize.balance.solvers.margin import BeyondMargin, MarginCurvature
from synthsize.balance.solvers.rows import SignedRows

Vector = NDArray[np.float64]

TOLERANCE = 1e-4  # guaranteed bound on (objective - minimum) / objective
REFINED_TOLERANCE = 1e-5  # for single fits that others are measured against
AIM = 0.5  # share of the tolerance that delta is chosen for
# Share of the tolerance to which a smoothed minimum is solved; a tenth of it after each stage.
INEXACT = 0.2
SHARPEST = 1e-2  # most that one stage shrinks delta by
BACKTRACK = 8.0  # what delta grows by after a stage that Newton could not finish
WARM_DELTA = 0.02  # smoothing that the first fit begins with when it has a start
MAX_STAGES = 40
LEAST_REACH = 0.1  # of the smoothing's width
# In units of slack: rows further from the margin than this do not indicate how far those near it move.
LARGEST_REACH = 1.0
FEWEST = 4096  # rows that a first fit starts from where there are more
COARSE = 1e-2  # tolerance of the fit to those
KEPT = 0.2  # change of the smoothing's width, as a logarithm, below which it is kept


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
        self._curvature, self._beyond = MarginCurvature(rows, cost), BeyondMargin(rows, cost)
        self._constants = best_constants(rows, cost)
        self._near: Vector | None = None
        # Where the last fit ended; which smoothing and reach the next one begins with.
        self._last: Point | None = None
        self._delta, self._reach = WARM_DELTA, np.inf

    def fit(self, n_rows: int, near: Vector | None = None) -> LinearFit:
        """Fit on the first `n_rows` rows, from the last solution, moved as `near` moved since."""
        problem = Hinge(self._rows, self._cost[:n_rows], self._beyond)
        point = first = self._begin(problem, near)
        best = _Certified(point.theta, *(float(each[n_rows - 1]) for each in self._constants))
        sharpest, inexact = SHARPEST, INEXACT
        for _ in range(MAX_STAGES):
            point, solved, close = minimise(
                problem, self._curvature, point, inexact * self._tolerance, self._reach
            )
            gap = best.add(point.theta, *problem.bounds(point))
            # The smoothing's share of the gap falls with delta squared when many rows lie in the margin.
            aim = float(np.sqrt(AIM * self._tolerance / max(gap, TINY)))
            if gap <= self._tolerance:
                break
            if solved:
                sharper = point.delta * float(np.clip(aim, sharpest, 0.5))
                theta = sharpen(problem, self._curvature, point, sharper)
                inexact *= 0.1
                point = problem.at(theta, problem.slack(theta), sharper)
            else:
                sharpest = 0.5
                point = problem.at(point.theta, point.slack, min(1.0, BACKTRACK * point.delta))
        self._last = point
        self._next_reach(first, point, close)
        fit = best.fit(self._tolerance)
        # As delta grows the certificate of a constant score fails abruptly, so it is not widened after one.
        change = float(np.clip(aim, 0.5, 1.0 if fit.constant else 2.0))
        if abs(np.log(change)) < KEPT:
            change = 1.0
        self._delta = max(WARM_DELTA, min(1.0, change * point.delta))
        return fit

    def _begin(self, problem: Hinge, near: Vector | None) -> Point:
        """Return where to start, with the smoothing to start with."""
        before, self._near = self._near, near
        if self._last is None:
            theta, delta = self._sketch(len(problem.cost)) if near is None else (near, WARM_DELTA)
            return problem.at(theta, problem.slack(theta), delta)
        theta, slack = self._last.theta, self._last.slack
        if len(slack) <= len(problem.cost) and (near is None or before is None):
            added = 1.0 - self._rows.scores(theta, len(problem.cost), len(slack))
            if self._delta == self._last.delta:
                return problem.extend(self._last, added)
            return problem.at(theta, np.append(slack, added), self._delta)
        if near is not None and before is not None:
            theta = theta + near - before
        return problem.at(theta, problem.slack(theta), self._delta)

    def _sketch(self, n_rows: int) -> tuple[Vector, float]:
        """Return where a fit to some of the rows ended, and the smoothing there; zeros where rows are few."""
        every = n_rows // FEWEST
        if every <= 1:
            return np.zeros(self._rows.dimension), 1.0
        some = np.arange(0, n_rows, every)
        solver = SvmSolver(self._rows.some(some), every * self._cost[some], COARSE)
        solver.fit(len(some))
        assert solver._last is not None
        return solver._last.theta, solver._last.delta

    def _next_reach(self, first: Point, last: Point, close: Numbers | None) -> None:
        """Expect rows near the margin to move as far as they moved this time."""
        if close is None:
            close = np.flatnonzero((last.slack > -LARGEST_REACH) & (last.slack < last.delta + LARGEST_REACH))
        moved = np.abs(last.slack[close] - first.slack[close])
        self._reach = max(float(moved.max()), LEAST_REACH * last.delta) if len(moved) else np.inf


class _Certified:
    """The best point found, and the highest value known to lie below the minimum."""

    def __init__(self, theta: Vector, intercept: float, constant: float) -> None:
        self._theta, self._primal, self._dual = theta, np.inf, -np.inf
        self._intercept, self._constant = intercept, constant  # the best constant score, and its objective

    def add(self, theta: Vector, primal: float, dual: float) -> float:
        """Take in a point, its objective and that of a feasible point of the dual.

        Returns the relative gap between the two, or that of the best constant score where its objective is lower.
        """
        self._dual = max(self._dual, dual)
        if primal < self._primal:
            self._theta, self._primal = theta, primal
        return relative_gap(min(primal, self._constant), dual)

    def fit(self, tolerance: float) -> LinearFit:
        """Return the best point, or the best constant score where no more than the tolerance lies below it.

        A slope that lowers the objective by less is a residue of the solver, but would rank rows.
        """
        theta, primal = self._theta, self._primal
        if not primal < self._constant or relative_gap(self._constant, self._dual) <= tolerance:
            theta, primal = np.append(np.zeros(len(theta) - 1), self._intercept), self._constant
        gap = relative_gap(primal, self._dual)
        failure = None if gap <= tolerance else f"relative duality gap {gap:.1e} after {MAX_STAGES} stages"
        return LinearFit(theta[:-1].copy(), float(theta[-1]), failure)
