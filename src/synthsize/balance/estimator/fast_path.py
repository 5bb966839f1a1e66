"""Estimators whose fits `fit_path` solves for all multipliers at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

# Relative objective gaps so small that validation rows are decided and ranked as converged single fits do.
TOLERANCE = {"logistic": 1e-12, "svm": 1e-7}
SAME_OBJECTIVE = ("lbfgs", "newton-cg", "newton-cholesky")  # liblinear penalises the intercept


@dataclass(frozen=True)
class PathObjective:
    """What `fit_path` must be told to minimise what an estimator minimises.

    Attributes
    ----------
    classifier : {"logistic", "svm"}
    C : float
    """

    classifier: str
    C: float

    @property
    def tolerance(self) -> float:
        """Largest relative objective gap of a fit."""
        return TOLERANCE[self.classifier]


def path_objective(estimator: Any) -> PathObjective | None:
    """Return the estimator's objective when `fit_path` minimises exactly that one, else None.

    Subclasses are left to themselves, because they may do anything. Tolerances and iteration limits are not part of
    an objective: the path is solved to its own, tighter ones.
    """
    if type(estimator) is LogisticRegression and _is_plain_logistic(estimator):
        return PathObjective("logistic", float(estimator.C))
    if type(estimator) is SVC and _is_plain_linear_svm(estimator):
        return PathObjective("svm", float(estimator.C))
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
        The label that positive scores speak for.
    coef : ndarray of shape (d,)
    intercept : float
    """
    sign = 1.0 if classes[1] == minority else -1.0
    model = clone(estimator)
    model.classes_, model.n_features_in_ = classes, len(coef)
    model.coef_, model.intercept_ = sign * coef[np.newaxis, :], np.array([sign * intercept])
    return model
