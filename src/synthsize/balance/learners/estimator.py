"""Any scikit-learn classifier as a learner: fitted once per size."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model._base import LinearClassifierMixin
from sklearn.utils.validation import has_fit_parameter

from synthsize.balance.events import Event
from synthsize.balance.learners.base import Array, Fits, Learner
from synthsize.balance.path import report
from synthsize.balance.solvers import get_classifier
from synthsize.balance.solvers.logistic import PROBABILITY_FLOOR
from synthsize.errors import InputError, foreign

LOSSES = {"log_odds": "logistic", "margin": "svm"}  # whose loss judges which scores


def check_classifier(estimator: Any, name: str) -> Any:
    """Return `estimator` if it is a classifier whose scores can be judged.

    Raises
    ------
    InputError
        If it is none, or has neither `predict_proba` nor `decision_function`.
    """
    if not (isinstance(estimator, BaseEstimator) or hasattr(estimator, "get_params")) or not is_classifier(
        estimator
    ):
        raise InputError(f"{name} is no classifier of scikit-learn's kind: {type(estimator).__name__}")
    if not (hasattr(estimator, "predict_proba") or hasattr(estimator, "decision_function")):
        raise InputError(
            f"{name} ({type(estimator).__name__}) has neither predict_proba nor decision_function, so nothing says how "
            "sure it is; take a classifier with one of them"
        )
    return estimator


@dataclass(frozen=True)
class EstimatorFits:
    """Fitted scikit-learn classifiers, one per column.

    Attributes
    ----------
    fitted : tuple of classifier
        Equal sizes share one.
    minority : object
        The label that positive scores indicate.
    called : str
        Name of the classifier in error messages; empty leaves its own errors unchanged.
    """

    fitted: tuple[Any, ...]
    minority: Any
    called: str = ""

    def scores(self, X: Array) -> Array:
        """Score rows by log odds where there are probabilities, else by the decision function."""
        return np.asarray(self._by_model(lambda model: minority_scores(model, X, self.minority)))

    def calls(self, X: Array, scores: Array) -> NDArray[np.bool_]:  # noqa: ARG002
        """Ask each model for its own decisions."""
        return np.asarray(self._by_model(lambda model: model.predict(X) == self.minority))

    def models(self) -> Sequence[Any]:
        """Return the classifiers themselves."""
        return self.fitted

    def column(self, number: int) -> EstimatorFits:
        """Return one of the fits."""
        return EstimatorFits(self.fitted[number : number + 1], self.minority, self.called)

    def _by_model(self, read: Any) -> Any:
        """Read each model once and refuse scores that are none."""
        try:
            once = {id(model): read(model) for model in self.fitted}
        except Exception as error:
            if not self.called:
                raise
            raise InputError(
                f"{self.called} was fitted but gave no scores ({foreign(error)}); change it or leave it out"
            ) from error
        table = np.column_stack([once[id(model)] for model in self.fitted])
        if not np.isfinite(table).all():
            raise InputError(
                f"{self.called or type(self.fitted[0]).__name__} gave NaN or infinite scores; change its parameters or "
                "leave it out"
            )
        return table


def minority_scores(model: Any, X: Array, minority: Any) -> Array:
    """Return scores of shape (n,) that are positive on the minority's side: log odds, or a margin.

    Probabilities are clipped to [1e-15, 1], so that log odds stay finite.
    """
    position = int(np.flatnonzero(model.classes_ == minority)[0])
    if hasattr(model, "predict_proba"):
        log_probability = np.log(np.clip(model.predict_proba(X), PROBABILITY_FLOOR, 1.0))
        return np.asarray(log_probability[:, position] - log_probability[:, 1 - position])
    decision = np.asarray(model.decision_function(X), dtype=np.float64)
    return decision if position == 1 else -decision


@dataclass(frozen=True)
class EstimatorLearner(Learner):
    """Fits clones of a classifier, one per distinct size.

    Parameters
    ----------
    estimator : classifier
        With `predict_proba` (then judged by its log-loss) or `decision_function` (by its hinge loss).
    labels : tuple
        Labels of majority and minority passed to the estimator.
    seeded : bool
        Whether to set every `random_state` of the estimator from the procedure's seed; a pipeline's steps included.
    called : str
        Name used in events and errors; by default the estimator's class.
    """

    estimator: Any
    labels: tuple[Any, Any] = (0, 1)
    seeded: bool = True
    called: str = ""

    @property
    def name(self) -> str:  # type: ignore[override]
        """Name used in events and errors."""
        return self.called or type(self.estimator).__name__

    @property
    def score(self) -> str:  # type: ignore[override]
        """Log odds where the estimator gives probabilities, else a margin."""
        return "log_odds" if hasattr(self.estimator, "predict_proba") else "margin"

    @property
    def takes_weights(self) -> bool:  # type: ignore[override]
        """Whether the estimator's `fit` takes `sample_weight`."""
        return bool(has_fit_parameter(self.estimator, "sample_weight"))

    @property
    def linear(self) -> bool:  # type: ignore[override]
        """Whether the estimator is one of scikit-learn's linear classifiers."""
        return isinstance(self.estimator, LinearClassifierMixin)

    def loss(self, scores: Array, y: NDArray[np.int8]) -> Array:
        """Return the log-loss of log odds, or the hinge loss of a margin."""
        return get_classifier(LOSSES[self.score]).loss(scores, y)

    def fit_sizes(
        self,
        X: Array,
        y: NDArray[np.int8],
        synthetic: Any,
        sizes: Sequence[int],
        *,
        random_state: int | SeedSequence,
        events: list[Event],
        near: Fits | None = None,  # noqa: ARG002
    ) -> EstimatorFits:
        """Fit one clone per distinct size; see `Learner.fit_sizes`."""
        stream = np.asarray(synthetic)
        models = {}
        for size in sorted(set(sizes)):
            rows = np.concatenate([X, stream[:size]])
            labels = np.concatenate([y, np.ones(size, dtype=np.int8)])
            models[size] = self._fitted(rows, labels, None, random_state, f"{size} synthetic rows", events)
        return EstimatorFits(tuple(models[size] for size in sizes), self.labels[1], self._guard)

    def fit(
        self,
        X: Array,
        y: NDArray[np.int8],
        sample_weight: Array | None = None,
        *,
        random_state: int | SeedSequence = 0,
        events: list[Event] | None = None,
        near: Fits | None = None,  # noqa: ARG002
    ) -> EstimatorFits:
        """Fit one clone; see `Learner.fit`."""
        found: list[Event] = []
        model = self._fitted(X, y, sample_weight, random_state, "no synthetic row", found)
        report(found, events)
        return EstimatorFits((model,), self.labels[1], self._guard)

    def fit_prefixes(
        self,
        X: Array,
        y: NDArray[np.int8],
        counts: Sequence[int],
        sample_weight: Array | None = None,
        *,
        random_state: int | SeedSequence,
        events: list[Event],
        near: Fits | None = None,  # noqa: ARG002
        real: Array | None = None,  # noqa: ARG002
    ) -> EstimatorFits:
        """Fit one clone per distinct count; see `Learner.fit_prefixes`."""
        models = {}
        for count in sorted(set(counts)):
            weight = None if sample_weight is None else sample_weight[:count]
            words = "synthetic ones among them"
            models[count] = self._fitted(X[:count], y[:count], weight, random_state, words, events)
        return EstimatorFits(tuple(models[count] for count in counts), self.labels[1], self._guard)

    def _fitted(
        self,
        X: Array,
        y: NDArray[np.int8],
        sample_weight: Array | None,
        random_state: int | SeedSequence,
        size: str,
        events: list[Event],
    ) -> Any:
        if sample_weight is not None and not self.takes_weights:
            raise InputError(f"{self.name} takes no sample_weight; leave out the controls that weight rows")
        model = clone(self.estimator)
        if self.seeded:
            _set_seeds(model, random_state)
        weights = {} if sample_weight is None else {"sample_weight": sample_weight}
        if not self.seeded:  # a user's own estimator, whose own message is clearer
            return model.fit(X, np.array(self.labels)[y], **weights)
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                model.fit(X, np.array(self.labels)[y], **weights)
        except InputError:
            raise
        except Exception as error:
            raise InputError(
                f"{self.name} failed on {len(X)} training rows with {size} ({foreign(error)}); change its parameters "
                "or leave it out"
            ) from error
        if any(issubclass(warning.category, ConvergenceWarning) for warning in caught):
            events.append(Event("not_converged", f"{self.name} with {size}: stopped before it converged"))
        return model

    @property
    def _guard(self) -> str:
        """Name used in error messages; empty where the estimator's own errors are raised."""
        return self.name if self.seeded else ""


def _set_seeds(model: Any, random_state: int | SeedSequence) -> None:
    """Set every `random_state` parameter, nested ones included, to one number that the seed names."""
    root = random_state if isinstance(random_state, SeedSequence) else SeedSequence(random_state)
    seed = int(SeedSequence(root.entropy, spawn_key=(*root.spawn_key, 0x1EA4)).generate_state(1)[0] >> 1)
    names = [name for name in model.get_params() if name.split("__")[-1] == "random_state"]
    model.set_params(**dict.fromkeys(names, seed))
