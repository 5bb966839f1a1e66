"""Log odds moved from one class prior to another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def prior_shift(n_majority: int, n_minority: ArrayLike, majority_weight: float) -> Array:
    """Return what to add to log odds, so that they hold where the classes have their shares in the balanced risk.

    log(n0 / n1) + log((1 - w) / w), w being the majority's weight: Bayes' rule for another prior [1]_.

    Parameters
    ----------
    n_majority : int
    n_minority : int or array of int
        Training rows of each class, synthetic ones included.
    majority_weight : float
        w, strictly between 0 and 1.

    References
    ----------
    .. [1] Elkan (2001), The foundations of cost-sensitive learning, IJCAI, 973-978, theorem 2.
    """
    odds = n_majority / np.asarray(n_minority, dtype=np.float64)
    return np.asarray(np.log(odds) + np.log((1.0 - majority_weight) / majority_weight))
