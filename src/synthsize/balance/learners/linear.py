"""Linear learners whose fits at all sizes are one path of solutions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from synthsize.balance.events import Event
from synthsize.balance.learners.base import Array, Fits, Learner
from synthsize.balance.path import constant_score, fit_path, fit_prefixes, report
from synthsize.balance.risk import oracle_risk
from synthsize.balance.solvers import get_classifier
from synthsize.errors import InputError


@dataclass(frozen=True)
class LinearFits:
    """Linear scores f(x) = coef . x + intercept, one column per fit.

    Attributes
    ----------
    coef : ndarray of shape (columns, d)
    intercept : ndarray of shape (columns,)
    """

    coef: Array
    intercept: Array

    def scores(self, X: Array) -> Array:
        """Score rows, shape (n, d); returns shape (n, columns)."""
        return np.asarray(X @ self.coef.T + self.intercept)

    def calls(self, X: Array, scores: Array) -> NDArray[np.bool_]:  # noqa: ARG002
        """Call rows with a score above 0 minority."""
        return scores > 0.0

    def models(self) -> Sequence[Any]:
        """Refuse: coefficients alone make no scikit-learn classifier."""
        raise InputError("linear fits of a path are no scikit-learn classifiers, so no scorer can read them")

    def column(self, number: int) -> LinearFits:
        """Return one of the fits."""
        return LinearFits(self.coef[number : number + 1], self.intercept[number : number + 1])


@dataclass(frozen=True)
class LinearLearner(Learner):
    """Minimises C sum loss + ||coef||^2 / 2, the intercept unpenalised.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty, above 0.
    tolerance : float, optional
        Largest relative gap between a fit's objective and the minimum, where it is to be closer than the solver's own.
    """

    C: float = 1.0
    tolerance: float | None = None

    has_oracle: ClassVar[bool] = True
    takes_weights: ClassVar[bool] = True  # type: ignore[misc]
    linear: ClassVar[bool] = True  # type: ignore[misc]

    def __post_init__(self) -> None:
        """Reject impossible settings."""
        if not 0 < self.C < np.inf:
            raise InputError(f"C of {self.name} must be a finite number above 0, not {self.C}")

    def path_columns(self, features: int) -> int:
        """Return the features' own number."""
        return features

    def loss(self, scores: Array, y: NDArray[np.int8]) -> Array:
        """Return each row's loss."""
        return get_classifier(self.name).loss(scores, y)

    def fit_sizes(
        self,
        X: Array,
        y: NDArray[np.int8],
        synthetic: Any,
        sizes: Sequence[int],
        *,
        random_state: int | SeedSequence,  # noqa: ARG002
        events: list[Event],
        near: Fits | None = None,
    ) -> LinearFits:
        """Follow the path of solutions; see `Learner.fit_sizes`."""
        start = (near.coef, near.intercept) if isinstance(near, LinearFits) else None
        found = fit_path(self.name, X, y, synthetic, sizes, self.C, events, start, self.tolerance)
        return LinearFits(*found)

    def fit(
        self,
        X: Array,
        y: NDArray[np.int8],
        sample_weight: Array | None = None,
        *,
        random_state: int | SeedSequence = 0,  # noqa: ARG002
        events: list[Event] | None = None,
        near: Fits | None = None,
    ) -> LinearFits:
        """Fit once; see `Learner.fit`."""
        start = np.append(near.coef[0], near.intercept) if isinstance(near, LinearFits) else None
        chosen = get_classifier(self.name)
        close = chosen if self.tolerance is None else chosen.refined(self.tolerance)
        found = close.start(X, y, self.C, sample_weight).fit(len(y), start)
        if found.failure:
            report([Event("not_converged", f"{self.name}: {found.failure}")], events)
        if found.constant and events is not None:
            events.append(constant_score(self.name))
        return LinearFits(found.coef[np.newaxis, :], np.array([found.intercept]))

    def fit_prefixes(
        self,
        X: Array,
        y: NDArray[np.int8],
        counts: Sequence[int],
        sample_weight: Array | None = None,
        *,
        random_state: int | SeedSequence,  # noqa: ARG002
        events: list[Event],
        near: Fits | None = None,
        real: Array | None = None,  # noqa: ARG002
    ) -> LinearFits:
        """Follow the path of solutions; see `Learner.fit_prefixes`."""
        start = (near.coef, near.intercept) if isinstance(near, LinearFits) else None
        found = fit_prefixes(
            self.name,
            X,
            y,
            counts,
            self.C,
            sample_weight=sample_weight,
            events=events,
            start=start,
            tolerance=self.tolerance,
        )
        return LinearFits(*found)

    def oracle_risk(
        self,
        X: Array,
        y: NDArray[np.int8],
        *,
        majority_weight: float = 0.5,
        events: list[Event] | None = None,
    ) -> float:
        """Return the lowest balanced risk of any linear score on these rows; see `risk.oracle_risk`."""
        return oracle_risk(self.name, X, y, majority_weight=majority_weight, events=events)
