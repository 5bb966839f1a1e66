"""Logistic regression on random Fourier features: a kernel method whose fits at all sizes are one path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray
from scipy.spatial.distance import pdist

from synthsize.balance.events import Event
from synthsize.balance.learners.base import Array, Fits, Learner
from synthsize.balance.learners.logistic import LogisticLearner
from synthsize.balance.path import report
from synthsize.errors import InputError

ENTRY = {
    "class": "FourierLogisticLearner",
    "label": "Fourier logistic regression",
    "words": "logistic regression on random Fourier features of a Gaussian kernel, all sizes solved as one path",
    "loss": "nats",
    "score": "log_odds",
    "estimates_risk": True,
    "oracle": False,
    "settings": "C = {C:g}, {n_components:feature/features}",
    "order": 25,
    "parameters": {
        "C": {
            "description": "Inverse strength of the L2 penalty, as in scikit-learn.",
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 1.0,
        },
        "n_components": {
            "description": "Random features; time grows with the square of their number.",
            "type": "integer",
            "minimum": 1,
            "default": 100,
        },
        "bandwidth": {
            "description": "Of the Gaussian kernel, in standard deviations of a feature; null for the median distance "
            "between two training rows.",
            "type": ["number", "null"],
            "exclusiveMinimum": 0,
            "default": None,
        },
    },
}

SAMPLED = 500  # training rows whose distances the median is taken of


@dataclass(frozen=True)
class FourierMap:
    """Random features whose inner products are, on average, a Gaussian kernel.

    Attributes
    ----------
    frequencies : ndarray of shape (d, D)
    phases : ndarray of shape (D,)
    """

    frequencies: Array
    phases: Array

    def __call__(self, X: Array) -> Array:
        """Map rows of shape (n, d) to features of shape (n, D)."""
        features = np.asarray(X) @ self.frequencies
        features += self.phases
        np.cos(features, out=features)
        features *= np.sqrt(2.0 / len(self.phases))
        return np.asarray(features)

    def equals(self, other: FourierMap) -> bool:
        """Return whether both maps are equal, so that coefficients of one hold for the other."""
        return np.array_equal(self.frequencies, other.frequencies) and np.array_equal(
            self.phases, other.phases
        )


@dataclass(frozen=True)
class FourierFits:
    """Linear fits to the features of one map."""

    map: FourierMap
    fits: Fits

    def scores(self, X: Array) -> Array:
        """Score rows, shape (n, d); returns shape (n, columns)."""
        return self.fits.scores(self.map(X))

    def calls(self, X: Array, scores: Array) -> NDArray[np.bool_]:  # noqa: ARG002
        """Call rows with log odds above 0 minority."""
        return scores > 0.0

    def models(self) -> Sequence[Any]:
        """Refuse, as linear fits do."""
        return self.fits.models()

    def column(self, number: int) -> FourierFits:
        """Return one of the fits."""
        return FourierFits(self.map, self.fits.column(number))


@dataclass(frozen=True)
class FourierLogisticLearner(Learner):
    """L2-penalised logistic regression on random features z(x) = sqrt(2 / D) cos(W'x + b) [1]_.

    W is normal with standard deviation 1 / bandwidth and b uniform, so that z(x)'z(x') estimates the Gaussian kernel
    exp(-|x - x'|^2 / (2 bandwidth^2)). They are drawn once for a training set, from the learner's seed: all sizes and
    all weights share them. The bandwidth that is the median distance is that of all real training rows, whatever a
    strategy adds to them or leaves out.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty, above 0.
    n_components : int
        Features, at least 1.
    bandwidth : float or None
        Above 0; None for the median distance between two of the training rows.

    References
    ----------
    .. [1] Rahimi and Recht (2007), Advances in Neural Information Processing Systems 20.
    """

    C: float = 1.0
    n_components: int = 100
    bandwidth: float | None = None
    logistic: LogisticLearner = field(init=False)

    name: ClassVar[str] = "fourier_logistic"  # type: ignore[misc]
    score: ClassVar[str] = "log_odds"  # type: ignore[misc]
    takes_weights: ClassVar[bool] = True  # type: ignore[misc]

    def __post_init__(self) -> None:
        """Reject impossible settings."""
        if not 0 < self.C < np.inf:
            raise InputError(f"C of {self.name} must be a finite number above 0, not {self.C}")
        if self.n_components < 1:
            raise InputError(f"n_components of {self.name} must be at least 1, not {self.n_components}")
        if self.bandwidth is not None and not 0 < self.bandwidth < np.inf:
            raise InputError(
                f"bandwidth of {self.name} must be a finite number above 0, not {self.bandwidth}"
            )
        object.__setattr__(self, "logistic", LogisticLearner(self.C))

    def path_columns(self, features: int) -> int:  # noqa: ARG002
        """Return the columns that the path solver sees."""
        return self.n_components

    def loss(self, scores: Array, y: NDArray[np.int8]) -> Array:
        """Return each row's log-loss."""
        return self.logistic.loss(scores, y)

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
    ) -> FourierFits:
        """Follow the path of solutions in the space of the features; see `Learner.fit_sizes`."""
        features, found = self._draw(X, random_state), list[Event]()
        fits = self.logistic.fit_sizes(
            features(X),
            y,
            features(np.asarray(synthetic)),
            sizes,
            random_state=random_state,
            events=found,
            near=_start(near, features),
        )
        events += self._renamed(found)
        return FourierFits(features, fits)

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
        real: Array | None = None,
    ) -> FourierFits:
        """Follow the path of solutions in the space of the features; see `Learner.fit_prefixes`."""
        features, found = self._draw(X if real is None else real, random_state), list[Event]()
        fits = self.logistic.fit_prefixes(
            features(X),
            y,
            counts,
            sample_weight,
            random_state=random_state,
            events=found,
            near=_start(near, features),
        )
        events += self._renamed(found)
        return FourierFits(features, fits)

    def fit(
        self,
        X: Array,
        y: NDArray[np.int8],
        sample_weight: Array | None = None,
        *,
        random_state: int | SeedSequence = 0,
        events: list[Event] | None = None,
        near: Fits | None = None,
    ) -> FourierFits:
        """Fit once; see `Learner.fit`."""
        features, found = self._draw(X, random_state), list[Event]()
        start = _start(near, features)
        fits = self.logistic.fit(features(X), y, sample_weight, events=found, near=start)
        report(self._renamed(found), events)
        return FourierFits(features, fits)

    def _draw(self, X: Array, random_state: int | SeedSequence) -> FourierMap:
        rng = np.random.default_rng(random_state)
        frequencies = rng.standard_normal((X.shape[1], self.n_components))
        phases = rng.uniform(0.0, 2.0 * np.pi, self.n_components)
        bandwidth = self.bandwidth if self.bandwidth is not None else median_distance(X, rng)
        return FourierMap(frequencies / bandwidth, phases)

    def _renamed(self, events: Sequence[Event]) -> list[Event]:
        """Relabel events of the linear fit with this learner's name."""
        return [
            replace(event, detail=event.detail.replace(self.logistic.name, self.name, 1)) for event in events
        ]


def median_distance(X: Array, rng: np.random.Generator) -> float:
    """Return the median distance between two rows, of at most `SAMPLED` of them; 1 where they are all alike.

    Parameters
    ----------
    X : ndarray of shape (n, d)
    rng : numpy.random.Generator
        Draws the rows where there are more.
    """
    kept = X if len(X) <= SAMPLED else X[np.sort(rng.choice(len(X), SAMPLED, replace=False))]
    distances = pdist(kept)
    between = distances[distances > 0]
    return float(np.median(between)) if len(between) else 1.0


def _start(near: Fits | None, features: FourierMap) -> Fits | None:
    """Return the linear fits to start from, where they are to the same features."""
    return near.fits if isinstance(near, FourierFits) and near.map.equals(features) else None
