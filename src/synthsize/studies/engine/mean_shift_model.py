"""Ma and Zhang's Example 3 (arXiv:2601.16120): labels -1 and 1, x = y mu + noise, squared loss, no intercept.

Both classes have the same risk at every parameter, so imbalance moves nothing (local symmetry) and synthetic rows only
add the error of their generator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthsize.balance import make_generator
from synthsize.report import style
from synthsize.studies.engine.squared_loss import Sums, prefix_sums, sums

Array = NDArray[np.float64]
Stream = np.random.Generator

NOISES = {"uniform": "uniform noise", "rademacher": "Rademacher noise", "sphere": "noise on a sphere"}
SYNTHETIC = {
    "oracle": "true law",
    "semi_oracle": "true noise, estimated mean",
    "gaussian": "Gaussian fit",
    "smote": "SMOTE",
}
COLOURS = dict(zip(SYNTHETIC, (style.GREEN, style.BLUE, style.ORANGE, style.VERMILION), strict=True))
MARKS = dict(zip(SYNTHETIC, "os^D", strict=True))


def draw_noise(law: str, shape: tuple[int, int], stream: Stream) -> Array:
    """Noise with mean 0 and covariance I; `law` is a name of `NOISES`."""
    if law == "uniform":
        return stream.uniform(-np.sqrt(3.0), np.sqrt(3.0), shape)
    if law == "rademacher":
        return np.asarray(2.0 * stream.integers(0, 2, shape) - 1.0, dtype=float)
    rows = stream.standard_normal(shape)
    return np.asarray(np.sqrt(shape[1]) * rows / np.linalg.norm(rows, axis=1, keepdims=True))


def noise_moments(law: str, d: int) -> tuple[float, float]:
    """E xi_1^4 and E xi_1^2 xi_2^2."""
    if law == "uniform":
        return 9.0 / 5.0, 1.0
    return (1.0, 1.0) if law == "rademacher" else (3.0 * d / (d + 2.0), d / (d + 2.0))


def draw_classes(
    law: str, counts: tuple[int, int], settings: Mapping[str, Any], stream: Stream
) -> list[Array]:
    """Majority (label -1) and minority rows (label 1)."""
    mean = np.zeros(settings["d"])
    mean[0] = settings["delta"]
    return [
        draw_noise(law, (n, settings["d"]), stream) + sign * mean
        for n, sign in zip(counts, (-1.0, 1.0), strict=True)
    ]


def real_sums(classes: Sequence[Array]) -> Sums:
    """Sum over the rows of both classes."""
    return sums(classes[0], -1.0) + sums(classes[1], 1.0)


def synthetic_sums(
    generator: str,
    law: str,
    classes: Sequence[Array],
    sizes: Sequence[int],
    settings: Mapping[str, Any],
    stream: Stream,
) -> Sums:
    """Sum over nested synthetic samples of the minority class."""
    rows = _DRAW[generator](law, classes, max(sizes), settings, stream)
    return prefix_sums(rows, 1.0, sizes)


def _oracle(law: str, classes: Sequence[Array], n: int, settings: Mapping[str, Any], stream: Stream) -> Array:
    del classes
    rows = draw_noise(law, (n, settings["d"]), stream)
    rows[:, 0] += settings["delta"]
    return rows


def _semi_oracle(
    law: str, classes: Sequence[Array], n: int, settings: Mapping[str, Any], stream: Stream
) -> Array:
    return np.asarray(draw_noise(law, (n, settings["d"]), stream) + classes[1].mean(axis=0))


def _gaussian(
    law: str, classes: Sequence[Array], n: int, settings: Mapping[str, Any], stream: Stream
) -> Array:
    """Draw normal rows with the minority's mean and a covariance that is drawn a little towards a multiple of I."""
    del law
    d, share = settings["d"], settings["shrinkage"]
    covariance = np.cov(classes[1], rowvar=False)
    covariance = (1.0 - share) * covariance + (share * np.trace(covariance) / d + 1e-6) * np.eye(d)
    rows = stream.standard_normal((n, d)) @ np.linalg.cholesky(covariance).T
    return np.asarray(rows + classes[1].mean(axis=0))


def _smote(law: str, classes: Sequence[Array], n: int, settings: Mapping[str, Any], stream: Stream) -> Array:
    del law
    y = np.repeat([0, 1], [1, len(classes[1])])  # SMOTE looks at the minority alone
    rows = np.concatenate([classes[0][:1], classes[1]])
    fitted = make_generator("smote", k_neighbors=settings["k_neighbors"]).fit(rows, y)
    return fitted.sample(n, int(stream.integers(2**31)))


_DRAW: dict[str, Callable[..., Array]] = {
    "oracle": _oracle,
    "semi_oracle": _semi_oracle,
    "gaussian": _gaussian,
    "smote": _smote,
}


def excess_risk(theta: Array, delta: float) -> Array:
    """Balanced risk of each theta of shape (..., d) above its minimum, at delta / (1 + delta^2) along the mean."""
    off = theta.copy()
    off[..., 0] -= delta / (1.0 + delta * delta)
    return np.asarray((off**2).sum(axis=-1) + delta * delta * off[..., 0] ** 2)


def mean_excess(generator: str, law: str, n_synthetic: float, settings: Mapping[str, Any]) -> float:
    """Mean excess risk to first order; NaN for generators without a closed form.

    V / N for the true law, N all rows. An estimated mean has the error N(0, I / n1), which adds its square, weighted by
    the share of synthetic rows.
    """
    if generator not in ("oracle", "semi_oracle"):
        return float("nan")
    d, m = settings["d"], settings["delta"] ** 2
    total = settings["n0"] + settings["n1"] + n_synthetic
    fourth, mixed = noise_moments(law, d)
    across = (d - 1) * (1.0 + m * mixed) / (1.0 + m) ** 2
    along = (m * (fourth - 1.0) + (m - 1.0) ** 2) / (1.0 + m) ** 3
    variance = (across + along) / total
    if generator == "oracle":
        return float(variance)
    share = n_synthetic / total
    error = (d - 1) / (1.0 + m) ** 2 + (m - 1.0) ** 2 / (1.0 + m) ** 3
    return float(variance + share**2 * error / settings["n1"])
