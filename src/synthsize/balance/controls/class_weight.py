"""Weights per class that give each the share it has in the balanced risk."""

from __future__ import annotations

from synthsize.balance.controls.base import NO_MULTIPLIER, ControlFit, ControlInputs, refuses_weights
from synthsize.balance.events import Event
from synthsize.balance.learners.adjusted import class_weights

ENTRY = {
    "label": "Class weights",
    "short": "class weights",
    "words": "class weights, which add up to the number of rows",
    "marker": "<",
    "order": 30,
}


def fit_control(inputs: ControlInputs, events: list[Event]) -> list[ControlFit]:
    """Weigh majority rows n w / n0 and minority rows n (1 - w) / n1.

    With w = 1/2 this is scikit-learn's ``class_weight="balanced"``. The weights add up to n.
    """
    if refuses_weights(inputs, events):
        return []
    majority, minority = class_weights(inputs.y, inputs.majority_weight)
    fits = inputs.weighted_fit(float(majority), float(minority), events)
    return [ControlFit("class_weight", NO_MULTIPLIER, fits)]
