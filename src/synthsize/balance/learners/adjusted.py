"""Learners that answer imbalance without synthetic rows: by weights, or by a shifted prior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.events import Event
from synthsize.balance.learners.base import Array, Fits, Learner, SeparateFits
from synthsize.balance.prior import prior_shift
from synthsize.balance.prior_shifted import PriorShiftedClassifier


@dataclass(frozen=True)
class _Adjusted(Learner):
    """A learner whose scores are of the same kind as those of the learner inside.

    Parameters
    ----------
    learner : Learner
        What is fitted.
    """

    learner: Learner
    name: str = field(init=False)
    score: str = field(init=False)
    takes_weights: bool = field(init=False)

    def __post_init__(self) -> None:
        """Take over names and abilities of the wrapped learner."""
        for attribute in ("name", "score", "takes_weights"):
            object.__setattr__(self, attribute, getattr(self.learner, attribute))

    def loss(self, scores: Array, y: NDArray[np.int8]) -> Array:
        """Return each row's loss."""
        return self.learner.loss(scores, y)


@dataclass(frozen=True)
class Reweighted(_Adjusted):
    """Gives the real minority rows the weight that synthetic ones would carry, and leaves those out."""

    def fit_sizes(
        self,
        X: Array,
        y: NDArray[np.int8],
        synthetic: Any,  # noqa: ARG002
        sizes: Sequence[int],
        *,
        random_state: int | SeedSequence,
        events: list[Event],
        near: Fits | None = None,
    ) -> SeparateFits:
        """Fit once per size, the minority rows weighing 1 + size / n1 each, from `near` or else the fit before."""
        n_minority = int((y == 1).sum())
        fits: list[Fits] = []
        for number, size in enumerate(sizes):
            weight = np.where(y == 1, 1.0 + size / n_minority, 1.0)
            start = near.column(number) if near is not None else next(reversed(fits), None)
            fits.append(self.learner.fit(X, y, weight, random_state=random_state, events=events, near=start))
        return SeparateFits(tuple(fits))

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


@dataclass(frozen=True)
class ClassWeighted(_Adjusted):
    """Gives each class its share in the balanced risk, the weights adding up to the number of rows.

    Parameters
    ----------
    learner : Learner
        What is fitted.
    majority_weight : float
        The majority's share.
    """

    majority_weight: float = 0.5

    def fit_sizes(
        self,
        X: Array,
        y: NDArray[np.int8],
        synthetic: Any,  # noqa: ARG002
        sizes: Sequence[int],
        *,
        random_state: int | SeedSequence,
        events: list[Event],
        near: Fits | None = None,
    ) -> SeparateFits:
        """Fit once for all sizes, because class weights have none; see `Learner.fit_sizes`."""
        start = None if near is None else near.column(0)
        fit = self.fit(X, y, random_state=random_state, events=events, near=start)
        return SeparateFits((fit,) * len(sizes))

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
        """Fit once, weights of rows on top of those of the classes; see `Learner.fit`."""
        weight = class_weights(y, self.majority_weight)[y] * (1.0 if sample_weight is None else sample_weight)
        return self.learner.fit(X, y, weight, random_state=random_state, events=events, near=near)


def class_weights(y: NDArray[np.int8], majority_weight: float) -> Array:
    """Return the weight of a row of either class, shape (2,): n w / n0 and n (1 - w) / n1."""
    counts = np.bincount(y, minlength=2)
    return len(y) * np.array([majority_weight, 1.0 - majority_weight]) / counts


@dataclass(frozen=True)
class ShiftedFits:
    """Fits whose log odds are shifted.

    Attributes
    ----------
    fits : Fits
    shift : ndarray of shape (columns,)
    minority : object
        The label that positive scores indicate.
    """

    fits: Fits
    shift: Array
    minority: Any = 1

    def scores(self, X: Array) -> Array:
        """Score rows, shape (n, d); returns shape (n, columns)."""
        return np.asarray(self.fits.scores(X) + self.shift)

    def calls(self, X: Array, scores: Array) -> NDArray[np.bool_]:  # noqa: ARG002
        """Call rows with log odds above 0 minority: the fits' own decisions hold at their own prior."""
        return scores > 0.0

    def models(self) -> Sequence[Any]:
        """Return the fits as scikit-learn classifiers."""
        return [
            PriorShiftedClassifier(model, float(shift), self.minority)
            for model, shift in zip(self.fits.models(), self.shift, strict=True)
        ]

    def column(self, number: int) -> ShiftedFits:
        """Return one of the fits."""
        return ShiftedFits(self.fits.column(number), self.shift[number : number + 1], self.minority)


@dataclass(frozen=True)
class PriorShifted(_Adjusted):
    """Moves each fit's log odds from the prevalence that it was trained at to the classes' shares in the risk.

    Parameters
    ----------
    learner : Learner
        Estimates log odds.
    majority_weight : float
        The majority's share in the balanced risk.
    minority : object
        The minority's label in the learner's models.
    """

    majority_weight: float = 0.5
    minority: Any = 1

    def fit_sizes(
        self,
        X: Array,
        y: NDArray[np.int8],
        synthetic: Any,
        sizes: Sequence[int],
        *,
        random_state: int | SeedSequence,
        events: list[Event],
        near: Fits | None = None,
    ) -> ShiftedFits:
        """Fit as the learner does, and shift each size by its own prevalence; see `Learner.fit_sizes`."""
        inner = near.fits if isinstance(near, ShiftedFits) else None
        fits = self.learner.fit_sizes(
            X, y, synthetic, sizes, random_state=random_state, events=events, near=inner
        )
        return self._shifted(fits, y, np.asarray(sizes))

    def fit(
        self,
        X: Array,
        y: NDArray[np.int8],
        sample_weight: Array | None = None,
        *,
        random_state: int | SeedSequence = 0,
        events: list[Event] | None = None,
        near: Fits | None = None,
    ) -> ShiftedFits:
        """Fit once; see `Learner.fit`. The shift counts rows and ignores their weights."""
        inner = near.fits if isinstance(near, ShiftedFits) else None
        fits = self.learner.fit(X, y, sample_weight, random_state=random_state, events=events, near=inner)
        return self._shifted(fits, y, np.zeros(1))

    def _shifted(self, fits: Fits, y: NDArray[np.int8], added: NDArray[Any]) -> ShiftedFits:
        n_majority, n_minority = np.bincount(y, minlength=2)
        shift = prior_shift(int(n_majority), n_minority + added, self.majority_weight)
        return ShiftedFits(fits, shift, self.minority)
