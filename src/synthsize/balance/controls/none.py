"""The unchanged real rows."""

from __future__ import annotations

from synthsize.balance.controls.base import NO_MULTIPLIER, ControlFit, ControlInputs
from synthsize.balance.events import Event

ENTRY = {"label": "Raw data", "words": "the raw data", "short": "raw data", "order": 10}


def fit_control(inputs: ControlInputs, events: list[Event]) -> list[ControlFit]:
    """Fit without weights and without synthetic rows."""
    return [ControlFit("none", NO_MULTIPLIER, inputs.raw_fit(events))]
