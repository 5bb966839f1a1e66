"""Intervals for a mean over repeated train/test splits of one cohort.

Every function takes one value per split along the first axis; further axes are separate quantities. A quantity that
lacks a split's value gets NaN bounds: a mean over the other splits would compare different test sets.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm, t

from synthsize.catalogue.metrics import RANGES

LEVEL = 0.95
# Risks and accuracies are of order one: values closer together than this differ by rounding alone.
ROUNDING = 1e-12

Array = NDArray[np.float64]


def normal_interval(values: ArrayLike, level: float = LEVEL) -> tuple[Array, Array]:
    """Interval of the mean that treats the splits as independent: mean -+ z sd / sqrt(J).

    It covers the Monte Carlo error of drawing J splits from this cohort, not the error of the cohort itself.

    Parameters
    ----------
    values : array of shape (J,) or (J, K)
        One value per split.
    level : float
        Nominal coverage.

    Returns
    -------
    low, high : ndarray of shape () or (K,)
        NaN for one split.
    """
    sample = np.asarray(values, dtype=float)
    return _around(sample, _normal_quantile(level) * np.sqrt(1.0 / len(sample)))


def nadeau_bengio_interval(
    values: ArrayLike, n_train: ArrayLike, n_test: ArrayLike, level: float = LEVEL
) -> tuple[Array, Array]:
    """Corrected resampled t interval, for new data from the cohort's population.

    Splits share most of their training rows, so their spread understates the error; the variance factor 1/J becomes
    1/J + n_test/n_train, with the t distribution on J - 1 degrees of freedom [1]_.

    Parameters
    ----------
    values : array of shape (J,) or (J, K)
        One value per split.
    n_train, n_test : float or array of shape (J,)
        Rows of each split's training and test sets.
    level : float
        Nominal coverage.

    Returns
    -------
    low, high : ndarray of shape () or (K,)
        NaN for one split.

    References
    ----------
    .. [1] Nadeau and Bengio (2003), Machine Learning 52, 239-281.
    """
    sample = np.asarray(values, dtype=float)
    return _around(
        sample, _t_quantile(level, len(sample) - 1) * nadeau_bengio_factor(len(sample), n_train, n_test)
    )


def named_intervals(
    values: ArrayLike, n_train: ArrayLike, n_test: ArrayLike, metric: str, level: float = LEVEL
) -> dict[str, tuple[Array, Array]]:
    """Return both intervals of a metric by the names that tables and figures give them, cut to its range.

    Other parameters as for each; the range is that in `contracts.metrics.RANGES`.
    """
    lowest, highest = RANGES.get(metric, (-np.inf, np.inf))
    found = {
        "normal": normal_interval(values, level),
        "nadeau_bengio": nadeau_bengio_interval(values, n_train, n_test, level),
    }
    return {
        name: (np.clip(low, lowest, highest), np.clip(high, lowest, highest))
        for name, (low, high) in found.items()
    }


def nadeau_bengio_factor(n_splits: int, n_train: ArrayLike, n_test: ArrayLike) -> float:
    """Return the standard error of a mean in standard deviations over splits: sqrt(1/J + n_test/n_train).

    Grouped splits differ a little in size; their ratios are averaged.
    """
    ratio = np.mean(np.asarray(n_test, dtype=float) / np.asarray(n_train, dtype=float))
    return float(np.sqrt(1.0 / n_splits + ratio))


def spread(values: ArrayLike) -> Array:
    """Return the standard deviation over splits (ddof 1), exactly 0 where all values are equal up to rounding.

    Parameters
    ----------
    values : array of shape (J,) or (J, K)

    Returns
    -------
    ndarray of shape () or (K,)
        NaN for one split, and where a split's value is missing.
    """
    sample = np.asarray(values, dtype=float)
    if len(sample) < 2:
        return np.full(sample.shape[1:], np.nan)
    return np.where(np.ptp(sample, axis=0) <= ROUNDING, 0.0, sample.std(axis=0, ddof=1))


@cache  # a run has thousands of means over the same number of splits
def _t_quantile(level: float, df: int) -> float:
    return float(t.ppf(0.5 + level / 2, df))


@cache
def _normal_quantile(level: float) -> float:
    return float(norm.ppf(0.5 + level / 2))


def _around(sample: Array, factor: float) -> tuple[Array, Array]:
    mean, half = sample.mean(axis=0), factor * spread(sample)
    return mean - half, mean + half
