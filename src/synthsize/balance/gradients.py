"""Gradients of a loss over groups of rows, and Wald tests of what they say.

Any loss of a linear score f = z . theta will do: `Loss` holds its two derivatives. Standard errors are sandwiches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import f

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

RANK_TOLERANCE = 1e-10  # share of the largest eigenvalue below which a direction counts as empty


@dataclass(frozen=True)
class Loss:
    """Derivatives of a row's loss with respect to its score f = z . theta.

    Attributes
    ----------
    slope, curvature : callable
        First and second derivative; take scores and labels of shape (n,) and return shape (n,).
    """

    slope: Callable[[Vector, NDArray[np.int8]], Vector]
    curvature: Callable[[Vector, NDArray[np.int8]], Vector]


LOGISTIC = Loss(
    slope=lambda scores, y: np.asarray(expit(scores) - y),
    curvature=lambda scores, y: np.asarray(expit(scores) * expit(-scores)),  # noqa: ARG005
)


@dataclass(frozen=True)
class Moments:
    """Gradients of one group of rows at theta.

    Attributes
    ----------
    n : int
        Rows.
    gradient : ndarray of shape (p,)
        Mean.
    error : ndarray of shape (p, p)
        Covariance of that mean.
    hessian : ndarray of shape (p, p)
        Mean.
    """

    n: int
    gradient: Vector
    error: Matrix
    hessian: Matrix


@dataclass(frozen=True)
class WaldTest:
    """Test that a vector is zero.

    Attributes
    ----------
    statistic : float
        g' V^-1 g.
    df : int
        Rank of V: a direction without spread, such as a constant feature, tests nothing.
    p_value : float
        NaN where there are not more rows than directions.
    """

    statistic: float
    df: int
    p_value: float


def gradient_moments(loss: Loss, Z: Matrix, label: int, theta: Vector) -> Moments:
    """Mean gradient of one class's rows at theta, the covariance of that mean, and the mean Hessian.

    Parameters
    ----------
    loss : Loss
    Z : ndarray of shape (n, p)
        Design rows, with a column of ones where the score has an intercept.
    label : {0, 1}
        Of all these rows.
    theta : ndarray of shape (p,)
    """
    n, scores, y = len(Z), Z @ theta, np.full(len(Z), label, dtype=np.int8)
    rows = loss.slope(scores, y)[:, np.newaxis] * Z
    centred = rows - rows.mean(axis=0)
    hessian = (loss.curvature(scores, y)[:, np.newaxis] * Z).T @ Z / n
    return Moments(n, rows.mean(axis=0), centred.T @ centred / max(n - 1, 1) / n, hessian)


def wald_test(estimate: Vector, covariance: Matrix, n: int) -> WaldTest:
    """Test that the mean of `estimate` is zero.

    A covariance estimated from few rows is too often too small; Hotelling's T-squared allows for that, with the F
    distribution on `df` and n - df degrees of freedom, which for many rows is the chi-squared.

    Parameters
    ----------
    estimate : ndarray of shape (p,)
    covariance : ndarray of shape (p, p)
        Estimated.
    n : int
        Rows that it rests on: those of the smaller class.
    """
    values, vectors = np.linalg.eigh(covariance)
    kept = values > RANK_TOLERANCE * max(values[-1], np.finfo(float).tiny)
    along = vectors[:, kept].T @ estimate
    statistic, df = float(np.sum(along**2 / values[kept])), int(kept.sum())
    if df == 0 or n <= df:
        return WaldTest(statistic, df, float("nan"))
    scale = (n - df) / (df * (n - 1))
    return WaldTest(statistic, df, float(f.sf(scale * statistic, df, n - df)))


@dataclass(frozen=True)
class SlopesDifference:
    """What balancing does to the slopes.

    Attributes
    ----------
    test : WaldTest
        Of no difference.
    cost, cost_low, cost_high : float
        Balanced risk that the raw slopes lose to the balanced ones with the best intercept for them, to second order:
        d' S d / 2 for the difference d, with S the Hessian of the balanced risk profiled over the intercept. The
        estimate has its expected surplus from the error of d taken off and is at least 0; 95 % limits.
    """

    test: WaldTest
    cost: float
    cost_low: float
    cost_high: float


def slopes_difference(
    loss: Loss,
    Z: Matrix,
    y: NDArray[np.int8],
    raw: Vector,
    balanced: Vector,
    slopes: slice,
    majority_weight: float = 0.5,
) -> SlopesDifference:
    """Test whether balancing moves the slopes, or the intercept alone, and bound what that can be worth.

    With an intercept logistic regression is never symmetric: the classes always pull the intercept apart. Where the
    model is right that is all they do, as a case-control sample shows [1]_, and shifting the intercept afterwards
    repairs it without any synthetic row. A difference of slopes between weighted and unweighted fit says that more
    than the intercept is at stake [2]_.

    Parameters
    ----------
    loss : Loss
    Z : ndarray of shape (n, p)
    y : ndarray of shape (n,)
    raw, balanced : ndarray of shape (p,)
        Minima of the plain and of the balanced loss on these rows.
    slopes : slice
        Which entries of theta are slopes.
    majority_weight : float

    References
    ----------
    .. [1] Prentice and Pyke (1979), Biometrika 66, 403-411.
    .. [2] DuMouchel and Duncan (1983), J. Am. Stat. Assoc. 78, 535-543.
    """
    share = np.where(y == 1, (1.0 - majority_weight) / (y == 1).sum(), majority_weight / (y == 0).sum())
    influence = _influence(loss, Z, y, raw, np.full(len(y), 1.0 / len(y)))
    influence -= _influence(loss, Z, y, balanced, share)
    for label in (0, 1):
        # The class sizes are given, so a class's own mean is no source of error.
        influence[y == label] -= influence[y == label].mean(axis=0)
    of_slopes = influence[:, slopes]
    smaller = int(min((y == 0).sum(), (y == 1).sum()))
    difference, covariance = (raw - balanced)[slopes], of_slopes.T @ of_slopes
    test = wald_test(difference, covariance, smaller)
    hessian = (share * loss.curvature(Z @ balanced, y))[:, np.newaxis] * Z
    metric = _profiled(hessian.T @ Z, slopes)
    length = float(np.sqrt(difference @ metric @ difference))
    reach = error_length(metric, covariance, smaller, test.df)
    surplus = float(np.trace(metric @ covariance))
    return SlopesDifference(
        test,
        cost=0.5 * max(length**2 - surplus, 0.0),
        cost_low=0.5 * max(length - reach, 0.0) ** 2,
        cost_high=0.5 * (length + reach) ** 2,
    )


def error_length(metric: Matrix, covariance: Matrix, n: int, df: int) -> float:
    """Length, in a metric, that the error of an estimate stays below with a probability of 95 %.

    The square of that length, a weighted sum of chi-squares, is taken for a scaled one with the same mean and variance
    [1]_, and as in `wald_test` the F distribution allows for a covariance from few rows.

    Parameters
    ----------
    metric, covariance : ndarray of shape (p, p)
    n : int
        Rows that the covariance rests on: those of the smaller class.
    df : int
        Its rank.

    Returns
    -------
    float
        Infinite where there are not more rows than directions.

    References
    ----------
    .. [1] Box (1954), Ann. Math. Stat. 25, 290-302.
    """
    if n <= df:
        return float("inf")
    spread = metric @ covariance
    mean, squares = float(np.trace(spread)), float(np.trace(spread @ spread))
    quantile = float(f.ppf(0.95, mean**2 / squares, n - df)) if squares > 0.0 else 0.0
    return float(np.sqrt(mean * quantile * (n - 1) / (n - df)))


def _profiled(hessian: Matrix, kept: slice) -> Matrix:
    """Hessian of a risk in some parameters with the others at their best for them."""
    inside = np.zeros(len(hessian), dtype=bool)
    inside[kept] = True
    across = hessian[np.ix_(inside, ~inside)]
    left = np.linalg.pinv(hessian[np.ix_(~inside, ~inside)], hermitian=True)
    profiled: Matrix = hessian[np.ix_(inside, inside)] - across @ left @ across.T
    return profiled


def _influence(loss: Loss, Z: Matrix, y: NDArray[np.int8], theta: Vector, share: Vector) -> Matrix:
    """How much each row, with its share of the loss, moves the minimum theta; shape (n, p)."""
    scores = Z @ theta
    hessian = (share * loss.curvature(scores, y))[:, np.newaxis] * Z
    rows = (share * loss.slope(scores, y))[:, np.newaxis] * Z
    moved: Matrix = -rows @ np.linalg.pinv(hessian.T @ Z, hermitian=True)
    return moved
