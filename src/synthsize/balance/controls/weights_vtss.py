"""Minority weights of the size that validation chooses for weights: VTSS without synthetic rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.controls.base import (
    NO_MULTIPLIER,
    ControlFit,
    ControlInputs,
    record_gap,
    refuses_weights,
)
from synthsize.balance.criteria import BalancedLoss
from synthsize.balance.events import Event
from synthsize.balance.generators import make_generator
from synthsize.balance.learners.base import Array, Fits, Learner
from synthsize.balance.preprocessing import Preprocessor
from synthsize.balance.procedure import Procedure
from synthsize.balance.vtss import Fold, choose, validation_curve
from synthsize.errors import InputError

ENTRY = {
    "label": "Tuned minority weights",
    "words": "minority weights of the size that validation chose for weights",
    "marker": ">",
    "order": 45,
}


def fit_control(inputs: ControlInputs, events: list[Event]) -> list[ControlFit]:
    """Weigh majority rows 1 and minority rows 1 + m gap / n1, at the m that `choose_weights` found."""
    if refuses_weights(inputs, events):
        return []
    if inputs.tuned_multiplier is None:
        raise InputError("control 'weights_vtss' needs tuned_multiplier; find it with choose_weights")
    record_gap(inputs, events)
    added = inputs.tuned_multiplier * max(inputs.gap, 0) / inputs.n_minority
    fits = inputs.weighted_fit(1.0, 1.0 + added, events)
    return [ControlFit("weights_vtss", NO_MULTIPLIER, fits, tuned_multiplier=inputs.tuned_multiplier)]


def choose_weights(
    learner: Learner,
    X: Array,
    y: NDArray[np.int8],
    folds: Iterable[Fold],
    multipliers: Sequence[float],
    *,
    majority_weight: float = 0.5,
    preprocessor: Preprocessor | None = None,
    events: list[Event] | None = None,
) -> float:
    """Choose the size of the weights by balanced loss on the folds, as VTSS chooses that of synthetic rows.

    Parameters
    ----------
    learner : Learner
        Takes weights.
    X : ndarray of shape (n, d)
        Rows as measured; NaN marks a missing value.
    y : ndarray of shape (n,)
    folds : iterable of Fold
        Those that generators are validated on.
    multipliers : sequence of float
        Increasing, in units of the class gap.
    majority_weight : float
        w of the balanced loss.
    preprocessor : Preprocessor, optional
        Unfitted.
    events : list of Event, optional
        Receives what went wrong in any fold, each case once.

    Returns
    -------
    float
        The multiplier with the lowest mean loss; the smallest of equals.
    """
    procedure = Procedure(
        Reweighted(learner), make_generator("random_oversample"), preprocessor or Preprocessor()
    )
    criterion = BalancedLoss(majority_weight)
    curve = validation_curve(procedure, X, y, folds, multipliers, [criterion])
    if events is not None:
        events += dict.fromkeys(event for _, _, event in curve.events)
    return choose(curve.by_criterion[criterion.name], multipliers, criterion).multiplier


@dataclass(frozen=True)
class WeightedFits:
    """One fit per size, each of one column."""

    fits: tuple[Fits, ...]

    def scores(self, X: Array) -> Array:
        """Score rows, shape (n, d); returns shape (n, columns)."""
        return np.concatenate([fit.scores(X) for fit in self.fits], axis=1)

    def calls(self, X: Array, scores: Array) -> NDArray[np.bool_]:
        """Ask each fit for its own decisions."""
        parts = [fit.calls(X, scores[:, [i]]) for i, fit in enumerate(self.fits)]
        return np.concatenate(parts, axis=1)

    def models(self) -> Sequence[Any]:
        """Return the fits as scikit-learn classifiers."""
        return [model for fit in self.fits for model in fit.models()]

    def column(self, number: int) -> Fits:
        """Return one of the fits."""
        return self.fits[number]


@dataclass(frozen=True)
class Reweighted(Learner):
    """Gives the real minority rows the weight that synthetic ones would carry, and leaves those out.

    Parameters
    ----------
    learner : Learner
        What is fitted.
    """

    learner: Learner
    name: str = field(init=False)
    score: str = field(init=False)

    def __post_init__(self) -> None:
        """Take the learner's name and kind of score."""
        object.__setattr__(self, "name", self.learner.name)
        object.__setattr__(self, "score", self.learner.score)

    def loss(self, scores: Array, y: NDArray[np.int8]) -> Array:
        """Return each row's loss."""
        return self.learner.loss(scores, y)

    def fit_sizes(
        self,
        X: Array,
        y: NDArray[np.int8],
        synthetic: Any,  # noqa: ARG002
        sizes: Sequence[int],
        *,
        random_state: int | SeedSequence,
        events: list[Event],
        near: Fits | None = None,  # noqa: ARG002
    ) -> WeightedFits:
        """Fit once per size, the minority rows weighing 1 + size / n1 each; see `Learner.fit_sizes`."""
        n_minority = int((y == 1).sum())
        fits: list[Fits] = []
        for size in sizes:
            weight = np.where(y == 1, 1.0 + size / n_minority, 1.0)
            last = fits[-1] if fits else None
            fits.append(self.fit(X, y, weight, random_state=random_state, events=events, near=last))
        return WeightedFits(tuple(fits))

    def fit(
        self,
        X: Array,
        y: NDArray[np.int8],
        sample_weight: Array | None = None,
        *,
        random_state: int | SeedSequence = 0,
        events: list[Event] | None = None,
        near: Fits | None = None,
    ) -> Fits:
        """Fit once; see `Learner.fit`."""
        return self.learner.fit(X, y, sample_weight, random_state=random_state, events=events, near=near)
