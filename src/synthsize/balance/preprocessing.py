"""Impute and standardise, learning from real training rows only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import StandardScaler

from synthsize.balance.events import Event


def feature_means(X: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of each feature's observed values, NaN where a feature is never observed.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        NaN marks a missing value.

    Returns
    -------
    ndarray of shape (d,)
    """
    observed = ~np.isnan(X)
    counts = observed.sum(axis=0)
    sums = np.where(observed, X, 0.0).sum(axis=0)
    means: NDArray[np.float64] = np.divide(sums, counts, out=np.full(X.shape[1], np.nan), where=counts > 0)
    return means


class Preprocessor:
    """Fills missing values with means, then centres and scales each feature to unit variance, if asked.

    Parameters
    ----------
    means : ndarray of shape (d,), optional
        Means to impute with. By default those of the rows `fit` sees; the means of a whole cohort, learned before
        it is split, let a little of the test rows into the training.
    feature_names : sequence of str, optional
        To name features in events; their numbers by default.
    scale : bool
        Whether to centre and scale.

    Attributes
    ----------
    scaler_ : StandardScaler or None
    events_ : list of Event
        Features without a mean: their values are set to 0 after scaling, observed or not, so they carry nothing.
    """

    scaler_: StandardScaler | None
    events_: list[Event]

    def __init__(
        self,
        means: NDArray[np.float64] | None = None,
        feature_names: Sequence[str] | None = None,
        scale: bool = True,
    ) -> None:
        self.means = means
        self.feature_names = feature_names
        self.scale = scale

    def fit(self, X: NDArray[np.float64]) -> Self:
        """Learn means and scales from the real training rows `X` of shape (n, d)."""
        means = feature_means(X) if self.means is None else self.means
        self._empty = np.isnan(means)
        self._fill = np.where(self._empty, 0.0, means)
        self.scaler_ = StandardScaler().fit(self._impute(X)) if self.scale else None
        names = self.feature_names or [str(column) for column in range(X.shape[1])]
        self.events_ = [
            Event("empty_feature", f"feature {names[column]} has no observed value to train on: set to 0")
            for column in np.flatnonzero(self._empty).tolist()
        ]
        return self

    def transform(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return `X` imputed and, if asked, standardised, shape (n, d)."""
        filled = self._impute(X)
        return filled if self.scaler_ is None else np.asarray(self.scaler_.transform(filled))

    def _impute(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        filled = np.where(np.isnan(X), self._fill, X)
        filled[:, self._empty] = 0.0
        return filled
