"""95 % intervals for a mean over repeated train/test splits of one cohort."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm, t

LEVEL = 0.95


def normal_interval(values: ArrayLike) -> tuple[float, float]:
    """Interval of the mean that treats the splits as independent: mean -+ 1.96 sd / sqrt(J).

    It covers the Monte Carlo error of drawing J splits from this cohort, not the error of the cohort itself.

    Parameters
    ----------
    values : array of shape (J,)
        One value per split.

    Returns
    -------
    low, high : float
        NaN for one split.
    """
    sample = np.asarray(values, dtype=float)
    return _around(sample, float(norm.ppf(0.5 + LEVEL / 2)) * np.sqrt(1.0 / len(sample)))


def nadeau_bengio_interval(values: ArrayLike, n_train: float, n_test: float) -> tuple[float, float]:
    """Corrected resampled t interval, for new data from the cohort's population.

    Splits share most of their training rows, so their spread understates the error; the variance factor 1/J becomes
    1/J + n_test/n_train, with the t distribution on J - 1 degrees of freedom [1]_.

    Parameters
    ----------
    values : array of shape (J,)
        One value per split.
    n_train, n_test : float
        Rows of a split's training and test sets.

    Returns
    -------
    low, high : float
        NaN for one split.

    References
    ----------
    .. [1] Nadeau and Bengio (2003), Machine Learning 52, 239-281.
    """
    sample = np.asarray(values, dtype=float)
    if len(sample) < 2:
        return np.nan, np.nan
    quantile = float(t.ppf(0.5 + LEVEL / 2, len(sample) - 1))
    return _around(sample, quantile * np.sqrt(1.0 / len(sample) + n_test / n_train))


def _around(sample: np.ndarray, factor: float) -> tuple[float, float]:
    if len(sample) < 2:
        return np.nan, np.nan
    mean, half = float(sample.mean()), float(factor * sample.std(ddof=1))
    return mean - half, mean + half
