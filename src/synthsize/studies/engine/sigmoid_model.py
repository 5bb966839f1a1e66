"""Ma and Zhang's Examples 4 to 6 (arXiv:2601.16120): imbalanced classes whose gradients vanish at the same parameter.

P(y = 1 | x) = s(c x_1), s the sigmoid, no intercept. x_1 is -a with probability alpha and b otherwise, with alpha such
that E[s'(c x_1) x_1] = 0; the other coordinates W are independent of it, signs times a fixed mean plus N(0, sd^2). Then
theta = c e_1 minimises the loss of either class, and yet one class is rare.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def share_below(a: float, b: float, c: float) -> float:
    """Return alpha, the probability of x_1 = -a: b s'(cb) / (a s'(ca) + b s'(cb))."""
    slope_a, slope_b = (expit(c * t) * expit(-c * t) for t in (a, b))
    return float(b * slope_b / (a * slope_a + b * slope_b))


def positive_share(a: float, b: float, c: float) -> float:
    """P(y = 1)."""
    alpha = share_below(a, b, c)
    return float(alpha * expit(-c * a) + (1.0 - alpha) * expit(c * b))


def share_below_within(label: int, settings: Mapping[str, Any]) -> float:
    """P(x_1 = -a | y)."""
    a, b, c = (settings[name] for name in "abc")
    sign, alpha = (1.0 if label == 1 else -1.0), share_below(a, b, c)
    below, above = alpha * expit(-sign * c * a), (1.0 - alpha) * expit(sign * c * b)
    return float(below / (below + above))


def mixture_mean(settings: Mapping[str, Any]) -> Array:
    """Mean of W for the sign 1."""
    mean = np.zeros(settings["d"] - 1)
    mean[: settings["mixed"]] = settings["mixture_mean"]
    return mean


def draw_class(label: int, n: int, settings: Mapping[str, Any], stream: np.random.Generator) -> Array:
    """Rows of one class."""
    below = stream.random(n) < share_below_within(label, settings)
    first = np.where(below, -settings["a"], settings["b"])
    signs = 2.0 * stream.integers(0, 2, (n, 1)) - 1.0
    rest = signs * mixture_mean(settings) + settings["sd"] * stream.standard_normal((n, settings["d"] - 1))
    return np.column_stack([first, rest])


def balanced_risk(theta: Array, settings: Mapping[str, Any]) -> Array:
    """Exact balanced log-loss in nats of each theta of shape (..., d), by quadrature over the normal part of W."""
    centre = theta[..., 1:] @ mixture_mean(settings)
    spread = settings["sd"] * np.linalg.norm(theta[..., 1:], axis=-1)
    total = np.zeros(theta.shape[:-1])
    for label, sign in ((1, 1.0), (0, -1.0)):
        below = share_below_within(label, settings)
        for first, share in ((-settings["a"], below), (settings["b"], 1.0 - below)):
            for half in (-1.0, 1.0):
                score = (theta[..., 0] * first + half * centre)[..., None] + spread[..., None] * NODES
                total = total + 0.25 * share * (np.logaddexp(0.0, -sign * score) @ WEIGHTS)
    return np.asarray(total)


def best_risk(settings: Mapping[str, Any]) -> float:
    """Balanced risk of c e_1."""
    theta = np.zeros(settings["d"])
    theta[0] = settings["c"]
    return float(balanced_risk(theta, settings))
