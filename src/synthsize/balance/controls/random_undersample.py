"""Random undersampling of the majority to the size of the minority."""

from __future__ import annotations

from synthsize.balance.controls.base import NO_MULTIPLIER, ControlFit, ControlInputs, record_gap
from synthsize.balance.events import Event
from synthsize.balance.risk import undersample

ENTRY = {
    "label": "Random undersampling",
    "short": "thinned majority",
    "words": "the majority thinned at random",
    "order": 60,
}


def fit_control(inputs: ControlInputs, events: list[Event]) -> list[ControlFit]:
    """Fit on as many majority rows, drawn without replacement, as there are minority rows."""
    record_gap(inputs, events)
    kept = undersample(inputs.y, inputs.undersample_seed)
    fits = inputs.learner.fit_prefixes(
        inputs.X[kept],
        inputs.y[kept],
        [len(kept)],
        random_state=inputs.learner_seed,
        events=events,
        real=inputs.X,
    )
    return [ControlFit("random_undersample", NO_MULTIPLIER, fits)]
