"""Calibration of log odds: what logistic recalibration on new rows would add to them and multiply them by.

With f the model's log odds, regress y on f logistically, log odds a + b f: the intercept is a with b held at 1
(calibration in the large), the slope is b with a free [1]_. A calibrated model has intercept 0 and slope 1; an
intercept below 0 says that risks are estimated too high, a slope below 1 that they are too extreme.

References
----------
.. [1] Cox (1958), Biometrika 45, 562-565.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit

STEPS = 100  # of Newton's method; data that overlap need about ten
TOLERANCE = 1e-9  # of the last Newton step, in standard deviations of the log odds

Vector = NDArray[np.float64]


def calibration_intercept(log_odds: ArrayLike, y: ArrayLike) -> float:
    """Return the shift that makes the mean estimated risk equal to the share of minority rows.

    Parameters
    ----------
    log_odds, y : array of shape (n,)

    Returns
    -------
    float
        NaN when a class does not occur: no finite shift would do.
    """
    estimated, labels = np.asarray(log_odds, dtype=np.float64), np.asarray(y)
    share = float(labels.mean())
    if not 0.0 < share < 1.0:
        return float("nan")
    # Shifts that move every row below, and every row above, the share wanted.
    low, high = logit(share) - estimated.max() - 1.0, logit(share) - estimated.min() + 1.0
    return float(brentq(lambda shift: float(expit(estimated + shift).mean()) - share, low, high, xtol=1e-12))


def calibration_slope(log_odds: ArrayLike, y: ArrayLike) -> float:
    """Return the slope of an unpenalised logistic regression of y on the log odds.

    Parameters
    ----------
    log_odds, y : array of shape (n,)

    Returns
    -------
    float
        NaN where the fit does not exist: a class is missing, a cut separates the classes, or all log odds are equal.
    """
    return recalibration(log_odds, y)[1]


def recalibration(scores: ArrayLike, y: ArrayLike) -> tuple[float, float]:
    """Fit an unpenalised logistic regression of y on scores, which may be log odds or margins [1]_.

    Parameters
    ----------
    scores, y : array of shape (n,)
        Scores of rows that the scoring fit did not see.

    Returns
    -------
    intercept, slope : float
        Recalibrated log odds are intercept + slope * score. NaN where the fit does not exist: a class is missing, a cut
        separates the classes, or all scores are equal.

    References
    ----------
    .. [1] Platt (1999), Advances in Large Margin Classifiers, 61-74, without its smoothed targets.
    """
    found, labels = np.asarray(scores, dtype=np.float64), np.asarray(y)
    minority, majority = found[labels == 1], found[labels == 0]
    if not len(minority) or not len(majority):
        return float("nan"), float("nan")
    if majority.max() <= minority.min() or minority.max() <= majority.min():
        return float("nan"), float("nan")
    centre, scale = float(found.mean()), float(found.std())
    intercept, slope = _fitted((found - centre) / scale, labels.astype(np.float64))
    return intercept - slope * centre / scale, slope / scale


def _fitted(x: Vector, y: Vector) -> tuple[float, float]:
    """Newton's method with halved steps on a standardised regressor, from the fit without it; NaN if it stalls."""
    theta = np.array([float(logit(y.mean())), 0.0])
    loss = _loss(theta, x, y)
    for _ in range(STEPS):
        step = _newton_step(theta, x, y)
        if np.abs(step).max() <= TOLERANCE * (1.0 + np.abs(theta).max()):
            return float(theta[0] + step[0]), float(theta[1] + step[1])
        tried = _loss(theta + step, x, y)
        while tried > loss * (1.0 + 1e-12):
            step = step / 2.0
            tried = _loss(theta + step, x, y)
        theta, loss = theta + step, tried
    return float("nan"), float("nan")


def _newton_step(theta: Vector, x: Vector, y: Vector) -> Vector:
    risk = expit(theta[0] + theta[1] * x)
    curvature, error = risk * (1.0 - risk), y - risk
    mixed = curvature @ x
    hessian = np.array([[curvature.sum(), mixed], [mixed, (curvature * x) @ x]])
    return np.asarray(np.linalg.solve(hessian, np.array([error.sum(), error @ x])))


def _loss(theta: Vector, x: Vector, y: Vector) -> float:
    odds = theta[0] + theta[1] * x
    return float((np.maximum(odds, 0.0) + np.log1p(np.exp(-np.abs(odds))) - y * odds).sum())
