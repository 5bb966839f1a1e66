"""Alternatives to synthetic rows: reweighting, resampling, a shifted prior, a tuned threshold.

Each control answers a question that a generator's curve leaves open. `weights` at multiplier m puts on the real
minority rows the weight that the synthetic rows would carry, so it is oversampling without noise and without a
generator: a generator's risk minus that of `weights` at the same m is what the generator itself adds or costs.

A new control is one new file here, with an ENTRY and a function `fit_control`.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from synthsize.balance.checks import check_labelled
from synthsize.balance.controls.base import ControlFit, ControlInputs
from synthsize.balance.events import Event
from synthsize.catalogue import controls as catalogue
from synthsize.errors import InputError

CONTROLS = tuple(catalogue.entries())

__all__ = ["CONTROLS", "ControlFit", "ControlInputs", "fit_controls"]


def fit_controls(
    names: Sequence[str], inputs: ControlInputs, events: list[tuple[str, Event]]
) -> list[ControlFit]:
    """Fit controls to one training set.

    Parameters
    ----------
    names : sequence of str
        From `CONTROLS`; each file of this folder says what its control does.
    inputs : ControlInputs
    events : list of (control, Event)
        Receives degenerate cases.

    Returns
    -------
    list of ControlFit
        In the order of `names`; several for a control with multipliers, none for one that does not apply.

    Raises
    ------
    InputError
        If a control does not exist, a class is missing, or `threshold` lacks its out-of-fold scores,
        or `weights_vtss` its size.
    """
    unknown = [name for name in names if name not in CONTROLS]
    if unknown:
        raise InputError(f"there is no control {unknown[0]!r}; choose from {', '.join(CONTROLS)}")
    check_labelled(inputs.X, inputs.y)
    if min(inputs.n_majority, inputs.n_minority) == 0:
        raise InputError("y holds one class only, so no control can be fitted; both 0 and 1 must occur")
    fits: list[ControlFit] = []
    for name in names:
        found: list[Event] = []
        fits += import_module(f"{__name__}.{name}").fit_control(inputs, found)
        events += [(name, event) for event in found]
    return fits
