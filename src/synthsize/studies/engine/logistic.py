"""Logistic regression without intercept along growing prefixes, for the studies whose model has none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]
ROUNDS = 50
STEP = 1e-9


def fit_without_intercept(
    X: Array, y: Array, penalty: float, start: Array | None = None, weights: Array | None = None
) -> Array:
    """Minimise sum weights log-loss + penalty |theta|^2 / 2 by Newton's method with halved steps.

    Raises
    ------
    ArithmeticError
        If it has not converged after 50 rounds.
    """
    theta = np.zeros(X.shape[1]) if start is None else start.copy()
    shares = np.ones(len(X)) if weights is None else weights
    signed = np.where(y == 1, 1.0, -1.0)

    def value(at: Array) -> float:
        return float(shares @ np.logaddexp(0.0, -signed * (X @ at)) + 0.5 * penalty * at @ at)

    now = value(theta)
    for _ in range(ROUNDS):
        probability = expit(X @ theta)
        gradient = X.T @ (shares * (probability - y)) + penalty * theta
        curvature = (X.T * (shares * probability * (1.0 - probability))) @ X
        curvature[np.diag_indices_from(curvature)] += penalty
        step = np.linalg.solve(curvature, gradient)
        size = 1.0
        while (new := value(theta - size * step)) > now + 1e-12 * abs(now) and size > 1e-6:
            size /= 2.0
        theta, now = theta - size * step, new
        if np.abs(size * step).max() <= STEP * (1.0 + np.abs(theta).max()):
            return theta
    raise ArithmeticError(f"logistic regression without intercept has not converged in {ROUNDS} rounds")


def path_without_intercept(real: Array, y: Array, synthetic: Array, sizes: Sequence[int], C: float) -> Array:
    """Fit real rows plus the first `size` synthetic rows of label 1, each fit from the last; shape (sizes, d)."""
    rows = np.concatenate([real, synthetic])
    labels = np.concatenate([y, np.ones(len(synthetic))])
    thetas, theta = [], None
    for size in sizes:
        end = len(real) + size
        theta = fit_without_intercept(rows[:end], labels[:end], 1.0 / C, theta)
        thetas.append(theta)
    return np.stack(thetas)
