"""The raw fit, its log odds moved from the training set's prevalence to the one that the balanced risk weighs by."""

from __future__ import annotations

from synthsize.balance.controls.base import NO_MULTIPLIER, ControlFit, ControlInputs
from synthsize.balance.events import Event
from synthsize.balance.prior import prior_shift

ENTRY = {
    "label": "Prior shift",
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
    shift = float(prior_shift(inputs.n_majority, inputs.n_minority, inputs.majority_weight))
    return [ControlFit("prior_shift", NO_MULTIPLIER, inputs.raw_fit(events), shift)]
