"""Whether a mean difference over repeated splits is distinct from zero, and large enough to matter.

Both answers rest on the same corrected t distribution as the Nadeau-Bengio interval: J - 1 degrees of freedom and a
standard error of sqrt(1/J + n_test/n_train) standard deviations.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t

from synthsize.statistics.intervals import nadeau_bengio_factor, spread

Array = NDArray[np.float64]


def corrected_t_test(differences: ArrayLike, n_train: ArrayLike, n_test: ArrayLike) -> Array:
    """Two-sided p-value of the corrected resampled t-test of a mean difference of zero.

    Parameters
    ----------
    differences : array of shape (J,) or (J, K)
        One difference per split.
    n_train, n_test : float or array of shape (J,)
        Rows of each split's training and test sets.

    Returns
    -------
    ndarray of shape () or (K,)
        NaN for one split, for a missing difference, and where all differences are equal.

    References
    ----------
    Nadeau and Bengio (2003), Machine Learning 52, 239-281.
    """
    sample = np.asarray(differences, dtype=float)
    scale = nadeau_bengio_factor(len(sample), n_train, n_test) * spread(sample)
    statistic = np.full(scale.shape, np.nan)
    np.divide(sample.mean(axis=0), scale, out=statistic, where=scale > 0)
    return np.asarray(2 * t.sf(np.abs(statistic), len(sample) - 1))


def rope_probabilities(
    differences: ArrayLike, n_train: ArrayLike, n_test: ArrayLike, rope: float
) -> tuple[Array, Array, Array]:
    """Posterior probability that the true difference lies below, in and above the region of practical equivalence.

    Bayesian correlated t-test: under a flat prior the mean difference has a t posterior around the observed mean,
    with the scale of the corrected t-test [1]_. Equal differences leave a posterior without width.

    Parameters
    ----------
    differences : array of shape (J,) or (J, K)
        One difference per split.
    n_train, n_test : float or array of shape (J,)
        Rows of each split's training and test sets.
    rope : float
        Half-width of the region, in the units of the differences.

    Returns
    -------
    below, within, above : ndarray of shape () or (K,)
        They sum to 1; NaN for one split and for a missing difference.

    References
    ----------
    .. [1] Benavoli, Corani, Demsar and Zaffalon (2017), JMLR 18(77), 1-36.
    """
    sample = np.asarray(differences, dtype=float)
    mean, freedom = sample.mean(axis=0), len(sample) - 1
    scale = nadeau_bengio_factor(len(sample), n_train, n_test) * spread(sample)
    point = scale == 0
    width = np.where(point, 1.0, scale)
    below = np.where(point, mean < -rope, t.cdf((-rope - mean) / width, freedom))
    above = np.where(point, mean > rope, t.sf((rope - mean) / width, freedom))
    return below, np.maximum(1 - below - above, 0.0), above


def holm(p_values: ArrayLike) -> Array:
    """Adjust the p-values of one family by Holm's step-down rule, which bounds the chance of any false rejection.

    Parameters
    ----------
    p_values : array of shape (K,)
        NaN marks a planned test that could not be made. It counts in the family, so that what failed does not make
        the other tests easier.

    Returns
    -------
    ndarray of shape (K,)
        At most 1; NaN stays NaN.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
    """
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")  # NaN last
    stepped = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return adjusted
