"""Soft-margin SVM on two Gaussians in high dimension: order parameters by the replica method.

Loffredo, Pastore, Cocco and Monasson (arXiv:2405.09535), replica-symmetric, with a positive penalty.
Rows x = y delta / (2 sqrt L) + C^(1/2) g with y = 1 for P = alpha_plus L rows of weight c and y = -1 for
N = alpha_minus L rows of weight 1; pre-activation w'x / sqrt L + b; loss sum of weight max(0, kappa - y activation)
plus lam |w|^2 / 2. scikit-learn's ``SVC(kernel="linear", C=1 / lam)`` on x / sqrt L has kappa = 1.

Order parameters: r = w'delta / L (signal), q = w'Cw / L (spread), x (response), b. On new rows the activation is
N(+-r/2 + b, q).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

Array = NDArray[np.float64]
MAX_MARGIN = 10.0  # of lam kappa, on which alone the solution depends up to its scale
ROUNDS = 2000
TOLERANCE = 1e-10
DAMPING = 0.5


class NotSolvable(ArithmeticError):
    """The equations have no solution at these parameters, or none was found; the message says why."""


@dataclass(frozen=True)
class Problem:
    """Two Gaussian classes and a penalised hinge loss.

    Attributes
    ----------
    alpha_plus, alpha_minus : float
        Rows of each class over the dimension L.
    spectrum : ndarray of shape (L,)
        Eigenvalues of C.
    signal : ndarray of shape (L,)
        Squared components of delta along C's eigenvectors.
    weight : float
        Weight c of a minority row.
    lam : float
        Penalty.
    kappa : float
        Margin.
    """

    alpha_plus: float
    alpha_minus: float
    spectrum: Array
    signal: Array
    weight: float = 1.0
    lam: float = 1.0
    kappa: float = 1.0


@dataclass(frozen=True)
class OrderParameters:
    """Solution of the equations."""

    r: float
    q: float
    x: float
    b: float
    rounds: int

    @property
    def balanced_accuracy(self) -> float:
        """Mean of sensitivity and specificity on new rows."""
        spread = np.sqrt(self.q)
        return float(0.5 * (ndtr((self.r / 2 + self.b) / spread) + ndtr((self.r / 2 - self.b) / spread)))

    @property
    def auc(self) -> float:
        """Area under the ROC curve on new rows."""
        return float(ndtr(self.r / np.sqrt(2.0 * self.q)))


def isotropic(
    alpha_plus: float, alpha_minus: float, distance: float, weight: float = 1.0, lam: float = 1.0
) -> Problem:
    """Return the problem with C = I and |delta|^2 / L = `distance`; one eigenvalue stands for all."""
    return Problem(alpha_plus, alpha_minus, np.ones(1), np.array([distance]), weight, lam)


def solve(problem: Problem, start: OrderParameters | None = None) -> OrderParameters:
    """Solve the self-consistent equations by damped iteration.

    Parameters
    ----------
    problem : Problem
    start : OrderParameters, optional
        Solution of a similar problem.

    Raises
    ------
    NotSolvable
        If the parameters lie outside the theory's region, or the iteration does not converge.
    """
    _check(problem)
    L = len(problem.spectrum)
    now = start or OrderParameters(r=1.0, q=1.0, x=1.0, b=0.0, rounds=0)
    for count in range(1, ROUNDS + 1):
        b = _bias(problem, now)
        plus = _moments(problem.kappa, now.r / 2 + b, np.sqrt(now.q), now.x, problem.weight)
        minus = _moments(problem.kappa, now.r / 2 - b, np.sqrt(now.q), now.x, 1.0)
        of_signal, of_spread, of_response = (
            problem.alpha_plus * p + problem.alpha_minus * m for p, m in zip(plus, minus, strict=True)
        )
        matrix = problem.lam + of_response * problem.spectrum
        r = of_signal / 2 * float((problem.signal / matrix).sum()) / L
        q = (of_signal / 2) ** 2 * float((problem.signal * problem.spectrum / matrix**2).sum()) / L
        q += of_spread * float((problem.spectrum**2 / matrix**2).sum()) / L
        x = float((problem.spectrum / matrix).sum()) / L
        moved = OrderParameters(_damp(now.r, r), _damp(now.q, q), _damp(now.x, x), b, count)
        change = max(abs(moved.r - now.r), abs(moved.q - now.q), abs(moved.x - now.x))
        now = moved
        if not np.isfinite([now.r, now.q, now.x]).all() or now.q <= 0.0:
            raise NotSolvable("the iteration left the region of finite, positive spread")
        if change <= TOLERANCE * max(1.0, now.q, now.x):
            return replace(now, b=_bias(problem, now))
    raise NotSolvable(
        f"no convergence in {ROUNDS} rounds; with next to no penalty and few rows the classes can be separated "
        "(satisfiable phase) and the response diverges"
    )


def _check(problem: Problem) -> None:
    if problem.lam <= 0.0:
        raise NotSolvable(f"the penalty is {problem.lam:g}; without one the minimum need not exist")
    if problem.lam * problem.kappa > MAX_MARGIN:
        raise NotSolvable(
            f"penalty times kappa is {problem.lam * problem.kappa:g}, above {MAX_MARGIN:g}: every row lies within the "
            "margin and the bias is no longer determined"
        )
    if min(problem.alpha_plus, problem.alpha_minus) <= 0.0:
        raise NotSolvable("a class has no rows, so the bias is not determined")


def _damp(old: float, new: float) -> float:
    return (1.0 - DAMPING) * old + DAMPING * new


def _density(t: float) -> float:
    return float(np.exp(-0.5 * t * t) / np.sqrt(2.0 * np.pi))


def _moments(kappa: float, mean: float, spread: float, x: float, weight: float) -> tuple[float, float, float]:
    """Mean, mean square and mean negative slope of the pull G of one class's rows.

    A row at activation t pulls with weight below kappa - weight x, with (kappa - t) / x up to kappa, and not beyond.
    """
    upper, lower = (kappa - mean) / spread, (kappa - weight * x - mean) / spread
    between = float(ndtr(upper) - ndtr(lower))
    at_upper, at_lower, below = _density(upper), _density(lower), float(ndtr(lower))
    pull = weight * below + spread / x * (upper * between + at_upper - at_lower)
    square = weight**2 * below + (spread / x) ** 2 * (
        (1.0 + upper**2) * between - 2.0 * upper * (at_lower - at_upper) + lower * at_lower - upper * at_upper
    )
    return pull, square, between / x


def _bias(problem: Problem, at: OrderParameters) -> float:
    """Return b at which the pulls of both classes are equal."""
    spread = np.sqrt(at.q)

    def difference(b: float) -> float:
        plus = _moments(problem.kappa, at.r / 2 + b, spread, at.x, problem.weight)[0]
        minus = _moments(problem.kappa, at.r / 2 - b, spread, at.x, 1.0)[0]
        return problem.alpha_plus * plus - problem.alpha_minus * minus

    reach = abs(at.r) + problem.kappa + problem.weight * at.x + 10.0 * spread + 1.0
    low, high = difference(-reach), difference(reach)
    if low * high > 0.0:
        raise NotSolvable("the bias equation has no root: one class outweighs the other at every bias")
    return float(brentq(difference, -reach, reach, xtol=1e-13))


def large_margin_accuracy(alpha: float, distance: float, weight: float = 1.0) -> float:
    """Balanced accuracy for kappa without end (Hebbian limit), C = I, c alpha_plus = alpha_minus.

    Parameters
    ----------
    alpha : float
        alpha_plus.
    distance : float
        |delta|^2 / L.
    weight : float
        c.
    """
    noise = 1.0 + (1.0 + 1.0 / weight) / (alpha * distance)
    return float(ndtr(np.sqrt(distance) / 2.0 / np.sqrt(noise)))
