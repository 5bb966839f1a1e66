"""Two Gaussian classes under squared loss: closed forms of Ma and Zhang's Example 2 (arXiv:2601.16120).

X | 0 ~ N(0, I), X | 1 ~ N((mu, 0), I), synthetic rows ~ N((a, 0), I); loss (y - theta'x)^2 without intercept, y in
{0, 1}. The balanced risk |theta|^2 + (1 - theta'mu)^2 / 2 has its minimum at mu / (2 + |mu|^2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
NO_SIZE = "no bias-cancelling size: the generator repeats too much of the asymmetry"


def cancelling_multiplier(mu: float, a: float) -> float:
    """Size, in units of the class gap, at which the generator's bias cancels the asymmetry; NaN where none does."""
    below = a * (mu * mu + 2.0) - mu * (1.0 + a * a)
    return mu / below if below > 0.0 else float("nan")


def best_parameter(mu: float) -> Array:
    """Return the minimum of the balanced risk."""
    return np.array([mu / (2.0 + mu * mu), 0.0])


def excess_risk(theta: Array, mu: float) -> Array:
    """Balanced risk above its minimum, of each theta of shape (..., 2)."""
    off = theta - best_parameter(mu)
    return np.asarray((off**2).sum(axis=-1) + 0.5 * mu * mu * off[..., 0] ** 2)


def parameter_error(theta: Array, mu: float) -> Array:
    """Distance to the minimum of the balanced risk."""
    return np.asarray(np.linalg.norm(theta - best_parameter(mu), axis=-1))


def population_minimiser(shares: Array, mu: float, a: float) -> Array:
    """Minimum of the augmented risk whose majority, minority and synthetic rows have these shares."""
    _, minority, synthetic = shares
    along = (minority * mu + synthetic * a) / (1.0 + minority * mu * mu + synthetic * a * a)
    return np.array([along, 0.0])


def population_excess(multiplier: float, imbalance: float, mu: float, a: float) -> float:
    """Excess risk with endless data at a size of `multiplier` times the class gap."""
    counts = np.array([imbalance, 1.0, multiplier * (imbalance - 1.0)])
    return float(excess_risk(population_minimiser(counts / counts.sum(), mu, a), mu))


def mean_excess(counts: Array, mu: float, a: float) -> float:
    """Mean excess risk of the fit on finite samples, to first order in 1 / N.

    Excess risk at the population's minimiser plus tr(H V) / 2 with the sandwich variance V of the fit about it.

    Parameters
    ----------
    counts : ndarray of shape (3,)
        Majority, minority and synthetic rows.
    """
    total = counts.sum()
    theta = population_minimiser(counts / total, mu, a)
    means = np.array([[0.0, 0.0], [mu, 0.0], [a, 0.0]])
    hessian, noise = np.zeros((2, 2)), np.zeros((2, 2))
    for count, mean, y in zip(counts, means, (0.0, 1.0, 1.0), strict=True):
        hessian += count / total * 2.0 * (np.eye(2) + np.outer(mean, mean))
        noise += count / total * gradient_covariance(theta, mean, y)
    inverse = np.linalg.inv(hessian)
    of_risk = 2.0 * np.eye(2) + np.outer(means[1], means[1])
    variance = float(np.trace(of_risk @ inverse @ noise @ inverse)) / (2.0 * total)
    return float(float(excess_risk(theta, mu)) + variance)


def gradient_covariance(theta: Array, mean: Array, y: float) -> Array:
    """Covariance of 2 x (theta'x - y) for x ~ N(mean, I), by Isserlis' theorem."""
    residual, length = float(theta @ mean) - y, float(theta @ theta)
    second = (np.outer(mean, mean) + np.eye(len(mean))) * (residual**2 + length)
    second += 2.0 * residual * (np.outer(mean, theta) + np.outer(theta, mean)) + 2.0 * np.outer(theta, theta)
    first = mean * residual + theta
    return np.asarray(4.0 * (second - np.outer(first, first)))
