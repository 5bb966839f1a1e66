"""What the controls of one training set share, and what each of them returns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.events import Event
from synthsize.balance.learners.base import Fits, Learner, SeparateFits

NO_MULTIPLIER = float("nan")


@dataclass(frozen=True)
class ControlFit:
    """One control fitted to one training set.

    Attributes
    ----------
    control : str
        A name of `CONTROLS`.
    multiplier : float
        In units of the class gap; NaN where the control has no size.
    fits : Fits
        Of one column.
    shift : float
        Added to every score.
    has_risk : bool
        Whether the score may be judged by its loss. A tuned threshold is no estimate of risk: only decisions count.
    tuned_multiplier : float
        The size that validation chose; NaN where none was chosen.
    """

    control: str
    multiplier: float
    fits: Fits
    shift: float = 0.0
    has_risk: bool = True
    tuned_multiplier: float = NO_MULTIPLIER

    def scores(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Score rows preprocessed as the training rows were; returns shape (n,)."""
        return np.asarray(self.fits.scores(X)[:, 0] + self.shift)


@dataclass(frozen=True)
class WeightPath:
    """Fits with minority weights along the grid.

    Attributes
    ----------
    fits : SeparateFits
        One column per multiplier.
    events : tuple of tuple of Event
        What went wrong, per multiplier.
    """

    fits: SeparateFits
    events: tuple[tuple[Event, ...], ...]


@dataclass(frozen=True)
class ControlInputs:
    """What the controls of one training set share.

    Attributes
    ----------
    learner : Learner
    X : ndarray of shape (n, d)
        Real rows, imputed and standardised.
    y : ndarray of shape (n,)
        Both classes occur.
    multipliers : tuple of float
        Sizes of `weights` and `random_oversample`, in units of the class gap.
    majority_weight : float
        w of the balanced risk that controls aim at.
    oversample_seed, undersample_seed : int or SeedSequence
        Name the rows drawn.
    learner_seed : int or SeedSequence
        Of a learner that draws.
    out_of_fold : ndarray of shape (n,), optional
        Score of each row by a fit that did not see it (see `threshold.out_of_fold_scores`); `threshold` needs it.
    weights : WeightPath, optional
        Of these rows and multipliers, where it is at hand already.
    tuned_multiplier : float, optional
        One of `multipliers`, the size that validation chose for weights (`recipe_procedures.validate_plain`);
        `weights_vtss` needs it.
    """

    learner: Learner
    X: NDArray[np.float64]
    y: NDArray[np.int8]
    multipliers: tuple[float, ...]
    majority_weight: float = 0.5
    oversample_seed: int | SeedSequence = 0
    undersample_seed: int | SeedSequence = 0
    learner_seed: int | SeedSequence = 0
    out_of_fold: NDArray[np.float64] | None = None
    weights: WeightPath | None = None
    tuned_multiplier: float | None = None

    @property
    def n_majority(self) -> int:
        """Majority rows."""
        return int((self.y == 0).sum())

    @property
    def n_minority(self) -> int:
        """Minority rows."""
        return int((self.y == 1).sum())

    @property
    def gap(self) -> int:
        """Majority minus minority rows."""
        return self.n_majority - self.n_minority

    @cached_property
    def raw(self) -> tuple[Fits, tuple[Event, ...]]:
        """Fit to the unchanged real rows, with its events; several controls start from it."""
        events: list[Event] = []
        fits = self.learner.fit(self.X, self.y, random_state=self.learner_seed, events=events)
        return fits, tuple(events)

    def raw_fit(self, events: list[Event]) -> Fits:
        """Return the raw fit, and note what went wrong with it."""
        fits, found = self.raw
        events += found
        return fits

    @cached_property
    def weight_path(self) -> WeightPath:
        """Majority rows weigh 1 and minority rows 1 + m gap / n1, at each multiplier m."""
        return self.weights or follow_weights(self)

    def weighted_fit(self, majority: float, minority: float, events: list[Event]) -> Fits:
        """Fit with one weight per class."""
        weight = np.where(self.y == 1, minority, majority)
        return self.learner.fit(self.X, self.y, weight, random_state=self.learner_seed, events=events)


def follow_weights(inputs: ControlInputs) -> WeightPath:
    """Fit minority weights along the grid, each size afresh: what is compared is the same fit bit for bit."""
    per_gap = max(inputs.gap, 0) / inputs.n_minority
    fits: list[Fits] = []
    events: list[tuple[Event, ...]] = []
    for m in inputs.multipliers:
        found: list[Event] = []
        fits.append(inputs.weighted_fit(1.0, 1.0 + m * per_gap, found))
        events.append(tuple(found))
    return WeightPath(SeparateFits(tuple(fits)), tuple(events))


def record_gap(inputs: ControlInputs, events: list[Event]) -> None:
    """Record an event if there is nothing to balance."""
    if inputs.gap <= 0:
        events.append(Event("no_gap", f"majority minus minority rows is {inputs.gap}: nothing to balance"))


def refuses_weights(inputs: ControlInputs, events: list[Event]) -> bool:
    """Record an event if the learner takes no weights."""
    if not inputs.learner.takes_weights:
        events.append(Event("no_weights", f"{inputs.learner.name} takes no weights of rows: not fitted"))
    return not inputs.learner.takes_weights
