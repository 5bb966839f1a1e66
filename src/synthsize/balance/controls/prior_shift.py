"""The raw fit, its log odds moved from the training set's prevalence to the one that the balanced risk weighs by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.controls.base import NO_MULTIPLIER, ControlFit, ControlInputs
from synthsize.balance.events import Event
from synthsize.balance.prior import prior_shift

ENTRY = {
    "label": "Shifted prior",
    "short": "shifted prior",
    "words": "the raw fit with its prior shifted to the classes' weights in the risk",
    "marker": "s",
    "order": 20,
}


def fit_control(inputs: ControlInputs, events: list[Event]) -> list[ControlFit]:
    """Move the raw fit's log odds to the classes' weights in the risk; see `prior.prior_shift`.

    A margin is no log odds, so a learner without them has no prior to shift and no fit is returned.
    """
    if not inputs.learner.estimates_risk:
        return []
    shift = prior_shift_of(inputs.y, inputs.majority_weight)
    return [ControlFit("prior_shift", NO_MULTIPLIER, inputs.raw_fit(events), shift)]


def prior_shift_of(y: NDArray[np.int8], majority_weight: float) -> float:
    """Return what is added to log odds to move them from the prevalence of training rows to the classes' weights.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Labels of the training rows; both classes occur.
    majority_weight : float
        w of the balanced risk.
    """
    n_majority, n_minority = np.bincount(y, minlength=2)
    return float(prior_shift(int(n_majority), n_minority, majority_weight))
