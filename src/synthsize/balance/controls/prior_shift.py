"""The raw fit, its log odds moved from the training set's prevalence to the one that the balanced risk weighs by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthsize.balance.controls.base import NO_MULTIPLIER, ControlFit, ControlInputs
from synthsize.balance.events import Event

ENTRY = {
    "label": "Prior shift",
    "words": "the raw fit with its prior shifted to the classes' weights in the risk",
    "marker": "s",
    "order": 20,
}


def fit_control(inputs: ControlInputs, events: list[Event]) -> list[ControlFit]:
    """Raise the raw fit's log odds by log(n0/n1) + log((1 - w)/w), w being the majority's weight in the risk.

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
    n_minority = int((y == 1).sum())
    odds = (len(y) - n_minority) / n_minority
    return float(np.log(odds) + np.log((1.0 - majority_weight) / majority_weight))
