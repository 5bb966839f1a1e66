"""What a learner is: the one object that says how models differ."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.events import Event
from synthsize.errors import InputError

Array = NDArray[np.float64]


class Fits(Protocol):
    """Fits of one learner, in columns: one per synthetic size, or a single one."""

    def scores(self, X: Array) -> Array:
        """Score rows, shape (n, d); above 0 indicates the minority. Returns shape (n, columns)."""
        ...

    def calls(self, X: Array, scores: Array) -> NDArray[np.bool_]:
        """Return which rows each fit itself classes as minority, given their `scores`; returns shape (n, columns)."""
        ...

    def models(self) -> Sequence[Any]:
        """Return the fits as scikit-learn classifiers, one per column, for scorers to read."""
        ...

    def column(self, number: int) -> Fits:
        """Return one of the fits."""
        ...


@dataclass(frozen=True)
class SeparateFits:
    """Fits made one by one, each of one column."""

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


class Learner(ABC):
    """A way to fit scores to labelled rows, and how those scores are judged.

    Attributes
    ----------
    name : str
        Name used in events.
    score : {"log_odds", "margin"}
        Log odds of the minority are judged by their log-loss in nats, margins by the hinge loss.
    has_oracle : bool
        Whether the lowest balanced risk on given rows can be found exactly, so that excess risks can be reported.
    takes_weights : bool
        Whether rows can be weighted.
    linear : bool
        Whether scores are linear in the features.
    """

    name: str
    score: str
    has_oracle: ClassVar[bool] = False
    takes_weights: bool = True
    linear: bool = False

    @property
    def estimates_risk(self) -> bool:
        """Whether scores claim to be log odds, from which probabilities follow."""
        return self.score == "log_odds"

    def path_columns(self, features: int) -> int | None:  # noqa: ARG002
        """Return how many columns its path solver works on; None where every size is fitted anew."""
        return None

    @abstractmethod
    def loss(self, scores: Array, y: NDArray[np.int8]) -> Array:
        """Return each row's loss; `scores` has shape (n,) or (n, columns), `y` shape (n,)."""

    @abstractmethod
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
    ) -> Fits:
        """Fit once per size: on the real rows followed by the first `size` synthetic minority rows.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Real training rows, preprocessed.
        y : ndarray of shape (n,)
            1 marks the minority; both classes occur.
        synthetic : array of shape (n_max, d)
            A stream of synthetic minority rows.
        sizes : sequence of int
            From 0 to n_max, in any order.
        random_state : int or SeedSequence
            Of learners that draw; all sizes share it.
        events : list of Event
            Receives fits that did not converge.
        near : Fits, optional
            Fits of the same sizes to a similar training set, to start from where that saves time.

        Raises
        ------
        InputError
            If the learner fails on one of the sizes.
        """

    @abstractmethod
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
        """Fit once, with one weight per row if given; returns fits of one column.

        `near`, fits of one column to similar weights, is where to start from if that saves time.

        Raises
        ------
        InputError
            If the learner fails, or weights are given that it does not take.
        """

    def fit_prefixes(
        self,
        X: Array,
        y: NDArray[np.int8],
        counts: Sequence[int],
        sample_weight: Array | None = None,
        *,
        random_state: int | SeedSequence,
        events: list[Event],
        near: Fits | None = None,
        real: Array | None = None,  # noqa: ARG002
    ) -> Fits:
        """Fit once per count: on the first `count` rows, with one weight per row if given.

        Each fit starts from `near`, fits of the same counts to similar rows, or else from the count before.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Training rows, preprocessed, real and synthetic alike.
        y : ndarray of shape (n,)
        counts : sequence of int
            Up to n, in any order; both classes occur among the rows of each.
        sample_weight : ndarray of shape (n,), optional
        random_state, events, near
            As in `fit_sizes`.
        real : ndarray of shape (n_real, d), optional
            All real training rows, from which a learner takes what its fits of all counts share; by default `X`.

        Raises
        ------
        InputError
            If the learner fails on one of the counts, or weights are given that it does not take.
        """
        made: dict[int, Fits] = {}
        for number, count in sorted(enumerate(counts), key=lambda item: item[1]):
            if count in made:
                continue
            start = near.column(number) if near is not None else next(reversed(made.values()), None)
            weight = None if sample_weight is None else sample_weight[:count]
            made[count] = self.fit(
                X[:count], y[:count], weight, random_state=random_state, events=events, near=start
            )
        return SeparateFits(tuple(made[count] for count in counts))

    def oracle_risk(
        self,
        X: Array,
        y: NDArray[np.int8],
        *,
        majority_weight: float = 0.5,
        events: list[Event] | None = None,
    ) -> float:
        """Return the lowest balanced risk that this learner could have on these rows; see `risk.oracle_risk`.

        Raises
        ------
        InputError
            If `has_oracle` is False.
        """
        del X, y, majority_weight, events
        raise InputError(f"{self.name} has no oracle, so its excess risk is not known")
