"""Decisions at threshold probabilities, and what they are worth.

A threshold probability t says how many false alarms t / (1 - t) a true one outweighs: at t = 0.1, nine. Net benefit
counts true positives per row and takes off the false ones at that rate [1]_.

References
----------
.. [1] Vickers and Elkin (2006), Medical Decision Making 26, 565-574.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit


def positives_at(
    log_odds: ArrayLike, y: ArrayLike, thresholds: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the rows whose estimated risk reaches each threshold.

    Parameters
    ----------
    log_odds, y : array of shape (n,)
    thresholds : array of shape (T,)
        Probabilities between 0 and 1.

    Returns
    -------
    true_positives, false_positives : ndarray of int of shape (T,)
    """
    risk, labels = expit(np.asarray(log_odds, dtype=np.float64)), np.asarray(y)
    minority, majority = np.sort(risk[labels == 1]), np.sort(risk[labels == 0])
    cuts = np.asarray(thresholds, dtype=np.float64)
    return (
        (len(minority) - np.searchsorted(minority, cuts, side="left")).astype(np.int64),
        (len(majority) - np.searchsorted(majority, cuts, side="left")).astype(np.int64),
    )
