"""Minority weights along the grid: oversampling without noise and without a generator."""

from __future__ import annotations

from dataclasses import replace

from synthsize.balance.controls.base import ControlFit, ControlInputs, record_gap, refuses_weights
from synthsize.balance.events import Event

ENTRY = {
    "label": "Minority weights",
    "short": "weights(m)",
    "words": "minority weights at m = 1, which add up to more and so, at the same C, relax the penalty as synthetic "
    "rows do",
    "order": 40,
}


def fit_control(inputs: ControlInputs, events: list[Event]) -> list[ControlFit]:
    """Weigh majority rows 1 and minority rows 1 + m gap / n1, at each multiplier m.

    At m = 1 this is ``class_weight`` with all weights larger by 2 n0 / n, and as C multiplies the sum of weighted
    losses, with that much less penalty. Synthetic rows at the same C relax the penalty in the same way.
    """
    if refuses_weights(inputs, events):
        return []
    record_gap(inputs, events)
    path = inputs.weight_path
    for m, found in zip(inputs.multipliers, path.events, strict=True):
        events += [replace(event, detail=f"m = {m:g}: {event.detail}") for event in found]
    return [ControlFit("weights", m, path.fits.column(i)) for i, m in enumerate(inputs.multipliers)]
