"""Decision metrics of linear scores, cut at 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Decisions:
    """Shares of right decisions, one per column of scores; NaN where a class does not occur.

    Attributes
    ----------
    sensitivity : ndarray
        Share of minority rows with a score above 0.
    specificity : ndarray
        Share of majority rows with a score of 0 or below.
    """

    sensitivity: NDArray[np.float64]
    specificity: NDArray[np.float64]

    @property
    def balanced_accuracy(self) -> NDArray[np.float64]:
        """Mean of sensitivity and specificity."""
        return (self.sensitivity + self.specificity) / 2.0


def decide(scores: ArrayLike, y: ArrayLike) -> Decisions:
    """Call every row with a score above 0 (probability above 1/2) a minority row, and count.

    Parameters
    ----------
    scores : array of shape (n,) or (n, columns)
    y : array of shape (n,)
    """
    called, labels = np.asarray(scores) > 0.0, np.asarray(y)
    return Decisions(_share(called[labels == 1]), _share(~called[labels == 0]))


def _share(hits: NDArray[np.bool_]) -> NDArray[np.float64]:
    if len(hits) == 0:
        return np.full(hits.shape[1:], np.nan)
    return np.asarray(hits.mean(axis=0))
