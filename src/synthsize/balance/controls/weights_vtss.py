"""Minority weights of the size that validation chooses for weights: VTSS without synthetic rows."""

from __future__ import annotations

from synthsize.balance.controls.base import (
    NO_MULTIPLIER,
    ControlFit,
    ControlInputs,
    record_gap,
    refuses_weights,
)
from synthsize.balance.events import Event
from synthsize.errors import InputError

ENTRY = {
    "label": "Tuned weights",
    "short": "tuned weights",
    "words": "minority weights of the size that validation chose for weights",
    "marker": ">",
    "order": 45,
}


def fit_control(inputs: ControlInputs, events: list[Event]) -> list[ControlFit]:
    """Weigh majority rows 1 and minority rows 1 + m gap / n1, at the m that validation chose."""
    if refuses_weights(inputs, events):
        return []
    if inputs.tuned_multiplier is None:
        raise InputError(
            "control 'weights_vtss' needs tuned_multiplier; choose it on the curve of recipe_procedures.validate_plain"
        )
    record_gap(inputs, events)
    chosen, path = inputs.multipliers.index(inputs.tuned_multiplier), inputs.weight_path
    events += path.events[chosen]
    fits = path.fits.column(chosen)
    return [ControlFit("weights_vtss", NO_MULTIPLIER, fits, tuned_multiplier=inputs.tuned_multiplier)]
