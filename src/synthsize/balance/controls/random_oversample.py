"""Copies of minority rows, at each multiplier."""

from __future__ import annotations

from synthsize.balance.controls.base import ControlFit, ControlInputs
from synthsize.balance.events import Event
from synthsize.balance.generators import make_generator
from synthsize.balance.preprocessing import Preprocessor
from synthsize.balance.procedure import Procedure

ENTRY = {
    "label": "Random oversampling",
    "short": "random copies",
    "words": "random copies at m = 1",
    "order": 50,
}


def fit_control(inputs: ControlInputs, events: list[Event]) -> list[ControlFit]:
    """Draw round(m gap) minority rows again, with replacement, at each multiplier m."""
    procedure = Procedure(inputs.learner, make_generator("bootstrap"), Preprocessor(scale=False))
    fitted = procedure.prepare(inputs.X, inputs.y).fit_sizes(
        inputs.learner, inputs.multipliers, inputs.oversample_seed, learner_state=inputs.learner_seed
    )
    events += fitted.events
    return [
        ControlFit("random_oversample", m, fitted.fits.column(i)) for i, m in enumerate(inputs.multipliers)
    ]
