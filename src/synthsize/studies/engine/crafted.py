"""The six crafted features of Nakada et al. (arXiv:2406.03628) and the performance of the Bayes classifier.

X1, X2 ~ N(0, 1); X3 = 0.5 X1 + 0.3 X2 + N(0, 0.5^2); X4 = X1 N(0, 1); X5 = 0.5 X3 + N(0, 1); X6 is -1 or 1. The label
is whether 0.7 X1 - 0.6 X2 + 0.8 X3 + 0.4 X1 X2 + N(0, 1) exceeds its median. X4 to X6 carry no information.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, xlogy

Array = NDArray[np.float64]
NODES = 40


def signal(X: Array) -> Array:
    """Label's score without its noise."""
    return np.asarray(0.7 * X[..., 0] - 0.6 * X[..., 1] + 0.8 * X[..., 2] + 0.4 * X[..., 0] * X[..., 1])


def draw_features(n: int, stream: np.random.Generator) -> Array:
    """Draw n rows; shape (n, 6)."""
    noise = stream.standard_normal((n, 5))
    x1, x2 = noise[:, 0], noise[:, 1]
    x3 = 0.5 * x1 + 0.3 * x2 + 0.5 * noise[:, 2]
    sign = 2.0 * stream.integers(0, 2, n) - 1.0
    return np.column_stack([x1, x2, x3, x1 * noise[:, 3], 0.5 * x3 + noise[:, 4], sign])


def draw_labelled(n: int, stream: np.random.Generator) -> tuple[Array, NDArray[np.int64]]:
    """Rows and their labels; the threshold is the population's median."""
    X = draw_features(n, stream)
    return X, (signal(X) + stream.standard_normal(n) > _levels()[0]).astype(np.int64)


def bayes_level() -> tuple[float, float]:
    """Balanced cross-entropy in nats and balanced error of the true probabilities."""
    return _levels()[1:]


@cache
def _levels() -> tuple[float, float, float]:
    """Median of the label's score, and the two levels, by quadrature over X1, X2 and the noise of X3."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()
    x1, x2, noise = np.meshgrid(nodes, nodes, nodes, indexing="ij")
    share = np.einsum("i,j,k->ijk", weights, weights, weights)
    values = signal(np.stack([x1, x2, 0.5 * x1 + 0.3 * x2 + 0.5 * noise], axis=-1))
    median = float(brentq(lambda t: float((share * ndtr(values - t)).sum()) - 0.5, -5.0, 5.0))
    p = ndtr(values - median)
    entropy = -(xlogy(p, p) + xlogy(1.0 - p, 1.0 - p))
    return median, float((share * entropy).sum()), float((share * np.minimum(p, 1.0 - p)).sum())
