"""Fidelity of synthetic minority rows: margins, correlations and distances, compared with real rows.

The same measures of real rows that were held out say what a perfect generator would reach.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp
from sklearn.neighbors import KDTree

Matrix = NDArray[np.float64]

FEWEST = 2  # real rows, of which each has another to be near to
FEWEST_CORRELATED = 3  # two rows are always perfectly correlated
SAME = 1e-9  # distance of rows that are copies of each other, in standard deviations

# Stated limits, beyond which rows are no sample of the minority's law.
COPIES = 0.5  # share of copies of real rows, or of one another
NEAR = 0.1  # distance to real rows as a share of real rows' own
FAR = 3.0
OUTLYING = 0.1  # share of rows that lie farther from every real row than any real row does from its nearest


@dataclass(frozen=True)
class Fidelity:
    """Measures of difference between rows and real ones; NaN where undefined.

    Attributes
    ----------
    mean_difference : float
        Absolute difference of the means in standard deviations of the real rows, averaged over the features.
    ks_mean, ks_worst : float
        Kolmogorov-Smirnov distance of a feature's margins, from 0 to 1: averaged, and the largest.
    worst_feature : int
        Column of the largest; -1 where none varies.
    correlation_mean, correlation_worst : float
        Absolute difference of the correlation of two features: averaged over the pairs, and the largest.
    distance_ratio : float
        Median distance to the nearest real row, over the median distance of a real row to the nearest other.
    outlying_share : float
        Share of rows farther from every real row than any real row is from its nearest.
    copies_share, repeats_share : float
        Share of rows that are copies of a real row, and of an earlier row of their own.
    """

    mean_difference: float
    ks_mean: float
    ks_worst: float
    worst_feature: int
    correlation_mean: float
    correlation_worst: float
    distance_ratio: float
    outlying_share: float
    copies_share: float
    repeats_share: float

    @property
    def collapsed(self) -> bool:
        """Whether most rows are copies, or all but copies."""
        return max(self.copies_share, self.repeats_share) > COPIES or self.distance_ratio < NEAR

    @property
    def exploded(self) -> bool:
        """Whether rows lie where no real row is."""
        return self.distance_ratio > FAR or self.outlying_share > OUTLYING


def measure_fidelity(real: Matrix, rows: Matrix, n_margins: int | None = None) -> Fidelity:
    """Compare rows with real ones of the same class.

    Parameters
    ----------
    real : ndarray of shape (n1, d)
        Standardised.
    rows : ndarray of shape (n, d)
        At least one.
    n_margins : int, optional
        How many of `rows`, the first, margins and correlations are read off, whose differences grow as rows become
        fewer: two sets are compared with as many of each. By default all.
    """
    margins = rows[:n_margins]
    spread = real.std(axis=0)
    varying = np.flatnonzero(spread > SAME)
    ks = np.array([ks_2samp(margins[:, j], real[:, j], method="asymp").statistic for j in varying])
    shifts = np.abs(margins.mean(axis=0) - real.mean(axis=0))[varying] / spread[varying]
    correlations = _correlation_differences(real, margins)
    worst = int(varying[np.argmax(ks)]) if len(ks) else -1
    return Fidelity(
        mean_difference=_mean(shifts),
        ks_mean=_mean(ks),
        ks_worst=float(ks.max(initial=-np.inf)) if len(ks) else np.nan,
        worst_feature=worst,
        correlation_mean=_mean(correlations),
        correlation_worst=float(correlations.max()) if len(correlations) else np.nan,
        **_distances(real, rows),
        repeats_share=1.0 - len(np.unique(np.round(rows / SAME), axis=0)) / len(rows),
    )


def _distances(real: Matrix, rows: Matrix) -> dict[str, float]:
    tree = KDTree(real)  # exact also where rows are copies, unlike distances by way of a product
    nearest = tree.query(rows, k=1)[0][:, 0]
    found = {
        "distance_ratio": np.nan,
        "outlying_share": np.nan,
        "copies_share": float((nearest <= SAME).mean()),
    }
    if len(real) >= FEWEST:
        own = tree.query(real, k=2)[0][:, 1]
        found["outlying_share"] = float((nearest > own.max() + SAME).mean())
        if np.median(own) > SAME:
            found["distance_ratio"] = float(np.median(nearest) / np.median(own))
    return found


def _correlation_differences(real: Matrix, rows: Matrix) -> Matrix:
    """Differences of all pairs of features that vary in both."""
    varying = (real.std(axis=0) > SAME) & (rows.std(axis=0) > SAME)
    if min(len(real), len(rows)) < FEWEST_CORRELATED or varying.sum() < 2:
        return np.empty(0)
    first, second = (np.corrcoef(part[:, varying], rowvar=False) for part in (real, rows))
    pairs = np.triu_indices(int(varying.sum()), 1)
    return np.asarray(np.abs(first - second)[pairs])


def _mean(values: Matrix) -> float:
    return float(values.mean()) if len(values) else np.nan
