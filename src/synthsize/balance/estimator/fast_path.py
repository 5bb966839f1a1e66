"""Estimators whose fits `fit_path` solves for all multipliers at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from synthsize.balance.learners.estimator import EstimatorLearner
from synthsize.balance.learners.linear import LinearFits, LinearLearner
from synthsize.balance.learners.logistic import LogisticLearner
from synthsize.balance.learners.svm import LinearSvmLearner

# Relative objective gaps so small that validation rows are decided and ranked as converged single fits do.
TOLERANCE = {"logistic": 1e-12, "svm": 1e-7}
SAME_OBJECTIVE = ("lbfgs", "newton-cg", "newton-cholesky")  # liblinear penalises the intercept


@dataclass(frozen=True)
class LogisticModelFits(LinearFits):
    """Fits of a path as scikit-learn's `LogisticRegression`.

    Attributes
    ----------
    estimator : LogisticRegression
        Unfitted.
    labels : tuple
        Labels of majority and minority.
    """

    estimator: LogisticRegression
    labels: tuple[Any, Any]

    def models(self) -> Sequence[Any]:
        """Return one model per column."""
        classes = np.unique(np.array(self.labels))
        return [
            logistic_model(self.estimator, classes, self.labels[1], coef, float(intercept))
            for coef, intercept in zip(self.coef, self.intercept, strict=True)
        ]


@dataclass(frozen=True)
class LogisticModelPath(LogisticLearner):
    """A path whose fits stand in for those of a `LogisticRegression`."""

    own: EstimatorLearner | None = None

    def fit_sizes(self, *args: Any, **kwargs: Any) -> LinearFits:
        """Follow the path; see `Learner.fit_sizes`."""
        return self._as_models(super().fit_sizes(*args, **kwargs))

    def fit_prefixes(self, *args: Any, **kwargs: Any) -> LinearFits:
        """Follow the path; see `Learner.fit_prefixes`."""
        return self._as_models(super().fit_prefixes(*args, **kwargs))

    def _as_models(self, fits: LinearFits) -> LinearFits:
        assert self.own is not None
        return LogisticModelFits(fits.coef, fits.intercept, self.own.estimator, self.own.labels)


def path_learner(own: EstimatorLearner) -> LinearLearner | None:
    """Return a path solver of the estimator's objective when there is one of exactly that, else None.

    Subclasses are left to themselves, because they may do anything. Tolerances and iteration limits are not part of
    an objective: the path is solved to its own, tighter ones.
    """
    estimator = own.estimator
    if type(estimator) is LogisticRegression and _is_plain_logistic(estimator):
        return LogisticModelPath(float(estimator.C), TOLERANCE["logistic"], own)
    if type(estimator) is SVC and _is_plain_linear_svm(estimator):
        return LinearSvmLearner(float(estimator.C), TOLERANCE["svm"])
    return None


def _is_plain_logistic(estimator: Any) -> bool:
    return (
        estimator.penalty in ("deprecated", "l2")
        and estimator.l1_ratio in (None, 0.0)
        and estimator.solver in SAME_OBJECTIVE
        and estimator.fit_intercept
        and estimator.class_weight is None
        and not estimator.warm_start
        and 0 < estimator.C < np.inf
    )


def _is_plain_linear_svm(estimator: Any) -> bool:
    return (
        estimator.kernel == "linear"
        and estimator.probability in ("deprecated", False)  # probabilities turn the loss into a log-loss
        and estimator.class_weight is None
        and estimator.max_iter == -1
        and 0 < estimator.C < np.inf
    )


def logistic_model(
    estimator: LogisticRegression,
    classes: NDArray[Any],
    minority: Any,
    coef: NDArray[np.float64],
    intercept: float,
) -> LogisticRegression:
    """Return `estimator` as if it had found these coefficients, so that any scorer can read it.

    Parameters
    ----------
    estimator : LogisticRegression
    classes : ndarray of shape (2,)
        Sorted labels.
    minority : object
        The label that positive scores indicate.
    coef : ndarray of shape (d,)
    intercept : float
    """
    sign = 1.0 if classes[1] == minority else -1.0
    model = clone(estimator)
    model.classes_, model.n_features_in_ = classes, len(coef)
    model.coef_, model.intercept_ = sign * coef[np.newaxis, :], np.array([sign * intercept])
    return model
