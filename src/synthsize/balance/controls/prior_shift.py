"""The raw fit, its log odds moved from the training set's prevalence to the one that the balanced risk weighs by."""

from __future__ import annotations

import numpy as np

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
    weight = inputs.majority_weight
    shift = float(np.log(inputs.n_majority / inputs.n_minority) + np.log((1.0 - weight) / weight))
    return [ControlFit("prior_shift", NO_MULTIPLIER, inputs.raw_fit(events), shift)]
